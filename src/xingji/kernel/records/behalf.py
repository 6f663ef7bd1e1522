"""A command of the system in somebody's name: the same transaction, without the person's row scope.

Used where a command decides itself who may (picking from a pool, converting, dispatch); never for plain reads and writes.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.query import get_record


def on_behalf(uow: UnitOfWork) -> UnitOfWork:
    """The unit of work as the system, with the person kept as the one who did it."""
    if uow.actor.kind == "system" and uow.actor.policy is None:
        return uow
    actor = Actor(
        kind="system", person=uow.actor.person, login=uow.actor.login, name=uow.actor.name, on_behalf=uow.actor.on_behalf
    )
    return replace(uow, actor=actor)


async def reach_record(uow: UnitOfWork, object_key: str, record: UUID) -> dict[str, Any]:
    """The whole record as the system sees it, when the actor may read it: a command decides on facts its actor may be
    shown masked.

    Raises: `records.not_found`.
    """
    if uow.actor.policy is not None:
        await get_record(uow, object_key, record, ["id"])
    return dict(await get_record(on_behalf(uow), object_key, record))
