"""Wrong input in the forms beside the daily ones: logs and their sandbox, invitations, a review, reasons, times, settings, packs, the later editors."""

# ruff: noqa: F401, F811
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from browser.test_browser_process import deals, log_file
from browser.test_browser_wrong_input import ERROR, beside, calm, look, refused, watch
from browser_office import Office, Visit, choose


def bring(page: Page, name: str, content: bytes) -> None:
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/xml", "buffer": content}
    )


def test_an_event_log_that_is_none_and_a_sandbox_asked_nonsense(deals: dict[str, str], visit: Visit, calm: list[str]):
    page = watch(visit("chengxiaolan", path="/mining"), calm)
    page.get_by_role("button", name="导入事件日志").click()
    dialog = page.get_by_role("dialog")
    send = dialog.get_by_role("button", name="导入", exact=True)
    expect(send).to_have_attribute("title", "请先选择文件")
    events = b"".join(b'<event><string key="other" value="x"/></event>' for _ in range(3))
    bring(page, "orders.xes", b"<log><trace>" + events + b"</trace></log>")
    key = dialog.get_by_label(re.compile("^日志名"))
    for typed in ("订单 2026", ""):
        key.fill(typed)
        send.click()
        expect(beside(dialog, "日志名")).to_contain_text("只用小写字母、数字和下划线")
        expect(key).to_have_value(typed)
    key.fill("orders_2026")
    send.click()
    said = dialog.get_by_role("alert")
    expect(said).to_contain_text("没有")  # every event lacks its activity and its time: all of it at once
    assert len(said.inner_text()) > 20, said.inner_text()
    expect(key).to_have_value("orders_2026")
    look(page, "mining-import")
    bring(page, "orders.xes", b"\x00\x01not a log at all")
    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(said).to_be_visible()
    bring(page, "orders.xes", log_file(80))
    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("[data-cases]")).to_contain_text("80 单")
    page.get_by_role("tab", name="沙盘").click()
    days = page.get_by_label("提前几天")
    for typed in ("很多", "-3", "2000"):
        days.fill(typed)
        page.get_by_role("button", name="推演").click()
        expect(beside(page, "提前几天")).to_contain_text("请填 0 到 1000 之间的天数")
        expect(days).to_have_value(typed)
    look(page, "sandbox")
    days.fill("40")
    page.get_by_role("button", name="推演").click()
    expect(page.locator("[data-enough]")).to_be_visible()


def test_a_review_that_cannot_be_asked_for_keeps_what_was_written(deals: dict[str, str], visit: Visit, calm: list[str]):
    visitor = visit("zhanglei", path=f"/records/deal/{deals['third']}")
    page = watch(visitor, calm)
    note = page.get_by_label("想请教什么（可不填）")
    note.fill("字" * 1001)
    expect(beside(page, "想请教什么（可不填）")).to_contain_text("最多 1000 字，现在 1001 字")
    note.press("Enter")
    expect(note).to_have_value("字" * 1001)
    note.fill("客户说预算要等下半年")
    page.reload()
    expect(note).to_have_value("客户说预算要等下半年")
    page.route("**/review", lambda route: route.abort())
    page.get_by_role("button", name=re.compile("复盘 15 分钟")).click()
    expect(page.locator(".xj-toast--error")).to_be_visible()
    expect(note).to_have_value("客户说预算要等下半年")
    page.unroute("**/review")
    page.get_by_role("button", name=re.compile("复盘 15 分钟")).click()
    expect(page.get_by_text("已请程晓岚做 15 分钟复盘").first).to_be_visible()


def test_invitations_and_a_capacity_that_is_no_number(visit: Visit, calm: list[str]):
    visitor = visit("sunian", path="/admin/people")
    page = watch(visitor, calm)
    page.get_by_role("button", name="新建人员").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label(re.compile("^姓名")).fill("误邀的人")
    capacity = drawer.get_by_label("在手线索上限")
    capacity.fill("很多")
    drawer.get_by_role("button", name="保存").click()
    expect(beside(drawer, "在手线索上限")).to_contain_text("「很多」不是数字")
    expect(capacity).to_have_value("很多")
    look(page, "capacity")
    capacity.fill("30")
    drawer.get_by_role("button", name="保存").click()
    expect(drawer).to_have_count(0)
    page.get_by_role("searchbox").first.fill("误邀的人")
    page.get_by_role("button", name=re.compile("^误邀的人")).or_(
        page.get_by_role("row", name=re.compile("误邀的人"))
    ).first.click()
    expect(capacity).to_have_value("30")
    invite = drawer.get_by_role("region", name="登录账号")
    send = invite.get_by_role("button", name="开通登录")
    expect(send).to_have_attribute("title", re.compile("手机|邮箱"))
    login = invite.get_by_label("手机号或邮箱")
    login.fill("不是账号")
    send.click()
    expect(beside(invite, "手机号或邮箱")).to_contain_text(re.compile("手机|邮箱"))
    expect(login).to_have_value("不是账号")
    look(page, "invite")
    login.fill("wuyao@lilan.example")
    send.click()
    expect(invite.locator("code")).to_be_visible()

    visitor.goes_to("/start?step=morning")
    first = page.locator("[data-invite]").first
    label = first.locator("input")
    label.fill("也不是账号")
    first.get_by_role("button", name="邀请").click()
    expect(first.locator(ERROR)).to_contain_text(re.compile("手机|邮箱"))
    expect(label).to_have_value("也不是账号")
    expect(label).to_have_attribute("aria-invalid", "true")
    look(page, "invites")


def test_reasons_and_times_that_are_missing_or_past(
    office: Office, deals: dict[str, str], visit: Visit, calm: list[str]
):
    receipt = office.post_lead(
        "web_quote",
        name="褚总",
        company="误输时间机械有限公司(演示)",
        mobile="13900082001",
        budget="70万",
        external_id="wrong-9",
    )
    visitor = visit("shenruogu", path="/tasks")
    page = watch(visitor, calm)
    visitor.asks("POST", f"/api/v1/leads/{receipt['lead']}/touch", {"kind": "call", "answered": True})
    visitor.goes_to(f"/leads/{receipt['lead']}")
    arrange = page.get_by_role("form", name="约下次跟进")
    own = arrange.locator("input")
    own.fill("2026-03-01T09:00")
    expect(arrange.locator("button[type=submit]")).to_have_attribute("title", "选一个以后的时间")
    expect(own).to_have_value("2026-03-01T09:00")

    visitor.goes_to("/approvals")
    page.get_by_role("button", name="设置委托").first.click()
    form = page.locator("form.xj-form").last
    send = form.get_by_role("button", name="设置委托", exact=True)
    expect(send).to_have_attribute("aria-disabled", "true")
    choose(form.get_by_label(re.compile("^委托给")), "程晓岚")
    form.get_by_label(re.compile("^从")).fill("2026-03-12T09:00")
    form.get_by_label(re.compile("^到")).fill("2026-03-11T09:00")
    send.click()
    expect(form.locator(ERROR).first).not_to_be_empty()
    expect(form.get_by_label(re.compile("^到"))).to_have_value("2026-03-11T09:00")
    look(page, "delegation")

    visitor.goes_to("/me/notices")
    most = page.get_by_label(re.compile("每小时最多单独发几条"))
    for typed in ("999", "很多", "1.5", ""):
        most.fill(typed)
        page.get_by_role("button", name="保存").click()
        expect(most).to_have_attribute("aria-invalid", "true")
        expect(most).to_have_value(typed)
    expect(page.get_by_role("alert").filter(has_text="1 到 200")).to_be_visible()
    look(page, "notices")
    most.fill("12")
    page.get_by_role("button", name="保存").click()
    expect(most).not_to_have_attribute("aria-invalid", "true")


def test_a_pack_that_is_none_is_refused_in_words(visit: Visit, calm: list[str], tmp_path: Path):
    page = watch(visit("shenruogu", path="/settings/packs"), calm)
    nothing = tmp_path / "模板.zip"
    nothing.write_bytes(b"PK not a zip")
    page.locator("input[type=file]").set_input_files(str(nothing))
    expect(page.locator(".xj-toast--error")).not_to_be_empty()
    look(page, "pack")


def test_the_later_editors_of_the_studio(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings/metric/lead_inflow")
    page = watch(visitor, calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    page.get_by_label("怎么算").select_option(label="占比")
    page.get_by_role("button", name="用表达式编辑").first.click()
    page.locator("textarea").first.fill("bugdet > 1")
    refused(page, problems, release, "bugdet > 1")

    visitor.goes_to("/settings/list_view/lead_waiting")
    page.get_by_role("button", name="用表达式编辑").first.click()
    page.locator("textarea").first.fill("owner ==")
    refused(page, problems, release, "owner ==")

    visitor.goes_to("/settings/risk/close_moved")
    page.get_by_role("button", name="用表达式编辑").first.click()
    page.locator("textarea").first.fill("status == ")
    refused(page, problems, release, "status == ")

    visitor.goes_to("/settings/playbook/equipment_direct")
    hours = page.get_by_label("时限（工作小时）").first
    hours.fill("-4")
    refused(page, problems, release, "-4")
    look(page, "playbook")

    # as text: what cannot be read is named with its line, stays as typed, and what was understood before is not lost
    visitor.goes_to("/settings/role/channel")
    page.get_by_role("tab", name="YAML").click()
    text = page.get_by_role("textbox", name="定义内容")
    typed = text.input_value().replace("name:", "name: [", 1)
    text.fill(typed)
    lines = page.get_by_role("list", name="按行列出的问题")
    expect(lines).to_contain_text(re.compile(r"第 \d+ 行"))
    expect(text).to_have_value(typed)
    look(page, "yaml")
