"""`assign`: gives the record to a person. Says `<object>.assigned`; dispatch by a table is the leads feature's."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write
from xingji.kernel.records.schema import load_schema
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import (
    check_people,
    people_expressions,
    people_of,
    people_references,
    problem,
    wire,
)


class AssignOwner:
    """{action: assign, to: 'owner.manager' | person:zhanglei | head:east | 'customer.owner'}"""

    key = "assign"
    described = Described(
        words("换负责人", "Assign"), words("把记录交给一个人", "Gives the record to a person"),
        (Parameter("to", "person", words("交给", "To"), required=True),),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """Exactly one who is meant."""
        if not isinstance(step.get("to"), str):
            return [problem("bad_person", check.at("to"), "应指定一个人", "one person is expected")]
        return check_people(step["to"], check)

    def references(self, step: Step) -> set[Ref]:
        """A named person or unit."""
        return people_references(step.get("to"))

    def writes(self, step: Step) -> frozenset[str]:
        """Owner and what follows from it."""
        return frozenset({"owner", "unit", "assigned_at"})

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """Who gets it, and who has it."""
        return {**people_expressions(step.get("to")), "owner": ("owner", None)}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One write; whoever has it already keeps it, and a record for which there is nobody stays."""
        people = await people_of(uow, step["to"], hits)
        fields = (await load_schema(uow)).object(str(hits[0].object)).fields
        changes, events, done = [], [], []
        for hit, found in zip(hits, people, strict=True):
            if not found or found[0] == hit.values.get("owner"):
                done.append(Done("skipped", {"code": "rules.nobody_to_assign" if not found else "rules.owned_already"}))
                continue
            values = {"owner": wire(found[0])} | ({"assigned_at": wire(uow.now)} if "assigned_at" in fields else {})
            changes.append(Change("update", str(hit.object), hit.record, values))
            data = {"owner": wire(found[0]), "previous": wire(hit.values.get("owner")), "by": "rule", "rule": hit.rule}
            events.append(NewEvent(f"{hit.object}.assigned", hit.object, hit.record, data, brand=hit.brand))
            done.append(Done("done", {"owner": wire(found[0])}))
        if changes:
            await write(uow, changes)
            await append_events(uow, events)
        return done

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「分给 …」"""
        return {"zh": f"分给 {step.get('to')}", "en": f"assign to {step.get('to')}"}
