"""Whether a risk says anything: records closed in a window, looked at week by week as they were, ends against ends.

An association in the organisation's own past. Counts of touches and related people are those recorded by then.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.radar.compile import compile_past
from xingji.features.radar.document import LOST, STATUS, WON, Risk, told
from xingji.features.radar.limits import load_limits
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.schema import quoted

MOST_RECORDS, MOST_WEEKS, SAMPLES = 1_000, 26, 20
WEEK = timedelta(days=7)
LEAST_FOR_SHARE = 10

CLOSED = """select r.id, r.created_at, r.{status} as status, r.{title} as title, c.at as closed_at,
    (select max(e.occurred_at) from event e where e.record = r.id and e.type = $1::text || '.updated'
       and e.data -> 'changes' -> 'expected_close_at' ->> 0 < e.data -> 'changes' -> 'expected_close_at' ->> 1) as slipped_at
  from {table} r cross join lateral (
    select max(e.occurred_at) as at from event e where e.record = r.id
      and ((e.type = $1::text || '.updated' and e.data -> 'changes' -> '{status_key}' ->> 1 = any ($2::text[]))
        or (e.type = $1::text || '.created' and r.{status} = any ($2::text[])))) c
  where r.deleted_at is null and r.{status} = any ($2::text[]) and c.at >= $3 and c.at < $4 order by c.at desc limit $5"""


async def backtest(uow: UnitOfWork, risk: Risk, since: datetime, until: datetime) -> dict[str, Any]:
    """{records, raised, lost, lost_share, lost_share_others, slipped, …, samples, capped}; shares null below ten records."""
    schema = await records.load_schema(uow)
    kind = schema.object(risk.object)
    if STATUS not in kind.fields:
        return {"records": 0, "count": 0, "samples": [], "capped": False}
    sql = CLOSED.format(table=kind.table, status=quoted(str(kind.field(STATUS).column)), title=quoted(str(kind.field(kind.title).column)), status_key=STATUS)
    closed = await uow.fetch(uow.mark() + sql, risk.object, [WON, LOST], since, until, MOST_RECORDS)
    first = await _first_raised(uow, risk, closed)
    return _answer(risk, closed, first)


async def _first_raised(uow: UnitOfWork, risk: Risk, closed: Sequence[Any]) -> dict[UUID, tuple[datetime, Any]]:
    """When each record would first have been raised, with its figures."""
    pairs = [(row["id"], at) for row in closed for at in _weeks(row["created_at"], row["closed_at"])]
    if not pairs:
        return {}
    schema = await records.load_schema(uow)
    compiled = compile_past(schema, risk.object, [risk], await load_limits(uow), [id for id, _ in pairs], [at for _, at in pairs], uow.now)
    if risk.key in compiled.broken:
        raise XingjiError("radar.broken", problems=[compiled.broken[risk.key]])
    found: dict[UUID, tuple[datetime, Any]] = {}
    for row in await uow.fetch(f"{uow.mark()}select ord, d1 from ({compiled.sql}) s where d1 is not null order by ord", *compiled.values):
        record, at = pairs[row["ord"] - 1]
        found.setdefault(record, (at, row["d1"]))
    return found


def _weeks(begun: datetime, ended: datetime) -> list[datetime]:
    """The end of each week of a record's life, and its last day but one."""
    at, found = begun + WEEK, []
    while at < ended and len(found) < MOST_WEEKS:
        found.append(at)
        at += WEEK
    last = ended - timedelta(days=1)
    return [*found, last] if last > begun else found


def _answer(risk: Risk, closed: Sequence[Any], first: dict[UUID, tuple[datetime, Any]]) -> dict[str, Any]:
    raised = [row for row in closed if row["id"] in first]
    others = [row for row in closed if row["id"] not in first]
    lead = sorted((row["closed_at"] - first[row["id"]][0]).total_seconds() / 86_400 for row in raised)
    return {
        "records": len(closed), "count": len(raised),
        "lost": sum(row["status"] == LOST for row in raised), "lost_share": share(raised, _lost), "lost_share_others": share(others, _lost),
        "slipped": sum(_slipped(row, first[row["id"]][0]) for row in raised),
        "slipped_share": share(raised, lambda row: _slipped(row, first[row["id"]][0])), "slipped_share_others": share(others, lambda row: row["slipped_at"] is not None),
        "days_before_end": round(lead[len(lead) // 2], 1) if lead else None,
        "samples": [
            {"record": str(row["id"]), "object": risk.object, "title": row["title"], "at": first[row["id"]][0].isoformat(), "status": row["status"],
             **told(risk.sentence, first[row["id"]][1])}
            for row in raised[:SAMPLES]
        ],
        "capped": len(closed) == MOST_RECORDS,
    }  # fmt: skip


def share(rows: Sequence[Any], holds: Any) -> float | None:
    """The share of rows for which it holds; None where too few rows stand behind it."""
    return round(sum(bool(holds(row)) for row in rows) / len(rows), 4) if len(rows) >= LEAST_FOR_SHARE else None


def _lost(row: Any) -> bool:
    return bool(row["status"] == LOST)


def _slipped(row: Any, after: datetime) -> bool:
    return row["slipped_at"] is not None and row["slipped_at"] > after
