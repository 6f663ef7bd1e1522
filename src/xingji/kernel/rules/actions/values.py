"""What actions share: who is meant by `to`, values as wire values, values as people read them. Owns no action."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from xingji.kernel.access import managers_of, people_in_unit
from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records.schema import load_schema
from xingji.kernel.rules.actions.protocol import ActionCheck, Hit, Step
from xingji.kernel.rules.document import as_list
from xingji.kernel.work import template_fields
from xingji.kernel.work.templates import pick_language

NAMED = ("person:", "role:", "unit:", "team:", "head:")
UP = ".manager"
EXTRA = {"person:": "people", "unit:": "units", "team:": "units", "head:": "units"}


def wire(value: Any) -> Any:
    """A value of the database as the write path and events take it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [wire(item) for item in value]
    return value


def problem(code: str, path: str, zh: str, en: str, **params: Any) -> Problem:
    """A problem of a rule, with its message in both languages."""
    return Problem(f"rules.{code}", path, params, {"zh": zh, "en": en})


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────


def people_expressions(to: Any) -> dict[str, tuple[str, Kind]]:
    """Expressions for the parts of `to` that are no names: "owner.manager" asks for `owner`."""
    found = {}
    for place, who in enumerate(as_list(to)):
        if isinstance(who, str) and not who.startswith(NAMED):
            found[f"to.{place}"] = (_climb(who)[0], Kind.uuid)
    return found


def check_people(to: Any, check: ActionCheck, part: str = "to") -> list[Problem]:
    """Problems of who is meant: unknown names, expressions that are no person."""
    found: list[Problem] = []
    for place, who in enumerate(as_list(to)):
        path = check.at(part, place) if isinstance(to, list) else check.at(part)
        if not isinstance(who, str) or not who:
            found.append(
                problem("bad_person", path, "应为人员、角色或表达式", "a person, a role or an expression is expected")
            )
        elif who.startswith(NAMED):
            found += _check_name(who, check, path)
        else:
            found += check.cel(_climb(who)[0], path, Kind.uuid)
    return found


def _check_name(who: str, check: ActionCheck, path: str) -> list[Problem]:
    kind, _, key = who.partition(":")
    known = check.context.extra.get(EXTRA.get(f"{kind}:", ""))
    if kind == "role":
        known = check.context.of_kind("role").keys()
    if known is None or key in known:
        return []
    return [problem("unknown_name", path, f"没有「{who}」", f"there is no {who}", name=who)]


def people_references(to: Any) -> set[Ref]:
    """Roles, units and persons named in `to`."""
    kinds = {"person": "person", "role": "role", "unit": "unit", "team": "unit", "head": "unit"}
    return {
        Ref(kinds[kind], key)
        for who in as_list(to) if isinstance(who, str) and who.startswith(NAMED)
        for kind, _, key in [who.partition(":")]
    }  # fmt: skip


async def people_of(uow: UnitOfWork, to: Any, hits: Sequence[Hit]) -> list[list[UUID]]:
    """The persons meant for each hit, each once, in the order written."""
    found: list[list[UUID]] = [[] for _ in hits]
    for place, who in enumerate(as_list(to)):
        if who.startswith(NAMED):
            named = await _named(uow, who)
            parts = [named for _ in hits]
        else:
            parts = await climb(uow, [hit.values.get(f"to.{place}") for hit in hits], _climb(who)[1])
        for people, part in zip(found, parts, strict=True):
            people += [one for one in part if one not in people]
    return found


async def climb(uow: UnitOfWork, people: Sequence[UUID | None], levels: int) -> list[list[UUID]]:
    """For each person the one so many levels up the line of management; whoever has nobody above stays."""
    above: dict[UUID, UUID] = {}
    current = list(people)
    for _ in range(levels):
        above = await managers_of(uow, {one for one in current if one is not None})
        current = [above.get(one, one) if one is not None else None for one in current]
    return [[one] if one is not None else [] for one in current]


def _climb(who: str) -> tuple[str, int]:
    levels = 0
    while who.endswith(UP):
        who, levels = who.removesuffix(UP), levels + 1
    return who, levels


async def _named(uow: UnitOfWork, who: str) -> list[UUID]:
    kind, _, key = who.partition(":")
    today = uow.now.astimezone(uow.workspace.zone).date()
    if kind in ("unit", "team"):
        return await people_in_unit(uow, key)
    sql = {
        "person": "select id from person where key = $1 and (left_on is null or left_on > $2)",
        "role": "select id from person where $1 = any (roles) and (left_on is null or left_on > $2) order by key",
        "head": "select head as id from unit where key = $1 and head is not null and $2::date is not null",
    }[kind]
    return [row["id"] for row in await uow.fetch(sql, key, today)]


# ── texts ────────────────────────────────────────────────────────────────────────────────────────────────────────

OWN_BLANKS = frozenset({"rule"})


def text_expressions(*texts: Any) -> dict[str, tuple[str, None]]:
    """Expressions for the blanks of templates."""
    names = {name for text in texts if text for name in template_fields(text)}
    return {f"text.{name}": (name, None) for name in names - OWN_BLANKS}


def check_text(text: Any, check: ActionCheck, part: str, *, required: bool = False) -> list[Problem]:
    """Problems of a template: no text at all, blanks that name nothing."""
    path = check.at(part)
    if not text:
        return [problem("text_missing", path, "缺少文字", "a text is needed")] if required else []
    if not isinstance(text, (str, Mapping)) or (
        isinstance(text, Mapping) and not all(isinstance(t, str) for t in text.values())
    ):
        return [problem("bad_text", path, "应为文字，或按语言的文字", "a text, or texts by language, is expected")]
    return [found for name in sorted(template_fields(text) - OWN_BLANKS) for found in check.cel(name, path, None)]


async def shown_values(uow: UnitOfWork, hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """For each hit the values of its templates' blanks as people read them: labels, names, amounts in major units."""
    raw = [{key[5:]: value for key, value in hit.values.items() if key.startswith("text.")} for hit in hits]
    ids = {value for values in raw for value in _flat(values.values()) if isinstance(value, UUID)}
    names = (
        {r["id"]: r["name"] for r in await uow.fetch("select id, name from person where id = any ($1)", sorted(ids))}
        if ids
        else {}
    )
    schema = await load_schema(uow)
    return [
        {key: show(schema, hit.object, key, value, names) for key, value in values.items()}
        for hit, values in zip(hits, raw, strict=True)
    ]


def show(
    schema: Any, object_key: str | None, path: str, value: Any, people: Mapping[UUID, str], language: str = "zh"
) -> Any:
    """A field's value as people read it."""
    kind = schema.objects.get(object_key) if object_key else None
    spec = kind.fields.get(path) if kind else None
    if isinstance(value, UUID):
        return people.get(value, str(value))
    if spec is None or value is None:
        return value
    if isinstance(value, bool):
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if spec.cel is Kind.timestamp and isinstance(value, str):
        return datetime.fromisoformat(value).astimezone(schema.place.zone).strftime("%Y-%m-%d %H:%M")
    if spec.cel is Kind.money:
        return f"{value / 10**schema.place.currency_decimals:,.{schema.place.currency_decimals}f}"
    labels = {o["key"]: pick_language(o.get("name") or o["key"], language) for o in spec.document.get("options") or ()}
    if isinstance(value, list):
        return [labels.get(item, item) for item in value]
    return labels.get(value, value) if isinstance(value, str) else value


def _flat(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def step_text(step: Step, zh: str, en: str) -> dict[str, str]:
    """The title of a step in both languages, else the words given."""
    title = step.get("title")
    if isinstance(title, str):
        return {"zh": title, "en": title}
    return {"zh": (title or {}).get("zh") or zh, "en": (title or {}).get("en") or (title or {}).get("zh") or en}
