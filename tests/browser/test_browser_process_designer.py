"""The playbook designer in a real browser: stages, transitions and what follows them, reminders, the dry run, running deals."""

import re

import pytest
from playwright.sync_api import expect

from browser_office import Office, Visit, apart, look, past_deals, place_of, publish, wounds


@pytest.fixture(scope="module")
def deals(office: Office) -> dict[str, str]:
    three = {"fresh": ("空压站扩容(演示)", "qualify"), "later": ("循环泵大修(演示)", "solution"), "third": ("三期泵房(演示)", "qualify")}
    return apart(past_deals(office, {key: (*one, {}) for key, one in three.items()}, "无锡卓汇精密机械(演示)"))


def test_a_playbook_is_designed_tried_published_and_running_deals_moved(deals: dict[str, str], visit: Visit):
    visitor = visit("shenruogu", path="/settings/playbook/equipment_direct")
    page = visitor.page
    expect(page.locator("[data-box]")).to_have_count(7)
    expect(page.locator("[data-stage]").first).to_have_attribute("data-stage", "qualify")
    page.locator("[data-stage=negotiate]").click()
    panel = page.locator("[data-path='stages.4']")
    panel.get_by_role("button", name="添加动作").click()
    fresh = page.locator("[data-path='stages.4.actions.4']")
    fresh.get_by_label("名称").first.fill("竞品对比表")
    fresh.get_by_label("审批", exact=True).select_option(label="合同评审")
    look(page, "designer_1440")
    assert wounds(page) == []
    # a problem stands on the box that holds it and at its place
    panel.get_by_role("region", name="离开条件").get_by_role("button", name="添加条件", exact=True).click()
    rule = page.locator("[data-path='stages.4.exit.0']")
    rule.get_by_role("button", name="高级条件").last.click()
    rule.get_by_label("高级条件（CEL 表达式）").fill("budgt > 1")
    expect(page.locator("[data-box=negotiate]")).to_have_attribute("data-tone", "wrong")
    rule.get_by_role("button", name="移除条件").click()
    expect(page.locator("[data-box=negotiate]")).not_to_have_attribute("data-tone", "wrong")
    page.get_by_role("button", name=re.compile("^试运行")).first.click()
    expect(page.locator(".xj-dry__head")).to_contain_text("次会在这里被拦下")
    expect(page.locator(".xj-life [data-state]")).to_have_attribute("data-state", re.compile("saved|clean|idle|done"))
    publish(page, "谈判前要有竞品对比表")
    expect(page.get_by_role("heading", name="还在旧版本上的单子")).to_be_visible()
    page.get_by_role("button", name=re.compile("移到 v2")).click()
    expect(page.get_by_role("heading", name="还在旧版本上的单子")).to_have_count(0)
    page.goto(page.url.split("/settings")[0] + "/settings/approval_flow/contract_review")
    expect(page.locator("[data-path='nodes.1'] select").first).to_have_value("role")
    expect(page.get_by_label("第 3 个节点的名称")).to_have_value("财务（30 万以上）")
    look(page, "flow_1440")
    assert wounds(page) == []
    assert visitor.errors == []


def test_a_transition_is_drawn_from_stage_to_stage(deals: dict[str, str], visit: Visit):
    visitor = visit("shenruogu", path="/settings/playbook/parts_service")
    page = visitor.page
    expect(page.locator("[data-box]")).to_have_count(4)
    page.wait_for_timeout(300)  # the picture has been fitted
    start, end = (place_of(page.locator(f"[data-box={key}] .react-flow__handle-{side}")) for key, side in (("qualify", "right"), ("sign", "left")))
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=12)
    page.mouse.up()
    panel = page.locator("[data-path='transitions.3']")  # after one for each step there was
    expect(panel.get_by_label("到", exact=True)).to_have_value("sign")
    expect(page.locator("[data-arrow]")).to_have_count(4)
    panel.get_by_label("名称").first.fill("老客户直接下单")
    expect(page.locator("[data-arrow]", has_text="老客户直接下单")).to_be_visible()
    look(page, "transition_1440")
    assert wounds(page) == []
    publish(page, "老客户可以跳过报价")
    document = visitor.asks("GET", "/api/v1/definitions/playbook/parts_service")
    moves = (document.get("published") or document)["document"]["transitions"]
    assert [(move["from"], move["to"]) for move in moves] == [(["qualify"], "negotiate"), (["negotiate"], "sign"), (["sign"], "deliver"), (["qualify"], "sign")]
    assert visitor.errors == []


def test_what_follows_a_transition_and_the_reminders_are_set_in_the_designer_and_happen(deals: dict[str, str], office: Office, visit: Visit):
    visitor = visit("shenruogu", path="/settings/playbook/parts_service")
    page = visitor.page
    page.locator("[data-arrow]", has_text="老客户直接下单").click()
    panel = page.locator("[data-path='transitions.3']")
    then = panel.locator(".xj-card", has=page.get_by_role("heading", name="随后"))
    expect(then).to_contain_text("这一步之后不自动做什么")
    then.get_by_role("button", name="加一个动作").click()
    page.get_by_role("menuitem", name=re.compile("^建任务")).click()
    step = page.locator("[data-path='transitions.3.then.0']")
    step.get_by_label("标题").fill("给{name}排发货")
    expect(step).to_contain_text("建任务")
    look(page, "follows_1440")
    # a step that cannot be is said at its place, and on the arrow
    step.get_by_label("标题").fill("给{nam}排发货")
    expect(step.locator(".xj-rules__bad")).to_be_visible()
    step.get_by_label("标题").fill("给{name}排发货")
    expect(step.locator(".xj-rules__bad")).to_have_count(0)
    page.locator("[data-stage=qualify]").click()
    page.locator("[data-path='stages.0.actions.0'] .xj-pb__fold").click()
    asked = page.locator("[data-path='stages.0.actions.0']")
    asked.get_by_label("时限（工作小时）").fill("4")
    asked.get_by_label("提前几小时提醒").fill("1")
    page.get_by_label("紧急程度").last.select_option(label="强提醒")
    look(page, "reminders_1440")
    assert wounds(page) == []
    publish(page, "下单后自动排发货")
    document = visitor.asks("GET", "/api/v1/definitions/playbook/parts_service")
    kept = (document.get("published") or document)["document"]
    assert (kept["transitions"][3]["then"][0]["action"], kept["remind"]) == ("task", {"urgency": "strong"})
    assert (kept["stages"][0]["actions"][0]["limit_hours"], kept["stages"][0]["actions"][0]["remind"]) == (4, {"before_hours": 1})
    assert visitor.errors == []

    small = apart(past_deals(office, {"parts": ("密封件补货(演示)", "qualify", {"amount": 800_000, "use_case": "循环泵"})}))["parts"]
    rep = visit("zhanglei", path=f"/records/deal/{small}")
    rep.asks("POST", f"/api/v1/process/deal/{small}/actions/p_quote/claim", {"note": "电话报价"})
    rep.page.reload()
    rep.page.get_by_role("button", name="移到别的阶段").first.click()
    item = rep.page.get_by_role("menuitem", name=re.compile("下单"))
    expect(item).to_contain_text("推进后：建任务「给〔名称〕排发货」")
    look(rep.page, "then_1440")
    item.click()
    expect(rep.page.locator(".xj-deal__head")).to_contain_text("下单")
    rep.page.goto(rep.page.url.split("/records")[0] + "/records/task")
    expect(rep.page.get_by_text("给密封件补货(演示)排发货").first).to_be_visible()
    assert rep.errors == []
