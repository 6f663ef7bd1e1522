"""A served demo organisation on a clock that stands still until told otherwise, and somebody in front of a browser."""

import asyncio
import base64
import concurrent.futures
import hmac
import http.cookies
import json
import os
import re
import shutil
import struct
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
from playwright.sync_api import Locator, Page, expect

from conftest import Addresses
from serving import Served

ROOT = Path(__file__).resolve().parents[1]
WORKSPACE = "lilan"
PASSWORD = "Xingji-2026-demo"
OPENING = datetime(2026, 3, 10, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Tuesday; the office is open 8:30-12:00
PEOPLE = ("zhanglei", "chengxiaolan", "shenruogu", "sunian", "zhangshenzhi", "tongxinyuan", "gongweixin", "feiqingru", "niezheng", "maliqun", "shijingyuan")
SOURCES = {"web_quote": "询价页", "web_form": "表单页", "douyin": "抖音"}  # and what their tokens are for
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = os.environ.get("XINGJI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), BROWSERS[0])
AXE = ROOT / "web/node_modules/axe-core/axe.min.js"


@dataclass
class Office:
    """The running organisation: where it answers, how its clock moves, how leads reach it."""

    served: Served
    addresses: Addresses
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.served.base_url

    def advance(self, to: str) -> None:
        """What `xingji clock advance` does: "+15m" or "2026-03-10 10:20"."""
        apart(advance(self.addresses, to))

    def post_lead(self, source: str, **fields: Any) -> dict[str, Any]:
        """A lead over the intake of a source; the receipt."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/intake/{self.tokens[source]}",
            data=json.dumps(fields).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def cookies_of(self, person: str) -> list[dict[str, Any]]:
        """The cookies of somebody signed in, for a browser context; one sign-in a person serves all tests."""
        if person not in self.sessions:
            body = json.dumps({"login": f"{person}@lilan.example", "password": PASSWORD}).encode()
            headers = {"content-type": "application/json"}
            request = urllib.request.Request(f"{self.url}/api/v1/sign-in", data=body, headers=headers)
            with urllib.request.urlopen(request, timeout=20) as answer:
                given = http.cookies.SimpleCookie("; ".join(answer.headers.get_all("set-cookie") or []))
            self.sessions[person] = [
                {"name": name, "value": morsel.value, "url": self.url, "httpOnly": True, "sameSite": "Lax"}
                for name, morsel in given.items()
                if morsel.value and name.lower() not in ("path", "samesite")
            ]
        return self.sessions[person]

    def without_second_factor(self, person: str) -> None:
        """The login asks for its password alone again."""

        async def forget() -> None:
            connection = await asyncpg.connect(self.addresses.owner_url)
            try:
                await connection.execute(
                    "update xingji.login set totp_secret = null where email = $1", f"{person}@lilan.example"
                )
            finally:
                await connection.close()

        apart(forget())

    def fill(self, count: int) -> None:
        """That many leads of the past, straight through the write path; no rule, clock or message."""
        apart(fill_with_past_leads(self.addresses, count))


async def advance(addresses: Addresses, to: str) -> None:
    from xingji import app
    from xingji.commands.workspaces import moment_of
    from xingji.kernel.db import Database
    from xingji.kernel.rules import advance_clock

    app.configure()
    database = await Database.connect(addresses.app_url, addresses.owner_url, max_size=4)
    try:
        async with database.work(WORKSPACE, read_only=True) as uow:
            moment = moment_of(to, uow.now, uow.workspace.zone)
        await advance_clock(database, WORKSPACE, moment)
    finally:
        await database.close()


def one_time_code(secret: str) -> str:
    """The six digits of RFC 6238 for now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def apart(coroutine: Any) -> Any:
    """Runs a coroutine to its end on a loop of its own thread."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


async def furnish(addresses: Addresses) -> dict[str, str]:
    """The workspace with its packs, logins and source tokens; the tokens by source."""
    from xingji import app
    from xingji.kernel import access
    from xingji.kernel.core.protocols import SYSTEM
    from xingji.kernel.db import Database
    from xingji.kernel.db.migrate import create_workspace_schema
    from xingji.kernel.definitions import install_pack

    app.configure()
    await create_workspace_schema(addresses.owner_url, WORKSPACE, "砺澜流体装备(演示)")
    database = await Database.connect(addresses.app_url, addresses.owner_url, max_size=4)
    try:
        for pack in ("base", WORKSPACE):
            await install_pack(database, WORKSPACE, SYSTEM, ROOT / "packs" / pack)
        async with database.work(WORKSPACE) as uow:
            people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
            await uow.execute("update workspace_state set clock_fixed = $1, clock_offset = '0'", OPENING)
        for key in PEOPLE:
            login = await access.create_login(database, f"{key}@lilan.example", PASSWORD, display=key)
            await access.bind_person(database, login, WORKSPACE, people[key])
        made = {
            source: await access.create_token(database, WORKSPACE, "source", purpose, source=source)
            for source, purpose in SOURCES.items()
        }
        return {source: token for source, (_, token) in made.items()}
    finally:
        await database.close()


ASK = """async ([method, path, body]) => {
  const session = await (await fetch('/api/v1/session')).json()
  const headers = {'content-type': 'application/json', 'x-csrf-token': session.csrf}
  const answer = await fetch(path, {method, headers, ...(body === null ? {} : {body: JSON.stringify(body)})})
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text ? JSON.parse(text) : null
}"""


def wounds(page: Page) -> list[str]:
    """What axe-core finds wrong: rule, element."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
        ".then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 160))]))"
    )
    return [f"{rule}: {json.dumps(nodes[:3], ensure_ascii=False)}" for rule, nodes in found]


# A machine that is busy with other things is slow, never wrong: what is expected may take its time.
PATIENCE = 20.0
expect.set_options(timeout=PATIENCE * 1000)


def eventually(page: Page, read: Callable[[], Any], wanted: Any) -> None:
    """Reads again and again until it is what is wanted (or, given a function, until that says yes)."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = read()
        if (wanted(found) if callable(wanted) else found == wanted) or time.monotonic() > deadline:
            break
        page.wait_for_timeout(50)
    assert wanted(found) if callable(wanted) else found == wanted, found


PLACE = """async element => {
  element.scrollIntoView({block: 'nearest', inline: 'nearest'})
  let before = ''
  for (let same = 0; same < 3;) {
    await new Promise(requestAnimationFrame)
    const {x, y, width, height} = element.getBoundingClientRect()
    const now = [x, y, width, height].join()
    same = now === before ? same + 1 : 0
    before = now
  }
  const {x, y, width, height} = element.getBoundingClientRect()
  return {x, y, width, height}
}"""


def place_of(locator: Locator) -> dict[str, float]:
    """Where something stands once it is in view and has come to rest: x, y, width, height."""
    return locator.evaluate(PLACE)


def drag(page: Page, grip: Locator, place: Locator, x: float, y: float, over: str = "") -> None:
    """Drags by mouse to a point of a place; lets go when it is announced that this is over the place named so."""
    place_of(place)
    start, end = place_of(grip), place.bounding_box()
    assert end is not None
    page.mouse.move(start["x"] + 6, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(end["x"] + x % end["width"], end["y"] + y % end["height"], steps=8)  # below zero: from the far edge
    expect(page.locator("[id^=DndLiveRegion]")).to_contain_text(f"移到了「{over}")
    page.mouse.up()
    page.wait_for_timeout(100)  # the click that ends a drag is swallowed, and with it any other of the next 50 ms


def look(page: Page, name: str) -> None:
    """A picture for whoever wants to see: only with XINGJI_LOOK set to a folder."""
    if folder := os.environ.get("XINGJI_LOOK"):
        page.wait_for_timeout(300)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def choose(box: Locator, text: str) -> None:
    """Picks from a searching select by keys, as wherever its list is drawn: types, waits for the option, takes it."""
    page = box.page
    box.click()
    box.fill(text)
    expect(page.locator(".ant-select-item-option-active", has_text=text)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)")).to_have_count(0)


def take_back(page: Page, said: str) -> None:
    """Presses the undo of the notice that says this, not of another one."""
    page.locator(".xj-toast", has_text=said).get_by_role("button", name="撤销", exact=True).click()


def publish(page: Page, why: str = "浏览器测试") -> None:
    """Publishes what stands in the studio's editor, with a reason, and waits until it is in force."""
    page.get_by_role("button", name="发布", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("为什么改")).fill(why)
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已在所有页面生效")).to_be_visible()


@dataclass
class Visitor:
    """Somebody in front of a browser of their own."""

    page: Page
    office: Office
    errors: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        self.page.goto(self.office.url + path)

    def settles(self) -> None:
        """The page has its data and nothing is on its way."""
        self.page.wait_for_selector("h1", state="attached")
        expect(self.page.locator(".xj-bones")).to_have_count(0)

    def asks(self, method: str, path: str, body: Any = None) -> Any:
        """What the interface answers this person, asked by the page itself; raises on a refusal."""
        return self.page.evaluate(ASK, [method, path, body])

    def signs_in(self, person: str, password: str = PASSWORD) -> None:
        self.page.locator("input[autocomplete=username]").fill(f"{person}@lilan.example")
        self.page.locator("input[type=password]").fill(password)
        self.page.locator("button[type=submit]").click()


Visit = Callable[..., Visitor]


async def fill_with_past_leads(addresses: Addresses, count: int) -> None:
    """Leads of the days before the opening, oldest last."""
    from xingji import app
    from xingji.kernel.core.protocols import SYSTEM
    from xingji.kernel.db import Database
    from xingji.kernel.db.database import Mode
    from xingji.kernel.records import Change, write

    app.configure()
    database = await Database.connect(addresses.app_url, None, max_size=2)
    try:
        async with database.work(WORKSPACE, SYSTEM, mode=Mode.HISTORY) as uow:
            names = [f"历史客户{n:04d}有限公司(演示)" for n in range(count)]
            values = [
                {"name": "演示", "company": name, "source": "web_form", "channel": "web_form", "intent": "C"}
                for name in names
            ]
            await write(uow, [Change("create", "lead", values=value) for value in values])
    finally:
        await database.close()


async def past_deals(
    office: Office, deals: dict[str, tuple[str, str, dict[str, Any]]], customer: str = "苏州卓汇精密机械(演示)"
) -> dict[str, str]:
    """Deals of 张磊 from the old system, checked, with a customer and two contacts: {key: (name, stage, more values)}; ids by key."""
    from xingji import app
    from xingji.kernel.core.protocols import SYSTEM
    from xingji.kernel.db import Database
    from xingji.kernel.db.database import Mode
    from xingji.kernel.records import Change, write

    app.configure()
    database = await Database.connect(office.addresses.app_url, None, max_size=2)
    try:
        async with database.work(WORKSPACE, SYSTEM, mode=Mode.HISTORY) as uow:
            rep = str(await uow.fetchval("select id from person where key = 'zhanglei'"))
            of = (await write(uow, [Change("create", "customer", values={"name": customer, "owner": rep})])).ids[0]
            people = [("周志远", "decision_maker", "总经理"), ("王雪", "buyer", "采购经理")]
            values = [{"name": name, "role": role, "title": title, "customer": str(of), "owner": rep} for name, role, title in people]
            await write(uow, [Change("create", "contact", values=each) for each in values])
            base = {"customer": str(of), "owner": rep, "amount": 36_000_000, "expected_close_at": "2026-04-20", "unverified": False}
            values = [{**base, "name": name, "stage": stage, **more} for name, stage, more in deals.values()]
            made = await write(uow, [Change("create", "deal", values=each) for each in values])
            return {key: str(id) for key, id in zip(deals, made.ids, strict=True)}
    finally:
        await database.close()
