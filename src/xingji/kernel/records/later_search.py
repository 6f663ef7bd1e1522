"""Search tokens of records stored without them: filled in after the commit, by the first change or by a worker.

Tokens and their index are the dearest part of a new record, and nobody searches within the first moments. A record
without tokens carries one mark; the first change of an indexed field, or by a person, writes them, and this reader of
the log sees to the rest.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import advance_lanes, next_heads, pace_of
from xingji.kernel.records.schema import ObjectType, load_schema, quoted
from xingji.kernel.records.search_tokens import UNSEARCHED, tagged
from xingji.kernel.records.store import searched_fields

CONSUMER = "search"
# Readers whose answer to a new record is mostly a change of it, which brings the tokens along: they go first.
FIRST = "rules"
PATIENCE = 30.0
"""Seconds after which a record gets its tokens though those readers have not come to it."""

PLACES = """select date_part('epoch', clock_timestamp()) as at, c.lane, c.xid::text::bigint as xid, c.id
  from (select) one left join event_cursor c on c.consumer = $1"""


async def fill_search_once(database: Database, workspace: str) -> int:
    """Gives the next new records their tokens; how many events were passed."""
    limit = pace_of(database, workspace, CONSUMER).limit

    async def command(uow: UnitOfWork) -> int:
        heads = await next_heads(uow, CONSUMER, limit)
        ripe = await _ripe(uow, heads) if heads else []
        if not ripe:
            return 0
        await fill_search(uow, ripe)
        await advance_lanes(uow, CONSUMER, ripe)
        return len(ripe)

    return await database.run(workspace, SYSTEM, command)


async def _ripe(uow: UnitOfWork, heads: Sequence[Any]) -> list[Any]:
    """Of each lane the events up to where the readers that go first are, or that have waited long enough."""
    places = await uow.fetch(PLACES, FIRST)
    late = places[0]["at"] - PATIENCE
    passed = {row["lane"]: (row["xid"], row["id"]) for row in places if row["lane"] is not None}
    found: list[Any] = []
    closed: set[int] = set()
    for head in heads:
        lane = head["lane"]
        open_to = passed.get(lane)
        if lane in closed:
            continue
        if open_to is None or (head["xid"], head["id"]) <= open_to or head["received_at"].timestamp() < late:
            found.append(head)
        else:
            closed.add(lane)
    return found


async def fill_search(uow: UnitOfWork, heads: Sequence[Any]) -> int:
    """Writes the tokens of the new records among these events that have none; how many records."""
    objects = (await load_schema(uow)).objects
    count = 0
    for key in sorted({head["object"] for head in heads if head["object"] in objects}):
        ids = [head["record"] for head in heads if head["object"] == key and head["type"] == f"{key}.created"]
        if ids:
            count += await _fill_object(uow, objects[key], ids)
    return count


async def _fill_object(uow: UnitOfWork, kind: ObjectType, ids: list[UUID]) -> int:
    fields = searched_fields(kind)
    named = "".join(f", r.{quoted(str(spec.column))}" for spec in fields)
    rows = await uow.fetch(
        f"{uow.mark()}select r.id{named} from {kind.table} r where r.id = any ($1) and r.search = '{{{UNSEARCHED}}}'"
        " order by r.id for update",
        ids,
    )
    if not rows:
        return 0
    tokens = []
    for row in rows:
        values = [(spec, spec.kind.render(spec, row[str(spec.column)])) for spec in fields]
        found = [token for spec, value in values if value for token in tagged(spec.key, spec.kind.tokens(value))]
        tokens.append({"id": row["id"], "search": found})
    # No new version and no event: nobody's data changes.
    await uow.execute(
        f"{uow.mark()}update {kind.table} t set search = s.search"
        " from jsonb_to_recordset($1) as s(id uuid, search text[]) where t.id = s.id",
        tokens,
    )
    return len(rows)
