"""The web application put together: Litestar behind the door, mounted applications, pages, all inside the edge."""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.di import Provide

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.database import Database
from xingji.kernel.http.edge import API, Asgi, Edge
from xingji.kernel.http.figures import ReadFigures, render
from xingji.kernel.http.guard import Door
from xingji.kernel.http.here import PUBLIC, TOKEN, Authenticate, Here, needs
from xingji.kernel.http.limits import Limits, limits_of_environment
from xingji.kernel.http.openapi import build_document
from xingji.kernel.http.pages import Pages
from xingji.kernel.http.problems import problem_of
from xingji.kernel.http.readiness import get_health, get_readiness


@dataclass(slots=True)
class Parts:
    """What the composition root hands in. `mounted`: applications by exact path, or by prefix when it ends in "/"."""

    authenticate: Authenticate
    require: Callable[[Actor, str], None]
    handlers: Sequence[Any] = ()
    mounted: Mapping[str, Asgi] = field(default_factory=dict)
    mounted_openapi: Sequence[Mapping[str, Any]] = ()
    figures: Sequence[ReadFigures] = ()
    ports: Any = None  # handed to handlers as `here.ports`


class WithoutRight(Exception):
    """A handler that does not say which right it needs."""


def build_shell(database: Database, parts: Parts, limits: Limits | None = None) -> Edge:
    """The whole web application on an open database. Raises: WithoutRight for a handler without `needs`."""
    limits = limits or limits_of_environment()
    door = Door(database, parts.authenticate, parts.require, limits)
    document: list[bytes] = []

    def provide_here(request: Request[Any, Any, Any]) -> Here:
        return Here(request, database, request.scope["state"].get("identity"), door, parts.ports)

    @get("/api/v1/openapi.json", opt=needs(PUBLIC), include_in_schema=False)
    async def get_openapi() -> Response[bytes]:
        if not document:
            document.append(msgspec.json.encode(build_document(handlers, dependencies, parts.mounted_openapi)))
        return Response(document[0], media_type="application/json", headers={"cache-control": "no-cache"})

    @get("/metrics", opt=needs(PUBLIC), include_in_schema=False)
    async def get_metrics() -> Response[bytes]:
        body = await render(database, parts.figures)
        return Response(body, media_type="text/plain; version=0.0.4")

    handlers = [*parts.handlers, get_health, get_readiness]
    dependencies = {"here": Provide(provide_here, sync_to_thread=False)}
    app = Litestar(
        route_handlers=[*handlers, get_openapi, get_metrics],
        dependencies=dependencies,
        guards=[door.guard],
        exception_handlers={Exception: answer_problem},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
    )
    _check_rights(app)
    edge = Edge(app, Pages(), parts.mounted, limits)
    edge.mounted_routes = [
        (method.upper(), path) for fragment in parts.mounted_openapi for path, item in fragment.items() for method in item
    ]
    return edge


def answer_problem(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Any exception of a handler as a problem document."""
    problem = problem_of(error, request.scope.get("state", {}).get("request_id"))
    return Response(
        problem.encoded(), status_code=problem.status, headers=problem.headers, media_type="application/problem+json"
    )


def routes_of(edge: Edge) -> list[tuple[str, str, str]]:
    """(method, path, right) of every route, the mounted ones with TOKEN, for tests that walk all of them."""
    found = [(method, path, TOKEN) for method, path in edge.mounted_routes]
    for route in edge.litestar.routes:  # type: ignore[attr-defined]
        for handler, _ in getattr(route, "route_handler_map", {}).values():
            methods = [str(method) for method in handler.http_methods if method != "OPTIONS"]
            found += [(method, route.path_format, handler.opt["needs"]) for method in methods]
    return sorted(found)


def _check_rights(app: Litestar) -> None:
    for route in app.routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method != "OPTIONS" and "needs" not in handler.opt:
                raise WithoutRight(f"{method} {route.path}: say opt=needs(…)")
            if not route.path.startswith(API):
                raise ValueError(f"{method} {route.path}: routes stand under /api/v1")


class LazyShell:
    """The ASGI application of a web process: opens the database when the server starts, closes it when it ends."""

    def __init__(self, open_database: Callable[[], Awaitable[Database]], build: Callable[[Database], Edge]) -> None:
        self._open = open_database
        self._build = build
        self._edge: Edge | None = None

    @property
    def edge(self) -> Edge | None:
        """The edge, once the server has started."""
        return self._edge

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Requests go to the edge; the server's lifespan opens and closes."""
        if scope["type"] != "lifespan":
            if self._edge is None:
                raise RuntimeError("the server did not run the lifespan")
            await self._edge(scope, receive, send)
            return
        database: Database | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    database = await self._open()
                    self._edge = self._build(database)
                except Exception as error:
                    await send({"type": "lifespan.startup.failed", "message": f"{type(error).__name__}: {error}"})
                    raise
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                with contextlib.suppress(Exception):
                    if database is not None:
                        await database.close()
                await send({"type": "lifespan.shutdown.complete"})
                return
