"""Seeing as another person: a session looks through somebody's policy for a while, and changes nothing meanwhile.

Owns the session's `seeing`; the policy is that person's own, compiled as for themselves. Every start and end is audited
under who looks. Writes are refused at the door, and by the database: such units of work are read-only.
"""

import hashlib
from dataclasses import replace
from uuid import UUID

from xingji.kernel.access.actors import actor_for_person
from xingji.kernel.access.audit import audit
from xingji.kernel.access.logins import SessionRow
from xingji.kernel.access.policy import require
from xingji.kernel.core.errors import XingjiError, conflict, forbidden
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Database, UnitOfWork

RIGHT = "see_as"


async def seen_actor(uow: UnitOfWork, own: Actor, session: SessionRow) -> Actor:
    """The actor of a session: the person it sees as, as long as its own person may; else its own."""
    if session.seeing is None or own.policy is None or not own.policy.may(RIGHT):
        return own
    try:
        other = await actor_for_person(uow, session.seeing, login=session.login)
    except XingjiError:
        return own  # has left meanwhile
    return replace(other, seen_by=own.person)


async def start_seeing(database: Database, workspace: str, actor: Actor, cookie: str, person: UUID, ip: str | None) -> Actor:
    """The session sees as that person from now on. Raises: `person.unknown`, `session.see_as_self`, `session.see_as_beyond`."""
    require(actor, RIGHT)
    if person == actor.person:
        raise conflict("session.see_as_self")
    async with database.work(workspace, actor) as uow:
        other = await actor_for_person(uow, person)
        if actor.brands is not None and (other.brands is None or not set(other.brands) <= set(actor.brands)):
            raise forbidden("session.see_as_beyond", person=other.name, who="admin")
        await audit(uow, "session.see_as_started", object_key="person", record=person, ip=ip, name=other.name)
    await _set(database, cookie, person)
    return other


async def stop_seeing(database: Database, workspace: str, actor: Actor, cookie: str, ip: str | None) -> None:
    """The session is its own person's again."""
    await _set(database, cookie, None)
    if actor.seen_by is not None:
        async with database.work(workspace, actor) as uow:
            await audit(uow, "session.see_as_ended", object_key="person", record=actor.person, ip=ip, name=actor.name)


async def _set(database: Database, cookie: str, person: UUID | None) -> None:
    async with database.control() as control:
        digest = hashlib.sha256(cookie.encode()).digest()
        await control.execute("update session set seeing = $2 where id = $1 and ended_at is null", digest, person)
