"""The frame every screen lives in: keys and palette, narrow and folded, network lost and back, two people one record."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from browser_office import Office, Visit, eventually

COMPANY = "锡东恒盛流体科技有限公司(演示)"


@pytest.fixture(scope="module")
def lead(office: Office) -> str:
    """A lead of Zhang Lei; its id."""
    return office.post_lead(
        "web_quote", name="毛总", company=COMPANY, mobile="13900070021", area="江苏", industry="manufacturing", budget="96万",
        need="空压站改造", external_id="shell-1",
    )["lead"]  # fmt: skip


def test_everything_is_reached_by_keys(visit: Visit, lead: str):
    visitor = visit("sunian", path="/")
    page = visitor.page
    page.wait_for_selector("h1")
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/leads")
    expect(page.locator("[data-open]").first).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("[data-open]").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("gc")  # typed, not obeyed
    expect(page.get_by_role("searchbox")).to_have_value("gc")
    assert page.url.endswith("/leads")
    page.locator("h1").click()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="快捷键")
    expect(sheet).to_contain_text("快速录入")
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("c")
    page.wait_for_url("**/capture")
    assert visitor.errors == []


def test_one_box_finds_screens_actions_and_records_by_initials_and_by_what_matched(visit: Visit, lead: str):
    page = visit("zhanglei", path="/").page
    box = page.get_by_role("combobox", name="搜索客户、线索、电话")
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("gzt")
    expect(page.get_by_role("option").first).to_contain_text("工作台")
    box.fill("xdhs")  # the initials of the company
    option = page.get_by_role("group", name="线索").get_by_role("option", name=re.compile("锡东恒盛"))
    expect(option).to_be_visible()
    box.fill("70021")
    expect(option).to_contain_text("手机")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(COMPANY)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("group", name="最近打开").get_by_role("option")).to_have_text([COMPANY])
    page.keyboard.press("Escape")
    page.keyboard.press("e")  # an action the page brought
    expect(page.get_by_label("公司", exact=True)).to_have_value(COMPANY)


def test_the_navigation_folds_and_stays_folded_and_a_role_sees_its_groups(visit: Visit):
    visitor = visit("sunian", path="/")
    nav = visitor.page.get_by_role("navigation", name="主导航")
    expect(nav).to_contain_text("搭建")
    eventually(visitor.page, lambda: nav.bounding_box()["width"], 200)
    nav.get_by_role("button", name="收起导航").click()
    eventually(visitor.page, lambda: nav.bounding_box()["width"], 56)
    visitor.page.reload()
    expect(nav.get_by_role("link", name="线索", exact=True)).to_be_visible()  # the label is there for readers
    eventually(visitor.page, lambda: nav.bounding_box()["width"], 56)
    rep = visit("zhanglei", path="/").page.get_by_role("navigation", name="主导航")
    expect(rep.get_by_role("link", name="任务", exact=True)).to_be_visible()
    expect(rep.get_by_role("link", name=re.compile("团队看板|热力图|配置|人员"))).to_have_count(0)


def test_a_lost_network_is_said_and_everything_goes_on_when_it_is_back(visit: Visit, office: Office, lead: str):
    visitor = visit("zhanglei")
    page = visitor.page
    # a browser that only pretends to be offline keeps its open stream, which would bring the change by itself
    page.route("**/api/v1/live**", lambda route: route.abort())
    visitor.goes_to(f"/leads/{lead}")
    visitor.settles()
    note = page.get_by_role("textbox", name=re.compile("补充说明"))
    note.fill("客户要 50 人版本的报价")
    page.context.set_offline(True)
    banner = page.get_by_text("网络断开，写下的内容已留在本机")
    expect(banner).to_be_visible()
    page.get_by_role("button", name="只写备注").click()
    expect(page.get_by_text("连不上服务器").first).to_be_visible()
    expect(note).to_have_value("客户要 50 人版本的报价")
    visit("sunian", path="/").asks("PATCH", f"/api/v1/records/lead/{lead}", {"need": "断网时别人补充的需求"})
    page.wait_for_timeout(1_000)
    expect(page.get_by_text("断网时别人补充的需求")).to_have_count(0)
    page.context.set_offline(False)
    expect(banner).to_have_count(0)
    expect(page.get_by_text("断网时别人补充的需求").first).to_be_visible()  # what happened meanwhile is fetched
    page.get_by_role("button", name="只写备注").click()
    expect(page.locator("[data-event='touch.note']").first).to_contain_text("50 人版本")


def test_two_people_edit_one_record_and_choose_field_by_field(visit: Visit, lead: str):
    rep = visit("zhanglei", path=f"/leads/{lead}")
    rep.settles()
    form = rep.page.get_by_role("complementary", name="基本信息")
    form.get_by_role("button", name="编辑").click()
    form.get_by_label("称呼", exact=True).fill("毛总经理")
    form.get_by_label("微信号", exact=True).fill("mao_demo_01")
    boss = visit("sunian", path="/")
    boss.asks("PATCH", f"/api/v1/records/lead/{lead}", {"name": "毛建国", "industry": "electronics"})
    expect(form.get_by_label("称呼", exact=True)).to_have_value("毛总经理")  # what is being edited is not overwritten
    form.get_by_role("button", name="保存").click()
    choice = form.get_by_role("group", name="称呼")
    expect(choice).to_contain_text("毛建国")
    expect(form.get_by_role("group", name=re.compile("微信号|行业"))).to_have_count(
        0
    )  # only what both changed is asked
    choice.get_by_label(re.compile("对方的")).check()
    form.get_by_role("button", name="按选择保存").click()
    expect(form).to_contain_text("mao_demo_01")
    expect(form).to_contain_text("毛建国")
    record = boss.asks("GET", f"/api/v1/records/lead/{lead}")
    assert (record["name"], record["wechat"], record["industry"]) == ("毛建国", "mao_demo_01", "electronics")
    assert rep.errors == []


def test_what_was_typed_into_a_form_is_there_again_after_the_tab_was_closed(visit: Visit, lead: str):
    visitor = visit("zhanglei", path=f"/leads/{lead}")
    visitor.settles()
    form = visitor.page.get_by_role("complementary", name="基本信息")
    form.get_by_role("button", name="编辑").click()
    form.get_by_label("微信号", exact=True).fill("not_saved_yet")
    visitor.page.reload()
    visitor.settles()
    form.get_by_role("button", name="编辑").click()
    expect(form.get_by_label("微信号", exact=True)).to_have_value("not_saved_yet")
    expect(form).to_contain_text("已恢复上次没保存的内容")
    form.get_by_role("button", name="丢弃").click()
    expect(form.get_by_label("微信号", exact=True)).not_to_have_value("not_saved_yet")


def test_a_chat_side_bar_of_280_pixels_holds_every_first_screen(visit: Visit, lead: str):
    visitor = visit("zhanglei", width=280)
    for path in ("/", "/leads", f"/leads/{lead}", "/capture", "/inbox", "/pools", "/tasks", "/me"):
        visitor.goes_to(path)
        visitor.settles()
        wide = visitor.page.evaluate(
            "[document.scrollingElement, document.querySelector('#main')].map(e => e.scrollWidth - e.clientWidth)"
        )
        assert wide == [0, 0], path
    assert visitor.errors == []


def test_an_administrator_takes_somebody_in_gives_leave_and_a_token_and_finds_it_in_the_audit_log(visit: Visit):
    visitor = visit("sunian", path="/admin/people")
    page = visitor.page
    page.get_by_role("button", name="新建人员").click()
    drawer = page.get_by_role("dialog", name="新建人员")
    expect(drawer.get_by_role("button", name="保存")).to_have_attribute("aria-disabled", "true")
    drawer.get_by_label("姓名").fill("演示新人甲")
    drawer.get_by_label("手机").fill("13900070099")
    drawer.get_by_role("button", name="保存").click()
    page.get_by_role("searchbox", name="搜索姓名").fill("演示新人甲")
    line = page.locator("[data-person]")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("未开通")
    line.click()
    drawer = page.get_by_role("dialog", name="演示新人甲")
    drawer.get_by_role("button", name="开通登录").click()
    expect(drawer.locator("code")).to_have_text(re.compile(r"\S{10,}"))
    page.keyboard.press("Escape")
    expect(line).to_contain_text("可登录")

    visitor.goes_to("/admin/tokens")
    page.get_by_label("用途").fill("官网数据同步")
    page.get_by_label("读取记录").check()
    page.get_by_role("button", name="生成令牌").click()
    expect(page.locator("[data-token]")).to_have_text(re.compile(r"\S{20,}"))
    row = page.locator("li", has_text="官网数据同步")
    row.get_by_role("button", name="停用").click()
    row.get_by_role("button", name="确认停用").click()
    expect(row).to_have_count(0)

    visitor.goes_to("/admin/audit")
    page.get_by_label("操作", exact=True).select_option("person.invited")
    expect(page.get_by_role("row").nth(1)).to_contain_text("邀请登录")
    page.get_by_label("操作", exact=True).select_option("token.revoked")
    expect(page.get_by_role("row").nth(1)).to_contain_text("停用令牌")
    assert visitor.errors == []


def test_eight_tabs_of_one_browser_stay_live(visit: Visit, office: Office, lead: str):
    visitor = visit("sunian", path="/leads")
    tabs = [visitor.page, *(visitor.page.context.new_page() for _ in range(7))]
    for tab in tabs[1:]:
        tab.goto(f"{office.url}/leads")
        expect(tab.locator("[data-record]").first).to_be_visible()
    company = "八页同看机电有限公司(演示)"
    office.post_lead(
        "web_quote", name="金工", company=company, area="江苏", industry="manufacturing", external_id="tabs-8"
    )
    for tab in tabs:
        expect(tab.locator("[data-record]", has_text=company)).to_be_visible()
    assert visitor.errors == []


def test_a_list_moves_nothing_while_it_is_scrolled_and_paged(visit: Visit, office: Office, lead: str):
    office.fill(160)
    visitor = visit("shenruogu", path="/leads")
    visitor.settles()
    page = visitor.page
    expect(page.locator("[data-record]").first).to_be_visible()
    page.evaluate(
        """window.shift = 0; new PerformanceObserver(list => {
             for (const entry of list.getEntries()) if (!entry.hadRecentInput) { window.shift += entry.value; window.moved = [...(window.moved ?? []), ...entry.sources.map(s => s.node?.outerHTML?.slice(0, 160))] }
           }).observe({type: 'layout-shift'})"""
    )
    box = page.get_by_role("region", name="线索", exact=True)
    for turn in range(60):
        box.evaluate("box => box.scrollBy(0, 2400)")
        page.wait_for_timeout(200)
        if turn >= 7 and box.evaluate("box => box.scrollTop") > 5_000:
            break
    page.wait_for_timeout(400)
    moved = page.evaluate("window.shift")
    print(f"layout shift while scrolling and paging: {moved}")
    assert box.evaluate("box => box.scrollTop") > 5_000  # several pages came
    assert moved == 0, page.evaluate("window.moved")


def test_it_can_be_installed_and_begins_where_it_should(visit: Visit):
    page = visit("zhanglei").page
    asked = page.context.new_cdp_session(page)
    hindered = {each["errorId"] for each in asked.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert hindered <= {"in-incognito"}, "a test's window is a private one; nothing else stands in the way"
    manifest = asked.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert '"start_url": "/"' in manifest["data"]


def test_on_paper_there_is_what_the_screen_is_about_and_nothing_to_press(visit: Visit, lead: str):
    page = visit("zhanglei", path=f"/leads/{lead}").page
    expect(page.get_by_role("heading", level=1)).to_have_text(COMPANY)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(page.locator(".xj-header")).to_be_hidden()
    main = page.locator("main#main")
    assert main.evaluate("one => one.scrollHeight <= one.clientHeight"), (
        "the whole of it is printed, not what fits the window"
    )


def test_a_page_is_handed_on_as_it_stands_also_where_the_browser_has_no_clipboard(visit: Visit, lead: str):
    filtered = "/leads?f=" + quote('status == "assigned"')
    page = visit("zhanglei", path=filtered).page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")  # as over plain http
    expect(page.locator("[data-open]").first).to_be_visible()
    page.get_by_role("button", name="分享本页").click()
    expect(page.locator(".xj-toasts")).to_contain_text("链接已复制")
    page.get_by_role("searchbox").press("Control+V")
    title, address = page.get_by_role("searchbox").input_value().rsplit(" ", 1)
    assert title == "线索 · 行迹"
    other = visit("maliqun", path="/" + address.split("/", 3)[3])
    expect(other.page.get_by_text(re.compile("状态 等于"))).to_be_visible()
    expect(other.page.get_by_text(COMPANY)).to_have_count(0)  # the address hands on no right
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="分享本页").click()
    expect(page.locator(".xj-toasts")).to_contain_text("浏览器不允许复制")


def test_on_the_phone_a_record_is_shared_by_the_phones_own_sheet(visit: Visit, lead: str):
    visitor = visit("zhanglei", path=f"/leads/{lead}", width=390)
    page = visitor.page
    page.evaluate("navigator.share = async (given) => { window.handed = given }")
    expect(page.locator("h1")).to_contain_text(COMPANY)
    page.get_by_role("button", name="分享本页").click()
    page.wait_for_function("window.handed")
    handed = page.evaluate("window.handed")
    assert handed["url"].endswith(f"/leads/{lead}")
    assert COMPANY in handed["title"]
    expect(page.get_by_text("链接已复制")).to_have_count(0)
    visitor.goes_to("/leads")
    visitor.settles()
    expect(page.get_by_role("button", name="分享本页")).to_have_count(0)
