"""The supervisor's studio: change a rule after seeing last month, add a field, two at one draft, the phone that may only read."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser_office import Office, Visit, choose, publish

CLICKS = "window.__clicks = 0; addEventListener('pointerdown', () => window.__clicks++, true)"


def last_month(office: Office) -> None:
    """Three leads that nobody answered, and then the next month."""
    for n in range(3):
        office.post_lead(
            "web_quote", name=f"试运行{n}", company=f"试运行{n}泵业有限公司(演示)", area="江苏", industry="manufacturing", budget="90万",
            external_id=f"studio-{n}",
        )  # fmt: skip
    office.advance("2026-03-10 17:00")
    office.advance("2026-04-01 09:30")


@pytest.fixture(scope="module", autouse=True)
def past(office: Office) -> None:
    last_month(office)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_rules_minutes_are_changed_tried_on_last_month_published_and_taken_back(office: Office, visit: Visit):
    page = visit("sunian", path="/settings/rule/sla_remind_a").page
    sentence = page.get_by_role("status", name="这条规则读作")
    expect(sentence).to_contain_text("15 工作分钟")
    expect(sentence).to_contain_text("提醒负责人")
    page.evaluate(CLICKS)
    page.get_by_label("多久", exact=True).fill("45")
    expect(sentence).to_contain_text("45 工作分钟")
    page.get_by_role("button", name="试运行").click()
    head = page.locator(".xj-dry__head")
    expect(head).to_contain_text("上个月会触发")
    expect(head).to_contain_text("条线索")
    now = page.locator("[data-before]")
    expect(now).to_contain_text("现在的版本")
    expect(now).to_have_attribute("data-before", re.compile(r"^([3-9]|\d{2,})$"))
    expect(page.locator(".xj-dry").get_by_role("link", name=re.compile("试运行"))).not_to_have_count(0)
    publish(page, "A 类也不必那么急")
    versions = office_rule(visit)
    expect(versions).to_contain_text("45 工作分钟")  # another browser, another process of the server
    page.get_by_role("button", name="撤回这次发布").first.click()
    expect(sentence).to_contain_text("15 工作分钟")
    clicks = page.evaluate("window.__clicks")
    print(f"clicks to change, try, publish and take back: {clicks}")
    assert clicks <= 6
    page.get_by_role("tab", name="版本历史").click()
    history = page.get_by_role("list", name="版本历史")
    expect(history).to_contain_text("A 类也不必那么急")
    expect(history.get_by_role("button", name="对比")).to_have_count(2)  # not the one in force
    history.get_by_role("button", name="对比").last.click()
    expect(dialog(page).get_by_role("row", name=re.compile("多久之后"))).to_have_count(0)  # taken back: the same again
    dialog(page).get_by_label("之前").select_option("2")
    expect(dialog(page).get_by_role("row", name=re.compile("多久之后"))).to_contain_text("45")


def test_a_rule_is_put_together_from_nothing_and_does_what_its_sentence_says(office: Office, visit: Visit):
    visitor = visit("shenruogu", path="/settings/rule/tell_me_a?name=急件告诉我&object=lead")
    page = visitor.page
    sentence = page.get_by_role("status", name="这条规则读作")
    page.get_by_label("什么时候", exact=True).select_option(label="发生某件事时")
    group = page.get_by_role("group", name="条件").first
    group.get_by_role("button", name="添加条件", exact=True).click()
    row = group.get_by_role("listitem").last
    row.get_by_role("combobox", name="字段").select_option(label="预算")
    row.get_by_label("预算的值", exact=True).fill("90万")
    expect(sentence).to_have_text("当 线索分配，如果预算 不低于 90万，就提醒负责人「急件告诉我」。")
    publish(page, "大单要马上看到")
    lead = {"area": "江苏", "industry": "manufacturing"}
    small = office.post_lead("web_quote", name="小单", company="规则小单有限公司(演示)", budget="80万", external_id="rule-1", **lead)["lead"]
    large = office.post_lead("web_quote", name="大单", company="规则大单有限公司(演示)", budget="95万", external_id="rule-2", **lead)["lead"]
    owner = visit("zhanglei", path="/inbox")
    expect(owner.page.locator("main")).to_contain_text("急件告诉我")
    told = [row for row in owner.asks("GET", "/api/v1/inbox")["rows"] if "急件告诉我" in str(row)]
    assert len(told) == 1
    assert large in str(told[0])
    assert small not in str(told[0])


def test_a_role_is_changed_by_clicking_and_its_people_see_it_at_once(visit: Visit):
    admin = visit("sunian")
    owner = next(each["id"] for each in admin.asks("GET", "/api/v1/schema")["people"] if each["name"] == "张磊")
    customer = admin.asks("POST", "/api/v1/records/customer", {"name": "角色试看有限公司(演示)", "phone": "13900084001", "owner": owner})["id"]
    rep = visit("zhanglei", path=f"/records/customer/{customer}")
    expect(rep.page.locator("main")).to_contain_text("13900084001")
    page = visit("shenruogu", path="/settings/role/rep").page
    page.get_by_role("combobox", name="对象").last.select_option(label="客户")
    page.get_by_label("电话：打码").check()
    page.get_by_role("checkbox", name="导出").uncheck()
    publish(page, "销售不必看全号")
    rep.goes_to(f"/records/customer/{customer}")
    expect(rep.page.get_by_role("heading", level=1)).to_contain_text("角色试看")
    expect(rep.page.locator("main")).not_to_contain_text("13900084001")
    rep.goes_to("/records/customer")
    expect(rep.page.locator("[data-record]").first).to_be_visible()
    expect(rep.page.get_by_role("button", name="导出 Excel")).to_have_count(0)
    page.locator(".xj-life").get_by_role("button", name="撤回这次发布").click()
    expect(page.get_by_role("checkbox", name="导出")).to_be_checked()
    rep.goes_to(f"/records/customer/{customer}")
    expect(rep.page.locator("main")).to_contain_text("13900084001")


def office_rule(visit: Visit) -> Locator:
    other = visit("chengxiaolan", path="/settings/rule/sla_remind_a").page
    return other.get_by_role("status", name="这条规则读作")


def test_a_field_is_added_and_stands_on_the_form_and_in_the_list_at_once(visit: Visit):
    page = visit("sunian", path="/settings/object/customer").page
    page.get_by_role("button", name="加字段").click()
    expect(dialog(page).locator("[data-kind]")).to_have_count(22)
    dialog(page).locator("[data-kind=choice]").click()
    page.get_by_label("字段名称").fill("续约意愿")
    page.get_by_label("字段名称").blur()
    page.get_by_label("加选项").first.fill("很想、再看看、不续了")
    page.keyboard.press("Enter")
    expect(page.get_by_label("选项名称")).to_have_count(3)
    preview = page.locator(".xj-phone")
    expect(preview.get_by_label("续约意愿")).to_contain_text("再看看")
    page.get_by_text("更多：英文名、标识、谁在用").click()
    expect(page.get_by_label("标识")).to_have_value("xu_yue_yi_yuan")
    publish(page, "续约要提前看出来")
    page.get_by_role("tab", name="版本历史").click()
    expect(page.get_by_role("list", name="版本历史")).to_contain_text("续约要提前看出来")
    page.get_by_role("button", name=re.compile("续约意愿")).first.click()
    page.get_by_text("更多：英文名、标识、谁在用").click()
    expect(page.get_by_label("标识")).to_have_attribute("readonly", "")
    schema = page.evaluate("fetch('/api/v1/schema').then(answer => answer.json())")
    customer = next(each for each in schema["objects"] if each["key"] == "customer")
    field = next(each for each in customer["fields"] if each["key"] == "xu_yue_yi_yuan")
    assert (field["kind"], [option["name"]["zh"] for option in field["options"]]) == ("choice", ["很想", "再看看", "不续了"])


def test_a_field_nobody_need_fill_is_set_in_the_editor_and_not_asked_for(visit: Visit):
    page = visit("sunian", path="/settings/object/deal").page
    page.get_by_role("button", name="加字段").click()
    dialog(page).locator("[data-kind=text]").click()
    page.get_by_label("字段名称").fill("客户官网")
    page.get_by_label("字段名称").blur()
    known = page.get_by_label("免填：从哪里取")
    expect(known.locator("option").first).to_have_text("不免填")
    known.select_option(label="客户的网站")
    publish(page, "官网在客户那里已经有了")
    director = visit("shenruogu", path="/records/deal")
    director.asks("POST", "/api/v1/records/customer", {"name": "官网泵业有限公司(演示)", "website": "https://pumps.example"})
    page = director.page
    page.get_by_role("button", name="新建商机").first.click()
    form = page.locator("form.xj-form")
    form.get_by_label("名称").first.fill("官网有了的商机")
    expect(form.get_by_label("客户官网")).to_be_visible()
    choose(form.locator("[data-field=customer] input").first, "官网泵业")
    taken = form.locator("[data-known=ke_hu_guan_wang]")
    expect(taken).to_contain_text("https://pumps.example")
    expect(taken).to_contain_text("取自客户的网站")
    expect(form.locator("[data-field=ke_hu_guan_wang]")).to_have_count(0)
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("官网有了的商机")
    assert director.asks("GET", f"/api/v1/records/deal/{page.url.split('/')[-1].split('?')[0]}")["ke_hu_guan_wang"] == "https://pumps.example"


def test_versions_are_compared_and_what_a_rule_did_is_read_in_words_alone(visit: Visit):
    page = visit("sunian", path="/settings/pool/pool_new").page
    page.get_by_role("list", name="版本历史").get_by_role("button", name="对比").last.click()
    table = dialog(page).get_by_role("table")
    expect(table).to_contain_text("领取 · 每人每天")
    expect(table).to_contain_text("退回 · 第 1 项 · 除非")
    expect(table.locator(".xj-diff__new").nth(1)).to_contain_text("来源 等于 招标公告")
    expect(table).not_to_contain_text("open_quote")
    expect(table).not_to_contain_text("idle_a")
    page.goto(page.url.split("/settings")[0] + "/settings/rule/sla_remind_a")
    did = page.get_by_role("complementary").last
    expect(did).to_contain_text("来源 为 官网产品页询价")
    expect(did).not_to_contain_text("web_quote")


def test_a_mistake_is_shown_in_place_and_the_list_leads_there(visit: Visit):
    page = visit("sunian", path="/settings/object/deal").page
    page.get_by_role("button", name="加字段").click()
    dialog(page).locator("[data-kind=formula]").click()
    page.get_by_label("字段名称").fill("提成基数")
    page.get_by_label("公式").last.fill("amount * ")
    alert = page.get_by_role("alert", name="问题")
    expect(alert).to_be_visible()
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_attribute("aria-disabled", "true")
    alert.get_by_role("button").first.click()
    expect(page.get_by_label("公式").last).to_be_focused()
    page.get_by_label("公式").last.fill("amount * 0.1")
    page.get_by_label("结果是什么").select_option("money")
    expect(alert).to_have_count(0)
    page.get_by_role("button", name="更多操作").last.click()
    page.get_by_role("menuitem", name="丢弃草稿").click()
    dialog(page).get_by_role("button", name="丢弃草稿").click()
    expect(page.get_by_role("button", name=re.compile("提成基数"))).to_have_count(0)


def test_of_two_at_one_draft_the_later_is_told_who_and_loses_nothing(visit: Visit):
    first = visit("sunian", path="/settings/rule/sla_remind_b").page
    second = visit("shenruogu", path="/settings/rule/sla_remind_b").page
    expect(second.get_by_label("规则名称")).to_be_editable()
    first.get_by_label("规则名称").fill("苏念写的名字")
    expect(first.locator("[data-state=saved]")).to_be_visible()
    second.get_by_label("规则名称").fill("沈若谷写的名字")
    told = second.get_by_text("苏念刚改了这份草稿")
    expect(told).to_be_visible()
    expect(second.get_by_label("规则名称")).to_have_value("沈若谷写的名字")
    second.get_by_role("button", name="保留我的").click()
    expect(told).to_have_count(0)
    expect(second.locator("[data-state=saved]")).to_be_visible()
    second.reload()
    expect(second.get_by_label("规则名称")).to_have_value("沈若谷写的名字")


def test_on_the_phone_a_definition_is_read_published_and_rolled_back(visit: Visit):
    desk = visit("sunian", path="/settings/rule/sla_remind_c").page
    desk.get_by_label("多久", exact=True).fill("45")
    expect(desk.locator("[data-state=saved]")).to_be_visible()
    page = visit("sunian", path="/settings/rule/sla_remind_c", width=390).page
    sentence = page.get_by_role("status", name="这条规则读作")
    expect(sentence).to_contain_text("45 工作分钟")
    expect(page.get_by_label("多久", exact=True)).to_have_attribute("readonly", "")
    expect(page.get_by_role("button", name="加一个动作")).to_have_count(0)
    publish(page, "在路上发的")
    history = page.get_by_role("list", name="版本历史")
    expect(history).to_contain_text("在路上发的")
    history.get_by_role("button", name="回滚到此版").first.click()
    expect(sentence).to_contain_text("60 工作分钟")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
