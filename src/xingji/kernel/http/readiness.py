"""What a balancer and a supervisor ask: does this process live, and may it be sent requests.

Owns the word that the process is about to stop. Living never touches the database: restarting every process because the
database is away helps nobody.
"""

import asyncio

from litestar import get

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.db.database import Database
from xingji.kernel.db.revisions import schema_behind
from xingji.kernel.http.here import PUBLIC, Here, needs

PATIENCE = 2.0
ASKED = ("readiness", None, None)


class Stopping:
    """Said once by whoever ends this process, before it stops listening."""

    said = False


@get("/healthz", opt=needs(PUBLIC), tags=["system"], operation_id="GetHealth")
async def get_health() -> dict[str, str]:
    """Whether this process lives. Asks nobody."""
    return {"status": "ok"}


@get("/readyz", opt=needs(PUBLIC), tags=["system"], operation_id="GetReadiness")
async def get_readiness(here: Here) -> dict[str, str]:
    """Whether this process can do its work: it is not stopping, its database answers and stands at this release.

    Raises: `ready.stopping`, `ready.not_migrated`, `database.unavailable`.
    """
    if Stopping.said:
        raise XingjiError("ready.stopping", ErrorKind.UNAVAILABLE, retry_after=1)
    asked = here.database.cache.get(ASKED)
    if asked is None or asked.done():
        asked = here.database.cache[ASKED] = asyncio.create_task(_ask(here.database))
    # Not cancelled: the driver would ask a silent server to cancel too, and wait for that. The next to come waits for it.
    await asyncio.wait({asked}, timeout=PATIENCE)
    if not asked.done():
        raise XingjiError("database.unavailable", ErrorKind.UNAVAILABLE, retry_after=PATIENCE)
    if (behind := asked.result()) is not None:
        raise XingjiError(
            "ready.not_migrated", ErrorKind.UNAVAILABLE, retry_after=5, remedy="run xingji migrate", schema=behind
        )
    return {"status": "ready"}


async def _ask(database: Database) -> str | None:
    await database.pool.fetchval("select 1")
    return await schema_behind(database)
