"""Which database errors mean "run the unit of work again" and which mean that a rule is at fault. Decides, acts on none."""

import asyncpg

from xingji.kernel.db.database import STALE, UnitOfWork


async def must_rerun(uow: UnitOfWork, error: asyncpg.PostgresError) -> bool:
    """Whether the unit of work itself was overtaken. A column nobody knows is a rule's fault unless a publish came by."""
    if not isinstance(error, STALE):
        return False
    if not isinstance(error, asyncpg.UndefinedColumnError):
        return True
    return await uow.fetchval("select definitions_rev from workspace_state") != uow.workspace.definitions_rev
