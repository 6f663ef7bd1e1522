"""The one door of all Litestar handlers: who is it, may they, is the request their own (CSRF). Owns no rights itself."""

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from xingji.kernel.core.errors import ErrorKind, XingjiError, forbidden, not_found
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database
from xingji.kernel.http.here import PUBLIC, SIGNED_IN, Authenticate, Identity, credentials
from xingji.kernel.http.limits import Limits

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Door:
    """Built once per web process from what the composition root hands in."""

    def __init__(
        self, database: Database, authenticate: Authenticate, require: Callable[[Actor, str], None], limits: Limits
    ) -> None:
        self.database = database
        self.authenticate = authenticate
        self.require = require
        self.limits = limits

    async def guard(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        """Lets a request through to its handler, before its body is read.

        Raises: `session.none`, `access.right_missing`, `http.csrf`, `http.foreign_origin`, `http.rate_limited`,
        `session.see_as_read_only`.
        """
        right = handler.opt.get("needs")
        if right is None:
            raise not_found("http.no_such_route")
        unsafe = connection.scope["method"] not in SAFE_METHODS
        cookie, bearer = credentials(connection)
        if unsafe and not bearer:
            check_origin(connection.headers.get("origin"), connection.headers.get("host"))
        if right == PUBLIC:
            return
        identity = await self.identify(cookie, bearer)
        if unsafe and identity.csrf is not None:
            given = connection.headers.get("x-csrf-token") or ""
            if not secrets.compare_digest(given.encode(), identity.csrf.encode()):
                raise forbidden("http.csrf", remedy="send X-CSRF-Token with the value of GET /api/v1/session")
        if unsafe and identity.actor.seen_by is not None and not handler.opt.get("reads"):
            raise forbidden("session.see_as_read_only", person=identity.actor.name)
        if right != SIGNED_IN:
            self.require(identity.actor, right)
        connection.scope["state"]["identity"] = identity

    async def identify(self, cookie: str | None, bearer: str | None) -> Identity:
        """Who it is, within the caller's rate. Raises: `session.none`, `token.unknown`, `http.rate_limited`."""
        if not cookie and not bearer:
            raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
        identity = await self.authenticate(self.database, cookie, bearer)
        self.limits.spend(self.limits.token if bearer else self.limits.session, identity.key)
        return identity


def check_origin(origin: str | None, host: str | None) -> None:
    """Refuses a browser's write that another site's page caused. Raises: `http.foreign_origin`."""
    if origin and origin != "null" and urlsplit(origin).netloc.lower() == (host or "").lower():
        return
    if origin:
        raise forbidden("http.foreign_origin")
