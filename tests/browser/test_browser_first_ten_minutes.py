"""The first ten minutes in a real browser: from a messy workbook to five findings, a rule, a lead and the morning page.

Clicks are asserted, seconds are printed beside the plan and fail only at ten times.
"""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from browser_office import OPENING, PASSWORD, Office, apart, eventually
from conftest import Addresses
from xingji.demo.workbook import messy_workbook

EMPTY = "firstvisit"
OWNER = "owner@firstvisit.example"
BOOK = messy_workbook(21, date(2026, 3, 10), rows=240)
PLAN = {"drop": 5, "recognise": 75, "preview": 60, "import": 15, "diagnosis": 75, "sleepers": 75, "reminder": 75, "dispatch": 75, "phone": 60, "morning": 60}


@dataclass
class Watch:
    """Clicks and seconds of each step."""

    page: Page
    clicks: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    step: str = ""
    begun: float = 0.0

    def begin(self, step: str) -> None:
        self.end()
        self.step, self.begun = step, time.monotonic()
        self.clicks[step] = 0

    def end(self) -> None:
        if self.step:
            self.seconds[self.step] = time.monotonic() - self.begun

    def click(self, selector: str) -> None:
        self.clicks[self.step] += 1
        self.page.locator(selector).click()


async def make_empty(addresses: Addresses) -> None:
    """A workspace with the base pack, one person who leads, and nothing else."""
    from xingji import app
    from xingji.founding.create import create_workspace
    from xingji.kernel import access
    from xingji.kernel.db import Database

    app.configure()
    database = await Database.connect(addresses.app_url, addresses.owner_url, max_size=3)
    try:
        await create_workspace(database, EMPTY, "初见设备(演示)")
        async with database.work(EMPTY) as uow:
            await uow.execute("update workspace_state set clock_fixed = $1, clock_offset = '0'", OPENING)
            made = await access.save_people(uow, {"persons": [{"key": "owner", "name": "贺山", "roles": ["director", "admin"]}]})
        login = await access.create_login(database, OWNER, PASSWORD, display="贺山")
        await access.bind_person(database, login, EMPTY, made["owner"])
    finally:
        await database.close()


@pytest.fixture(scope="module")
def visitor(office: Office, chromium: Browser) -> Iterator[Watch]:
    apart(make_empty(office.addresses))
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce", accept_downloads=True)
    context.set_default_timeout(30_000)
    context.add_init_script("localStorage.setItem('xingji.language', 'zh-CN')")
    yield Watch(context.new_page())
    context.close()


def test_the_first_ten_minutes(office: Office, visitor: Watch):
    page, watch, errors = visitor.page, visitor, []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda answer: errors.append(f"{answer.status} {answer.url} {answer.text()[:300]}") if answer.status >= 400 and "session" not in answer.url else None)
    page.goto(f"{office.url}/sign-in")
    page.locator("input[autocomplete=username]").fill(OWNER)
    page.locator("input[type=password]").fill(PASSWORD)
    watch.begin("drop")
    page.locator("button[type=submit]").click()
    expect(page.locator("[data-drop]")).to_contain_text("把你的客户表拖进来(不用改格式)")

    watch.begin("recognise")
    page.locator("[data-drop] input[type=file]").set_input_files({"name": "客户跟进表.xlsx", "mimeType": "application/octet-stream", "buffer": BOOK.content})
    expect(page.locator(".xj-import[data-step=map] h1")).to_contain_text(f"{len(BOOK.rows) + BOOK.broken} 行")
    assert page.locator("[data-question]").count() <= 3
    expect(page.locator("[data-column='工作表'] select")).to_have_value("owner")
    expect(page.locator("[data-column='手机'] select")).to_have_value("contacts.mobile")

    watch.begin("preview")
    watch.click("[data-next]")
    twins = sum(truth.twin_of is not None for truth in BOOK.rows)
    expect(page.locator("[data-counts]")).to_have_attribute("data-counts", counted(new=len(BOOK.rows) - twins, same=twins, error=BOOK.broken))
    mend = page.locator(".xj-import-row__mend input").first
    mend.fill("13700000001")
    mend.press("Enter")
    expect(page.locator("[data-counts]")).to_have_attribute("data-counts", counted(error=BOOK.broken - 1))

    watch.begin("import")
    watch.click("[data-next]")
    expect(page.locator("[data-import=done]")).to_be_visible(timeout=100_000)
    expect(page.locator("[data-import=done]")).to_contain_text(f"{len(BOOK.rows) + BOOK.broken} / {len(BOOK.rows) + BOOK.broken} 行")

    watch.begin("diagnosis")
    watch.click("[data-go=diagnosis]")
    expect(page.locator("[data-figure]")).to_have_count(5)
    for figure in ("overdue", "collided", "stepless", "top3"):
        said = int(page.locator(f"[data-figure={figure}]").get_attribute("data-count") or 0)
        page.locator(f"[data-figure={figure}] a.xj-figure__go").click()
        expect(page.locator("h1")).to_contain_text(str(said) if said < 1000 else "1,000")
        page.go_back()
        expect(page.locator("[data-figure]")).to_have_count(5)

    watch.begin("sleepers")
    watch.click("[data-figure=dormant] button")
    expect(page.locator("[data-sleeper] .xj-sleeper__note").first).not_to_be_empty()
    watch.click("[data-pick-ten]")
    watch.click("[data-wake]")
    expect(page.locator("[data-chat]")).to_contain_text("@")
    eventually(page, lambda: page.locator("[data-chat]").inner_text().count("· "), 10)

    watch.begin("reminder")
    watch.click("[data-go=remind]")
    watch.click("[data-dry-run]")
    expect(page.locator("[data-dry-result]")).to_be_visible()
    expect(page.locator("[data-silences]")).to_be_visible()
    watch.click("[data-switch-on]")
    expect(page.locator("[data-switch-on]")).to_have_text("已开启")

    watch.begin("dispatch")
    watch.click("[data-go=dispatch]")
    expect(page.locator(".xj-drafted li").first).to_be_visible()
    watch.click("[data-use-table]")
    expect(page.locator("[data-form]")).to_have_attribute("href", re.compile("^/"))
    address = page.locator("[data-form]").get_attribute("href")
    assert page.evaluate("src => fetch(src).then(answer => answer.headers.get('content-type'))", page.locator(".xj-qr img").get_attribute("src")) == "image/svg+xml"
    phone = page.context.browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="zh-CN")  # type: ignore[union-attr]
    form = phone.new_page()
    form.goto(f"{office.url}{address}")
    form.locator("input[name=name]").fill("吴女士")
    form.locator("input[name=company]").fill("江苏新来机械有限公司")
    form.locator("input[name=mobile]").fill("13912340000")
    form.locator("input[name=consent]").check()
    form.locator("button").click()
    expect(form.locator("[role=status]")).to_contain_text("已收到")
    phone.close()
    arrived = page.locator(".xj-arrived")
    expect(arrived).to_contain_text("江苏新来机械有限公司")
    expect(arrived).to_contain_text("派给了")
    expect(arrived).to_contain_text("为什么给他")

    watch.begin("phone")
    watch.click("[data-go=phone]")
    expect(page.locator("[data-focus]")).to_have_count(3)
    expect(page.locator("[data-focus] .xj-say").first).not_to_be_empty()
    page.locator("[data-focus] input").first.fill("约好周四上门看现场")
    page.locator("[data-focus] button").first.click()
    expect(page.locator("[data-focus]", has_text="约好周四上门看现场")).to_have_count(1)

    watch.begin("morning")
    watch.click("[data-go=morning]")
    expect(page.locator("[data-morning] [data-change]").first).to_be_visible()
    expect(page.locator("[data-invite]")).to_have_count(6)
    page.locator("[data-invite] input").first.fill("13800138999")
    page.locator("[data-invite] button").first.click()
    expect(page.locator("[data-invite] code")).to_have_count(1)
    watch.click("[data-undo-import]")
    expect(page.locator(".xj-toast", has_text="已撤销").first).to_be_visible()
    watch.end()

    for step, seconds in watch.seconds.items():
        print(f"{step:10s} {seconds:6.1f} s of {PLAN[step]:3d}, {watch.clicks[step]} clicks")
        assert seconds < PLAN[step] * 10
    assert watch.clicks["sleepers"] == 3
    assert sum(watch.clicks.values()) <= 16
    assert errors == []


def counted(**counts: int) -> re.Pattern[str]:
    """What holds these counts, in whatever order."""
    return re.compile("".join(rf'(?=.*"{name}":{count}\b)' for name, count in counts.items()))
