"""Words where a number belongs, and texts longer than their place, in the studio and on the way there: kept as typed, refused beside the field, taken once mended."""

# ruff: noqa: F401, F811
import re

from playwright.sync_api import Locator, Page, expect

from browser.test_browser_wrong_input import beside, calm, look, refused, watch
from browser_office import Visit


def at(page: Page, path: str) -> Locator:
    """The box of a part of the document."""
    return page.locator(f"input[data-path='{path}']")


def says(page: Page, path: str) -> Locator:
    """What stands beside the box of a part; the box points to it."""
    box = at(page, path)
    expect(box).to_have_attribute("aria-invalid", "true")
    return page.locator(f"[id='{(box.get_attribute('aria-describedby') or '').split()[-1]}']")


def test_the_numbers_of_a_rule(visit: Visit, calm: list[str]):
    page = watch(visit("shenruogu", path="/settings/rule/sla_remind_b"), calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    page.get_by_text("更多：只做一次、冷却、先后、上限").click()
    good = {path: at(page, path).input_value() for path in ("on.after", "order", "limits.fan_out")}
    typed = {"on.after": ("很久", "0 或正数"), "cool_down.hours": ("两天", "大于 0"), "order": ("1.5", "整数"), "limits.fan_out": ("很多", "1 到 100000 的整数")}
    for path, (text, _) in typed.items():
        at(page, path).fill(text)
    page.get_by_label(re.compile("^规则名称|^名称")).first.fill("名" * 61)
    for path, (text, words) in typed.items():  # all of it at once, each beside its place
        expect(says(page, path)).to_contain_text(words)
        expect(at(page, path)).to_have_value(text)
    expect(page.get_by_role("alert").filter(has_text="名称最多 60 字，现在 61 字").first).to_be_visible()
    expect(problems.get_by_role("button")).to_have_count(5)
    refused(page, problems, release, "两天")
    look(page, "rule-numbers")
    for path, text in {**good, "cool_down.hours": "48"}.items():
        at(page, path).fill(text)
    page.get_by_label(re.compile("^规则名称|^名称")).first.fill("B 类线索提醒")
    expect(problems).to_have_count(0)

    # the day of a month: no other day than the one that was typed
    page.get_by_label("什么时候", exact=True).select_option(label="定时")
    page.get_by_label("多久一次").select_option(label="每月")
    day = page.get_by_label("哪一天")
    for text in ("40", "月底", ""):
        day.fill(text)
        expect(beside(page, "哪一天")).to_contain_text("写 1 到 31 的日子")
        expect(day).to_have_value(text)
        expect(release).to_have_attribute("aria-disabled", "true")
    day.fill("28")
    expect(day).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status", name="这条规则读作")).to_contain_text("每月 28 日")

    # how often something happened: neither sign nor point is dropped from what is typed
    group = page.get_by_role("group", name="条件").first
    group.get_by_role("button", name="添加条件", exact=True).click()
    group.get_by_role("listitem").last.get_by_role("combobox", name="字段").select_option(label="事件次数")
    for label, text in (("时间长度", "1.5"), ("次数", "-3"), ("次数", "三次")):
        box = group.get_by_label(label, exact=True)
        box.fill(text)
        expect(beside(group, label)).to_contain_text("请填写整数")
        expect(box).to_have_value(text)
        expect(group.get_by_role("status")).to_contain_text("还有条件没填完")
        expect(release).to_have_attribute("title", re.compile("还有条件没填完"))  # what is typed here would not be in what is published
    look(page, "condition-counts")
    group.get_by_label("时间长度", exact=True).fill("3")
    group.get_by_label("次数", exact=True).fill("2")
    expect(group.get_by_role("status")).not_to_contain_text("还有条件没填完")
    expect(release).not_to_have_attribute("aria-disabled", "true")


def test_the_numbers_of_pools_risks_playbooks_and_fields(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings/pool/pool_new")
    page = watch(visitor, calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    days = at(page, "return.0.warn_days")
    days.fill("7、三天，0")
    expect(page.locator("[data-path='return.0']").get_by_role("alert")).to_contain_text(["「三天」不是天数", "「0」不是天数"])
    expect(days).to_have_value("7、三天，0")
    expect(days).to_have_attribute("aria-invalid", "true")
    refused(page, problems, release, "7、三天，0")
    days.fill("7、3")
    expect(problems).to_have_count(0)

    visitor.goes_to("/settings/risk/close_moved")
    for path, text, words in (("limits.0.default", "很多", "应为数字"), ("limits.0.unit", "次" * 13, "单位最多 12 字")):
        at(page, path).fill(text)
        expect(says(page, path)).to_contain_text(words)
        expect(at(page, path)).to_have_value(text)
    refused(page, problems, release, "很多")

    visitor.goes_to("/settings/playbook/equipment_direct")
    for label, text, words in (("时限（工作小时）", "两天", "时限写不小于 0 的小时数"), ("进度（%）", "一半", "完成度写 0 到 100"), ("赢单概率（%）", "120", "成交可能写 0% 到 100%")):
        page.get_by_label(label).first.fill(text)
        expect(beside(page, label)).to_contain_text(words)
        expect(page.get_by_label(label).first).to_have_value(text)
    refused(page, problems, release, "一半")
    look(page, "playbook-numbers")

    visitor.goes_to("/settings/object/deal")
    page.get_by_role("button", name="加字段").click()
    page.get_by_role("dialog").locator("[data-kind=number]").click()
    least = page.get_by_label("最小", exact=True).last
    least.fill("很少")
    expect(page.get_by_role("alert").filter(has_text="「很少」不是数字").first).to_be_visible()
    expect(least).to_have_value("很少")
    refused(page, problems, release, "很少")
    least.fill("0")
    expect(problems).to_have_count(0)


def test_names_and_notes_longer_than_their_place(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings")
    page = watch(visitor, calm)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="新建", exact=True).click()
    name = dialog.get_by_label(re.compile("^叫什么名字"))
    name.fill("名" * 61)
    expect(beside(dialog, "叫什么名字")).to_contain_text("最多 60 字，现在 61 字")
    name.press("Enter")
    expect(name).to_have_value("名" * 61)
    page.keyboard.press("Escape")

    visitor.goes_to("/leads")
    page.get_by_role("button", name=re.compile("的操作$|视图操作|^视图「")).first.click()
    page.get_by_role("menuitem", name="另存为新视图").click()
    name = dialog.get_by_label("视图名称")
    name.fill("视" * 41)
    expect(beside(dialog, "视图名称")).to_contain_text("最多 40 字，现在 41 字")
    name.press("Enter")
    expect(name).to_have_value("视" * 41)
    name.fill("误输的视图")
    name.press("Enter")
    expect(page.get_by_text("视图「误输的视图」已保存")).to_be_visible()

    visitor.goes_to("/settings/pool/pool_new")
    page.get_by_label("冷却几天").fill("22")
    page.get_by_role("button", name="发布", exact=True).click()
    why = dialog.get_by_label(re.compile("为什么改"))
    why.fill("因" * 2001)
    expect(page.get_by_text("最多 2000 字，现在 2001 字")).to_be_visible()
    why.press("Enter")
    expect(why).to_have_value("因" * 2001)
    look(page, "publish-note")
    why.fill("误输之后")
    why.press("Enter")
    expect(page.get_by_text("已在所有页面生效")).to_be_visible()
