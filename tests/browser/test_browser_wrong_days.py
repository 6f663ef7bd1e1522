"""Wrong input in the small forms of a day: a focus customer skipped, a report commented, a masked value asked for, the first reminder's numbers."""

# ruff: noqa: F401, F811
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.test_browser_process import deals
from browser.test_browser_wrong_input import ERROR, beside, calm, look, watch
from browser_office import WORKSPACE, Office, Visit, apart

LONG = "字" * 4001


async def propose_today(office: Office) -> int:
    """What the morning's job does, for deals that came after it ran; how many rows were written."""
    from xingji import app
    from xingji.features.daily.propose import daily, keep, propose
    from xingji.kernel.db import Database

    app.configure()
    database = await Database.connect(office.addresses.app_url, None, max_size=2)
    try:
        async with database.work(WORKSPACE) as uow:
            day = uow.now.astimezone(uow.workspace.zone).date()
            return await keep(uow, day, await propose(uow, await daily(uow)), 3)
    finally:
        await database.close()


def posts(page: Page, ending: str) -> list[str]:
    """The requests of this page that wrote to an address with this ending."""
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" and re.search(ending, one.url) else None)
    return sent


def test_a_focus_customer_is_skipped_with_a_reason_of_a_length_that_fits(office: Office, deals: dict[str, str], visit: Visit, calm: list[str]):
    assert apart(propose_today(office)) > 0
    page = watch(visit("zhanglei"), calm)
    sent = posts(page, r"/daily/focus/")
    card = page.locator("[data-focus]").first
    focus = card.get_attribute("data-focus")
    card = page.locator(f"[data-focus='{focus}']")
    card.get_by_role("button", name=re.compile("的更多操作$")).click()
    page.get_by_role("menuitem", name="跳过…").click()
    why, skip = card.get_by_label("为什么跳过"), card.get_by_role("button", name="跳过", exact=True)
    for typed in ("", "   "):
        why.fill(typed)
        expect(skip).to_have_attribute("title", "写一句原因")
        why.press("Enter")
        expect(why).to_have_value(typed)
    why.fill(LONG)
    expect(beside(card, "为什么跳过")).to_contain_text("最多 4000 字，现在 4001 字")
    why.press("Enter")
    look(page, "focus")
    page.reload()
    expect(why).to_have_value(LONG)  # still open, nothing of it cut off
    assert sent == []
    why.fill("客户本周出差")
    skip.click()
    expect(card).to_have_count(0)
    assert len(sent) == 1


def test_a_comment_on_a_report_that_is_empty_or_too_long(visit: Visit, calm: list[str]):
    rep = visit("zhanglei", path="/report")
    own, plan, send_in = rep.page.get_by_label("我想说"), rep.page.get_by_label("接下来"), rep.page.get_by_role("button", name="提交", exact=True)
    for box, label in ((own, "我想说"), (plan, "接下来")):
        box.fill(LONG)
        expect(beside(rep.page, label)).to_contain_text("最多 4000 字，现在 4001 字")
    expect(send_in).to_have_attribute("title", re.compile("最多 4000 字"))
    expect(own).to_have_value(LONG)
    plan.fill("拜访两家")
    own.fill("误输点评的日报")
    send_in.click()
    expect(rep.page.get_by_role("heading", level=1)).to_contain_text("已提交")
    page = watch(visit("chengxiaolan", path="/report"), calm)
    sent = posts(page, r"/comment$")
    card = page.locator("[data-report]", has_text="误输点评的日报")
    comment, send = card.get_by_label("点评张磊的报告"), card.get_by_role("button", name="点评", exact=True)
    expect(send).to_have_attribute("title", "写一句点评")
    comment.press("Enter")
    comment.focus()
    page.keyboard.insert_text(LONG)  # as a paste: a field that cuts would keep 4000
    expect(beside(card, "点评张磊的报告")).to_contain_text("最多 4000 字，现在 4001 字")
    comment.press("Enter")
    look(page, "comment")
    page.reload()
    expect(comment).to_have_value(LONG)
    assert sent == []
    comment.fill("带上能效证明")
    page.route("**/comment", lambda route: route.abort())
    send.click()
    expect(beside(card, "点评张磊的报告")).not_to_be_empty()
    expect(comment).to_have_value("带上能效证明")
    page.unroute("**/comment")
    send.click()
    expect(card.locator("li")).to_contain_text(["带上能效证明"])
    expect(comment).to_have_value("")


def test_the_reason_for_a_masked_value(office: Office, visit: Visit, calm: list[str]):
    receipt = office.post_lead("web_quote", name="尤总", company="误输脱敏机械有限公司(演示)", mobile="13900086001", budget="70万", external_id="wrong-days-1")
    page = watch(visit("tongxinyuan", path=f"/leads/{receipt['lead']}"), calm)
    sent = posts(page, r"/reveal$")
    page.get_by_role("button", name="查看手机的原值").click()
    dialog = page.get_by_role("dialog")
    why, show = dialog.get_by_label(re.compile("^为什么要看")), dialog.get_by_role("button", name="查看", exact=True)
    expect(show).to_have_attribute("title", "请先写明原因")
    why.press("Enter")
    why.focus()
    page.keyboard.insert_text("字" * 501)
    expect(beside(dialog, "为什么要看")).to_contain_text("最多 500 字，现在 501 字")
    why.press("Enter")
    expect(why).to_have_value("字" * 501)
    assert sent == []
    why.fill("查")
    show.click()
    expect(beside(dialog, "为什么要看")).to_contain_text("请写明为什么要看")
    expect(why).to_have_value("查")
    look(page, "reveal")
    why.fill("客户要求回电")
    show.click()
    expect(dialog.locator("[data-revealed]")).to_have_text("13900086001")


def test_the_numbers_of_the_first_reminder_stay_as_typed(visit: Visit, calm: list[str]):
    page = watch(visit("shenruogu", path="/start?step=remind"), calm)
    sent = posts(page, r"/(dry-run|publish)$")
    minutes, hours = page.get_by_label("提醒分钟数"), page.get_by_label("升级小时数")
    for first, second in (("0", "-2"), ("很快", "99999"), ("", "1.5")):
        minutes.fill(first)
        hours.fill(second)
        for button in ("[data-dry-run]", "[data-switch-on]"):
            page.locator(button).click()
        for label in ("提醒分钟数", "升级小时数"):
            expect(beside(page, label)).to_contain_text(f"{label}写 1 到 999 的整数")
        expect(minutes).to_have_value(first)
        expect(hours).to_have_value(second)
    span = page.get_by_label("只算工作时间")
    for typed in ("9点到五点", "09:00-12:00、11:00-18:00", ""):
        span.fill(typed)
        page.locator("[data-switch-on]").click()
        expect(beside(page, "只算工作时间")).to_contain_text("08:30-12:00")
        expect(span).to_have_value(typed)
    look(page, "reminder")
    assert sent == []
    span.fill("08:30-12:00、13:00-17:30")
    minutes.fill("20")
    hours.fill("3")
    expect(page.locator(ERROR)).to_have_count(0)
    page.locator("[data-dry-run]").click()
    expect(page.locator("[data-dry-result]")).to_be_visible()
    assert len(sent) == 2
