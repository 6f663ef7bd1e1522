"""Whether the tables stand at this release. Owns no migration: `xingji migrate` makes what is missing."""

from pathlib import Path

import asyncpg

from xingji.kernel.db.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
CURRENT = ("migrated", None, None)


def earlier_revisions(branch: str) -> frozenset[str]:
    """The revisions of a branch before this release's own. One we do not know is of a later release, which may run beside us."""
    files = sorted((MIGRATIONS / branch / "versions").glob("[0-9]*.py"))
    return frozenset(f"{branch}_{file.name[:4]}" for file in files[:-1])


async def schema_behind(database: Database) -> str | None:
    """The first schema whose tables are older than this release; None, from then on without a question, when there is none."""
    if CURRENT in database.cache:
        return None
    if await _is_behind(database, "xingji", "control"):
        return "xingji"
    for key in await database.workspaces():
        schema = await database.schema_of(key)
        if await _is_behind(database, schema, "workspace"):
            return schema
    database.cache[CURRENT] = True  # nothing leads back, and a workspace founded later is made as this release wants it
    return None


async def _is_behind(database: Database, schema: str, branch: str) -> bool:
    try:
        stands_at = await database.pool.fetchval(f'select version_num from "{schema}".schema_version')
    except asyncpg.UndefinedTableError:
        return True
    return stands_at is None or stands_at in earlier_revisions(branch)
