"""From a cookie or a bearer token to the actor. Owns nothing but this way; every request comes through here."""

from xingji.kernel.access.actors import actor_for_person
from xingji.kernel.access.logins import SessionRow, session_of
from xingji.kernel.access.see_as import seen_actor
from xingji.kernel.access.tokens import TokenRow, token_of
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Database


async def actor_of_session(database: Database, cookie: str | None) -> tuple[Actor, SessionRow]:
    """The actor of a session cookie. Raises: `session.none`, `session.no_workspace`."""
    session = await session_of(database, cookie) if cookie else None
    if session is None:
        raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
    if session.workspace is None or session.person is None:
        raise XingjiError("session.no_workspace", ErrorKind.FORBIDDEN)
    async with database.work(session.workspace) as uow:
        own = await actor_for_person(uow, session.person, login=session.login)
        return await seen_actor(uow, own, session), session


async def actor_of_token(database: Database, token: str) -> tuple[Actor, TokenRow]:
    """The actor of an API token: its person's rights within the token's scopes. Raises: `token.unknown`."""
    row = await token_of(database, token, "api")
    if row is None or row.person is None:
        raise XingjiError("token.unknown", ErrorKind.UNAUTHENTICATED)
    async with database.work(row.workspace) as uow:
        return await actor_for_person(uow, row.person, scopes=row.scopes), row


async def source_of_token(database: Database, token: str) -> TokenRow:
    """The intake source a token stands for (workspace and source key). Raises: `token.unknown`."""
    row = await token_of(database, token, "source")
    if row is None or row.source is None:
        raise XingjiError("token.unknown", ErrorKind.UNAUTHENTICATED)
    return row
