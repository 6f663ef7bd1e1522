"""`emit`: says an event about the record, for other rules, metrics and connectors to hear."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.cloudevents import is_reserved, is_type
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import problem, wire


class EmitEvent:
    """{action: emit, type: lead.hot, data: {budget: budget}}"""

    key = "emit"
    described = Described(
        words("发出一个事件", "Emit an event"), words("让别的规则、指标知道发生了这件事", "For other rules and figures to hear"),
        (
            Parameter("type", "event", words("事件名称", "Type of the event"), required=True),
            Parameter("data", "expressions", words("带上的内容", "Data")),
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """A type the system does not speak itself, data that are expressions."""
        kind, data, found = step.get("type"), step.get("data") or {}, []
        if not isinstance(kind, str) or not is_type(kind) or is_reserved(kind):
            found.append(
                problem(
                    "bad_event_type",
                    check.at("type"),
                    f"不能发出事件类型「{kind}」",
                    f"the event type {kind} cannot be emitted",
                    type=str(kind),
                )
            )
        if not isinstance(data, Mapping):
            return [
                *found,
                problem("bad_data", check.at("data"), "data 应为键和表达式", "keys and expressions are expected"),
            ]
        return found + [one for key, source in data.items() for one in check.cel(source, check.at("data", key), None)]

    def references(self, step: Step) -> set[Ref]:
        """None."""
        return set()

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """Each value of the data."""
        return {f"data.{key}": (source, None) for key, source in (step.get("data") or {}).items()}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One append for all events."""
        events = [
            NewEvent(
                step["type"], hit.object, hit.record,
                {key: wire(hit.values.get(f"data.{key}")) for key in step.get("data") or {}}, brand=hit.brand,
                depth=hit.depth + 1, cause=hit.event,
            )
            for hit in hits
        ]  # fmt: skip
        ids = await append_events(uow, events)
        return [Done("done", {"event": one, "type": step["type"]}) for one in ids]

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「发出事件 lead.hot」"""
        return {"zh": f"发出事件 {step.get('type')}", "en": f"emit {step.get('type')}"}
