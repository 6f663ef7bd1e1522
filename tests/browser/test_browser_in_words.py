"""What people read is words, on a phone too: conditions, figures, versions, uses, the log, an address that leads nowhere."""

import os
import re

from playwright.sync_api import Page, expect

from browser_office import Visit, publish


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/words-{name}.png")


def test_what_fits_no_column_of_the_dispatch_table_is_said_in_words(visit: Visit):
    desk = visit("shenruogu", path="/settings/dispatch/main").page
    rest = desk.locator("tr[data-row=n3e] td[data-col=rest]")
    expect(rest).to_have_text("距 投标截止 不足 5 天")
    expect(desk.locator("tr[data-row=n1] td[data-col=rest]")).to_have_text("客户 不为空 且 客户的负责人 不为空")
    # copied, it is still the expression: a block pasted elsewhere loses nothing
    rest.click()
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.keyboard.press("Control+C")
    assert (
        desk.evaluate("navigator.clipboard.readText()") == '"bid_close_at - now < duration(""120h"")"'
    )  # quoted as a spreadsheet quotes
    page = visit("shenruogu", path="/settings/dispatch/main", width=390).page
    cards = page.locator(".xj-grid__cards")
    expect(cards).to_contain_text("距 投标截止 不足 5 天")
    for raw in ("customer", "&&", "duration", "null"):
        expect(cards).not_to_contain_text(raw)
    look(page, "dispatch")


def test_a_figures_time_between_two_moments_is_chosen_and_never_written(visit: Visit):
    visitor = visit("shenruogu", path="/settings/metric/lead_first_response", width=390)
    page = visitor.page
    what = page.get_by_label("算哪个字段")
    expect(what.locator("option:checked")).to_have_text("两个时间之间的工作分钟")
    expect(page.get_by_label("从", exact=True).locator("option:checked")).to_have_text("创建时间")
    expect(page.get_by_label("到", exact=True).locator("option:checked")).to_have_text("首次响应")
    written = page.locator("main input, main textarea").evaluate_all("all => all.map(one => one.value)")
    assert not [each for each in written if "working_minutes" in each]
    look(page, "metric")
    desk = visit("shenruogu", path="/settings/metric/lead_first_response")
    page = desk.page
    page.get_by_label("到", exact=True).select_option(label="首次有效跟进")
    publish(page, "看有效跟进要多久")
    document = desk.asks("GET", "/api/v1/definitions/metric/lead_first_response")["document"]
    assert document["measure"] == {"median": "working_minutes_between(created_at, first_followup_at)"}
    what = page.get_by_label("算哪个字段")
    what.select_option(label="两个时间之间经过的时间")
    page.get_by_label("按什么单位").select_option(label="小时")
    publish(page, "按钟表时间")
    document = desk.asks("GET", "/api/v1/definitions/metric/lead_first_response")["document"]
    assert document["measure"] == {"median": "first_followup_at - created_at", "per": "hours"}
    assert visitor.errors == desk.errors == []


def test_on_a_phone_versions_are_compared_and_it_says_who_uses_it(visit: Visit):
    visitor = visit("shenruogu", path="/settings/pool/pool_new", width=390)
    page = visitor.page
    page.get_by_role("list", name="版本历史").get_by_role("button", name="对比").last.click()
    table = page.get_by_role("dialog").get_by_role("table")
    expect(table).to_contain_text("领取 · 每人每天")
    look(page, "compare")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = page.get_by_role("dialog").get_by_role("region", name="对比")
    assert frame.evaluate("one => one.scrollWidth <= one.clientWidth"), "nothing of it is pushed out sideways"
    visitor.goes_to("/settings/channel/wecom_sales")
    page.get_by_role("list", name="谁在用它").get_by_role("link", name=re.compile("A 类 15 分钟提醒")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A 类 15 分钟提醒")


def test_a_publication_is_taken_back_from_the_same_screen_long_after(visit: Visit):
    page = visit("shenruogu", path="/settings/risk/close_moved").page
    name = page.locator("input[data-path=name]")
    before = name.input_value()
    name.fill("签约日改来改去")
    publish(page, "换个说法")
    page.reload()  # no message is left to press
    expect(page.locator(".xj-toast")).to_have_count(0)
    expect(name).to_have_value("签约日改来改去")
    back = page.locator(".xj-life").get_by_role("button", name="撤回这次发布")
    back.click()
    expect(name).to_have_value(before)
    expect(back).to_have_count(0)
    expect(page.get_by_role("list", name="版本历史")).to_contain_text("回到第")
    # what a pack brought was published by nobody here: there is nothing to take back
    page.goto(page.url.replace("risk/close_moved", "risk/quote_unopened"))
    expect(page.locator(".xj-life")).to_contain_text("相同")
    expect(back).to_have_count(0)


def test_on_a_phone_the_audit_log_is_a_list_of_lines(visit: Visit):
    page = visit("sunian", path="/admin/audit", width=390, theme="dark").page
    lines = page.get_by_role("list", name="操作记录").get_by_role("listitem")
    expect(lines.first).to_contain_text(re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d"))
    expect(lines.filter(has_text="发布配置").filter(has_text="系统").first).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    look(page, "audit")
    assert not [line for line in lines.all()[:20] if line.evaluate("one => one.scrollWidth > one.clientWidth")]


def test_an_address_that_leads_nowhere_stands_in_the_frame_with_a_way_back(visit: Visit):
    visitor = visit("shenruogu", path="/tasks")
    page = visitor.page
    visitor.goes_to("/nowhere/at-all")
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航").get_by_role("link", name="线索", exact=True)).to_be_visible()
    look(page, "nowhere")
    page.get_by_role("button", name="回到上一页").click()
    expect(page).to_have_url(re.compile("/tasks$"))
    visitor.goes_to("/nowhere/at-all")
    page.locator("main").get_by_role("link", name="工作台").click()
    expect(page).to_have_url(re.compile(r"\.\d+:\d+/(start)?$"))
    stranger = visit(None).page
    stranger.goto(f"{visitor.office.url}/nowhere")
    expect(stranger).to_have_url(re.compile("/sign-in"))
