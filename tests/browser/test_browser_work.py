"""The everyday work of the first screens, one story each."""

import re

from playwright.sync_api import expect

from browser_office import Office, Visit, choose, eventually, take_back


def test_pasted_text_becomes_a_lead_and_duplicates_are_told_while_typing(office: Office, visit: Visit):
    office.post_lead(
        "web_quote", name="孙总", company="锡东海岳电子有限公司(演示)", mobile="13900060031", area="江苏", industry="manufacturing",
        budget="70万", external_id="capture-1",
    )  # fmt: skip
    visitor = visit("zhanglei", path="/capture")
    rep = visitor.page
    rep.locator("[data-paste]").fill("锡西明远机械有限公司(演示) 何经理 13900060032 想要两台多级泵，预算 15万")
    rep.get_by_role("button", name="识别").click()
    expect(rep.get_by_label("公司", exact=True)).to_have_value("锡西明远机械有限公司(演示)")
    expect(rep.get_by_label("预算")).to_have_value("150000")
    found = rep.get_by_role("list", name=re.compile("可能重复"))
    same = {"object": "lead", "fields": {"mobile": "13900060031"}}
    eventually(rep, lambda: visitor.asks("POST", "/api/v1/duplicates", same)["rows"], bool)  # keys are taken down just after the commit
    rep.get_by_label("手机", exact=True).fill("13900060031")
    expect(found).to_contain_text("电话")
    rep.get_by_label("手机", exact=True).fill("13900060032")
    expect(rep.get_by_role("status").filter(has_text="没有发现重复")).to_be_visible()
    rep.get_by_role("button", name="保存线索").click()
    expect(rep.get_by_role("heading", level=1)).to_have_text("锡西明远机械有限公司(演示)")


def test_a_lead_is_converted_and_the_conversion_taken_back(office: Office, visit: Visit):
    company = "通南凯旋装备有限公司(演示)"
    receipt = office.post_lead(
        "web_quote",
        name="罗总",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="88万",
        external_id="convert-1",
    )
    rep = visit("zhanglei", path=f"/leads/{receipt['lead']}").page
    rep.get_by_role("button", name="更多操作").first.click()
    rep.get_by_role("menuitem", name="转为客户").click()
    dialog = rep.get_by_role("dialog")
    expect(dialog.get_by_label("预计金额")).to_have_value("880000")
    dialog.get_by_role("button", name="转为客户").click()
    expect(rep.locator(".xj-lead__head")).to_contain_text("已转")
    expect(rep.locator("[data-event='lead.converted']")).to_be_visible()
    rep.get_by_role("button", name="更多操作").first.click()
    rep.get_by_role("menuitem", name="撤销转化").click()
    expect(rep.locator("[data-event='lead.unconverted']")).to_be_visible()


def test_two_leads_with_one_phone_are_merged_after_a_preview_and_parted_again(office: Office, visit: Visit):
    one, two = "扬北宏业印染有限公司(演示)", "扬北宏业印染厂(演示)"
    first = office.post_lead(
        "web_quote",
        name="朱总",
        company=one,
        mobile="13900060041",
        area="江苏",
        industry="manufacturing",
        budget="90万",
        external_id="m-1",
    )
    office.post_lead(
        "web_form", name="朱先生", company=two, mobile="13900060041", email="zhu@example.com", area="江苏", industry="manufacturing",
        budget="60万", external_id="m-2",
    )  # fmt: skip
    page = visit("shenruogu", path=f"/leads/{first['lead']}").page
    page.get_by_role("button", name="预览合并").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name=re.compile("邮箱"))).to_contain_text("zhu@example.com")
    dialog.get_by_role("button", name="合并", exact=True).click()
    expect(page.get_by_role("complementary", name="基本信息")).to_contain_text("zhu@example.com")
    take_back(page, "")
    expect(page.get_by_role("complementary", name="基本信息")).not_to_contain_text("zhu@example.com")


def test_a_lead_of_the_pool_is_picked_and_is_then_mine(office: Office, visit: Visit):
    company = "泰北恒信供水有限公司(演示)"
    receipt = office.post_lead(
        "web_quote",
        name="郭总",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="77万",
        external_id="pool-1",
    )
    director = visit("shenruogu", path=f"/leads/{receipt['lead']}").page
    director.get_by_role("button", name="更多操作").first.click()
    director.get_by_role("menuitem", name="转交").click()
    dialog = director.get_by_role("dialog")
    dialog.get_by_role("tab", name="公海").click()
    choose(dialog.get_by_role("combobox"), "新线索")
    dialog.get_by_role("button", name="转交").click()
    expect(director.locator(".xj-lead__head")).to_contain_text("在公海")
    rep = visit("zhanglei", path="/pools").page
    entry = rep.locator("li", has_text=company)
    expect(entry).to_be_visible()
    pick = entry.get_by_role("button", name="领取")
    if pick.get_attribute("aria-disabled"):  # theirs before: said beforehand, not after the press
        expect(entry).to_contain_text("后可再领")
    else:
        pick.click()
        expect(rep.get_by_role("heading", level=1, name=company)).to_be_visible()


def test_a_definition_shows_its_problem_in_place_is_published_and_taken_back(visit: Visit):
    page = visit("sunian", path="/settings/list_view/lead_waiting").page
    page.get_by_role("tab", name="YAML").click()
    text = page.get_by_label("定义内容")
    expect(text).to_have_value(re.compile("first_response_at == null"))
    good = text.input_value()
    text.fill(good.replace("first_response_at == null", "first_respons == null"))
    alert = page.get_by_role("alert", name="问题")
    expect(alert).to_contain_text("筛选")
    expect(alert).to_contain_text("first_respons")
    page.get_by_role("button", name=re.compile(r"第 \d+ 行")).click()
    expect(text).to_be_focused()
    text.fill(good.replace("待首响", "等首响"))
    expect(alert).to_have_count(0)
    page.get_by_role("button", name="试运行").click()
    expect(page.get_by_role("heading", name=re.compile("试运行"))).to_be_visible()
    page.get_by_role("button", name="发布", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name=re.compile("名称"))).to_contain_text("等首响")
    dialog.get_by_label(re.compile("为什么改")).fill("说得更短")
    dialog.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已在所有页面生效").first).to_be_visible()
    versions = page.get_by_role("list", name="版本历史")
    expect(versions).to_contain_text("说得更短")
    page.get_by_role("button", name="撤回这次发布").first.click()
    expect(versions).to_contain_text("第 3 版")
    expect(page.get_by_role("heading", level=1)).to_have_text("待首响")


def test_a_cell_of_the_heat_map_opens_its_leads_and_a_lead_its_log(office: Office, visit: Visit):
    company = "镇江越联环保有限公司(演示)"
    office.post_lead(
        "web_quote",
        name="吴工",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="66万",
        external_id="heat-1",
    )
    page = visit("shenruogu", path="/heat").page
    page.get_by_role("button", name=re.compile(r"^官网产品页询价 1\d 点：")).last.click()
    row = page.locator(".xj-halves button.xj-row", has_text=company)
    row.click()
    expect(page.locator(".xj-halves [data-event='lead.received']")).to_be_visible()
    expect(page.get_by_role("region", name="渠道转化")).to_contain_text("官网产品页询价")


def test_a_long_list_is_read_page_by_page(office: Office, visit: Visit):
    office.fill(230)
    page = visit("shenruogu", path="/leads?sort=company&q=历史客户").page
    first = page.locator("[data-record]").first
    expect(first).to_contain_text("历史客户0000")
    assert page.locator("[data-record]").count() < 60
    box = page.get_by_role("region", name="线索")
    last = page.locator("[data-record]", has_text="历史客户0229")
    for _ in range(80):
        box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        page.wait_for_timeout(250)
        if last.count():
            break
    expect(page.locator("[data-record]").last).to_contain_text("历史客户0229")
    assert page.locator("[data-record]").count() < 60


def test_two_tabs_of_a_browser_share_one_stream(office: Office, visit: Visit):
    visitor = visit("shenruogu", path="/leads")
    streams: list[str] = []
    other = visitor.page.context.new_page()
    other.on("request", lambda request: streams.append(request.url) if "/api/v1/live" in request.url else None)
    other.goto(f"{office.url}/leads")
    expect(other.locator("[data-record]").first).to_be_visible()
    company = "两页同看电气有限公司(演示)"
    office.post_lead(
        "web_quote",
        name="金工",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="70万",
        external_id="tabs-1",
    )
    expect(visitor.page.locator("[data-record]", has_text=company)).to_be_visible()
    expect(other.locator("[data-record]", has_text=company)).to_be_visible()
    assert streams == []
    with other.expect_request(lambda request: "/api/v1/live" in request.url):
        visitor.page.close()  # the leader goes; the other tab takes over
    company = "一页续看电气有限公司(演示)"
    office.post_lead(
        "web_quote",
        name="金工",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="70万",
        external_id="tabs-2",
    )
    expect(other.locator("[data-record]", has_text=company)).to_be_visible(timeout=15_000)
    assert len(streams) == 1
