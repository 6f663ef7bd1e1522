"""For whom something new came into the inbox since the last look: what the live stream tells. Never reads the texts."""

from typing import Any
from uuid import UUID

from xingji.kernel.db.database import UnitOfWork

# A row may be committed after one with a younger id: each look goes back this far, and tells each row once.
BACK_MILLISECONDS = 30_000

Seen = frozenset[UUID]


async def inbox_news(uow: UnitOfWork, mark: Any) -> tuple[tuple[UUID, Seen] | None, set[UUID]]:
    """(mark for the next look, persons with something new); the first look, with mark None, only finds the end."""
    newest = await uow.fetchval("select id from inbox order by id desc limit 1")
    if newest is None:
        return (UUID(int=0), frozenset()), set()
    floor = UUID(int=max(0, (newest.int >> 80) - BACK_MILLISECONDS) << 80)
    rows = await uow.fetch("select id, person from inbox where id >= $1", max(floor, mark[0]) if mark else floor)
    seen: Seen = mark[1] if mark else frozenset(row["id"] for row in rows)
    new = {row["person"] for row in rows if row["id"] not in seen}
    return (floor, frozenset(row["id"] for row in rows)), new
