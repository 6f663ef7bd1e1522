"""The composition root: the one file that knows every module. Owns no behaviour of its own."""

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from xingji.kernel import access
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.definitions import Ports, configure_kinds
from xingji.kernel.events import append_events
from xingji.kernel.http import Identity, LazyShell, Limits, Parts, build_shell
from xingji.kernel.work import OutboxLoop
from xingji.worker import Job, run_jobs

log = logging.getLogger("xingji.app")

# In the order in which documents build on each other.
KIND_PLACES = (
    ("xingji.kernel.records.kinds", "ObjectKind"),
    ("xingji.kernel.records.kinds", "ListViewKind"),
    ("xingji.kernel.access", "RoleKind"),
    ("xingji.kernel.work.kinds", "CalendarKind"),
    ("xingji.kernel.work.kinds", "ChannelKind"),
    ("xingji.kernel.metrics.kinds", "MetricKind"),
    ("xingji.features.leads.kinds", "SourceKind"),
    ("xingji.features.leads.kinds", "PoolKind"),
    ("xingji.features.leads.kinds", "DispatchKind"),
    ("xingji.kernel.rules.kinds", "RuleKind"),
)
ROUTE_PLACES = (
    "xingji.kernel.definitions.http",
    "xingji.kernel.definitions.packs_http",
    "xingji.kernel.access.session_http",
    "xingji.kernel.access.http",
    "xingji.kernel.records.http",
    "xingji.kernel.records.schema_http",
    "xingji.kernel.events.http",
    "xingji.kernel.metrics.http",
    "xingji.kernel.work.http",
    "xingji.kernel.rules.http",
    "xingji.features.leads.http",
)
MOUNTED_PLACES = ("xingji.features.leads.intake_asgi", "xingji.features.leads.asgi")

KINDS: dict[str, Any] = {}


def configure() -> None:
    """Joins the modules of this process; calling it again changes nothing."""
    access.configure(append_events)
    for place in KIND_PLACES:
        found = _optional(*place)
        if found is not None:
            kind = found()
            KINDS[kind.key] = kind
    changer = _optional("xingji.kernel.records.schema_changer", "SchemaChanger")
    configure_kinds(
        KINDS,
        Ports(
            append_events=append_events,
            audit=access.audit,
            save_people=access.save_people,
            schema_changers={"object": changer()} if changer else {},
        ),
    )


def create_app() -> LazyShell:
    """The ASGI application of a web process, from the environment's settings."""
    configure()
    return LazyShell(open_database, build_web)


# What a worker does in every workspace: where the function is, how often it looks when idle, whether the log wakes it.
JOB_PLACES = (
    ("xingji.kernel.rules", "run_rules_once", 0.5, True),
    ("xingji.kernel.rules", "run_timers_once", 0.2, False),
    ("xingji.kernel.definitions", "run_queued_schema_changes", 0.3, True),
    ("xingji.kernel.access", "seal_audit", 20.0, False),
    ("xingji.kernel.events", "ensure_partitions", 3600.0, False),
    ("xingji.kernel.work", "refresh_calendars", 3600.0, False),
)


async def run_worker(stop: asyncio.Event) -> None:
    """All of a worker's loops, until `stop` is set."""
    configure()
    jobs = [
        Job(name, in_work(run) if name == "refresh_calendars" else run, every, wakes)
        for module, name, every, wakes in JOB_PLACES
        if (run := _optional(module, name)) is not None
    ]
    jobs += [Job(*job) for job in _optional("xingji.features.leads", "JOBS") or ()]
    database = await open_database()
    outbox = OutboxLoop(database)
    try:
        await run_jobs(database, jobs, stop, [stop_with(stop, outbox)])
    finally:
        await database.close()


async def stop_with(stop: asyncio.Event, outbox: OutboxLoop) -> None:
    """Run the outbox until `stop` is set; what is being sent then is finished."""
    running = asyncio.create_task(outbox.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    outbox.stop()
    stopping.cancel()
    await running


def in_work(run: Callable[[UnitOfWork], Awaitable[Any]]) -> Callable[[Database, str], Awaitable[int]]:
    """A job from a function of one unit of work; it never asks to be called again at once."""

    async def job(database: Database, workspace: str) -> int:
        async with database.work(workspace) as uow:
            await run(uow)
        return 0

    return job


async def open_database() -> Database:
    """The database this process was told of. Raises RuntimeError when it was told of none."""
    settings = load_settings()
    url = settings.app_database_url or settings.database_url
    if url is None:
        raise RuntimeError("set XINGJI_APP_DATABASE_URL or XINGJI_DATABASE_URL")
    return await Database.connect(url, settings.database_url)


def build_web(database: Database, limits: Limits | None = None) -> Any:
    """The whole web application on an open database; `configure` has run."""
    handlers = [handler for place in ROUTE_PLACES for handler in _optional(place, "ROUTES") or ()]
    mounted: dict[str, Any] = {}
    fragments: list[Mapping[str, Any]] = []
    events_asgi = _optional("xingji.kernel.events.asgi", "events_asgi")
    if events_asgi is not None:
        mounted["/api/v1/events"] = events_asgi(database, lambda headers: event_writer(database, headers))
        fragments.append(_optional("xingji.kernel.events.asgi", "routes_openapi")())
    for place in MOUNTED_PLACES:
        routes = _optional(place, "asgi_routes")
        if routes is not None:
            mounted |= routes(database)
            fragments.append(_optional(place, "routes_openapi")())
    parts = Parts(authenticate, access.require, handlers, mounted, fragments)
    return build_shell(database, parts, limits)


async def authenticate(database: Database, cookie: str | None, bearer: str | None) -> Identity:
    """Who a cookie or a bearer token stands for. Raises: `session.none`, `token.unknown`."""
    if bearer is not None:
        actor, token = await access.actor_of_token(database, bearer)
        return Identity(token.workspace, actor, f"token:{token.id}")
    actor, session = await access.actor_of_session(database, cookie)
    workspace = session.workspace or ""
    return Identity(workspace, actor, f"login:{session.login}", session.csrf, cookie)


async def event_writer(database: Database, headers: Mapping[str, str]) -> tuple[str, Actor]:
    """Workspace and actor of a request that brings events. Raises: unauthenticated and forbidden refusals."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
    identity = await authenticate(database, None, token.strip())
    access.require(identity.actor, "events.write")
    return identity.workspace, identity.actor


def _optional(module: str, name: str) -> Any:
    """A part by name, or None while it does not exist."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as missing:
        log.debug("%s.%s is not there: %s", module, name, missing)
        return None
