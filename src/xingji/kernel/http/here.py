"""What a handler gets: database, workspace, actor, and the way to run its command. Owns idempotency keys.

A key is claimed in the command's own transaction: a success is replayed, a failure leaves no trace and runs again, and
the same key with another body is refused.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec
from litestar import Request
from litestar.connection import ASGIConnection

from xingji.kernel.core.errors import ErrorKind, XingjiError, conflict, forbidden, invalid
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.http.limits import Limits

T = TypeVar("T")
PUBLIC = "public"
SIGNED_IN = "signed_in"
TOKEN = "token"  # routes mounted beside Litestar: a source's or an API token, checked by themselves
SESSION_COOKIE = "xingji_session"
_ETAG = re.compile(r'^(?:W/)?"(\d{1,9})"$')
_KEY_LONGEST = 200


class Identity(msgspec.Struct, frozen=True):
    """Who a request comes from. `key` tells callers apart for limits and idempotency; `csrf` only with a cookie."""

    workspace: str
    actor: Actor
    key: str
    csrf: str | None = None
    cookie: str | None = None


class Authenticate(Protocol):
    """Handed in by the composition root. Raises: unauthenticated refusals."""

    async def __call__(self, database: Database, cookie: str | None, bearer: str | None) -> Identity: ...


def needs(right: str, *, files: Sequence[str] = ()) -> dict[str, Any]:
    """The `opt` of a handler: PUBLIC, SIGNED_IN, or the workspace right it needs. A handler without it is refused.

    `files`: the media types of the file it answers with instead of JSON.
    """
    return {"needs": right, "files": tuple(files)} if files else {"needs": right}


def reads(right: str) -> dict[str, Any]:
    """The `opt` of a handler that changes nothing though its method could: open to who sees as another person."""
    return {"needs": right, "reads": True}


def credentials(connection: ASGIConnection[Any, Any, Any, Any]) -> tuple[str | None, str | None]:
    """(cookie, bearer token) of a request; a token goes before a cookie."""
    scheme, _, token = (connection.headers.get("authorization") or "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return None, token.strip()
    return connection.cookies.get(SESSION_COOKIE) or None, None


class Door(Protocol):
    """What a request was let in by."""

    limits: Limits
    authenticate: Authenticate
    require: Callable[[Actor, str], None]


class Here:
    """One request's surroundings. `identity` is None only in public handlers."""

    def __init__(
        self,
        request: Request[Any, Any, Any],
        database: Database,
        identity: Identity | None,
        door: Door,
        ports: Any,
    ) -> None:
        self.request = request
        self.database = database
        self.identity = identity
        self._door = door
        self.limits = door.limits
        self.ports = ports

    @property
    def signed_in(self) -> Identity:
        """The identity. Raises: `session.none`."""
        if self.identity is None:
            raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
        return self.identity

    @property
    def workspace(self) -> str:
        """Key of the workspace the session or token belongs to."""
        return self.signed_in.workspace

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.signed_in.actor

    def require(self, right: str) -> None:
        """Passes when the actor holds a further right. Raises: `access.right_missing`."""
        self._door.require(self.actor, right)

    async def actor_again(self) -> Actor:
        """The actor as of now, for streams that outlive a change of rights.

        Raises: `session.none`, also when the session has moved to another workspace; `token.unknown`.
        """
        cookie, bearer = credentials(self.request)
        identity = await self._door.authenticate(self.database, cookie, bearer)
        if identity.workspace != self.workspace:
            raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
        return identity.actor

    @property
    def request_id(self) -> str | None:
        """The id under which this request is logged."""
        return self.request.scope.get("state", {}).get("request_id")

    @property
    def ip(self) -> str | None:
        """The caller's address."""
        return self.request.client.host if self.request.client else None

    @property
    def if_match(self) -> int | None:
        """The version of If-Match. Raises: `http.bad_etag`."""
        text = self.request.headers.get("if-match")
        if text is None or text.strip() == "*":
            return None
        found = _ETAG.match(text.strip())
        if found is None:
            raise invalid("http.bad_etag", expected='"<version>"')
        return int(found[1])

    @staticmethod
    def etag(version: int) -> str:
        """The ETag of a version."""
        return f'"{version}"'

    async def read(self, command: Callable[[UnitOfWork], Awaitable[T]], **options: Any) -> T:
        """A command's result without regard to an Idempotency-Key: for reading, and for the steps of longer commands."""
        return await self._work(command, options)

    async def _work(self, command: Callable[[UnitOfWork], Awaitable[T]], options: dict[str, Any]) -> T:
        """Runs a command; one of somebody who sees as another person cannot write, whatever its route let through."""
        if self.identity is None or self.actor.seen_by is None:
            return await self.database.run(self.workspace, self.actor, command, **options)
        try:
            return await self.database.run(self.workspace, self.actor, command, **{**options, "read_only": True})
        except asyncpg.ReadOnlySQLTransactionError:
            raise forbidden("session.see_as_read_only", person=self.actor.name) from None

    async def run(self, command: Callable[[UnitOfWork], Awaitable[T]], **options: Any) -> T:
        """A writing command's result, in one unit of work; with an Idempotency-Key done once."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return await self._work(command, options)
        if not 0 < len(key) <= _KEY_LONGEST:
            raise invalid("http.bad_idempotency_key", longest=_KEY_LONGEST)
        digest = await self._digest()

        async def once(uow: UnitOfWork) -> Any:
            return await self._once(uow, key, digest, command)

        return await self._work(once, options)

    async def _digest(self) -> bytes:
        head = f"{self.request.method} {self.request.url.path}\n".encode()
        return hashlib.sha256(head + await self.request.body()).digest()

    async def _once(
        self, uow: UnitOfWork, key: str, digest: bytes, command: Callable[[UnitOfWork], Awaitable[Any]]
    ) -> Any:
        caller = self.signed_in.key
        # A second request with this key waits here until the first one has committed or failed.
        mine = await uow.fetchval(
            "insert into idempotency (actor, key, body_hash) values ($1, $2, $3) on conflict do nothing returning true",
            caller, key, digest,
        )  # fmt: skip
        if mine is None:
            row = await uow.fetchrow(
                "select body_hash, response from idempotency where actor = $1 and key = $2", caller, key
            )
            if row is None:
                raise conflict("http.idempotency_key_in_use")
            if row["body_hash"] != digest:
                raise invalid("http.idempotency_key_reused")
            self.request.scope.setdefault("state", {})["replayed"] = True
            return row["response"]["result"]
        result = await command(uow)
        stored = msgspec.to_builtins(result, enc_hook=_plain)
        await uow.execute(
            "update idempotency set status = 200, response = $3 where actor = $1 and key = $2",
            caller, key, {"result": stored},
        )  # fmt: skip
        return result


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
