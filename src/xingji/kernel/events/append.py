"""Appending to the log inside a unit of work. Never notifies within the transaction and never changes an event.

The lane is a hash of the subject (the record, else the source, else the type), so that one reader at a time sees the
events of one subject, in order.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.envelope import RawData
from xingji.kernel.events.notifier import log_moved

Hook = Callable[[UnitOfWork, Sequence[NewEvent]], Awaitable[None]]
_hooks: dict[str, Hook] = {}

CAUSES = "events.causes"
"""Key of `uow.memo`: for records a rule acts on, the (event id, depth) that led here."""

FIRES = "events.fires"
"""Key of `uow.memo`: by record (None: all others) what an import was told it may set going; every event that follows
from it carries the same list as `fire`, so that a dispatch that was ticked sends no message that was not."""


def lane_expression(record: str, source: str, kind: str) -> str:
    """SQL of an event's lane, 0 to 15, from the SQL of its record, source and type."""
    return f"(hashtextextended(coalesce({record}::text, {source}, {kind}), 0) & 15)::smallint"


APPEND = f"""insert into event (lane, occurred_at, type, object, record, source, source_id, person, claimed,
    duration_sec, brand, mode, change, depth, cause, data)
  select {lane_expression("record", "source", "type")}, occurred_at, type, object, record, source, source_id, person,
    claimed, duration_sec, brand, $13, $14, depth, cause, data::jsonb
  from unnest($1::timestamptz[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::uuid[],
    $8::boolean[], $9::float8[], $10::text[], $11::smallint[], $12::bigint[], $15::text[]) with ordinality
    as t(occurred_at, type, object, record, source, source_id, person, claimed, duration_sec, brand, depth, cause,
      data, ord)
  order by ord returning id"""


def encode_data(data: Mapping[str, Any]) -> str:
    """JSON text of an event's data; what JSON does not know becomes text."""
    if isinstance(data, RawData):
        return data.text
    return msgspec.json.encode(data, enc_hook=str).decode()


def configure_append_hook(name: str, hook: Hook | None) -> None:
    """Lets a higher floor act on events in the transaction that appends them (a response stops its timers)."""
    if hook is None:
        _hooks.pop(name, None)
    else:
        _hooks[name] = hook


async def run_append_hooks(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Tells the higher floors of events just appended, in the same transaction."""
    for hook in _hooks.values():
        await hook(uow, events)


async def append_events(uow: UnitOfWork, events: Sequence[NewEvent]) -> list[int]:
    """Appends facts to the log, in one statement; their ids in the same order.

    Times default to `uow.now`, the person to the actor's; depth and cause to those of the rule that acts.
    Delivery keys (source and id) are kept but not compared: only `ingest` recognises a second delivery.
    """
    if not events:
        return []
    causes = uow.memo.get(CAUSES, {})
    columns = list(zip(*(_row(uow, event, causes) for event in events), strict=True))
    rows = await uow.fetch(APPEND, *columns[:12], uow.mode.value, uow.change, columns[12])
    log_moved(uow)
    await run_append_hooks(uow, events)
    return [row["id"] for row in rows]


Row = tuple[
    datetime, str, str | None, UUID | None, str | None, str | None, UUID | None, bool, float | None, str | None, int,
    int | None, str,
]  # fmt: skip


def _row(uow: UnitOfWork, event: NewEvent, causes: dict[UUID | None, tuple[int | None, int]]) -> Row:
    cause, depth = event.cause, event.depth
    if not depth:
        inherited, depth = causes.get(event.record, (uow.cause, uow.depth))
        cause = cause or inherited
    return (
        event.occurred_at or uow.now, event.type, event.object, event.record, event.source, event.id,
        event.person or uow.actor.person, event.claimed, event.duration_sec, event.brand, depth, cause,
        encode_data(_told(uow, event)),
    )  # fmt: skip


def _told(uow: UnitOfWork, event: NewEvent) -> Mapping[str, Any]:
    fires = uow.memo.get(FIRES)
    fire = fires.get(event.record, fires.get(None)) if fires else None
    return event.data if fire is None else {**event.data, "fire": fire}
