"""Every screen: usable by readers and keyboards, on a phone, in both languages, light and dark."""

import re
import subprocess
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_office import ROOT, Office, Visit, wounds

ROUTER = (ROOT / "web/src/app/router.tsx").read_text()
FILLED = {
    "/settings/$kind/$key": "/settings/rule/sla_remind_a", "/records/$object": "/records/customer", "/import/$object": "/import/lead",
}  # fmt: skip
ELSEWHERE = (
    "/leads/$id",
    "/records/$object/$id",
    "/sign-in",
)  # the lead's page is looked at below, records by their own
BLANK = re.compile(r"\$")


def screens() -> list[str]:
    """Every address of the router, its blanks filled: a new screen is looked at without a word here."""
    found = re.findall(r"(?:page|first|later)\('(/[^']*)'|path: '(/[^']*)'", ROUTER)
    paths = [
        FILLED.get(path, path) for path in dict.fromkeys(one or other for one, other in found) if path not in ELSEWHERE
    ]
    return [path for path in paths if not BLANK.search(path)]


SCREENS = {path: path for path in screens()} | {"deals": "/records/deal"}
COMPANY = "沪西宏远流体设备有限公司(演示)"


@pytest.fixture(scope="module")
def lead(office: Office) -> str:
    """A lead to look at; its address."""
    receipt = office.post_lead(
        "web_quote", name="高总", company=COMPANY, mobile="13900050021", area="上海", industry="manufacturing", budget="96万",
        need="空压站节能改造，想看测算", external_id="screens-1",
    )  # fmt: skip
    return f"/leads/{receipt['lead']}"


def settled(page: Page) -> None:
    """The page has its data and nothing is on its way."""
    expect(page.locator("h1"), page.url).not_to_have_count(0, timeout=20_000)
    expect(page.locator(".xj-bones"), page.url).to_have_count(0)


FITS = "(m => document.scrollingElement.scrollWidth <= innerWidth && m.scrollWidth <= m.clientWidth)(document.querySelector('#main, main'))"
SMALL = """() => [...document.querySelectorAll('button, a.xj-btn, select, input:not([type=checkbox], [type=radio]), .xj-tabbar a')]
    .filter(e => e.offsetParent && !e.closest('.xj-sr, .xj-problem'))
    .filter(e => e.getBoundingClientRect().height < 40
        || (e.matches('input, select, textarea') && parseFloat(getComputedStyle(e).fontSize) < 16))
    .map(e => e.outerHTML.slice(0, 120))"""


#: What no customer should read: keys, structures, values that are none. What is meant as code is marked so.
WORDLESS = r"""() => {
  const found = new Set()
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const host = walk.currentNode.parentElement
    if (!host || host.closest('code, pre, .xj-code, script, style') || !host.checkVisibility()) continue
    const bare = /(?<![\w@.\/-])[a-z]+(?:[._][a-z0-9]+)+\b|\{"|\{\{|\[object|\b(?:undefined|null|NaN)\b/g
    for (const [text] of walk.currentNode.data.matchAll(bare)) found.add(text)
  }
  return [...found]
}"""
#: Text that stands in a column one or two letters wide.
SQUEEZED = """() => [...document.querySelectorAll('main *')].flatMap(host => [...host.childNodes]
    .filter(node => node.nodeType === 3 && node.data.trim().length > 2 && host.checkVisibility() && !host.closest('.xj-sr, svg, .xj-code'))
    .filter(node => {
      const range = document.createRange()
      range.selectNodeContents(node)
      const lines = new Set([...range.getClientRects()].map(place => Math.round(place.top)))
      return lines.size > 2 && node.data.trim().length / lines.size < 2.5
    }).map(node => node.data.trim()))"""


def too_wide(page: Page) -> bool:
    """Whether the screen, or what it shows, is wider than its window, now and a moment later."""
    if page.evaluate(FITS):
        return False
    page.wait_for_timeout(300)
    return not page.evaluate(FITS)


def test_no_screen_has_a_barrier_a_bare_key_or_a_squeezed_text_or_is_wider_than_its_window(visit: Visit, lead: str):
    visitor = visit("sunian")
    page = visitor.page
    barriers, wide, wordless, squeezed = {}, [], {}, {}
    for name, path in {**SCREENS, "lead": lead}.items():
        visitor.goes_to(path)
        settled(page)
        if wrong := wounds(page):
            barriers[name] = wrong
        if bare := page.evaluate(WORDLESS):
            wordless[path] = bare
        for width in (1440, 1100, 800):
            page.set_viewport_size({"width": width, "height": 900})
            settled(page)
            if too_wide(page):
                wide.append((path, width))
            if found := page.evaluate(SQUEEZED):
                squeezed[path, width] = found
        page.set_viewport_size({"width": 1440, "height": 900})
    assert not barriers, "\n".join(f"{name}: {wrong}" for name, wrong in barriers.items())
    assert wide == []
    assert wordless == {}
    assert squeezed == {}
    assert visitor.errors == []


def test_on_a_phone_in_the_dark_nothing_is_a_barrier_or_too_wide_or_too_small_to_touch(visit: Visit, lead: str):
    """What is touched is 44 pixels with what surrounds it, and inputs do not zoom."""
    visitor = visit("sunian", width=390, theme="dark")
    page = visitor.page
    barriers, wide, small, squeezed = {}, [], {}, {}
    for name, path in {**SCREENS, "lead": lead}.items():
        visitor.goes_to(path)
        settled(page)
        if wrong := wounds(page):
            barriers[name] = wrong
        if too_wide(page):
            wide.append(path)
        if found := page.evaluate(SMALL):
            small[path] = found
        if found := page.evaluate(SQUEEZED):
            squeezed[path] = found
    assert not barriers, "\n".join(f"{name}: {wrong}" for name, wrong in barriers.items())
    assert wide == []
    assert small == {}
    assert squeezed == {}
    assert visitor.errors == []


def test_the_sign_in_screen_has_no_barrier(visit: Visit):
    for language in ("zh-CN", "en"):
        page = visit(language=language, width=390).page
        page.wait_for_selector("main")
        assert wounds(page) == []


def test_english_leaves_no_chinese_in_the_frame_and_no_bare_keys(visit: Visit):
    visitor = visit("sunian", language="en")
    for path in SCREENS.values():
        visitor.goes_to(path)
        settled(visitor.page)
        frame = " ".join(
            visitor.page.locator(".xj-nav ul, .xj-header__title, h1, button:not([data-record] button), [role=tab]").all_inner_texts()
        )
        own = [word for word in frame.split() if any("\u4e00" <= char <= "\u9fff" for char in word)]
        assert not [word for word in own if word not in ("苏念", "简体中文")] or path.startswith(("/settings/", "/admin/people")), (
            path,
            own,
        )
        text = visitor.page.locator("body").inner_text()
        assert not [bare for bare in ("definitions.", "nav.", "{{") if bare in text], path


def test_a_list_tells_nothing_found_from_nothing_there_and_from_not_allowed(visit: Visit, lead: str):
    visitor = visit("sunian", path="/leads")
    visitor.page.get_by_role("searchbox", name="搜索本列表").fill("查无此人查无此人")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="没有符合条件的线索")).to_be_visible()
    visitor.page.get_by_role("button", name="清除筛选").click()
    expect(visitor.page.locator("[data-record]").first).to_be_visible()
    visitor.goes_to("/leads/00000000-0000-7000-8000-000000000000")
    expect(visitor.page.get_by_role("heading", name="没有找到")).to_be_visible()


def test_a_failing_server_is_said_and_can_be_asked_again(visit: Visit, lead: str):
    visitor = visit("sunian")
    visitor.page.route("**/api/v1/inbox*", lambda route: route.fulfill(status=500, body="{}"))
    visitor.goes_to("/inbox")
    expect(visitor.page.get_by_role("heading", name="没有加载出来")).to_be_visible()
    visitor.page.unroute("**/api/v1/inbox*")
    visitor.page.get_by_role("button", name="重试").click()
    expect(visitor.page.get_by_role("heading", name="没有加载出来")).to_have_count(0)


def test_the_list_is_walked_with_the_keyboard(visit: Visit, lead: str):
    visitor = visit("sunian", path="/leads")
    visitor.page.locator("[data-open]").first.focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/leads/*")
    visitor.page.keyboard.press("Control+k")
    expect(visitor.page.get_by_role("combobox", name="搜索客户、线索、电话")).to_be_focused()
    visitor.page.keyboard.type("宏远流体")
    expect(visitor.page.get_by_role("option").filter(has_text=COMPANY).first).to_be_visible()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(COMPANY)


def test_the_first_load_stays_below_200_kilobytes(visit: Visit):
    visitor = visit()
    sizes: list[int] = []
    visitor.page.on("response", lambda answer: sizes.append(int(answer.headers.get("content-length") or 0)))
    visitor.goes_to("/sign-in?next=/leads")
    visitor.signs_in("sunian")
    visitor.page.wait_for_selector("main#main")
    settled(visitor.page)
    assert 50_000 < sum(sizes) < 350_000  # with the data of the first list; the script alone is measured by the build


def test_the_generated_types_are_those_of_the_interface_document(office: Office, tmp_path: Path):
    document = tmp_path / "openapi.json"
    with urllib.request.urlopen(f"{office.url}/api/v1/openapi.json", timeout=20) as answer:
        document.write_bytes(answer.read())
    command = [
        ROOT / ".venv/bin/node",
        ROOT / "web/node_modules/.bin/openapi-typescript",
        document,
        "-o",
        tmp_path / "schema.ts",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT / "web")
    fresh, kept = (tmp_path / "schema.ts").read_text(), (ROOT / "web/src/api/generated/schema.ts").read_text()
    assert fresh == kept, "stale: with the server running, `npm run api` in web/ writes them anew"


def test_a_role_sees_only_the_screens_it_may_use_and_is_told_where_it_may_not(visit: Visit):
    visitor = visit("zhangshenzhi", path="/leads")
    expect(visitor.page.get_by_role("heading", name="你没有查看的权限")).to_be_visible()
    nav = visitor.page.get_by_role("navigation", name="主导航")
    expect(nav.get_by_role("link", name="线索", exact=True)).to_have_count(0)
    expect(nav.get_by_role("link", name="配置")).to_have_count(0)
