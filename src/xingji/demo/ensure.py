"""Makes 砺澜流体装备(演示): packs, history, logins, intake tokens and a live morning. Existing data is left alone."""

import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from xingji.demo.history import write_history
from xingji.demo.morning import live_through_morning
from xingji.demo.plan import plan_history
from xingji.kernel import access
from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.core.settings import load_settings, packs_folder
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.definitions import install_pack
from xingji.kernel.work import load_calendar

log = logging.getLogger("xingji.demo")

WORKSPACE = "lilan"
NAME = "砺澜流体装备(演示)"
SIMULATORS = "127.0.0.1:8010"
SEED = 20_260_310
ZONE = ZoneInfo("Asia/Shanghai")
START = time(10)
TABLE_DAYS = 30  # the dispatch table came into force so many days before today

SIGN_INS = (
    ("shenruogu", "沈若谷 销售总监 director"),
    ("chengxiaolan", "程晓岚 销售主管 supervisor"),
    ("zhanglei", "张磊 资深销售顾问 rep"),
    ("zhangshenzhi", "章慎之 财务经理 finance"),
    ("tongxinyuan", "童心远 市场经理 marketing"),
    ("sunian", "苏念 销售运营 administrator"),
)


async def ensure_demo(database: Database) -> dict[str, Any]:
    """How to sign in: {"sign_in": [{login, password, role}], "sources": {source key: token}}."""
    if WORKSPACE not in await database.workspaces():
        if database.owner_url is None:
            raise RuntimeError("the demo is made with the owner's address")
        await create_workspace_schema(database.owner_url, WORKSPACE, NAME)
    async with database.work(WORKSPACE) as uow:
        demo = uow.workspace.settings.get("demo")
    if demo is None:
        demo = await _make(database)
    rows = [{"login": f"{key}@lilan.example", "password": demo["password"], "role": role} for key, role in SIGN_INS]
    return {"sign_in": rows, "sources": demo["sources"], "workspace": WORKSPACE}


async def _make(database: Database) -> dict[str, Any]:
    for pack in ("base", WORKSPACE):
        with at_simulators(packs_folder() / pack) as folder:
            report = await install_pack(database, WORKSPACE, SYSTEM, folder)
        log.info("pack %s: %d definitions", pack, len(report.published))
    async with database.work(WORKSPACE) as uow:
        calendar = await load_calendar(uow, "office")
        people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
        today = start_day(uow.now.astimezone(ZONE).date(), calendar)
    started = datetime.combine(today, START, tzinfo=ZONE)
    plan = plan_history(SEED, today, calendar)
    await write_history(database, WORKSPACE, plan, people, datetime.combine(today - timedelta(days=TABLE_DAYS), time(), tzinfo=ZONE))
    demo = {"password": secrets.token_urlsafe(9), "sources": await _tokens(database)}
    await _logins(database, people, demo["password"])
    await live_through_morning(database, WORKSPACE, started, people)
    async with database.work(WORKSPACE) as uow:
        # From here on the clock runs at normal speed, starting at T.
        await uow.execute(
            "update workspace_state set clock_fixed = null, clock_offset = $1::timestamptz - clock_timestamp(),"
            " settings = settings || $2",
            started,
            {"demo": demo, "public_url": public_url()},
        )
    log.info("demo starts at %s with %d leads", started.astimezone(UTC), len(plan.leads))
    return demo


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


def public_url() -> str:
    """Where links in messages lead: this demo's own address."""
    settings = load_settings()
    return f"http://{settings.host}:{settings.port}"


def start_day(today: date, calendar: WorkingCalendar) -> date:
    """The latest Tuesday up to today that is an ordinary working day."""
    day = today - timedelta(days=(today.weekday() - 1) % 7)
    while not calendar.hours_of(day):
        day -= timedelta(days=7)
    return day


async def _tokens(database: Database) -> dict[str, str]:
    tokens = {}
    async with database.work(WORKSPACE) as uow:
        sources = await uow.fetch("select key, document from definition where kind = 'source' and status = 'published'")
    for row in sources:
        if row["document"].get("via") in ("manual", "import"):
            continue
        name = row["document"]["name"]["zh"]
        _, tokens[row["key"]] = await access.create_token(database, WORKSPACE, "source", name, source=row["key"])
    return tokens


async def _logins(database: Database, people: dict[str, UUID], password: str) -> None:
    for key, role in SIGN_INS:
        login = await access.create_login(database, f"{key}@lilan.example", password, display=role.split()[0])
        await access.bind_person(database, login, WORKSPACE, people[key])
