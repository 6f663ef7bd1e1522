"""The special editors of the studio: dispatch grid, calendar, roles with another person's view, sources, channels."""

import contextlib
import json
import re
import urllib.error
import urllib.request

from playwright.sync_api import Page, expect

from browser_office import WORKSPACE, Office, Visit, apart, place_of, publish


def cell(page: Page, row: int, column: str):
    return page.locator(f"tr[aria-rowindex='{row}'] td[data-col='{column}']")


def paste(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def test_the_dispatch_grid_from_the_first_key_to_a_lead_that_follows_it(office: Office, visit: Visit):
    page = visit("shenruogu", path="/settings/dispatch/main").page
    grid = page.get_by_role("grid")
    expect(page.locator("tr[data-row=n4] td[data-col=to]")).to_have_text("张磊")
    expect(page.locator("tr[data-row=n4] td[data-col=budget]")).to_have_text(">50万")
    expect(page.locator("tr[data-row=n3e] td[data-col=rest]")).to_have_text("距 投标截止 不足 5 天")
    rows = grid.locator("tbody tr")
    before = rows.count()

    # A composition from the first key on: nothing of it is lost, and Enter inside it confirms the word, not the cell.
    rows.first.get_by_role("button", name=re.compile("第 1 行的操作")).click()
    page.get_by_role("menuitem", name="在上方插入").click()
    expect(rows).to_have_count(before + 1)
    cell(page, 1, "source").click()
    keys = page.context.new_cdp_session(page)
    box = page.locator(".xj-grid__over textarea")
    keys.send("Input.imeSetComposition", {"text": "d", "selectionStart": 1, "selectionEnd": 1})
    keys.send("Input.imeSetComposition", {"text": "dou yin", "selectionStart": 7, "selectionEnd": 7})
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229})
    expect(box).to_have_attribute("data-at", re.compile(r"^0\."))
    keys.send("Input.insertText", {"text": "抖音"})
    expect(box).to_have_value("抖音")
    page.keyboard.press("Enter")
    expect(cell(page, 1, "source")).to_have_text("抖音留资")

    # A block as spreadsheets write it: quotes, a line break inside a cell, more rows than there are.
    cell(page, 1, "name").click()
    paste(page, '名称\t来源\t预算\t派给\n"网页\n""大单"""\t官网表单\t>=90万\t程晓岚\n网页小单\t非 抖音留资、官网表单\t50万-60万\t王五\n')
    expect(cell(page, 1, "name")).to_contain_text('"大单"')
    expect(cell(page, 1, "budget")).to_have_text("≥90万")
    expect(cell(page, 2, "source")).to_have_text("非 抖音留资、官网表单")
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "source")).to_have_text("抖音留资")
    page.get_by_role("button", name="重做").click()
    expect(cell(page, 1, "to")).to_have_text("程晓岚")

    # Warnings in place; an unreadable cell stays as typed and is named; a row taken back.
    cell(page, 2, "budget").click()
    page.keyboard.type("很多")
    page.keyboard.press("Tab")
    expect(cell(page, 2, "budget")).to_have_attribute("data-mark", "error")
    expect(page.locator(".xj-grid__foot")).to_contain_text("看不懂「很多」")
    page.keyboard.press("Control+z")
    expect(cell(page, 2, "to")).to_have_attribute("data-mark", "warning")

    # Order by keyboard: the row of nobody goes below its neighbour and is deleted there.
    cell(page, 2, "name").click()
    page.keyboard.press("Alt+ArrowDown")
    expect(cell(page, 3, "to")).to_have_text("王五")
    page.get_by_role("button", name="第 3 行的操作").click()
    page.get_by_role("menuitem", name="删除").click()

    # A sample lead lights its row, and those above say why not.
    page.get_by_role("tab", name="自己填").click()
    sample = page.locator("section", has=page.get_by_role("heading", name="用一条线索试派"))
    sample.get_by_label("来源").select_option("web_form")
    sample.get_by_label("预算").fill("120万")
    sample.get_by_role("button", name="试派").click()
    expect(sample.get_by_role("status")).to_contain_text("程晓岚")
    expect(grid.locator("tr.is-winner")).to_have_attribute("aria-rowindex", "1")
    sample.get_by_label("预算").fill("80万")
    sample.get_by_role("button", name="试派").click()
    expect(sample.get_by_role("status")).to_contain_text("预算 不低于 90万")
    expect(grid.locator("tr.is-winner")).not_to_have_attribute("aria-rowindex", "1")

    page.get_by_role("button", name="试跑近 30 天").click()
    expect(page.get_by_role("heading", name="近 30 天按这张表")).to_be_visible()

    publish(page)
    receipt = office.post_lead("web_form", name="吴总", company="锡北新源设备有限公司(演示)", mobile="13900061001", budget="150万", external_id="grid-1")
    page.goto(f"{office.url}/leads/{receipt['lead']}")
    expect(page.locator(".xj-lead__head")).to_contain_text("程晓岚")


def test_a_calendar_by_dragging_and_typing_with_the_year_and_what_a_span_comes_to(visit: Visit):
    page = visit("shenruogu", path="/settings/calendar/office").page
    saturday = page.get_by_label("周六的时段")
    saturday.fill("09:00-12:00, 13:00-15:00")
    saturday.press("Enter")
    expect(page.locator(".xj-week__day").nth(5).locator(".xj-week__span")).to_have_count(2)
    line = page.locator(".xj-week__line").nth(6)
    frame = place_of(line)
    page.mouse.move(frame["x"] + frame["width"] * 10 / 24, frame["y"] + 10)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 12 / 24, frame["y"] + 10, steps=4)
    page.mouse.up()
    expect(page.get_by_label("周日的时段")).to_have_value("10:00-12:00")
    page.get_by_label("去掉周日 10:00-12:00").click()
    expect(page.get_by_label("周日的时段")).to_have_value("")
    saturday.fill("9点")
    expect(page.get_by_role("alert").filter(has_text="08:30-12:00")).to_be_visible()
    saturday.fill("")
    saturday.press("Enter")
    page.get_by_label("从").fill("2026-03-13T17:00")
    page.get_by_label("加", exact=True).fill("2")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("status").filter(has_text="=")).to_contain_text("2026-03-16 10:00")
    expect(page.locator("[data-date='2026-10-01']")).to_have_attribute("data-kind", "holiday")
    page.locator("[data-date='2026-03-12']").click()
    page.get_by_role("button", name="这一天放假").click()
    expect(page.locator("[data-date='2026-03-12']")).to_have_attribute("data-kind", "own")
    for _ in range(2):
        page.get_by_role("button", name="下一年").click()
    expect(page.get_by_text(re.compile("2028 年的放假和调休还没有数据"))).to_be_visible()


def test_the_director_sees_as_a_rep_changes_nothing_and_comes_back(office: Office, visit: Visit):
    office.post_lead("web_quote", name="陈总", company="锡南视角设备有限公司(演示)", mobile="13900061002", area="江苏", industry="manufacturing", budget="70万", external_id="see-1")
    rep = visit("zhanglei", path="/leads").page
    expect(rep.locator("main#main")).to_contain_text("锡南视角设备")
    page = visit("shenruogu", path="/settings/role/rep").page
    expect(page.locator("tr[data-field='mobile']")).to_have_attribute("data-level", "write")
    page.get_by_role("button", name="以此人视角查看：张磊").click()
    banner = page.locator(".xj-banner--see-as")
    expect(banner).to_contain_text("张磊")
    page.goto(office.url + "/leads")
    expect(banner).to_be_visible()
    expect(page.locator("main#main")).to_contain_text("锡南视角设备")
    refused = page.evaluate("""async () => {
      const session = await (await fetch('/api/v1/session')).json()
      const answer = await fetch('/api/v1/records/lead', {method: 'POST', headers: {'content-type': 'application/json', 'x-csrf-token': session.csrf}, body: '{"name":"x"}'})
      return [answer.status, (await answer.json()).code]
    }""")
    assert refused == [403, "session.see_as_read_only"]
    banner.get_by_role("button", name="结束视角").click()
    expect(page.locator("main#main")).to_be_visible()
    expect(banner).to_have_count(0)


def test_a_source_is_recorded_mapped_by_clicking_tried_and_its_lead_made(office: Office, visit: Visit):
    page = visit("shenruogu", path="/settings/source/dealer_reg").page
    expect(page.get_by_text("请找管理员")).to_be_visible()
    async def token() -> str:
        from xingji.kernel import access
        from xingji.kernel.db import Database

        database = await Database.connect(office.addresses.app_url, None, max_size=1)
        try:
            return (await access.create_token(database, WORKSPACE, "source", "dealer_reg", source="dealer_reg"))[1]
        finally:
            await database.close()

    page.get_by_role("button", name="开始记录").click()
    body = {"data": {"contact": {"cell": "13900061003", "full": "韩经理"}, "firm": "锡中记录仪器有限公司(演示)"}}
    request = urllib.request.Request(
        f"{office.url}/api/v1/intake/{apart(token())}", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    with contextlib.suppress(urllib.error.HTTPError):  # refused until the mapping is mended, and kept
        urllib.request.urlopen(request, timeout=20).close()
    leaf = page.locator("[data-path-value='$.data.contact.cell']")
    expect(leaf).to_be_visible()
    for path, field in (("$.data.contact.cell", "mobile"), ("$.data.contact.full", "name"), ("$.data.firm", "company")):
        page.locator(f"[data-path-value='{path}']").click()
        page.get_by_role("combobox", name=re.compile("对应哪个字段")).select_option(field)
        expect(page.locator(f"[data-path-value='{path}'] .xj-tag")).to_be_visible()
    page.get_by_role("button", name="试算").click()
    expect(page.locator("[data-leads]")).to_contain_text("锡中记录仪器有限公司")
    publish(page)
    page.goto(f"{office.url}/receipts?source=dealer_reg")
    page.get_by_role("button", name="重新处理", exact=True).click()
    page.get_by_role("link", name="查看线索").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("锡中记录仪器有限公司(演示)")


def test_a_channel_says_what_its_platform_answered(visit: Visit):
    page = visit("shenruogu", path="/settings/channel/wecom_sales").page
    expect(page.get_by_label("机器人地址")).to_have_value("已保存（加密，不显示）")
    expect(page.get_by_text("每分钟最多 20 条")).to_be_visible()
    page.get_by_role("button", name="发一条测试消息").click()
    expect(page.locator("[data-fate]")).to_have_attribute("data-fate", re.compile("sent|dead|waiting"))
    page.goto(page.url.split("/settings")[0] + "/outbox?channel=wecom_sales")
    expect(page.locator("[data-message]").first).to_contain_text("行迹测试消息")


def test_a_pool_reads_as_sentences_with_numbers(visit: Visit):
    page = visit("shenruogu", path="/settings/pool/pool_new").page
    expect(page.get_by_label("每人每天最多领取几条")).to_have_value("3")
    page.get_by_label("冷却几天").fill("21")
    expect(page.get_by_label("第 1 条：几天")).to_have_value("30")
    expect(page.locator("[data-path='return.0']")).to_contain_text("意向")
    publish(page)


def test_a_risk_is_built_of_conditions_and_its_thresholds_by_name(visit: Visit):
    page = visit("shenruogu", path="/settings/risk/close_moved").page
    when = page.get_by_role("group", name="什么时候亮起").first
    says = when.get_by_role("status")
    expect(says).to_have_text("预计签约日的改动次数 不低于 次数")
    against = when.get_by_label("次数：与什么比")
    expect(against.locator("option:checked")).to_have_text("阈值：次数")
    against.select_option("")
    expect(says).to_contain_text("还有条件没填完")
    number = when.get_by_label("次数", exact=True)
    number.fill("两")
    expect(says).to_contain_text("还有条件没填完")
    number.fill("2")
    expect(says).to_have_text("预计签约日的改动次数 不低于 2")
    against.select_option("limit.times")
    expect(says).to_have_text("预计签约日的改动次数 不低于 次数")

    # A threshold: in force, by default, and what is none.
    limit = page.locator("[data-path='limits.0']").first
    expect(limit.locator("[data-in-force='times']")).to_contain_text("3")
    page.locator("[data-path='limits.0.default']").fill("")
    expect(limit.get_by_text("应为数字").first).to_be_visible()
    page.locator("[data-path='limits.0.default']").fill("4")
    page.get_by_role("button", name="加一个阈值").click()
    added = page.locator("[data-path='limits.1']").first
    added.get_by_label("阈值名称").fill("新建多少天")
    when.get_by_role("button", name="添加条件", exact=True).click()
    row = when.get_by_role("listitem").nth(1)
    row.get_by_role("combobox", name="字段").select_option(label="创建时间")
    row.get_by_role("combobox", name="条件").select_option(label="已过天数多于")
    row.get_by_role("combobox", name=re.compile("与什么比")).select_option(label="阈值：新建多少天")
    expect(says).to_have_text("预计签约日的改动次数 不低于 次数 且 距创建时间的天数 大于 新建多少天")
    publish(page)
    page.reload()
    expect(page.get_by_role("group", name="什么时候亮起").first.get_by_role("status")).to_contain_text("大于 新建多少天")


def test_what_conditions_cannot_say_of_a_risk_is_kept_word_for_word(visit: Visit):
    page = visit("shenruogu", path="/settings/risk/quote_unopened").page
    kept = 'days_since(last_event("quote.link_sent")) * 24.0 > limit.hours'
    when = page.get_by_role("group", name="什么时候亮起").first
    expect(when.get_by_role("button", name=kept)).to_be_visible()
    when.get_by_role("button", name="添加条件", exact=True).click()
    row = when.get_by_role("listitem").last
    row.get_by_role("combobox", name="字段").select_option(label="金额")
    row.get_by_label("金额的值", exact=True).fill("10万")
    expect(when.get_by_role("status")).to_contain_text("金额 不低于 10万")
    page.get_by_role("tab", name="YAML").click()
    expect(page.get_by_role("textbox", name="定义内容")).to_have_value(re.compile(re.escape(kept)))
    expect(page.get_by_role("textbox", name="定义内容")).to_have_value(re.compile("amount >= 100000"))
    page.get_by_role("tab", name="可视化").click()
    when.get_by_role("button", name=kept).click()
    text = when.get_by_label("高级条件（CEL 表达式）")
    text.fill("days_since(nothing) > limit.hours")
    expect(page.get_by_role("button", name="发布", exact=True)).to_have_attribute("aria-disabled", "true")
    text.fill(kept)
    expect(page.get_by_role("button", name="发布", exact=True)).not_to_have_attribute("aria-disabled", "true")
