"""Lists by definitions in a real browser: conditions in words, views, boards, cells, many at once."""

import os
import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from browser_office import Office, Visit


def look(page: Page, name: str) -> None:
    """A picture for whoever wants to see: only with XINGJI_LOOK set to a folder."""
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png")


def filter_of(page: Page) -> str:
    return parse_qs(urlparse(page.url).query).get("f", [""])[0]


def test_a_filter_is_built_from_labels_and_what_labels_cannot_say_is_kept(office: Office, visit: Visit):
    office.post_lead(
        "web_quote",
        name="钱总",
        company='盛泽"反\\斜杠"织造有限公司(演示)',
        mobile="13900070001",
        budget="70万",
        external_id="filter-1",
    )
    office.post_lead(
        "web_quote",
        name="李总",
        company="普通织造有限公司(演示)",
        mobile="13900070002",
        budget="7万",
        external_id="filter-2",
    )
    visitor = visit("shenruogu", path="/leads")
    page = visitor.page
    page.get_by_role("button", name="添加筛选").click()
    editor = page.locator(".xj-filter__editor")
    editor.get_by_label("字段").select_option(label="公司")
    editor.get_by_label("公司的值").fill('"反\\斜杠"')
    editor.get_by_role("button", name="应用").click()
    chips = page.get_by_role("group", name="筛选条件")
    expect(chips.locator(".xj-chip")).to_have_text([re.compile("公司 包含")])
    expect(page.locator("[data-record]")).to_have_count(1)
    assert filter_of(page) == 'company.contains("\\"反\\\\斜杠\\"")'
    # the whole builder: a group, one relation further, and a part only an expression can say
    page.get_by_role("group", name="筛选条件").get_by_role("button", name="高级条件").click()
    builder = page.locator(".xj-cond").first
    builder.get_by_role("button", name="添加条件", exact=True).first.click()
    leaves = builder.locator(".xj-cond__leaf")
    leaves.nth(1).get_by_label("字段").select_option(label="创建时间")
    leaves.nth(1).get_by_label("创建时间的值").fill("40")
    builder.get_by_role("button", name="高级条件").last.click()
    text = builder.get_by_label("高级条件（CEL 表达式）")
    text.fill("budgt * 2 > 100")
    expect(builder.get_by_text("第 1 行第 1 列")).to_be_visible()
    look(page, "filter-error")
    text.fill("budget  * 2 > 100")
    expect(builder.get_by_text("第 1 行第 1 列")).to_have_count(0)
    editor.get_by_role("button", name="应用").click()
    expect(chips.locator(".xj-chip")).to_have_count(3)
    assert 'now - created_at > duration("40m")' in filter_of(page)
    assert "budget  * 2 > 100" in filter_of(page), "kept word for word"
    expect(page.get_by_text("没有符合条件的线索")).to_be_visible()
    chips.get_by_role("button", name=re.compile("移除条件：创建时间")).click()
    expect(page.locator("[data-record]")).to_have_count(1)
    look(page, "filter")
    page.reload()
    expect(chips.locator(".xj-chip")).to_have_count(2)
    assert visitor.errors == []
