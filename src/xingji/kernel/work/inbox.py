"""A person's in-app inbox: reading and read state. Owns no writing of new rows (that is `notices`)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db.database import UnitOfWork


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


async def count_unread(uow: UnitOfWork, person: UUID) -> int:
    """How many rows of this person are unread."""
    return await uow.fetchval("select count(*) from inbox where person = $1 and read_at is null", person)
