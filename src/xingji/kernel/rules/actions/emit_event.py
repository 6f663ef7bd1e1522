"""`emit`: says an event about the record, or about one it points to, for other rules, metrics and connectors to hear."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.cloudevents import is_reserved, is_type
from xingji.kernel.records.schema import load_schema
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import problem, wire


class EmitEvent:
    """{action: emit, type: lead.hot, data: {budget: budget}} or, about the deal's customer, {…, about: customer}"""

    key = "emit"
    described = Described(
        words("发出一个事件", "Emit an event"), words("让别的规则、指标知道发生了这件事", "For other rules and figures to hear"),
        (
            Parameter("type", "event", words("事件名称", "Type of the event"), required=True),
            Parameter("about", "relation", words("关于谁", "About")), Parameter("data", "expressions", words("带上的内容", "Data")),
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
        if step.get("about"):
            found += check.cel(step["about"], check.at("about"), Kind.uuid)
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
        about = {"about": (step["about"], Kind.uuid)} if step.get("about") else {}
        return about | {f"data.{key}": (source, None) for key, source in (step.get("data") or {}).items()}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One append for all events; whoever points to nothing says none."""
        subjects = await _subjects(uow, step, hits)
        events = [
            NewEvent(
                step["type"], *subject,
                {key: wire(hit.values.get(f"data.{key}")) for key in step.get("data") or {}}, brand=hit.brand,
                depth=hit.depth + 1, cause=hit.event,
            )
            for hit, subject in zip(hits, subjects, strict=True) if subject is not None
        ]  # fmt: skip
        ids = iter(await append_events(uow, events))
        return [Done("skipped", {"code": "points_nowhere"}) if one is None else Done("done", {"event": next(ids), "type": step["type"]}) for one in subjects]

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「发出事件 lead.hot」"""
        return {"zh": f"发出事件 {step.get('type')}", "en": f"emit {step.get('type')}"}


async def _subjects(uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[tuple[str | None, UUID | None] | None]:
    """The record each event is about, None where `about` points to none."""
    if not step.get("about"):
        return [(hit.object, hit.record) for hit in hits]
    objects = (await load_schema(uow)).objects
    found: list[tuple[str | None, UUID | None] | None] = []
    for hit in hits:
        spec = objects[str(hit.object)].fields.get(step["about"])
        found.append((str(spec.document["to"]), hit.values["about"]) if spec and hit.values.get("about") else None)
    return found
