"""`make screens`: a picture of every screen, wide and on a phone, light and dark, of a demo made for it.

Writes to `var/screens/` or the folder given, and small ones in zh-CN to `docs/screens/`. Needs Chromium; the demo brings its own PostgreSQL.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from playwright.sync_api import Page, sync_playwright

from browser_office import CHROMIUM
from serving import Served, free_port, served

WIDTHS = {1440: 900, 1100: 800, 800: 900, 390: 844}
WHO = "chengxiaolan"  # a supervisor
MADE_IN = 600.0


def open_first_lead(page: Page) -> None:
    page.locator("[data-open]").first.click()
    page.wait_for_selector(".xj-lead__head")


def open_a_cell(page: Page) -> None:
    page.locator(".xj-heat__cell").last.click()
    page.locator(".xj-halves button.xj-row").first.click()


def fill_capture(page: Page) -> None:
    page.locator("#capture-text").fill(
        "苏南恒拓精密制造有限公司(演示) 陈经理 13900090004 想要两台变频空压机，预算 30万"
    )
    page.get_by_role("button", name="识别").click()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("xs")


def open_first_record(page: Page) -> None:
    page.locator("[data-open], [data-card] a").first.click()
    page.wait_for_selector(".xj-list__bar", state="detached")


def open_first_audit(page: Page) -> None:
    page.locator("main a[href^='/audits/']").first.click()


def open_views(page: Page) -> None:
    page.get_by_role("button", name="视图设置").click()


def as_board(page: Page) -> None:
    open_views(page)
    page.get_by_role("dialog").get_by_role("tab", name="看板").click()
    page.keyboard.press("Escape")


def choose_rows(page: Page) -> None:
    boxes = page.get_by_role("checkbox", name=re.compile("^选择"))
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])


#: Name of the picture → address and what is done there first. Every address of the router has one (a test looks).
SCREENS: dict[str, tuple[str, Callable[[Page], None] | None]] = {
    "workbench": ("/", None),
    "leads": ("/leads", None),
    "leads_chosen": ("/leads", choose_rows),
    "leads_view": ("/leads", open_views),
    "leads_board": ("/leads", as_board),
    "lead": ("/leads", open_first_lead),
    "capture": ("/capture", fill_capture),
    "inbox": ("/inbox", None),
    "tasks": ("/tasks", None),
    "pools": ("/pools", None),
    "report": ("/report", None),
    "morning": ("/morning", None),
    "diagnosis": ("/diagnosis", None),
    "team": ("/team", None),
    "heat": ("/heat", open_a_cell),
    "collisions": ("/collisions", None),
    "roadmap": ("/roadmap", None),
    "start": ("/start", None),
    "import": ("/import/customer", None),
    "customers": ("/records/customer", None),
    "customer": ("/records/customer", open_first_record),
    "deals": ("/records/deal", None),
    "deal": ("/records/deal", open_first_record),
    "approvals": ("/approvals", None),
    "health": ("/health", None),
    "mining": ("/mining", None),
    "risks": ("/risks", None),
    "quality": ("/quality", None),
    "audits": ("/audits", None),
    "audit_case": ("/audits", open_first_audit),
    "notices": ("/me/notices", None),
    "palette": ("/leads", open_palette),
    "me": ("/me", None),
    "definitions": ("/settings", None),
    "packs": ("/settings/packs", None),
    "studio_object": ("/settings/object/customer", None),
    "studio_form": ("/settings/form/customer_form?name=客户表单&object=customer", None),
    "studio_risk": ("/settings/risk/close_moved", None),
    "studio_list_view": ("/settings/list_view/lead_waiting", None),
    "studio_rule": ("/settings/rule/sla_remind_a", None),
    "studio_dispatch": ("/settings/dispatch/main", None),
    "studio_pool": ("/settings/pool/pool_new", None),
    "studio_follow_up": ("/settings/follow_up/vip_pump", None),
    "studio_playbook": ("/settings/playbook/equipment_direct", None),
    "studio_approval_flow": ("/settings/approval_flow/contract_review", None),
    "studio_calendar": ("/settings/calendar/office", None),
    "studio_role": ("/settings/role/channel", None),
    "studio_source": ("/settings/source/web_form", None),
    "studio_channel": ("/settings/channel/wecom_sales", None),
    "studio_metric": ("/settings/metric/lead_first_response", None),
    "studio_guidance": ("/settings/guidance/convert_check?name=转化前请确认&object=lead", None),
    "studio_coverage": ("/settings/coverage/standard", None),
    "studio_audit_plan": ("/settings/audit_plan/weekly", None),
    "studio_monitoring": ("/settings/monitoring/calls", None),
    "studio_daily": ("/settings/daily/main", None),
    "receipts": ("/receipts", None),
    "outbox": ("/outbox", None),
    "people": ("/admin/people", None),
    "tokens": ("/admin/tokens", None),
    "audit": ("/admin/audit", None),
}
ADMINISTRATOR = "sunian"
OFFICERS = {"audits": "niezheng", "audit_case": "niezheng"}
HIS = {
    "people", "tokens", "audit", "receipts", "outbox", "packs", "definitions", "roadmap", "start", "import",
    *(name for name in SCREENS if name.startswith("studio_")),
}  # screens of the administrator  # fmt: skip
SHOWN = ROOT / "docs/screens"
SMALL = 45_000  # bytes of a picture in docs


@contextlib.contextmanager
def demo() -> Iterator[tuple[Served, str]]:
    """The demo in a folder and a database of its own, and the password of its logins."""
    simulators = free_port()
    with tempfile.TemporaryDirectory(prefix="xingji-screens-") as folder:
        pathlib.Path(folder).chmod(0o711)
        variables = {"XINGJI_DATA_DIR": f"{folder}/data", "XINGJI_SIMULATORS_PORT": str(simulators)}
        os.environ.pop("XINGJI_DATABASE_URL", None)
        with served("", "", command="demo", patience=MADE_IN, **variables) as system:
            deadline = time.monotonic() + 60
            while not (found := re.search(r"@lilan\.example\s+\S+ password: (\S+)", system.log.read_text())):
                if time.monotonic() > deadline:
                    raise SystemExit("the demo did not say how to sign in")
                time.sleep(0.5)
            yield system, found[1]


def sign_in(page: Page, base: str, who: str, password: str) -> None:
    page.goto(f"{base}/sign-in")
    page.locator("input[autocomplete=username]").fill(f"{who}@lilan.example")
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.wait_for_selector("main#main")


def settle(page: Page) -> None:
    """Waits until the screen has its data, for a while at most."""
    page.wait_for_timeout(1_000)
    with contextlib.suppress(Exception):
        page.wait_for_function("!document.querySelector('.xj-bones')", timeout=15_000)
    page.wait_for_timeout(400)


def small(page: Page, path: pathlib.Path) -> None:
    """A picture for the documents, of at most 45 kB."""
    session = page.context.new_cdp_session(page)
    for quality in (70, 50, 35, 20):
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
        if len(picture := base64.b64decode(taken["data"])) <= SMALL:
            break
    session.detach()
    path.with_suffix(".webp").write_bytes(picture)


def take(
    folder: pathlib.Path, base: str, password: str, widths: list[int], themes: list[str], language: str, who: str,
    shown: pathlib.Path | None = None,
) -> int:  # fmt: skip
    """Pictures as <screen>_<width>_<theme>.png, small ones of the light screens to `shown`; how many."""
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in widths:
            for theme in themes:
                size = {"width": width, "height": WIDTHS.get(width, 900)}
                context = browser.new_context(viewport=size, has_touch=width < 800, locale=language, reduced_motion="reduce")
                context.add_init_script(
                    f"localStorage.setItem('xingji.language', '{language}'); localStorage.setItem('xingji.theme', '{theme}')"
                )
                page = context.new_page()
                for name in ("sign_in", "sign_up"):
                    page.goto(f"{base}/{name.replace('_', '-')}")
                    page.wait_for_selector("main")
                    page.wait_for_timeout(2_000)
                    page.screenshot(path=folder / f"{name}_{width}_{theme}.png")
                    if shown and width in (1440, 390) and theme == "light":
                        small(page, shown / f"{name}_{width}_light")
                sign_in(page, base, who, password)
                his = {"who": who}
                for name, (path, act) in SCREENS.items():
                    if (person := ADMINISTRATOR if name in HIS else OFFICERS.get(name, who)) != his["who"]:
                        context.clear_cookies()
                        sign_in(page, base, person, password)
                        his["who"] = person
                    page.evaluate("sessionStorage.clear()")
                    page.goto(base + path)
                    settle(page)
                    with contextlib.suppress(Exception):
                        if act:
                            act(page)
                            settle(page)
                    page.screenshot(path=folder / f"{name}_{width}_{theme}.png")
                    taken += 1
                    if shown and width in (1440, 390) and theme == "light":
                        small(page, shown / f"{name}_{width}_light")
                context.close()
        browser.close()
    return taken


def main() -> None:
    """Parse, bring the demo up (or use the one given), take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=ROOT / "var/screens")
    parser.add_argument("--widths", default="1440,1100,800,390")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--language", default="zh-CN")
    parser.add_argument("--who", default=WHO, help="whose screens: the key of a demo login")
    parser.add_argument("--only", help="some of the screens, by name")
    parser.add_argument("--no-docs", action="store_true", help="write nothing to docs/screens")
    parser.add_argument("--url", help="a running demo instead of a new one")
    parser.add_argument("--password", help="and its password")
    given = parser.parse_args()
    for name in set(SCREENS) - set((given.only or ",".join(SCREENS)).split(",")):
        del SCREENS[name]
    given.folder.mkdir(parents=True, exist_ok=True)
    shown = SHOWN if given.language == "zh-CN" and not given.no_docs else None
    widths, themes = [int(width) for width in given.widths.split(",")], given.themes.split(",")
    if given.url:
        taken = take(given.folder, given.url, given.password or "", widths, themes, given.language, given.who, shown)
    else:
        with demo() as (system, password):
            taken = take(given.folder, system.base_url, password, widths, themes, given.language, given.who, shown)
    print(f"{taken} pictures in {given.folder}")


if __name__ == "__main__":
    main()
