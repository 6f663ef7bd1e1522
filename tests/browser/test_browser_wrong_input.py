"""Wrong input in every form: all errors at once beside their fields, nothing typed is lost, the remedy named, never a 500."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser_office import Office, Visit, Visitor, eventually

ERROR = "[role=alert]"


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/wrong-{name}.png")


def beside(form: Locator | Page, label: str) -> Locator:
    """The error that a control points to; the control is marked invalid."""
    control = form.get_by_label(re.compile(rf"^{label}\*?$")).first
    expect(control).to_have_attribute("aria-invalid", "true")
    about = (control.get_attribute("aria-describedby") or "").split()
    error = next((each for each in about if each.endswith("error")), None)
    assert error, f"{label} points to no error: {about}"
    page = form if isinstance(form, Page) else form.page
    return page.locator(f"[id='{error}']")


@pytest.fixture
def calm(visit: Visit) -> Iterator[list[str]]:
    """What any page of this test answered with a server's failure; none in the end."""
    broken: list[str] = []
    yield broken
    assert broken == []


def watch(visitor: Visitor, broken: list[str]) -> Page:
    page = visitor.page
    page.on("response", lambda answer: broken.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None)
    return page


def test_signing_in_and_up(visit: Visit, calm: list[str]):
    page = watch(visit(), calm)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(beside(page, "手机号或邮箱")).to_contain_text("请填写")
    expect(beside(page, "密码")).to_contain_text("请填写密码")
    page.get_by_label("手机号或邮箱").fill("nobody@lilan.example")
    page.get_by_label("密码", exact=True).fill("wrong-password-1")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.locator(ERROR)).to_contain_text("账号或密码不对")
    expect(page.get_by_label("手机号或邮箱")).to_have_value("nobody@lilan.example")
    look(page, "sign-in")

    page.get_by_role("link", name="创建新的组织").click()
    page.get_by_label("手机号或邮箱").fill("没有账号")
    page.get_by_label(re.compile("^密码")).fill("短")
    page.get_by_role("button", name="创建", exact=True).click()
    for label in ("公司或团队", "你的姓名", "手机号或邮箱", "密码"):
        expect(beside(page, label)).not_to_be_empty()
    expect(page.get_by_role("alert").filter(has_text="有 4 处要改，填好的都还在")).to_be_visible()
    expect(page.get_by_label("手机号或邮箱")).to_have_value("没有账号")
    look(page, "sign-up")
    page.reload()
    expect(page.get_by_label("手机号或邮箱")).to_have_value("没有账号")
    expect(page.get_by_label(re.compile("^密码"))).to_have_value("")  # no browser keeps a password


def test_a_task_and_what_was_written_about_a_lead(office: Office, visit: Visit, calm: list[str]):
    receipt = office.post_lead("web_quote", name="蒋总", company="误输任务机械有限公司(演示)", mobile="13900080003", budget="70万", external_id="wrong-3")
    visitor = visit("shenruogu", path="/tasks", fresh=True)
    page = watch(visitor, calm)
    page.get_by_role("button", name="新建任务").click()
    form = page.get_by_role("dialog")
    form.get_by_label("说明", exact=True).fill("样机寄出后回访")
    form.get_by_role("button", name="保存").click()
    expect(beside(form, "任务")).not_to_be_empty()
    expect(form.get_by_label("说明", exact=True)).to_have_value("样机寄出后回访")
    page.reload()
    page.get_by_role("button", name="新建任务").click()
    expect(form.get_by_label("说明", exact=True)).to_have_value("样机寄出后回访")
    form.get_by_label(re.compile(r"^任务\*?$")).fill("误输任务回访")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("[data-task]", has_text="误输任务回访")).to_be_visible()

    # a sentence about a lead outlives a reload and the end of the session, and is nobody else's to read
    visitor.goes_to(f"/leads/{receipt['lead']}")
    note = page.locator("[data-touch-text]")
    note.fill("字" * 4001)
    expect(page.get_by_role("alert").filter(has_text="最多 4000 字，现在 4001 字")).to_be_visible()
    expect(page.get_by_role("button", name="只写备注")).to_have_attribute("aria-disabled", "true")
    note.fill("客户要两台，下周看样机")
    page.reload()
    expect(note).to_have_value("客户要两台，下周看样机")
    page.context.clear_cookies()
    page.get_by_role("button", name="只写备注").click()
    again = page.get_by_role("dialog", name="请重新登录")
    again.locator("input[autocomplete=username]").fill("shenruogu@lilan.example")
    again.locator("input[type=password]").fill("wrong-password-1")
    again.locator("button[type=submit]").click()
    expect(again.locator(ERROR)).to_contain_text("账号或密码不对")
    expect(note).to_have_value("客户要两台，下周看样机")
    look(page, "session-ended")
    page.context.clear_cookies()
    page.context.add_cookies(office.cookies_of("sunian"))
    visitor.goes_to(f"/leads/{receipt['lead']}")
    expect(note).to_have_value("")
    page.context.clear_cookies()
    page.context.add_cookies(office.cookies_of("shenruogu"))
    visitor.goes_to(f"/leads/{receipt['lead']}")
    expect(note).to_have_value("客户要两台，下周看样机")
    page.get_by_role("button", name="只写备注").click()
    expect(note).to_have_value("")


def test_a_lead_captured_edited_converted_and_handed_over(office: Office, visit: Visit, calm: list[str]):
    receipt = office.post_lead("web_quote", name="冯总", company="误输表单机械有限公司(演示)", mobile="13900080001", budget="70万", external_id="wrong-1")
    visitor = visit("shenruogu", path="/capture")
    page = watch(visitor, calm)
    paste = page.get_by_label("粘贴名片、微信聊天或电话号码，自动识别")
    paste.fill("字" * 5001)
    expect(beside(page, "粘贴名片、微信聊天或电话号码，自动识别")).to_contain_text("最多 5000 字，现在 5001 字")
    expect(page.get_by_role("button", name="识别", exact=True)).to_have_attribute("title", re.compile("最多 5000 字"))
    expect(paste).to_have_value("字" * 5001)
    paste.fill("")
    page.get_by_label("手机", exact=True).fill("手机不详")
    page.get_by_label("公司", exact=True).fill("误输录入有限公司(演示)")
    page.get_by_label("预算", exact=True).fill("待定")
    page.get_by_role("button", name="保存线索").click()
    expect(beside(page, "手机")).to_contain_text("例如 13812345678")
    expect(beside(page, "预算")).not_to_be_empty()
    expect(page.get_by_label("手机", exact=True)).to_have_value("手机不详")
    expect(page.get_by_label("预算", exact=True)).to_have_value("待定")
    look(page, "capture")

    visitor.goes_to(f"/leads/{receipt['lead']}")
    page.get_by_role("button", name="编辑", exact=True).first.click()
    form = page.locator("form.xj-form").last
    form.get_by_label("手机", exact=True).fill("一三九")
    form.get_by_label("邮箱", exact=True).fill("不是邮箱")
    form.get_by_label("预算", exact=True).fill("很多")
    form.get_by_role("button", name="保存").click()
    for label, typed in (("手机", "一三九"), ("邮箱", "不是邮箱"), ("预算", "很多")):
        expect(beside(form, label)).not_to_be_empty()
        expect(form.get_by_label(label, exact=True)).to_have_value(typed)
    expect(form.get_by_label("手机", exact=True)).to_be_focused()
    look(page, "lead-edit")
    form.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="更多操作").last.click()
    page.get_by_role("menuitem", name="转为客户").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("商机名称").fill("")
    dialog.get_by_label("预计金额").fill("待定")
    expect(beside(dialog, "商机名称")).to_contain_text("请填写商机名称")
    expect(beside(dialog, "预计金额")).not_to_be_empty()
    expect(dialog.get_by_role("button", name="转为客户")).to_have_attribute("aria-disabled", "true")
    look(page, "convert")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="更多操作").last.click()
    page.get_by_role("menuitem", name="转交给…").click()
    expect(dialog.get_by_role("button", name="转交", exact=True)).to_have_attribute("title", "请先选择交给谁")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="只写备注")).to_have_attribute("title", "备注需要先写内容")


def test_a_list_its_cells_its_filter_its_views_and_many_at_once(office: Office, visit: Visit, calm: list[str]):
    office.post_lead("web_quote", name="卫总", company="误输列表织造有限公司(演示)", mobile="13900080002", budget="70万", external_id="wrong-2")
    visitor = visit("shenruogu", path="/leads?q=误输列表")
    page = watch(visitor, calm)
    row = page.locator("[data-record]").first
    page.get_by_role("button", name="视图设置").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="预算", exact=True).click()
    page.keyboard.press("Escape")
    row.locator("[data-cell='budget']").click()
    row.get_by_label("预算").fill("待定")
    page.keyboard.press("Enter")
    expect(row.locator(".xj-cell__error")).not_to_be_empty()
    expect(row.get_by_label("预算")).to_have_value("待定")
    look(page, "cell")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="添加筛选").click()
    editor = page.locator(".xj-filter__editor")
    editor.get_by_label("字段").select_option(label="预算")
    editor.get_by_label("预算的值").fill("很多")
    expect(editor.get_by_role("button", name="应用")).to_have_attribute("title", "请先填写值")
    expect(editor.get_by_label("预算的值")).to_have_value("很多")
    editor.get_by_role("button", name="取消").click()
    page.get_by_role("button", name="另存为新视图").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="保存")).to_have_attribute("title", "请先填写名称")
    page.keyboard.press("Escape")
    page.get_by_role("checkbox", name=re.compile("^选择误输列表")).click()
    page.get_by_role("region", name="批量操作").get_by_role("button", name="修改字段").click()
    dialog.get_by_label("字段").select_option(label="预算")
    dialog.get_by_label("改成").fill("待定")
    expect(beside(dialog, "改成")).not_to_be_empty()
    expect(dialog.get_by_role("button", name=re.compile("^执行"))).to_have_attribute("aria-disabled", "true")
    expect(dialog.get_by_label("改成")).to_have_value("待定")
    look(page, "bulk")


def test_a_record_people_leave_and_tokens(visit: Visit, calm: list[str]):
    visitor = visit("sunian", path="/records/customer")
    page = watch(visitor, calm)
    page.get_by_role("button", name="新建客户").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("统一社会信用代码").fill("123")
    form.get_by_label("电话").fill("abc")
    form.get_by_role("button", name="保存").click()
    for label in ("名称", "统一社会信用代码", "电话"):
        expect(beside(form, label)).not_to_be_empty()
    expect(form.get_by_label("统一社会信用代码")).to_have_value("123")
    look(page, "record")
    form.get_by_role("button", name="取消").click()

    # a day that is none stays as it was typed, with the reason, in a form and in a filter's person alike
    visitor.goes_to("/records/deal")
    page.get_by_role("button", name="新建商机").first.click()
    form = page.get_by_role("dialog")
    day = form.get_by_label("预计签约日")
    day.fill("下周五")
    form.get_by_label("名称").click()
    expect(form.get_by_label("预计签约日")).to_have_value("下周五")
    expect(form.get_by_role("alert").filter(has_text="「下周五」不是日期")).to_be_visible()
    look(page, "date")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_label("名称")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("预计签约日")).to_have_value("下周五")
    form.get_by_label("预计签约日").fill("2026年12月4日")
    form.get_by_label("名称").click()
    expect(form.get_by_label("预计签约日")).to_have_value("2026-12-04")
    expect(form.get_by_role("alert").filter(has_text="不是日期")).to_have_count(0)

    visitor.goes_to("/admin/people")
    page.get_by_role("button", name="新建人员").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("button", name="保存")).to_have_attribute("title", "请先填写名称")
    drawer.get_by_label("姓名").fill("误输的人")
    drawer.get_by_label("手机", exact=True).fill("12")
    drawer.get_by_label("邮箱", exact=True).fill("不是邮箱")
    drawer.get_by_role("button", name="保存").click()
    expect(beside(drawer, "手机")).not_to_be_empty()
    expect(beside(drawer, "邮箱")).not_to_be_empty()
    expect(drawer.get_by_label("姓名")).to_have_value("误输的人")
    expect(drawer.get_by_label("手机", exact=True)).to_have_value("12")
    look(page, "person")

    visitor.goes_to("/admin/tokens")
    make = page.get_by_role("button", name="生成令牌")
    expect(make).to_have_attribute("title", "请填写用途并选择权限")
    page.get_by_label("用途").fill("误输的令牌")
    expect(make).to_have_attribute("title", "请填写用途并选择权限")


def test_every_editor_of_the_studio(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings/channel/wecom_sales")
    page = watch(visitor, calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    page.get_by_role("button", name="换一个").click()
    page.get_by_label("机器人地址").fill("不是地址")
    expect(beside(page, "机器人地址")).to_contain_text("https://")
    refused(page, problems, release, "不是地址")

    visitor.goes_to("/settings/pool/pool_new")
    page.get_by_label("每人每天最多领取几条").fill("很多")
    expect(page.get_by_role("alert").filter(has_text="「很多」不是数字：写 0 或更大的整数").first).to_be_visible()
    refused(page, problems, release, "很多")

    visitor.goes_to("/settings/rule/sla_remind_b")
    page.get_by_label("多久", exact=True).fill("-5")
    refused(page, problems, release, "-5")

    visitor.goes_to("/settings/object/deal")
    page.get_by_role("button", name="加字段").click()
    page.get_by_role("dialog").locator("[data-kind=formula]").click()
    page.get_by_label("公式").last.fill("amount *")
    refused(page, problems, release, "amount *")
    expect(beside(page, "公式")).not_to_be_empty()

    visitor.goes_to("/settings/source/web_form")
    page.get_by_label("手机的路径").fill("$.mobile[")
    page.get_by_label("邮箱的路径").fill("$..")
    refused(page, problems, release, "$.mobile[")
    for label in ("手机的路径", "邮箱的路径"):
        expect(page.get_by_label(label)).to_have_attribute("aria-invalid", "true")
    look(page, "source")

    visitor.goes_to("/settings/calendar/office")
    page.get_by_label("周六的时段").fill("9点到五点")
    expect(page.get_by_role("alert").filter(has_text="08:30-12:00")).to_be_visible()
    expect(page.get_by_label("周六的时段")).to_have_value("9点到五点")

    visitor.goes_to("/settings/dispatch/main")
    cell = page.locator("tr[aria-rowindex='10'] td[data-col='budget']")
    cell.click()
    page.keyboard.type("很多")
    page.keyboard.press("Tab")
    expect(cell).to_have_attribute("data-mark", "error")
    expect(cell).to_have_text("很多")
    expect(page.locator(".xj-grid__foot")).to_contain_text("看不懂「很多」")

    visitor.goes_to("/settings/form/wrong_form?name=误输表单&object=contact")
    expect(page.get_by_role("group", name="表单版面")).to_be_visible()
    page.get_by_role("region", name="可放的字段").get_by_role("button", name="放入邮箱").click()
    properties = page.get_by_role("region", name="邮箱的属性")
    properties.get_by_label("何时必填").select_option(label="满足条件时必填")
    properties.get_by_role("button", name="用表达式编辑").click()
    properties.locator("textarea").last.fill("nmae == ")
    refused(page, problems, release, "nmae == ")

    visitor.goes_to("/settings/guidance/wrong_guidance?name=误输提示&object=lead")
    page.get_by_role("button", name="加一件要确认的事").click()
    expect(page.locator("[data-path='items.0'] [role=alert]")).not_to_be_empty()
    refused(page, problems, release, "")
    look(page, "guidance")


def refused(page: Page, problems: Locator, release: Locator, typed: str) -> None:
    """The definition cannot be published, the list of problems leads to the place, what was typed stays."""
    expect(problems).to_be_visible()
    expect(release).to_have_attribute("aria-disabled", "true")
    problems.get_by_role("button").first.click()
    if typed:
        written = page.locator("input, textarea")
        eventually(page, lambda: written.evaluate_all("all => all.map(one => one.value)"), lambda values: typed in values)


def test_a_workbook_whose_cells_cannot_be_read(visit: Visit, calm: list[str], tmp_path: Path):
    visitor = visit("sunian", path="/import/customer")
    page = watch(visitor, calm)
    nothing = tmp_path / "空表.csv"
    nothing.write_text("")
    page.locator("input[type=file]").set_input_files(str(nothing))
    expect(page.locator("main").get_by_role("alert")).to_contain_text("请用 Excel")
    look(page, "import-empty")
    table = tmp_path / "误输.csv"
    table.write_text("客户名称,电话,网站\n误输导入一号有限公司(演示),电话不明,www\n误输导入二号有限公司(演示),13900080009,\n")
    page.locator("input[type=file]").set_input_files(str(table))
    page.locator("[data-next]").click()
    wrong = page.get_by_label("误输导入一号有限公司(演示) 电话")
    expect(wrong).to_have_value("电话不明")
    expect(page.locator(".xj-import-row__mend").first).to_contain_text("电话号码不对：只写数字")
    look(page, "import")
