"""The two lanes on screen: an urgent need first and with its promise, VIP marks, a follow-up template written as a form."""

import re

from playwright.sync_api import expect

from browser_office import Office, Visit, wounds


def test_an_urgent_need_stands_first_and_shows_which_promise_runs(office: Office, visit: Visit):
    office.post_lead("web_form", name="先到的", mobile="13755501001", company="先到化工(演示)", area="四川", need="循环水泵询价")
    lead = office.post_lead("web_form", name="许厂长", mobile="13755501002", company="停产印染(演示)", area="四川", need="全线停产，急需备泵")["lead"]
    page = visit("shenruogu").page
    first = page.locator("[data-work]").first
    expect(first).to_have_attribute("data-work", lead)
    expect(first.locator("[data-urgent=answer]")).to_have_text(re.compile("^加急 待?答复$"))  # before its time is armed, too
    page.goto(f"{office.url}/leads/{lead}")
    expect(page.locator("[data-urgent=answer]")).to_be_visible()
    expect(page.locator("[data-next=first_contact]")).to_be_visible()
    page.locator("[data-touch=message]").click()
    expect(page.locator("[data-urgent=solution]")).to_have_text("加急 方案")
    expect(page.locator("[data-next=give_solution]")).to_be_visible()
    page.goto(f"{office.url}/")
    expect(page.locator(f"[data-work='{lead}']")).to_contain_text("给出方案")
    page.goto(f"{office.url}/leads/{lead}")
    page.locator("[data-touch=solution]").click()
    expect(page.locator("[data-urgent=solution]")).to_have_text("加急 方案已给")
    expect(page.locator("[data-touch=solution]")).to_have_count(0)
    expect(page.locator("[data-next=give_solution]")).to_have_count(0)
    page.goto(f"{office.url}/")
    expect(page.locator("[data-work]").first).not_to_have_attribute("data-work", lead)
    expect(page.locator(f"[data-work='{lead}']")).to_have_count(0)


def test_a_need_is_marked_urgent_by_hand_and_the_mark_is_undone(office: Office, visit: Visit):
    lead = office.post_lead("web_form", name="慢慢来", mobile="13755501003", company="不急机械(演示)", area="四川", need="年度维保")["lead"]
    page = visit("shenruogu", path=f"/leads/{lead}").page
    expect(page.get_by_role("heading", name="不急机械(演示)")).to_be_visible()
    expect(page.locator("[data-urgent]")).to_have_count(0)
    page.get_by_role("button", name="更多操作").first.click()
    page.get_by_role("menuitem", name="标为加急").click()
    expect(page.locator("[data-urgent=answer]")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("[data-urgent]")).to_have_count(0)


def test_a_vip_customer_carries_its_mark_and_says_why(office: Office, visit: Visit):
    visitor = visit("shenruogu")
    customer = visitor.asks("POST", "/api/v1/records/customer", {"name": "江阴水务(演示)", "uscc": "91320281MA1XJ8TC7K", "vip": True})["id"]
    lead = office.post_lead("web_form", name="周总工", mobile="13755501004", company="江阴水务(演示)", uscc="91320281MA1XJ8TC7K", product_line="pump", area="江苏", need="四台多级泵选型")["lead"]
    page = visitor.page
    page.goto(f"{office.url}/records/customer/{customer}")
    expect(page.locator("header .xj-vip")).to_have_text("VIP")
    page.get_by_text("为什么是 VIP").click()
    expect(page.get_by_text("由人标记，没有规则升级过")).to_be_visible()
    page.goto(f"{office.url}/leads/{lead}")
    expect(page.locator("header .xj-vip")).to_have_text("VIP")
    page.get_by_role("tab", name="任务").click()
    for step in ("致电：核对介质、流量、扬程", "售前出选型计算书", "上门看工况，带样机资料", "回访：选型是否认可"):
        expect(page.get_by_text(step)).to_be_visible()


def test_a_follow_up_template_is_written_as_a_form_and_published(visit: Visit):
    page = visit("shenruogu", path="/settings/follow_up/vip_iot").page
    sentence = page.get_by_role("status", name="这份配置的意思")
    expect(sentence).to_contain_text("给负责人排好 3 步跟进")
    expect(page.locator("[data-path=when]")).to_contain_text("产品线")
    hours = page.locator("[data-path='steps.0.hours'] input, input[data-path='steps.0.hours']").first
    hours.fill("0")
    expect(page.get_by_role("alert").filter(has_text="大于 0，不超过 240").first).to_be_visible()
    hours.fill("2")
    expect(page.get_by_role("alert").filter(has_text="大于 0")).to_have_count(0)
    page.get_by_role("button", name="加一步").click()
    page.locator("[data-path='steps.3.name']").fill("一个月后回访")
    expect(sentence).to_contain_text("排好 4 步")
    assert wounds(page) == []
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("第 2 版").first).to_be_visible()
