"""Silencing a risk with a reason until a day, and taking that back. Whoever may change the record may, and it is told.

Emits: `risk.silenced`, `risk.unsilenced`.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import Problem, conflict, forbidden, invalid, not_found
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events

LONGEST_DAYS = 90
SHORTEST_REASON = 4


async def silence(uow: UnitOfWork, id: UUID, reason: str, until: date) -> dict[str, Any]:
    """Silences an open risk until the end of that day. Raises: `records.invalid`, `radar.unknown`, `radar.cleared`."""
    row, record = await _reach(uow, id)
    problems = []
    if len(reason.strip()) < SHORTEST_REASON:
        problems.append(_problem("reason_missing", "reason", "请写明原因（至少 4 个字）", "Say why, in a few words"))
    end = datetime.combine(until, time(), tzinfo=uow.workspace.zone) + timedelta(days=1)
    if not uow.now < end <= uow.now + timedelta(days=LONGEST_DAYS + 1):
        problems.append(_problem("until", "until", f"选今天到 {LONGEST_DAYS} 天内的一天", f"Choose a day within {LONGEST_DAYS} days"))
    if problems:
        raise invalid("records.invalid", problems, count=len(problems))
    await uow.execute(
        "update risk set silenced_until = $2, silenced_reason = $3, silenced_by = $4, silenced_at = $5 where id = $1",
        id, end, reason.strip(), uow.actor.person, uow.now,
    )  # fmt: skip
    data = {"risk": str(id), "rule": row["rule"], "reason": reason.strip(), "until": until.isoformat()}
    await append_events(uow, [NewEvent("risk.silenced", row["object"], row["record"], data, brand=record.get("brand"))])
    return {"id": str(id), "silenced_until": end.isoformat()}


async def unsilence(uow: UnitOfWork, id: UUID) -> dict[str, Any]:
    """Lets a silenced risk be heard again."""
    row, record = await _reach(uow, id)
    await uow.execute("update risk set silenced_until = null where id = $1", id)
    await append_events(uow, [NewEvent("risk.unsilenced", row["object"], row["record"], {"risk": str(id), "rule": row["rule"]}, brand=record.get("brand"))])
    return {"id": str(id), "silenced_until": None}


async def _reach(uow: UnitOfWork, id: UUID) -> tuple[Any, dict[str, Any]]:
    """The open risk and its record, when the actor may change the record."""
    row = await uow.fetchrow("select * from risk where id = $1 for update", id)
    if row is None:
        raise not_found("radar.unknown", id=str(id))
    page = await records.query(uow, records.Query(row["object"], ["id", "owner", "brand"] if uow.actor.policy is None else ["id", "owner"], ids=[row["record"]], limit=1))
    if not page.rows:
        raise not_found("radar.unknown", id=str(id))
    record = await records.reach_record(uow, row["object"], row["record"])
    if uow.actor.policy is not None and not (page.rows[0].get("can") or {}).get("update"):
        raise forbidden("radar.not_yours", who="owner")
    if row["cleared_at"] is not None:
        raise conflict("radar.cleared", rule=row["rule"])
    return row, record


def _problem(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"radar.{code}", path, {}, {"zh": zh, "en": en})
