"""The composition root: the one file that knows every module. Owns no behaviour of its own."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from xingji.connectors import mcp
from xingji.connectors.simulators import Simulators, start_simulators
from xingji.features.approvals import http as approvals_http
from xingji.features.approvals.ask import reopen_changed
from xingji.features.approvals.kinds import ApprovalFlowKind
from xingji.features.approvals.votes import tell_overdue
from xingji.features.audits import http as audits_http
from xingji.features.audits.draw import draw_once
from xingji.features.audits.kinds import AuditPlanKind
from xingji.features.coach import http as coach_http
from xingji.features.coach.diligence import find_patterns
from xingji.features.coach.register import MonitoringKind
from xingji.features.daily import http as daily_http
from xingji.features.daily.effective import ENTRIES
from xingji.features.daily.kinds import DailyKind
from xingji.features.daily.propose import propose_once
from xingji.features.diagnosis import http as diagnosis_http
from xingji.features.followups import FollowUpKind, rules_of_templates
from xingji.features.leads import ASSIGNMENTS, JOBS, collisions_http, forget_assigned, row_masks, say_assigned
from xingji.features.leads import asgi as leads_asgi
from xingji.features.leads import http as leads_http
from xingji.features.leads.actions import ACTIONS
from xingji.features.leads.assign import pool_many
from xingji.features.leads.kinds import DispatchKind, PoolKind, SourceKind
from xingji.features.leads.recognition.normalise import company_key
from xingji.features.leads.touches import Touch, record_touch
from xingji.features.mining import http as mining_http
from xingji.features.process import http as process_http
from xingji.features.process.evidence import flag_taken_back
from xingji.features.process.follows import rules_that_follow
from xingji.features.process.gate import PROCESS_GATE, pin_playbooks, tell_moves, without_playbooks
from xingji.features.process.health_job import CONSUMER as HEALTH
from xingji.features.process.health_job import age_health, follow_health
from xingji.features.process.kinds import PlaybookKind
from xingji.features.process.reminders import forget_reminders, remind_actions
from xingji.features.process.reports import http as reports_http
from xingji.features.process.reports.coverage_kind import CoverageKind
from xingji.features.radar import http as radar_http
from xingji.features.radar.job import CONSUMER as RADAR
from xingji.features.radar.job import follow_risks, sweep_risks
from xingji.features.radar.kinds import RiskKind
from xingji.founding import http as founding_http
from xingji.founding import run_foundings
from xingji.kernel import access, records
from xingji.kernel.access import http as access_http
from xingji.kernel.access import session_http
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import Actor, DefinitionKind
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.definitions import (
    Ports,
    configure_kinds,
    packs_http,
    recheck_published,
    run_queued_schema_changes,
)
from xingji.kernel.definitions import http as definitions_http
from xingji.kernel.events import (
    append_events,
    configure_append_hook,
    configure_brands,
    ensure_partitions,
    forget_event_keys,
    patiently,
)
from xingji.kernel.events import http as events_http
from xingji.kernel.events.asgi import events_asgi
from xingji.kernel.events.asgi import routes_openapi as events_openapi
from xingji.kernel.events.live import configure_live
from xingji.kernel.events.notifier import log_moved
from xingji.kernel.events.reader import log_held_back
from xingji.kernel.events.tail import end_of_log
from xingji.kernel.http import Identity, LazyShell, Limits, Parts, build_shell
from xingji.kernel.metrics import LogFacts, MetricKind, configure_log
from xingji.kernel.metrics import http as metrics_http
from xingji.kernel.metrics.heat import CONSUMER as KEPT_DAYS
from xingji.kernel.metrics.heat import keep_heat_days
from xingji.kernel.records import conditions_http, formulas_http, imports_http, reveal_http, schema_http, views_http
from xingji.kernel.records import http as records_http
from xingji.kernel.records.bulk import COMMANDS, Command
from xingji.kernel.records.import_similar import configure_name_key
from xingji.kernel.records.kinds import FormKind, GuidanceKind, ListViewKind, ObjectKind
from xingji.kernel.records.known import count_values, fill_known
from xingji.kernel.rules import configure_actions, forget_marks, run_rules_once, run_timers_once, stop_timers_of
from xingji.kernel.rules import http as rules_http
from xingji.kernel.rules.derived import configure_derived
from xingji.kernel.rules.environment import rule_env
from xingji.kernel.rules.kinds import RuleKind
from xingji.kernel.work import (
    CalendarKind,
    ChannelKind,
    OutboxLoop,
    count_unread,
    forget_held,
    forget_messages,
    refresh_calendars,
    release_once,
    watch_inbox,
    withdraw_change,
)
from xingji.kernel.work import http as work_http
from xingji.kernel.work.gone import close_work_of_gone
from xingji.worker import Job, run_jobs

log = logging.getLogger("xingji.app")

# Every HTTP route of Litestar, floor by floor.
ROUTES = [
    *session_http.ROUTES,
    *access_http.ROUTES,
    *definitions_http.ROUTES,
    *packs_http.ROUTES,
    *schema_http.ROUTES,
    *records_http.ROUTES,
    *conditions_http.ROUTES,
    *formulas_http.ROUTES,
    *views_http.ROUTES,
    *reveal_http.ROUTES,
    *imports_http.ROUTES,
    *events_http.ROUTES,
    *work_http.ROUTES,
    *metrics_http.ROUTES,
    *rules_http.ROUTES,
    *leads_http.ROUTES,
    *collisions_http.ROUTES,
    *diagnosis_http.ROUTES,
    *founding_http.ROUTES,
    *process_http.ROUTES,
    *approvals_http.ROUTES, *daily_http.ROUTES, *mining_http.ROUTES,
    *radar_http.ROUTES, *coach_http.ROUTES, *reports_http.ROUTES, *audits_http.ROUTES,
]
KINDS: dict[str, Any] = {}


def configure() -> None:
    """Joins the modules of this process; calling it again changes nothing."""
    access.configure(append_events)
    configure_actions(ACTIONS)
    records.configure_row_masks("pools", row_masks)
    records.configure_undo(withdraw_change, ASSIGNMENTS)
    conditions_http.configure_place("rule", rule_env)
    configure_derived("playbook", rules_that_follow)
    configure_derived("follow_up", rules_of_templates)
    COMMANDS["pool"] = Command("lead", ("pool", "owner"), pool_many)
    configure_name_key(lambda name: company_key(name).full)
    configure_append_hook("timers", stop_timers_of)
    configure_append_hook("ownership", say_assigned)
    configure_append_hook("taken_back", forget_assigned)
    configure_append_hook("gone", close_work_of_gone)
    configure_append_hook("process", tell_moves)
    configure_append_hook("process.evidence", flag_taken_back)
    configure_append_hook("approvals", reopen_changed)
    if fill_known not in records.STAMPS:
        records.STAMPS.append(fill_known)
    configure_log(ENTRIES)
    configure_log(LogFacts("values", {"zh": "填入的字段值", "en": "Values filled in"}, "spared", {"zh": "没有人手填", "en": "Nobody typed it"}, {}, count_values))
    if PROCESS_GATE not in records.GATES:
        records.GATES.append(PROCESS_GATE)
        records.STAMPS.append(pin_playbooks)
        records.SPARES.update({PROCESS_GATE.ask: without_playbooks, pin_playbooks: without_playbooks})
    configure_brands(brands_of)
    configure_live(readable, {"inbox": watch_inbox})
    # In the order in which documents build on each other.
    kinds: tuple[DefinitionKind, ...] = (
        ObjectKind(), ListViewKind(), FormKind(), GuidanceKind(), access.RoleKind(records.check_condition), CalendarKind(), ChannelKind(), MetricKind(),
        SourceKind(), PoolKind(), DispatchKind(), RuleKind(), ApprovalFlowKind(), PlaybookKind(),
        DailyKind(), RiskKind(), MonitoringKind(), CoverageKind(), AuditPlanKind(), FollowUpKind(),
    )  # fmt: skip
    KINDS.update({kind.key: kind for kind in kinds})
    configure_kinds(
        KINDS,
        Ports(
            append_events=append_events,
            audit=access.audit,
            save_people=access.save_people,
            look_up=access.known_keys,
            holders=access.holders,
            wake=log_moved,
            schema_changers={"object": records.SchemaChanger()},
        ),
    )


async def readable(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    """The versions of those records the reader may see, for the live stream."""
    try:
        found = await records.get_records(uow, object_key, ids, [])
    except XingjiError:
        return {}
    return {UUID(str(record["id"])): record["version"] for record in found}


async def brands_of(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The brands of records, for events from outside that name no brand."""
    try:
        found = await records.get_records(uow, object_key, ids, ["brand"])
    except XingjiError:
        return {}
    return {UUID(str(record["id"])): record["brand"] for record in found if record["brand"]}


def create_app() -> LazyShell:
    """The ASGI application of a web process, from the environment's settings."""
    configure()
    return LazyShell(open_database, build_web)


async def open_database() -> Database:
    """The database this process was told of. Raises RuntimeError when it was told of none."""
    settings = load_settings()
    url = settings.app_database_url or settings.database_url
    if url is None:
        raise RuntimeError("set XINGJI_APP_DATABASE_URL or XINGJI_DATABASE_URL")
    return await Database.connect(url, settings.database_url)


def build_web(database: Database, limits: Limits | None = None) -> Any:
    """The whole web application on an open database; `configure` has run."""
    mounted: dict[str, Any] = {}
    mounted["/api/v1/events"] = events_asgi(database, lambda headers: event_writer(database, headers))
    mounted |= leads_asgi.asgi_routes(database)
    mounted["/mcp"] = mcp.mcp_asgi(database, lambda headers: token_holder(database, headers), log_touch)
    fragments = [events_openapi(), leads_asgi.routes_openapi(), mcp.routes_openapi()]
    parts = Parts(
        authenticate, access.require, ROUTES, mounted, fragments, [read_figures], SimpleNamespace(unread=count_unread, log_end=end_of_log)
    )
    return build_shell(database, parts, limits)


async def authenticate(database: Database, cookie: str | None, bearer: str | None) -> Identity:
    """Who a cookie or a bearer token stands for. Raises: `session.none`, `token.unknown`."""
    if bearer is not None:
        actor, token = await access.actor_of_token(database, bearer)
        return Identity(token.workspace, actor, f"token:{token.id}")
    actor, session = await access.actor_of_session(database, cookie)
    workspace = session.workspace or ""
    return Identity(workspace, actor, f"login:{session.login}", session.csrf, cookie)


async def token_holder(database: Database, headers: Mapping[str, str]) -> tuple[str, Actor]:
    """Workspace and actor of a request that brings an API token. Raises: unauthenticated refusals."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise XingjiError("session.none", ErrorKind.UNAUTHENTICATED)
    identity = await authenticate(database, None, token.strip())
    return identity.workspace, identity.actor


async def log_touch(uow: UnitOfWork, lead: UUID, given: Mapping[str, Any]) -> dict[str, Any]:
    """A touch of a lead as the caller's word, for connectors."""
    touch = Touch(str(given.get("kind")), answered=bool(given.get("answered")), text=str(given.get("text") or ""))
    return await record_touch(uow, lead, touch)


async def event_writer(database: Database, headers: Mapping[str, str]) -> tuple[str, Actor]:
    """Workspace and actor of a request that brings events. Raises: unauthenticated and forbidden refusals."""
    workspace, actor = await token_holder(database, headers)
    access.require(actor, "events.write")
    return workspace, actor


async def read_figures(database: Database) -> dict[str, float]:
    """How the work stands over all workspaces, for /metrics."""
    totals = {"xingji_outbox_waiting": 0.0, "xingji_outbox_dead": 0.0, "xingji_timers_overdue": 0.0, "xingji_receipts_refused": 0.0}
    held_back = 0.0
    for workspace in await database.workspaces():
        async with database.work(workspace, read_only=True) as uow:
            row = await uow.fetchrow(
                """select (select count(*) from outbox where status in ('waiting', 'sending')) as xingji_outbox_waiting,
                  (select count(*) from outbox where status = 'dead') as xingji_outbox_dead,
                  (select count(*) from (select 1 from timer where due <= $1 limit 10000) t) as xingji_timers_overdue,
                  (select count(*) from receipt where status = 'refused') as xingji_receipts_refused""",
                uow.now,
            )
            held_back = max(held_back, await log_held_back(uow))
        for name in totals:
            totals[name] += row[name]
    return {**totals, "xingji_oldest_write_seconds": held_back}


async def run_worker(stop: asyncio.Event) -> None:
    """All of a worker's loops, until `stop` is set."""
    configure()
    database = await open_database()
    beside = [stop_with(stop, OutboxLoop(database)), run_foundings(database, stop)]
    if os.environ.get("XINGJI_SIMULATORS"):
        beside.append(run_simulators(stop))
    try:
        await run_jobs(database, jobs(), stop, beside)
    finally:
        await database.close()


def jobs() -> list[Job]:
    """What a worker does in every workspace, how often when idle, and whether the log wakes it."""
    return [
        Job("run_rules_once", run_rules_once, 0.5, True),
        Job("run_timers_once", run_timers_once, 0.2),
        Job("release_notices", release_once, 1.0),
        Job("tell_overdue_approvals", tell_overdue, 5.0),
        Job("propose_focus", propose_once, 5.0),
        Job("follow_health", patiently(follow_health, HEALTH), 1.0),
        Job("age_health", age_health, 15.0),
        Job("remind_actions", remind_actions, 20.0),
        Job("follow_risks", patiently(follow_risks, RADAR), 1.0),
        Job("sweep_risks", sweep_risks, 10.0),
        Job("find_patterns", find_patterns, 60.0),
        Job("draw_audits", draw_once, 15.0),
        Job("keep_heat_days", patiently(keep_heat_days, KEPT_DAYS), 1.0),
        *(Job(*job) for job in (*JOBS, *records.JOBS)),
        Job("run_queued_schema_changes", run_queued_schema_changes, 0.3),
        Job("recheck_published", recheck_once(), 5.0),
        Job("seal_audit", access.seal_audit, 20.0),
        Job("ensure_partitions", ensure_partitions, 3_600.0),
        Job("refresh_calendars", in_work(refresh_calendars), 3_600.0),
        Job("forget_event_keys", forget_event_keys, 86_400.0),
        Job("forget_keys", in_work(forget_keys), 3_600.0),
        Job("forget_marks", in_work(forget_marks), 3_600.0),
        Job("forget_messages", in_work(forget_messages), 3_600.0),
        Job("forget_held", in_work(forget_held), 3_600.0),
        Job("forget_reminders", in_work(forget_reminders), 3_600.0),
    ]


async def stop_with(stop: asyncio.Event, outbox: OutboxLoop) -> None:
    """Run the outbox until `stop` is set; what is being sent then is finished."""
    running = asyncio.create_task(outbox.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([running, stopping], return_when=asyncio.FIRST_COMPLETED)
    outbox.stop()
    stopping.cancel()
    await running


async def run_simulators(stop: asyncio.Event) -> None:
    """The simulated chat platforms of the demo at XINGJI_SIMULATORS, unless another worker has the address."""
    host, _, port = os.environ["XINGJI_SIMULATORS"].rpartition(":")
    try:
        running: Simulators | None = await start_simulators(host or "127.0.0.1", int(port), smtp_port=int(port) + 1)
    except OSError as error:
        log.info("the simulators run elsewhere: %s", error)
        running = None
    await stop.wait()
    if running is not None:
        await running.stop()


def in_work(run: Callable[[UnitOfWork], Awaitable[Any]]) -> Callable[[Database, str], Awaitable[int]]:
    """A job from a function of one unit of work; it never asks to be called again at once."""

    async def job(database: Database, workspace: str) -> int:
        async with database.work(workspace) as uow:
            await run(uow)
        return 0

    return job


def recheck_once() -> Callable[[Database, str], Awaitable[int]]:
    """A job that looks over what is in force once per process and workspace: this release may see more than the last."""
    seen: set[str] = set()

    async def job(database: Database, workspace: str) -> int:
        if workspace in seen:
            return 0
        async with database.work(workspace) as uow:
            changed = await recheck_published(uow)
        seen.add(workspace)
        if changed:
            log.warning("definitions looked over", extra={"workspace": workspace, "changed": changed})
        return 0

    return job


async def forget_keys(uow: UnitOfWork) -> None:
    """Drops idempotency keys of more than two days ago."""
    await uow.execute("delete from idempotency where at < now() - interval '2 days'")
