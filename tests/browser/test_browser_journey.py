"""From arrival to answer, as two people see it in their browsers: nobody reloads a page."""

import re

from playwright.sync_api import expect

from browser_office import PASSWORD, Office, Visit, one_time_code, take_back


def test_a_posted_lead_appears_is_reminded_escalated_and_answered(office: Office, visit: Visit):
    rep = visit("zhanglei", path="/leads")
    supervisor = visit("chengxiaolan", path="/leads")
    company = "苏南恒拓精密制造有限公司(演示)"

    office.post_lead(
        "web_quote", name="陈总", company=company, mobile="13900050011", area="江苏", industry="manufacturing",
        budget="80万", need="多级泵 3 台，要能效证明", external_id="journey-1",
    )  # fmt: skip
    row = rep.page.locator("[data-record]", has_text=company)
    expect(row).to_be_visible()
    expect(row.locator("[data-status=ontrack]")).to_contain_text("还剩")
    expect(supervisor.page.locator("[data-record]", has_text=company)).to_contain_text("张磊")

    office.advance("+16m")  # A-class leads: a strong reminder after 15 working minutes
    expect(row.locator("[data-status=overdue]")).to_contain_text("已超时")
    rep.page.locator(".xj-bell").click()
    reminder = rep.page.locator(".xj-inbox", has_text=company).filter(has_text="超过 15 分钟未响应")
    expect(reminder).to_have_count(1)
    expect(rep.page.locator("[data-unread]").first).to_be_visible()

    supervisor.page.locator(".xj-bell").click()
    escalation = supervisor.page.locator(".xj-inbox", has_text=company).filter(has_text="未处理")
    expect(escalation).to_have_count(0)
    office.advance("+45m")  # and to the supervisor after 60
    expect(escalation).to_have_count(1)

    reminder.click()
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(company)
    escalation.click()
    expect(supervisor.page.locator(".xj-lead__head [data-status=overdue]")).to_be_visible()
    rep.page.locator("[data-touch=call_answered]").click()
    expect(rep.page.locator(".xj-lead__head [data-status=done]")).to_contain_text("已响应")
    expect(supervisor.page.locator(".xj-lead__head [data-status=done]")).to_contain_text("已响应")
    expect(
        supervisor.page.locator("[data-event='touch.followup'], [data-event='touch.response']").first
    ).to_contain_text("自报")
    assert rep.errors == supervisor.errors == []


def test_the_lead_page_says_why_this_person(office: Office, visit: Visit):
    company = "苏北泰和制造有限公司(演示)"
    office.post_lead(
        "web_quote",
        name="李工",
        company=company,
        area="江苏",
        industry="manufacturing",
        budget="66万",
        external_id="why-1",
    )
    rep = visit("zhanglei", path="/leads")
    rep.page.locator("[data-record]", has_text=company).locator("[data-open]").click()
    expect(rep.page.locator(".xj-why")).to_contain_text("华东制造50万以上")
    rep.page.get_by_role("tab", name="派单台账").click()
    expect(rep.page.locator(".xj-ledger__entry").first).to_contain_text("张磊")


def test_a_wrong_password_is_refused_in_words_and_many_lock_the_login(visit: Visit):
    visitor = visit()
    visitor.signs_in("tongxinyuan", "not it")
    expect(visitor.page.get_by_role("alert")).to_have_text("账号或密码不对")
    for _ in range(12):
        with visitor.page.expect_response("**/api/v1/sign-in"):
            visitor.page.locator("button[type=submit]").click()
        if "锁定" in visitor.page.get_by_role("alert").inner_text():
            break
    expect(visitor.page.get_by_role("alert")).to_contain_text(re.compile("锁定.*分钟"))


def test_a_session_that_ends_in_mid_form_keeps_what_was_typed(visit: Visit):
    rep = visit("zhanglei", path="/capture")
    company = "越州新和纺机有限公司(演示)"
    rep.page.get_by_label("公司", exact=True).fill(company)
    expect(rep.page.get_by_role("status").filter(has_text="没有发现重复")).to_be_visible()  # nothing is on its way
    rep.page.context.clear_cookies()
    rep.page.get_by_role("button", name="保存线索").click()
    dialog = rep.page.get_by_role("dialog")
    expect(dialog).to_contain_text("请重新登录")
    dialog.locator("input[autocomplete=username]").fill("zhanglei@lilan.example")
    dialog.locator("input[type=password]").fill("Xingji-2026-demo")
    dialog.locator("button[type=submit]").click()
    expect(rep.page.get_by_role("heading", level=1)).to_have_text(company)


def test_a_change_in_one_browser_shows_in_another_and_can_be_undone(office: Office, visit: Visit):
    company = "浙中启明机电有限公司(演示)"
    office.post_lead(
        "web_quote",
        name="周经理",
        company=company,
        area="浙江",
        industry="manufacturing",
        budget="90万",
        external_id="undo-1",
    )
    rep, supervisor = visit("zhanglei", path="/leads"), visit("chengxiaolan", path="/leads")
    cell = rep.page.locator("[data-record]", has_text=company).get_by_role("button", name=re.compile("意向等级"))
    expect(cell).to_contain_text("A")
    cell.click()
    rep.page.locator("[data-record]", has_text=company).locator("select").select_option("B")
    seen = supervisor.page.locator("[data-record]", has_text=company)
    expect(seen).to_contain_text("B")
    take_back(rep.page, "")
    expect(seen.get_by_text(re.compile("^A"))).to_be_visible()


def test_a_login_with_a_second_factor_is_asked_for_its_code(office: Office, visit: Visit):
    page = visit("sunian").page
    secret = page.evaluate(
        """async password => {
            const session = await (await fetch('/api/v1/session')).json()
            const headers = {'content-type': 'application/json', 'x-csrf-token': session.csrf}
            const answer = await fetch('/api/v1/session/totp', {method: 'POST', headers, body: JSON.stringify({password})})
            return (await answer.json()).secret
        }""",
        PASSWORD,
    )
    try:
        other = visit()
        other.signs_in("sunian")
        code = other.page.get_by_label("动态验证码")
        code.fill("000000")
        other.page.locator("button[type=submit]").click()
        expect(other.page.get_by_role("alert")).to_have_text("验证码不对，请重新输入")
        code.fill(one_time_code(secret))
        other.page.locator("button[type=submit]").click()
        expect(other.page.locator("main#main")).to_be_visible()
    finally:
        office.without_second_factor("sunian")
