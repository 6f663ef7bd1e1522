"""Makes both demo organisations: packs, history, logins, intake tokens and a live morning. Existing data is left alone."""

import logging
import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from xingji.demo.history import write_history
from xingji.demo.morning import live_through_morning
from xingji.demo.organisations import BOTH, HESHI, LILAN, ORGANISATIONS, Organisation, trade_of
from xingji.kernel import access
from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.definitions import install_pack
from xingji.kernel.work import load_calendar

log = logging.getLogger("xingji.demo")

SIMULATORS = "127.0.0.1:8010"
ZONE = ZoneInfo("Asia/Shanghai")
START = time(10)
Say = Callable[[str], None]
"""Told what begins, for whoever waits at the terminal."""
TABLE_DAYS = 30  # the dispatch table came into force so many days before today


async def ensure_demo(database: Database, say: Say = log.info) -> dict[str, Any]:
    """How to sign in: {"sign_in": [{login, password, role}], "sources": {source key: token}, "workspace"}."""
    rows, first = [], None
    for organisation in ORGANISATIONS:
        demo = await _ensure(database, organisation, say)
        first = first or demo
        rows += [
            {"login": organisation.login(key), "password": demo["password"], "role": f"{organisation.name} {role}"}
            for key, role in organisation.sign_ins
        ]
    await _let_into_both(database)
    return {"sign_in": rows, "sources": (first or {})["sources"], "workspace": LILAN.key}


async def _ensure(database: Database, organisation: Organisation, say: Say) -> dict[str, Any]:
    if organisation.key not in await database.workspaces():
        if database.owner_url is None:
            raise RuntimeError("the demo is made with the owner's address")
        say(f"{organisation.name}: tables 建表")
        await create_workspace_schema(database.owner_url, organisation.key, organisation.name)
    async with database.work(organisation.key) as uow:
        demo = uow.workspace.settings.get("demo")
    return demo or await _make(database, organisation, say)


async def _make(database: Database, organisation: Organisation, say: Say) -> dict[str, Any]:
    workspace = organisation.key
    for pack in ("base", workspace):
        say(f"{organisation.name}: pack 定义包 {pack}")
        with at_simulators(packs_folder() / pack) as folder:
            report = await install_pack(database, workspace, SYSTEM, folder)
        log.info("pack %s: %d definitions", pack, len(report.published))
    async with database.work(workspace) as uow:
        calendar, office = await load_calendar(uow, organisation.calendar), await load_calendar(uow, "office")
        rows = await uow.fetch("select p.key, p.id, p.roles, u.key as unit from person p left join unit u on u.id = p.unit order by p.key")
        people = {row["key"]: row["id"] for row in rows}
        today = start_day(uow.now.astimezone(ZONE).date(), office)
    started = datetime.combine(today, START, tzinfo=ZONE)
    say(f"{organisation.name}: history 历史")
    owners: dict[str, list[str]] = {}
    for row in rows:
        if "guide" in row["roles"]:
            owners.setdefault(row["unit"], []).append(row["key"])
    plan = organisation.plan(trade_of(workspace), owners, started, calendar)
    await write_history(database, workspace, plan, people, datetime.combine(today - timedelta(days=TABLE_DAYS), time(), tzinfo=ZONE))
    if organisation.lay_in is not None:
        await organisation.lay_in(database, workspace, people, started)
    demo = {"password": secrets.token_urlsafe(9), "sources": await _tokens(database, workspace)}
    await _logins(database, organisation, people, demo["password"])
    say(f"{organisation.name}: this morning 今天上午")
    await live_through_morning(database, workspace, started, organisation.morning)
    async with database.work(workspace) as uow:
        # From here on the clock runs at normal speed, starting at T.
        await uow.execute(
            "update workspace_state set clock_fixed = null, clock_offset = $1::timestamptz - clock_timestamp(),"
            " settings = settings || $2",
            started,
            {"demo": demo, "template": {"key": None, "size": "m"}},
        )
    log.info("demo starts at %s with %d leads", started.astimezone(UTC), len(plan.leads))
    return demo


async def _let_into_both(database: Database) -> None:
    """One person of the first organisation is a person of the second too, and switches between them."""
    name, person = BOTH
    async with database.control() as control:
        login = await control.fetchval("select id from login where email = $1", name)
        held = await control.fetchval("select 1 from membership where login = $1 and workspace = $2", login, HESHI.key)
    if held:
        return
    async with database.work(HESHI.key) as uow:
        found = await uow.fetchval("select id from person where key = $1", person)
    await access.bind_person(database, login, HESHI.key, found)


@contextmanager
def at_simulators(pack: Path) -> Iterator[Path]:
    """The pack's folder, its channels pointed at where this demo's simulators listen (XINGJI_SIMULATORS)."""
    place = os.environ.get("XINGJI_SIMULATORS", SIMULATORS)
    if place == SIMULATORS:
        yield pack
        return
    _, _, port = place.rpartition(":")
    with tempfile.TemporaryDirectory(prefix="xingji-pack-") as folder:
        for file in pack.glob("*.yaml"):
            text = file.read_text("utf-8").replace(SIMULATORS, place).replace("port: 8011", f"port: {int(port) + 1}")
            (Path(folder) / file.name).write_text(text, "utf-8")
        yield Path(folder)


def start_day(today: date, calendar: WorkingCalendar) -> date:
    """The latest Tuesday up to today that is an ordinary working day."""
    day = today - timedelta(days=(today.weekday() - 1) % 7)
    while not calendar.hours_of(day):
        day -= timedelta(days=7)
    return day


async def _tokens(database: Database, workspace: str) -> dict[str, str]:
    tokens = {}
    async with database.work(workspace) as uow:
        sources = await uow.fetch("select key, document from definition where kind = 'source' and status = 'published'")
    for row in sources:
        if row["document"].get("via") in ("manual", "import"):
            continue
        name = row["document"]["name"]["zh"]
        _, tokens[row["key"]] = await access.create_token(database, workspace, "source", name, source=row["key"])
    return tokens


async def _logins(database: Database, organisation: Organisation, people: dict[str, UUID], password: str) -> None:
    for key, role in organisation.sign_ins:
        login = await access.create_login(database, organisation.login(key), password, display=role.split()[0])
        await access.bind_person(database, login, organisation.key, people[key])
