"""Which database errors mean "run the unit of work again" and which that a rule is at fault; the latter is put out of order."""

from contextlib import suppress

import asyncpg

from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.db.database import SERVER_TROUBLE, STALE, UnitOfWork
from xingji.kernel.definitions.quarantine import quarantine


async def must_rerun(uow: UnitOfWork, error: asyncpg.PostgresError) -> bool:
    """Whether the unit of work itself was overtaken, or the server is in trouble: no rule is to blame for a full disk.

    A column nobody knows is a rule's fault unless a publish came by.
    """
    if isinstance(error, SERVER_TROUBLE):
        return True
    if not isinstance(error, STALE):
        return False
    if not isinstance(error, asyncpg.UndefinedColumnError):
        return True
    return await uow.fetchval("select definitions_rev from workspace_state") != uow.workspace.definitions_rev


async def put_out_of_order(uow: UnitOfWork, key: str, reason: Problem) -> None:
    """Quarantines a rule. One that was retired meanwhile needs it no more."""
    with suppress(XingjiError):
        await quarantine(uow, "rule", key, reason)
