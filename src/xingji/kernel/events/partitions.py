"""The log's upkeep: monthly partitions, made by the owner two months ahead and never dropped; old delivery keys, dropped."""

from datetime import date, timedelta

from xingji.kernel.db.database import Database

MONTHS_AHEAD = 2
KEYS_KEPT = timedelta(days=400)
"""How long a delivery is recognised; the event itself stays. Longer than a year, so that a yearly import is."""
KEYS_AT_ONCE = 10_000

# Keys are never changed, so they lie nearly in their order and the look for old ones ends early while there are any. It
# writes nothing until they are found: an open write would hold every reader of the log back.
FORGET = """delete from event_key where ctid = any (array(
  select ctid from event_key where received_at < now() - $1::interval limit $2))"""


async def ensure_partitions(database: Database, workspace: str) -> int:
    """Makes the partitions of this month and the next two; how many rows waited outside a partition and moved in."""
    schema = await database.schema_of(workspace)
    moved = 0
    async with database.owner() as connection:
        today = await connection.fetchval("select current_date")
        for month in _months(today):
            async with connection.transaction():
                await connection.execute("select set_config('search_path', $1, true)", schema)
                await connection.execute("set local lock_timeout = '2s'")
                moved += await connection.fetchval("select move_event_rest($1)", month)
    return moved


async def forget_event_keys(database: Database, workspace: str) -> int:
    """Drops some of the keys of deliveries older than `KEYS_KEPT`; how many, and 0 once none is left."""
    async with database.work(workspace) as uow:
        return int((await uow.execute(FORGET, KEYS_KEPT, KEYS_AT_ONCE)).split()[-1])


def _months(today: date) -> list[date]:
    first = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + MONTHS_AHEAD + 1)]
