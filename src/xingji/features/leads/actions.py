"""What rules may do with leads: dispatch, return to a pool, re-activate. Owns how a step is checked and put into words."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.run import dispatch
from xingji.features.leads.pools import return_to_pool
from xingji.features.leads.reactivation import reactivate
from xingji.kernel import records
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.rules.actions.described import VIA, Described, Parameter, words
from xingji.kernel.rules.actions.protocol import Action, ActionCheck, Done, Hit, Step

RETURNED = {
    "returned": ("收回到公海", "returned to the pool"), "protected": ("在报备保护期内，未收回", "under protection, not returned"),
    "closed": ("已转化或无效，未收回", "closed, not returned"), "there": ("已在公海", "already there"),
}  # fmt: skip


def _named(step: Step, check: ActionCheck, word: str, kind: str, zh: str) -> list[Problem]:
    name = step.get(word)
    if isinstance(name, str) and name in check.context.of_kind(kind):
        return []
    text = {"zh": f"没有{zh}「{name}」", "en": f"there is no {kind} {name}"}
    return [Problem(f"leads.unknown_{kind}", check.at(word), {"name": str(name)}, text)]


class _LeadAction:
    """What the three share: they act once per record and use no expressions."""

    key = ""
    once_per_record = True

    def expressions(self, step: Step) -> Mapping[str, Any]:
        return {}

    def writes(self, step: Step) -> frozenset[str]:
        return frozenset()


class Dispatch(_LeadAction):
    """{action: dispatch, table: main}"""

    key = "dispatch"
    described = Described(
        words("按派单表派单", "Dispatch"), words("按派单表找到合适的人", "Finds the person by a dispatch table"),
        (Parameter("table", "definition", words("派单表", "Dispatch table"), required=True, of="dispatch"),), "lead",
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        return _named(step, check, "table", "dispatch", "派单表")

    def references(self, step: Step) -> set[Ref]:
        return {Ref("dispatch", str(step.get("table")))}

    def writes(self, step: Step) -> frozenset[str]:
        return frozenset({"owner", "status", "pool", "assigned_at", "unit"})

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """Decides on all leads of the batch together; one that has an owner already is left alone."""
        decisions = await dispatch(uow, str(step["table"]), [hit.record for hit in hits if hit.record is not None])
        names = await _names(uow, [d.chosen for d in decisions.values() if d.chosen is not None])
        found = []
        for hit in hits:
            decision = decisions.get(hit.record) if hit.record is not None else None
            if decision is None:
                found.append(Done("skipped", {"code": "has_owner"}))
                continue
            detail = {
                "row": decision.row.key if decision.row else None, "code": decision.code, "pool": decision.pool,
                "owner": str(decision.chosen) if decision.chosen else None, "name": names.get(decision.chosen),
            }  # fmt: skip
            found.append(Done("done" if decision.chosen or decision.pool else "skipped", detail))
        return found

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「按派单表派给张磊」"""
        if detail.get("name"):
            return {"zh": f"按派单表派给{detail['name']}", "en": f"give it to {detail['name']} by the dispatch table"}
        if detail.get("pool"):
            return {"zh": f"按派单表放入公海 {detail['pool']}", "en": f"put it into the pool {detail['pool']}"}
        if detail.get("code") == "has_owner":
            return {"zh": "已有负责人，不再派单", "en": "leave it with its owner"}
        return {"zh": "派单表无人可派，暂留未分配", "en": "leave it unassigned: nobody is available"}


class ReturnToPool(_LeadAction):
    """{action: return_to_pool, pool: pool_new, reason: sla}"""

    key = "return_to_pool"
    described = Described(
        words("收回公海", "Return to a pool"), words("从负责人手里收回，放进公海", "Takes the lead back into a pool"),
        (
            Parameter("pool", "definition", words("哪个公海", "Pool"), required=True, of="pool"),
            Parameter("reason", "choice", words("原因", "Reason"), options={
                "sla": words("超时未响应", "no response in time"), "idle": words("长期没有跟进", "no follow-up"), "rule": words("规则收回", "by a rule"),
            }),
        ),
        "lead",
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        return _named(step, check, "pool", "pool", "公海")

    def references(self, step: Step) -> set[Ref]:
        return {Ref("pool", str(step.get("pool")))}

    def writes(self, step: Step) -> frozenset[str]:
        return frozenset({"owner", "status", "pool", "unit"})

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """Takes the leads from their owners; those under protection stay."""
        ids = list(dict.fromkeys(hit.record for hit in hits if hit.record is not None))
        rows: dict[UUID, Mapping[str, Any] | None] = dict.fromkeys(ids)
        rows |= {UUID(row["id"]): row for row in await records.get_records(uow, "lead", ids)}
        gone = {id for id, row in rows.items() if row is None}
        outcome = await return_to_pool(
            uow, str(step["pool"]), {id: row for id, row in rows.items() if row is not None}, reason=str(step.get("reason") or "rule")
        )
        return [
            Done("skipped", {"code": "gone"}) if hit.record in gone or hit.record is None
            else Done("done" if outcome[hit.record] == "returned" else "skipped", {"pool": step["pool"], "code": outcome[hit.record]})
            for hit in hits
        ]  # fmt: skip

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「收回到公海」"""
        zh, en = RETURNED.get(str(detail.get("code")), RETURNED["returned"])
        return {"zh": zh, "en": en}


class Reactivate(_LeadAction):
    """{action: reactivate}: a task for the owner with what the lead looked at and said."""

    key = "reactivate"
    described = Described(
        words("二次激活", "Re-activate"), words("给负责人建任务，附上客户看过什么、说过什么和话术", "A task with what the lead looked at and said"),
        (VIA,), "lead",
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        if check.object not in (None, "lead"):
            text = {"zh": "二次激活只用于线索", "en": "re-activation is for leads"}
            return [Problem("leads.not_a_lead", check.path, {"object": check.object}, text)]
        return []

    def references(self, step: Step) -> set[Ref]:
        return {Ref("object", "task")}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One task per lead; a lead that still has an open one gets no second."""
        made = await reactivate(uow, [hit.record for hit in hits if hit.record is not None], tuple(step.get("via") or ("inbox",)))
        return [
            Done("done", {"task": str(made[hit.record])}) if hit.record in made else Done("skipped", {"code": "open_already"})
            for hit in hits
        ]  # fmt: skip

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「建二次激活任务」"""
        return {"zh": "给负责人建二次激活任务（附话术包）", "en": "give its owner a re-activation task with a talk track"}


async def _names(uow: UnitOfWork, people: Sequence[UUID]) -> dict[UUID | None, str]:
    if not people:
        return {}
    return {row["id"]: row["name"] for row in await uow.fetch("select id, name from person where id = any($1)", list(people))}


ACTIONS: dict[str, Action] = {action.key: action for action in (Dispatch(), ReturnToPool(), Reactivate())}
