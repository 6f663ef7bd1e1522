"""What went on while records waited: approvals that ran, notices that never arrived. Of the cases given only."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.mining.chart import Edge
from xingji.features.mining.log import HOUR, Case, Log
from xingji.kernel.db import UnitOfWork

Span = tuple[float, float]


async def waiting_causes(uow: UnitOfWork, log: Log) -> list[dict[str, Any]]:
    """Per edge: hours in which an approval of the case was running (counted once), cases so held, and undelivered notices."""
    ids = [UUID(case.key) for case in log.cases]
    approvals: dict[str, list[Span]] = {}
    for row in await uow.fetch(
        """select record, date_part('epoch', asked_at) as from, date_part('epoch', coalesce(ended_at, $2)) as until
             from approval where record = any($1::uuid[]) order by asked_at""",
        ids, uow.now,
    ):  # fmt: skip
        approvals.setdefault(str(row["record"]), []).append((row["from"], row["until"]))
    dead: dict[str, list[float]] = {}
    for row in await uow.fetch(
        "select record, date_part('epoch', created_at) as at from outbox where record = any($1::uuid[]) and status = 'dead'", ids
    ):
        dead.setdefault(str(row["record"]), []).append(row["at"])
    return gather_causes(log, approvals, dead)


def gather_causes(log: Log, approvals: dict[str, list[Span]], dead: dict[str, list[float]]) -> list[dict[str, Any]]:
    """[{from, to, approval_hours, approval_cases, undelivered}], most approval hours first. Pure."""
    hours: dict[Edge, float] = {}
    held: dict[Edge, set[str]] = {}
    lost: dict[Edge, int] = {}
    for case in log.cases:
        spans, notices = _joined(approvals.get(case.key, [])), dead.get(case.key, [])
        if not spans and not notices:
            continue
        for edge, start, end in _stays(case):
            waited = sum(max(0.0, min(end, until) - max(start, begun)) for begun, until in spans)
            if waited:
                hours[edge] = hours.get(edge, 0.0) + waited / HOUR
                held.setdefault(edge, set()).add(case.key)
            if count := sum(start <= at < end for at in notices):
                lost[edge] = lost.get(edge, 0) + count
    found = [
        {"from": log.names[a], "to": log.names[b], "approval_hours": hours.get((a, b), 0.0), "approval_cases": len(held.get((a, b), ())), "undelivered": lost.get((a, b), 0)}
        for a, b in {*hours, *lost}
    ]
    return sorted(found, key=lambda one: (-one["approval_hours"], -one["undelivered"], one["from"], one["to"]))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Overlapping spans as one: two approvals at once hold a case once."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _stays(case: Case) -> list[tuple[Edge, float, float]]:
    return [((case.steps[n], case.steps[n + 1]), case.at[n], case.at[n + 1]) for n in range(len(case.steps) - 1)]
