"""Reading the log by cursor: no event lost, none twice, in order per subject. Knows nothing of what readers do.

A reader goes by (transaction id, id) and stays below the oldest running transaction, because `id > last` skips rows
that commit late. Sixteen lanes per consumer share the work; a lane's cursor row is held while its events are read, and
moves in the same transaction as whatever the reader does with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.withdrawn import CARRIED

LANES = 16

# `received_at` is when the transaction began, so a row may carry an instant well before the one it was committed at.
# Nothing in the system keeps a transaction open for a day.
LATEST_COMMIT = "interval '1 day'"

COLUMNS = """e.lane, e.xid::text::bigint as xid, e.id, e.received_at, e.occurred_at, e.type, e.object, e.record,
  e.source, e.person, e.claimed, e.duration_sec, e.brand, e.mode, e.change, e.depth, e.cause, e.data"""

BEYOND = "e.lane = c.lane and (e.xid, e.id) > (c.xid, c.id) and e.received_at >= c.received_from"
SETTLED = "e.xid < pg_snapshot_xmin(pg_current_snapshot())"

# A scalar look-up per lane, never a join, and in the reader's order: it is one step in the reader's index. Without the
# order the planner combines that index with the key's, by `received_at`, and walks the whole log for every lane.
CLAIM = f"""select c.lane, c.xid::text::bigint as xid, c.id, c.received_from from event_cursor c
  where c.consumer = $1
    and (select true from event e where {BEYOND} and {SETTLED} order by e.xid, e.id limit 1)
  order by c.lane limit $2 for update of c skip locked"""

LANE_ROWS = """unnest($1::smallint[], $2::text[], $3::bigint[], $4::timestamptz[])
  as l(lane, xid, id, received_from)"""

READ = f"""select e.* from (select lane, xid::xid8 as xid, id, received_from from {LANE_ROWS}) c
  cross join lateral (select {COLUMNS} from event e where {BEYOND} and {SETTLED}
    order by e.xid, e.id limit $5) e order by e.lane, e.xid, e.id"""

HEADS = f"""select e.* from (select lane, xid::xid8 as xid, id, received_from from {LANE_ROWS}) c
  cross join lateral (select e.lane, e.xid::text::bigint as xid, e.id, e.received_at, e.occurred_at, e.type, e.object,
    e.record, e.mode, e.depth, e.data -> 'fire' as fire, e.data ? '{CARRIED}' as carried from event e where {BEYOND} and {SETTLED}
    order by e.xid, e.id limit $5) e order by e.lane, e.xid, e.id"""

ADVANCE = f"""update event_cursor c set xid = m.xid::xid8, id = m.id,
    received_from = greatest(c.received_from, m.received_at - {LATEST_COMMIT})
  from unnest($2::smallint[], $3::text[], $4::bigint[], $5::timestamptz[]) as m(lane, xid, id, received_at)
  where c.consumer = $1 and c.lane = m.lane"""


HELD_BACK = f"""select coalesce(max(date_part('epoch', clock_timestamp() - (select e.received_at from event e
    where e.lane = l.lane and not ({SETTLED}) order by e.xid, e.id limit 1))), 0) from generate_series(0, {LANES - 1}) l(lane)"""


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane of a consumer and how far it was read. `xid` is a number."""

    lane: int
    xid: int
    id: int
    received_from: datetime


async def ensure_cursors(uow: UnitOfWork, consumer: str, *, from_now: bool = False) -> None:
    """Makes the sixteen cursors of a consumer when it has none, at the log's beginning or at its present end.

    A process asks once per workspace and consumer; what was rolled back is asked again.
    """
    known: set[tuple[str, str]] = uow.database.cache.setdefault("events.cursors", set())
    if (uow.workspace.key, consumer) in known:
        return
    start = "pg_snapshot_xmin(pg_current_snapshot())" if from_now else "'0'::xid8"
    await uow.execute(
        f"""insert into event_cursor (consumer, lane, xid, epoch)
          select $1, lane, {start}, $2 from generate_series(0, {LANES - 1}) lane
          where not exists (select from event_cursor where consumer = $1) on conflict do nothing""",
        consumer,
        uow.workspace.epoch,
    )
    uow.after_commit.append(lambda: known.add((uow.workspace.key, consumer)))


async def next_heads(uow: UnitOfWork, consumer: str, limit: int, *, from_now: bool = False) -> list[asyncpg.Record]:
    """The next events of a consumer, as `read_heads` gives them, from lanes this transaction now holds.

    Whoever has dealt with them calls `advance_lanes` in the same transaction.
    """
    await ensure_cursors(uow, consumer, from_now=from_now)
    return await read_heads(uow, await claim_lanes(uow, consumer), limit)


def records_of(heads: Sequence[Any], *, without: Sequence[str] = ()) -> dict[str, list[UUID]]:
    """The records these events are about, by object, in the order of their ids; `without`: types that count for nothing."""
    found: dict[str, set[UUID]] = {}
    for head in heads:
        if head["record"] is not None and head["object"] and head["type"] not in without:
            found.setdefault(head["object"], set()).add(head["record"])
    return {key: sorted(ids) for key, ids in found.items()}


async def log_held_back(uow: UnitOfWork) -> float:
    """For how many seconds what is in the log has waited for an older write, anywhere on the server, to end."""
    return await uow.fetchval(HELD_BACK)


async def claim_lanes(uow: UnitOfWork, consumer: str, limit: int = LANES) -> list[Lane]:
    """Lanes that have something to read and that no one else holds, now held by this transaction."""
    rows = await uow.fetch(CLAIM, consumer, limit)
    return [Lane(row["lane"], row["xid"], row["id"], row["received_from"]) for row in rows]


async def read_batch(uow: UnitOfWork, lanes: Sequence[Lane], limit: int) -> list[asyncpg.Record]:
    """The next events of these lanes, about `limit` in all, in order within each lane; columns as in the table."""
    return await _read(uow, READ, lanes, limit)


async def read_heads(uow: UnitOfWork, lanes: Sequence[Lane], limit: int) -> list[asyncpg.Record]:
    """As `read_batch`, without the data: what an event is about, for readers that let SQL look at the rest."""
    return await _read(uow, HEADS, lanes, limit)


async def _read(uow: UnitOfWork, sql: str, lanes: Sequence[Lane], limit: int) -> list[asyncpg.Record]:
    if not lanes:
        return []
    return await uow.fetch(sql, *lane_arguments(lanes), max(1, -(-limit // len(lanes))))


def lane_arguments(lanes: Sequence[Lane]) -> list[list[Any]]:
    """The four arrays by which SQL takes lanes: lane, xid as text, id, lower bound of `received_at`."""
    return [
        [lane.lane for lane in lanes],
        [str(lane.xid) for lane in lanes],
        [lane.id for lane in lanes],
        [lane.received_from for lane in lanes],
    ]


async def advance_lanes(uow: UnitOfWork, consumer: str, rows: Sequence[Any]) -> None:
    """Moves each lane to the last of these rows (ordered by lane, xid, id; each with `received_at`)."""
    last = {row["lane"]: row for row in rows}
    await uow.execute(
        ADVANCE,
        consumer,
        list(last),
        [str(row["xid"]) for row in last.values()],
        [row["id"] for row in last.values()],
        [row["received_at"] for row in last.values()],
    )


async def waiting(uow: UnitOfWork, consumer: str) -> bool:
    """Whether committed events stand beyond the cursors, those included that an older transaction holds back."""
    return await uow.fetchval(
        f"""select coalesce(bool_or((select true from event e where {BEYOND} order by e.xid, e.id limit 1)), false)
          from event_cursor c where c.consumer = $1""",
        consumer,
    )


async def begin_epoch(uow: UnitOfWork) -> None:
    """Lets whoever remembers something of this log see that it went back to an earlier state, its ids unchanged."""
    await uow.execute("update workspace_state set epoch = epoch + 1")
    await uow.execute("update event_cursor set epoch = epoch + 1")


async def reset_after_restore(uow: UnitOfWork) -> int:
    """Fits the log to a new cluster, whose transaction ids start anew; how many events were stamped.

    Run once after a dump was restored, before any reader. Old ids would lie above the new cluster's for years. Each
    event gets a small id that says only between which cursors of its lane it lay, and each cursor the id of its place:
    what a consumer had read stays read, what it had not comes next.
    """
    await uow.execute("update workspace_state set epoch = epoch + 1")
    stamped = await uow.execute(
        """update event e set xid = (3 + (select count(distinct (c.xid, c.id)) from event_cursor c
            where c.lane = e.lane and (c.xid, c.id) < (e.xid, e.id)))::text::xid8"""
    )
    await uow.execute(
        """update event_cursor c set epoch = epoch + 1, received_from = '-infinity', id = 9223372036854775807,
            xid = (3 + (select count(distinct (o.xid, o.id)) from event_cursor o
              where o.lane = c.lane and (o.xid, o.id) < (c.xid, c.id)))::text::xid8"""
    )
    return int(stamped.split()[-1])
