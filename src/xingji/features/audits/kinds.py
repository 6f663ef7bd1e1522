"""The definition kind `audit_plan`: of which records how many are drawn, when, and who looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork

Document = Mapping[str, Any]
SAMPLES = 10
WORDS = {"kind", "key", "name", "help", "object", "of", "share", "least", "weekday", "at", "role", "patch"}


@dataclass(frozen=True, slots=True)
class Plan:
    """One published plan. `weekday`: Monday is 1; `at`: hour and minute on the wall clock."""

    key: str
    version: int
    name: Mapping[str, str]
    object: str
    of: str
    share: float
    least: int
    weekday: int
    at: str
    role: str


def read_plan(key: str, version: int, document: Document) -> Plan:
    """The plan of a checked document."""
    return Plan(
        key, version, document.get("name") or {"zh": key, "en": key}, str(document["object"]), str(document["of"]), float(document.get("share", 0.05)),
        int(document.get("least", 3)), int(document.get("weekday", 3)), str(document.get("at", "14:00")), str(document.get("role", "auditor")),
    )  # fmt: skip


def fault(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"audits.{code}", path, {}, {"zh": zh, "en": en}, who="gm")


class AuditPlanKind:
    """Audit plans as documents."""

    key = "audit_plan"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Object and role there are, a condition that holds, a share and a time that are some."""
        found = [fault("unknown_word", word, f"看不懂「{word}」", f"{word} is not understood") for word in sorted(set(map(str, document)) - WORDS)]
        target = str(document.get("object") or "")
        if context.of_kind("object").get(target) is None:
            return [*found, fault("unknown_object", "object", f"没有对象「{target}」", f"There is no object {target}")]
        found += records.check_condition(context, target, document.get("of"), "of")
        share, least, weekday = document.get("share", 0.05), document.get("least", 3), document.get("weekday", 3)
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
            found.append(fault("share", "share", "抽取占比要大于 0、不超过 100%", "The share is above 0 and up to 100%"))
        if isinstance(least, bool) or not isinstance(least, int) or not 1 <= least <= 100:
            found.append(fault("least", "least", "每次至少 1 到 100 单", "At least 1 to 100 a draw"))
        if isinstance(weekday, bool) or not isinstance(weekday, int) or not 1 <= weekday <= 7:
            found.append(fault("weekday", "weekday", "星期写成 1 到 7", "The weekday is 1 to 7"))
        try:
            datetime.strptime(str(document.get("at", "14:00")), "%H:%M")  # noqa: DTZ007
        except ValueError:
            found.append(fault("time", "at", "时间写成 14:00", "Write the time as 14:00"))
        role = context.of_kind("role").get(str(document.get("role", "auditor")))
        if role is None:
            found.append(fault("unknown_role", "role", "没有这个角色", "There is no such role"))
        elif "process.audit" not in (role.get("rights") or ()):
            found.append(fault("role_right", "role", "这个角色没有 process.audit 权限", "This role lacks the right process.audit"))
        return found

    def references(self, document: Document) -> set[Ref]:
        """The object, its fields, the role."""
        target = str(document.get("object", ""))
        return {Ref("object", target), Ref("role", str(document.get("role", "auditor")))} | {Ref("field", name) for name in records.expression_fields(target, str(document.get("of") or ""))}

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """How many records could be drawn today, how many would be, and the first of a draw that is not kept."""
        from xingji.features.audits.draw import candidates_of, draw, how_many

        plan = read_plan("draft", 0, document)
        found = await candidates_of(uow, plan)
        count = how_many(plan, len(found))
        title = (await records.load_schema(uow)).object(plan.object).title
        rows = await records.get_records(uow, plan.object, draw("dry run", found, min(count, SAMPLES)), [title])
        return {"records": len(found), "count": count, "samples": [{"record": row["id"], "title": row.get(title)} for row in rows]}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: the worker draws at the plan's hour."""
