"""Definitions that are a handful of settings: each as a form with the whole life, wrong input named in place, read on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser_office import Office, Visit, choose, publish, wounds


def form(visit: Visit, address: str) -> Page:
    page = visit("shenruogu", path=f"/settings/{address}").page
    expect(page.get_by_role("tab", name="可视化")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("status", name="这份配置的意思")).to_be_visible()
    expect(page.get_by_role("textbox", name="定义内容")).to_have_count(0)
    return page


def part(page: Page, path: str):
    return page.locator(f"[data-path='{path}']")


def wrong(page: Page, path: str, text: str, says: str, right: str) -> None:
    """What is entered wrongly is said beside its part and in the list that leads there, stops a publish, and goes when mended."""
    box = part(page, path)
    box.fill(text)
    expect(box).to_have_attribute("aria-invalid", "true")
    about = box.get_attribute("aria-describedby") or ""
    expect(page.locator(f"[id='{about.split()[-1]}']")).to_contain_text(says)
    page.get_by_role("alert", name="问题").get_by_role("button").first.click()
    expect(box).to_be_focused()
    box.fill(right)
    expect(box).not_to_have_attribute("aria-invalid", "true")


def try_it(page: Page):
    page.get_by_role("button", name="试运行").click()
    result = page.locator(".xj-dry")
    expect(result.locator(".xj-bones")).to_have_count(0)
    return result


def test_standard_actions_are_added_tried_published_and_rolled_back(visit: Visit):
    page = form(visit, "coverage/standard")
    sentence = page.get_by_role("status", name="这份配置的意思")
    expect(sentence).to_contain_text("3 个标准动作")
    expect(part(page, "target")).to_have_value("85")
    expect(part(page, "actions.0").get_by_text("联系客户").first).to_be_visible()
    wrong(page, "target", "很多", "占比要大于 0、不超过 100%", "90")
    wrong(page, "name", "名" * 61, "名称最多 60 字，现在 61 字", "标准销售动作")
    expect(sentence).to_contain_text("目标是 90% 的人")

    page.get_by_role("button", name="加一个动作").click()
    added = part(page, "actions.3")
    added.get_by_label("动作名称").fill("报价后 2 天内回访")
    added.get_by_label("在哪种记录上").select_option("deal")
    wrong(page, "actions.3.hours", "9999", "2160", "48")
    handle = page.get_by_role("button", name=re.compile("报价后 2 天内回访")).first
    handle.press("Alt+ArrowUp")
    expect(part(page, "actions.2").get_by_label("动作名称")).to_have_value("报价后 2 天内回访")
    expect(try_it(page)).to_contain_text("次数")
    assert wounds(page) == []
    publish(page)
    page.reload()
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("4 个标准动作")
    page.get_by_role("tab", name="版本历史").click()
    page.get_by_role("list", name="版本历史").get_by_role("button", name="回滚到此版").last.click()
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("3 个标准动作")


def test_an_audit_plan_reads_as_a_sentence_and_shows_what_it_would_draw(visit: Visit):
    director = visit("shenruogu")
    customer = director.asks("POST", "/api/v1/records/customer", {"name": "待抽气动有限公司(演示)"})["id"]
    for n in range(3):
        director.asks("POST", "/api/v1/records/deal", {"name": f"待抽商机{n}", "amount": 50_000_000, "customer": customer})
    page = form(visit, "audit_plan/weekly")
    sentence = page.get_by_role("status", name="这份配置的意思")
    expect(sentence).to_contain_text("每周三 14:00，从商机里抽 5%（至少 3 单）")
    condition = part(page, "of")
    expect(condition.get_by_role("status")).to_contain_text("金额")
    wrong(page, "share", "0", "抽取占比要大于 0、不超过 100%", "12.5")
    wrong(page, "least", "三", "每次至少 1 到 100 单", "2")
    part(page, "weekday").select_option("5")
    wrong(page, "at", "下午", "时间写成 14:00", "16:30")
    expect(sentence).to_contain_text("每周五 16:30，从商机里抽 12.5%（至少 2 单）")
    part(page, "role").select_option("rep")
    expect(page.get_by_role("alert").filter(has_text="没有 process.audit 权限").first).to_be_visible()
    part(page, "role").select_option("auditor")
    result = try_it(page)
    expect(result).to_contain_text("涉及记录3")
    expect(result.get_by_role("table").get_by_role("link").first).to_be_visible()
    publish(page)
    page.reload()
    expect(part(page, "share")).to_have_value("12.5")


def test_a_monitoring_register_says_what_people_are_told_and_asks_them_again(visit: Visit):
    page = form(visit, "monitoring/calls")
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("保存 90 天")
    wrong(page, "keep_days", "800", "保存天数在 1 到 730 之间", "60")
    wrong(page, "pattern.short_share", "-3", "都是数字", "")
    expect(part(page, "pattern.short_share").locator("xpath=ancestor::*[contains(@class, 'xj-field')][1]")).to_contain_text("留空按 70%")
    part(page, "why").fill("")
    expect(page.get_by_role("alert").filter(has_text="告知书要写明记录什么、为什么").first).to_be_visible()
    part(page, "why").fill("找出忙而无效的做法，帮助改进。")
    expect(try_it(page)).to_contain_text("次数")
    publish(page)
    page.goto(page.url.split("/settings")[0] + "/quality?view=diligence")
    expect(page.get_by_text("保存 60 天").first).to_be_visible()
    expect(page.get_by_text("还没有确认").first).to_be_visible()


def test_the_working_day_is_weighed_by_points_and_tried_on_today(visit: Visit):
    page = form(visit, "daily/main")
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("07:30，给每人推荐 3 位重点客户")
    wrong(page, "focus.count", "20", "每人每天 1 到 10 个", "4")
    wrong(page, "focus.weights.silence", "-1", "权重在 0 到 100 之间", "40")
    wrong(page, "focus.at", "25:00", "时间写成 07:30", "08:15")
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("08:15，给每人推荐 4 位")
    expect(try_it(page)).to_contain_text("会推荐")
    page.get_by_role("button", name="更多操作").last.click()
    page.get_by_role("menuitem", name="与已发布的对比").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("08:15")
    page.keyboard.press("Escape")
    publish(page)


@pytest.mark.parametrize("address", ["coverage/standard", "audit_plan/weekly", "monitoring/calls", "daily/main"])
def test_on_a_phone_it_is_read_and_its_history_is_there(visit: Visit, address: str):
    page = visit("shenruogu", width=390, theme="dark", path=f"/settings/{address}").page
    expect(page.get_by_role("status", name="这份配置的意思")).to_be_visible()
    expect(page.get_by_role("heading", name="版本历史")).to_be_visible()
    expect(page.locator("main input.xj-input:not([readonly])")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert wounds(page) == []


def test_a_new_coverage_begins_with_one_action_and_says_what_is_missing(visit: Visit):
    page = visit("shenruogu", path="/settings/coverage/second?name=第二套动作").page
    expect(page.get_by_role("status", name="这份配置的意思")).to_contain_text("1 个标准动作")
    page.get_by_role("button", name=re.compile("^移除")).first.click()
    expect(page.get_by_role("alert").filter(has_text="至少要有一个标准动作").first).to_be_visible()


def test_what_is_known_need_not_be_filled_and_says_where_it_came_from(office: Office, visit: Visit):
    """免填: a deal from a lead that named a budget asks no amount; where each value came from stands on its page."""
    director = visit("shenruogu")
    director.asks("POST", "/api/v1/records/customer", {"name": "免填液压有限公司(演示)"})
    office.post_lead("web_form", name="冯总", company="免填液压有限公司(演示)", mobile="13900061077", budget="46万", external_id="known-1")
    page = visit("shenruogu", path="/records/deal").page
    page.get_by_role("button", name="新建商机").first.click()
    form = page.locator("form.xj-form")
    form.get_by_label("名称").first.fill("液压站改造")
    choose(form.locator("[data-field=customer] input").first, "免填液压")
    expect(form.locator("[data-field=customer]")).to_contain_text("免填液压")
    expect(form.locator("[data-field=amount]")).to_be_visible()
    choose(form.locator("[data-field=lead] input").first, "冯总")
    expect(form.locator("[data-field=lead]")).to_contain_text("冯总")
    known = form.get_by_role("group", name="免填 1 项：系统已经知道")
    expect(known.locator("[data-known=amount]")).to_contain_text("46 万")
    expect(known).to_contain_text("取自来自线索的预算")
    expect(form.locator("[data-field=amount]")).to_have_count(0)
    known.get_by_role("button", name="改填金额").click()
    expect(form.locator("[data-field=amount] input")).to_have_value(re.compile("46|460,?000"))
    form.locator("[data-field=amount] input").fill("")
    expect(form.get_by_role("button", name="保存")).to_be_enabled()
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("液压站改造")
    page.get_by_role("button", name="值从哪来").click()
    origins = page.get_by_role("region", name="值从哪来")
    expect(origins.locator("[data-origin=known]")).to_contain_text("来自线索的预算")
    expect(origins).to_contain_text("不用人填")
    page.goto(f"{office.url}/quality?view=coverage")
    expect(page.get_by_text(re.compile("个不用人填")).first).to_be_visible()
    expect(page.get_by_role("columnheader", name="免填").first).to_be_visible()


def test_effective_entry_is_a_figure_whose_meaning_is_set_by_ticking(visit: Visit):
    page = visit("shenruogu", path="/settings/metric/entry_effective").page
    expect(page.get_by_role("status").filter(has_text="30")).to_be_visible()
    rule = page.get_by_label("触发了规则的动作")
    expect(rule).to_be_checked()
    rule.uncheck()
    page.get_by_label("月").uncheck()
    publish(page)
    page.reload()
    expect(page.get_by_label("触发了规则的动作")).not_to_be_checked()
    expect(page.get_by_label("停住了响应时限")).to_be_checked()
    page.get_by_role("tab", name="YAML").click()
    text = page.get_by_role("textbox", name="定义内容")
    text.fill(text.input_value().replace("effective", "anything", 1).replace("share: effective", "share: anything"))
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_attribute("aria-disabled", "true")
