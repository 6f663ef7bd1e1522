"""The definition kind `role`. Owns its checks; the policy it compiles to is in `policy`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.access.policy import SCOPE_WORDS, VERBS
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork

RIGHTS = (
    "*", "definitions.read", "definitions.write", "people.read", "people.write", "audit.read", "export", "import", "bulk",
    "clock", "channels.write", "pool.assign", "merge", "assign", "metrics.read", "receipts.read", "events.write",
    "tokens.write", "brands.all", "outbox.read", "process.waive", "process.audit", "see_as", "reveal",
)  # fmt: skip

HOMES = ("workbench", "board", "morning", "channels", "payments", "leads", "settings")
"""Where a role's people begin after signing in; the web app knows the path of each."""

CheckCondition = Callable[[CheckContext, str, str, str], list[Problem]]
"""(context, object, CEL, path) -> problems: the records floor's check of a condition, handed in by `app.py`."""


class RoleKind:
    """Roles: row scope per object and verb, field policy, workspace rights."""

    key = "role"
    right = "people.write"  # needed besides definitions.write: who changes a role gives rights

    def __init__(self, check_condition: CheckCondition | None = None) -> None:
        self._check_condition = check_condition

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Problems of a role: unknown objects, fields, rights and verbs, and scopes that are neither word nor valid CEL."""
        problems: list[Problem] = []
        objects = context.of_kind("object")
        rows = document.get("rows", {})
        for path, object_key, text in _scopes(rows):
            problems += self._check_scope(path, object_key, text, objects, context)
        for level, names in dict(document.get("fields") or {}).items():
            if level not in ("hide", "mask", "read", "only"):
                problems.append(
                    _problem(
                        "role.unknown_level",
                        f"fields.{level}",
                        {"level": level},
                        "没有这种字段权限",
                        "No such field level",
                    )
                )
                continue
            for name in names or ():
                problems += _check_field(f"fields.{level}", str(name), objects)
        for right in document.get("rights", ()):
            if right not in RIGHTS:
                problems.append(
                    _problem(
                        "role.unknown_right",
                        "rights",
                        {"right": right},
                        f"没有权限「{right}」",
                        f"Unknown right {right}",
                    )
                )
        home = document.get("home")
        if home is not None and home not in HOMES:
            known = "、".join(HOMES)
            problems.append(_problem("role.unknown_home", "home", {"home": str(home)}, f"没有首页「{home}」，可用：{known}", f"No home {home}; known: {known}"))
        return problems

    def _check_scope(
        self, path: str, object_key: str, text: Any, objects: Mapping[str, Any], context: CheckContext
    ) -> list[Problem]:
        if text in SCOPE_WORDS:
            return []
        if not isinstance(text, str):
            return [_problem("role.bad_scope", path, {}, "数据范围要写成词或条件", "A scope is a word or a condition")]
        if object_key == "default":
            return [
                _problem("role.default_needs_word", path, {}, "默认范围只能用词", "The default scope takes a word only")
            ]
        if object_key not in objects:
            return []  # a part whose object does not exist yet is left out
        return self._check_condition(context, object_key, text, path) if self._check_condition else []

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """Objects and fields the role names."""
        refs = {Ref("object", key) for key in dict(document.get("rows") or {}) if key != "default"}
        for names in dict(document.get("fields") or {}).values():
            refs |= {Ref("field", str(name)) for name in names or () if "*" not in str(name)}
        return refs

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """Who would be concerned: the persons who hold the role today."""
        rows = await uow.fetch(
            "select id, name from person where $1 = any(roles) and left_on is null order by name", document["key"]
        )
        return {"acts": len(rows), "people": [{"id": str(row["id"]), "name": row["name"]} for row in rows]}

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing more: policies are compiled per definitions revision."""


def _scopes(rows: Any) -> list[tuple[str, str, Any]]:
    if isinstance(rows, str):
        return [("rows", "default", rows)]
    found: list[tuple[str, str, Any]] = []
    for object_key, entry in dict(rows or {}).items():
        if isinstance(entry, Mapping):
            found += [
                (f"rows.{object_key}.{verb}", object_key, text)
                for verb, text in entry.items()
                if verb in (*VERBS, "default")
            ]
        else:
            found.append((f"rows.{object_key}", object_key, entry))
    return found


def _check_field(path: str, name: str, objects: Mapping[str, Any]) -> list[Problem]:
    object_key, _, field_key = name.partition(".")
    if not field_key:
        return [
            _problem(
                "role.bad_field", path, {"field": name}, f"「{name}」要写成 对象.字段", f"{name} must be object.field"
            )
        ]
    if object_key == "*" or field_key == "*" or object_key not in objects:
        return []
    if any(field["key"] == field_key for field in objects[object_key].get("fields", ())):
        return []
    return [_problem("role.unknown_field", path, {"field": name}, f"没有字段「{name}」", f"No field {name}")]


def _problem(code: str, path: str, params: dict[str, Any], zh: str, en: str) -> Problem:
    return Problem(code=code, path=path, params=params, message={"zh": zh, "en": en}, who="admin")
