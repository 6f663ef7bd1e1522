"""Monthly partitions of the log, made by the owner two months ahead. Never drops one."""

from datetime import date

from xingji.kernel.db.database import Database

MONTHS_AHEAD = 2


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


def _months(today: date) -> list[date]:
    first = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first + MONTHS_AHEAD + 1)]
