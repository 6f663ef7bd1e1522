"""Touches: response, effective follow-up, note. Owns what each of them stops and sets; one command for people and connectors.

*Response*: the first human touch by our side; stops the SLA clock. *Effective follow-up*: the customer answered, a
connected call, a visit. *Note*: stops nothing. A rep's word is claimed, a connector's is recorded; a source may demand
recorded ones, and then a claimed touch is kept and stops nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.leads import reach
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.behalf import on_behalf

KINDS = ("call", "message", "meeting", "form_reply", "visit", "note")
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Touch:
    """What happened. `direction` out (we) or in (the customer); `answered`: the customer answered or the call connected.

    `solution`: the customer got the solution asked for; stops the second clock of an urgent need.
    """

    kind: str
    direction: str = "out"
    answered: bool = False
    text: str = ""
    at: datetime | None = None
    duration_sec: float | None = None
    solution: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a touch counts as: event types in order, and the lead's fields it sets."""

    types: tuple[str, ...]
    values: dict[str, Any]


def judge(touch: Touch, lead: dict[str, Any], at: datetime, *, claimed: bool, recorded_only: bool) -> Meaning:
    """What a touch counts as for a lead. Pure."""
    if touch.kind == "note":
        return Meaning(("touch.note",), {})
    if claimed and recorded_only:
        return Meaning(("touch.claimed",), {})
    ours = touch.direction == "out" or (touch.kind in ("call", "meeting", "visit") and touch.answered)
    effective = touch.answered or touch.kind in ("visit", "meeting")
    if not ours and lead.get("first_response_at") is None:
        return Meaning(("touch.inbound",), {})  # the customer came again; nobody of ours has answered yet
    moment = at.isoformat()
    values: dict[str, Any] = {"last_touch_at": moment}
    if ours and lead.get("first_response_at") is None:
        values["first_response_at"] = moment
    if effective or not ours:
        values["last_followup_at"] = moment
        if lead.get("first_followup_at") is None:
            values["first_followup_at"] = moment
    if lead.get("status") in ("new", "assigned"):
        values["status"] = "working"
    types = (("touch.response",) if ours else ()) + (("touch.followup",) if effective or not ours else ())
    if ours and lead.get("urgent"):
        values |= _urgent_met(lead, moment, touch.solution)
    return Meaning(types + (("touch.solution",) if ours and touch.solution else ()), values)


def _urgent_met(lead: dict[str, Any], moment: str, solution: bool) -> dict[str, str]:
    """Which of the two promises of an urgent need a touch of ours keeps: the answer, and the solution if it was one."""
    kept = ("urgent_answered_at", "solution_at") if solution else ("urgent_answered_at",)
    return {key: moment for key in kept if lead.get(key) is None}


async def record_touch(uow: UnitOfWork, lead: UUID, touch: Touch, *, claimed: bool = True) -> dict[str, Any]:
    """Records a touch of a lead; what it counted as.

    Emits: touch.response, touch.followup, touch.solution, touch.note, touch.inbound or touch.claimed. Raises: `records.invalid`
    (kind, time, text), `records.not_found`.
    """
    row = await reach(uow, lead)
    at = touch.at or uow.now
    _check(touch, row, at, uow.now)
    source = (await load_published(uow)).get("source", row.get("source") or "") or {}
    demanded = bool(source.get("demand_recorded_touch"))
    meaning = judge(touch, row, at, claimed=claimed, recorded_only=demanded)
    await _store(uow, row, lead, meaning, at)
    data: dict[str, Any] = {"kind": touch.kind, "direction": touch.direction, "answered": touch.answered}
    if touch.text:
        data["text"] = touch.text
    if touch.solution:
        data["solution"] = True
    from xingji.kernel.events import append_events

    await append_events(uow, [
        NewEvent(kind, "lead", lead, data, at, claimed=claimed, duration_sec=touch.duration_sec, brand=row.get("brand"))
        for kind in meaning.types
    ])  # fmt: skip
    return {"counted": list(meaning.types), "demanded_recorded": demanded and claimed, "change": str(uow.change)}


async def _store(uow: UnitOfWork, row: dict[str, Any], lead: UUID, meaning: Meaning, at: datetime) -> None:
    if not meaning.values:
        return
    # Under the actor's own scope: whoever may not change a lead cannot stop its clock either.
    await records.write(uow, [records.Change("update", "lead", lead, meaning.values)], owned=True)
    if "last_followup_at" in meaning.values and row.get("customer"):
        change = records.Change("update", "customer", UUID(str(row["customer"])), {"last_followup_at": at.isoformat()})
        await records.write(on_behalf(uow), [change], owned=True)


def _check(touch: Touch, row: dict[str, Any], at: datetime, now: datetime) -> None:
    problems = []
    if touch.kind not in KINDS:
        problems.append(_problem("touch.kind_unknown", "kind", f"联系方式可用：{'、'.join(KINDS)}", f"kind must be one of {', '.join(KINDS)}"))
    if touch.direction not in ("in", "out"):
        problems.append(_problem("touch.direction_unknown", "direction", "方向只能是 in 或 out", "direction is in or out"))
    if len(touch.text) > LONGEST:
        problems.append(_problem("touch.text_too_long", "text", f"最多 {LONGEST} 字", f"at most {LONGEST} characters"))
    created = row.get("created_at")
    began = datetime.fromisoformat(created) if isinstance(created, str) else created
    if at > now + timedelta(minutes=1):
        problems.append(_problem("touch.in_future", "at", "时间还没到", "this time has not come yet"))
    elif began is not None and at < began - timedelta(minutes=1):
        problems.append(_problem("touch.before_lead", "at", "早于线索到达的时间", "before the lead arrived"))
    if problems:
        raise invalid("records.invalid", problems, count=len(problems))


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(code, path, {}, {"zh": zh, "en": en})
