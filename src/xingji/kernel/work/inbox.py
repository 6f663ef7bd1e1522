"""A person's in-app inbox: reading and read state. Owns no writing of new rows (that is `notices`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db.database import UnitOfWork

# The ids begin with the milliseconds of their making (UUIDv7): fifteen seconds back by the index on the id.
RECENT = """select id, person from inbox
  where id >= (lpad(to_hex((date_part('epoch', now() - interval '15 seconds') * 1000)::bigint), 12, '0')
    || '70000000000000000000')::uuid"""


async def list_inbox(
    uow: UnitOfWork,
    person: UUID,
    *,
    unread: bool = False,
    kind: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Rows of one person, newest first, behind the position `after` (time and id of the last row seen)."""
    rows = await uow.fetch(
        "select id, at, kind, urgency, title, body, object, record, rule, data, read_at from inbox"
        " where person = $1 and (not $2 or read_at is null) and ($3::text is null or kind = $3)"
        " and ($4::timestamptz is null or (at, id) < ($4, $5::uuid)) order by at desc, id desc limit $6",
        person,
        unread,
        kind,
        after[0] if after else None,
        after[1] if after else None,
        limit,
    )
    return [dict(row) for row in rows]


async def mark_read(uow: UnitOfWork, person: UUID, ids: Sequence[UUID] | None = None) -> int:
    """Marks rows of this person as read, all without `ids`; how many were unread."""
    tag = await uow.execute(
        "update inbox set read_at = $2 where person = $1 and read_at is null and ($3::uuid[] is null or id = any($3))",
        person,
        uow.now,
        list(ids) if ids is not None else None,
    )
    return int(tag.rpartition(" ")[2])


async def settle_notices(uow: UnitOfWork, people: Sequence[UUID], kind: str, about: Mapping[str, str], of: Sequence[UUID] | None = None) -> None:
    """Marks these people's urgent notices of a kind about something as read: there is nothing left to do.

    Their own; with `of`, those that tell them of one of these others (`data.of`).
    """
    await uow.execute(
        "update inbox set read_at = $4 where person = any($1) and read_at is null and kind = $2 and urgency = 'strong' and data @> $3::jsonb"
        " and case when $5::text[] is null then not data ? 'of' else data ->> 'of' = any($5) end",
        list(people), kind, dict(about), uow.now, None if of is None else [str(one) for one in of],
    )  # fmt: skip


async def count_unread(uow: UnitOfWork, person: UUID) -> int:
    """How many rows of this person are unread."""
    return await uow.fetchval("select count(*) from inbox where person = $1 and read_at is null", person)


async def unread_by_kind(uow: UnitOfWork, person: UUID) -> dict[str, int]:
    """How many rows of this person are unread, by kind."""
    rows = await uow.fetch(
        "select kind, count(*) as n from inbox where person = $1 and read_at is null group by kind order by n desc, kind", person
    )
    return {row["kind"]: row["n"] for row in rows}


async def watch_inbox(uow: UnitOfWork, seen: frozenset[UUID] | None) -> tuple[frozenset[UUID], set[UUID]]:
    """For the live stream: the rows of the last seconds, and the persons of those not in `seen`.

    The window is longer than any transaction that writes notices, so that a row that commits late is not skipped.
    """
    rows = await uow.fetch(RECENT)
    ids = frozenset(row["id"] for row in rows)
    if seen is None:
        return ids, set()
    return ids, {row["person"] for row in rows if row["id"] not in seen}
