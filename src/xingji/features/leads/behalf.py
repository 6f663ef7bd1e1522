"""A command of the system in somebody's name: the same transaction, without the person's row scope.

Used where a command decides itself who may (picking from a pool, converting, dispatch); never for plain reads and writes.
"""

from dataclasses import replace

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork


def on_behalf(uow: UnitOfWork) -> UnitOfWork:
    """The unit of work as the system, with the person kept as the one who did it."""
    if uow.actor.kind == "system" and uow.actor.policy is None:
        return uow
    actor = Actor(
        kind="system", person=uow.actor.person, login=uow.actor.login, name=uow.actor.name, on_behalf=uow.actor.on_behalf
    )
    return replace(uow, actor=actor)
