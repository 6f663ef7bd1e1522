"""Risks, process reports and audits in a real browser, over the planted past: the rep, who leads, and the officer outside sales."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from browser_office import OPENING, WORKSPACE, Office, Visit, Visitor, apart, eventually, past_deals, publish, wounds

TEXT = ("组织架构：总经理 周志远，采购经理 王雪。" * 6).encode()


async def _plant(office: Office) -> None:
    from xingji import app
    from xingji.demo.process_stories import lay_in_process
    from xingji.features.coach.diligence import find_patterns
    from xingji.kernel.db import Database

    app.configure()
    database = await Database.connect(office.addresses.app_url, None, max_size=4)
    try:
        async with database.work(WORKSPACE) as uow:
            people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
        await lay_in_process(database, WORKSPACE, people, OPENING)
        async with database.work(WORKSPACE) as uow:  # looked at already today, when there was nothing yet
            await uow.execute("delete from diligence_run")
        await find_patterns(database, WORKSPACE)
    finally:
        await database.close()


@pytest.fixture(scope="module")
def deals(office: Office) -> dict[str, str]:
    """Four larger deals of 张磊, and the stories of the demo; the clock stands a quarter of an hour later."""
    names = {"first": "空压站节能改造(演示)", "second": "循环泵更换(演示)", "third": "二期泵房(演示)", "fourth": "冷却塔改造(演示)"}
    more = {"created_at": (OPENING - timedelta(days=30)).isoformat(), "expected_close_at": "2026-03-01"}
    made = apart(past_deals(office, {key: (name, "qualify", more) for key, name in names.items()}))
    apart(_plant(office))
    office.advance("2026-03-10 10:20")
    return made


def risk(page: Page, rule: str, title: str):
    return page.locator(f"[data-risk={rule}]", has_text=title)


def test_a_rep_silences_a_risk_with_a_reason_and_hears_of_it_again(deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei", path="/risks")
    page = rep.page
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\d+ 个红灯、\d+ 个黄灯"))
    page.get_by_role("group", name="按规则筛选").get_by_role("button", name=re.compile("^预计签约日已过")).click()
    row = risk(page, "close_passed", "空压站节能改造")
    expect(row).to_contain_text("预计签约日已过 9 天")
    expect(row).to_contain_text("改期并写明原因")
    assert wounds(page) == []
    row.get_by_role("button", name="静默", exact=True).click()
    row.get_by_label("为什么不用处理").fill("字" * 501)
    expect(row).to_contain_text("最多 500 字，现在 501 字")
    row.get_by_label("为什么不用处理").press("Enter")
    expect(row.get_by_label("为什么不用处理")).to_have_value("字" * 501)
    row.get_by_label("为什么不用处理").fill("等")
    row.get_by_role("button", name="静默到这一天").click()
    expect(row).to_contain_text("至少 4 个字")
    row.get_by_label("为什么不用处理").fill("客户月底开会再定")
    row.get_by_role("button", name="静默到这一天").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name=re.compile("^已静默 1")).click()
    hushed = risk(page, "close_passed", "空压站节能改造")
    expect(hushed).to_contain_text("客户月底开会再定")
    hushed.get_by_role("button", name="恢复提醒").click()
    expect(hushed).to_have_count(0)
    # on the deal's own page too; and a new date puts it out
    rep.goes_to(f"/records/deal/{deals['second']}")
    expect(page.locator("[data-risk=close_passed]")).to_be_visible()
    rep.asks("PATCH", f"/api/v1/records/deal/{deals['second']}", {"expected_close_at": "2026-04-30"})
    expect(page.locator("[data-risk=close_passed]")).to_have_count(0)
    expect(page.get_by_text("以前亮过 1 次")).to_be_visible()
    # the radar itself moves too: what is raised and put out elsewhere comes and goes without a reload
    rep.goes_to("/risks")
    expect(page.get_by_role("group", name="按规则筛选")).to_be_visible()
    expect(risk(page, "close_passed", "循环泵更换")).to_have_count(0)
    rep.asks("PATCH", f"/api/v1/records/deal/{deals['second']}", {"expected_close_at": "2026-03-01"})
    expect(risk(page, "close_passed", "循环泵更换")).to_be_visible()
    rep.asks("PATCH", f"/api/v1/records/deal/{deals['second']}", {"expected_close_at": "2026-04-30"})
    expect(risk(page, "close_passed", "循环泵更换")).to_have_count(0)
    assert rep.errors == []


def test_who_leads_sees_how_often_a_rule_was_right_and_tunes_it(deals: dict[str, str], visit: Visit):
    lead = visit("shenruogu", path="/risks?show=rules")
    page = lead.page
    row = page.get_by_role("row", name=re.compile("阶段停留过久"))
    expect(row).to_contain_text("停留天数")
    eventually(page, lambda: int(row.get_by_role("cell").first.inner_text()), lambda count: count > 0)
    assert wounds(page) == []
    row.get_by_role("link", name="阶段停留过久").click()
    limit = page.locator("[data-path='limits.0']")
    limit.get_by_label("人工定死（留空则从历史学）").fill("119")
    expect(page.get_by_role("status", name="过去半年会怎样")).to_contain_text("过去半年结束的 77 单")
    publish(page, "停留时间先放宽，等样本")
    count = lambda: next(rule["open"] for rule in lead.asks("GET", "/api/v1/risks/accuracy")["rules"] if rule["rule"] == "stage_too_long")  # noqa: E731
    eventually(page, count, 0)  # looked at again as soon as the rule is in force
    lead.goes_to("/risks?show=rules")
    expect(row).to_contain_text("119 天 （人工定死）")
    assert lead.errors == []


def test_the_reports_say_where_deals_are_lost_and_time_leaks_and_every_figure_opens(deals: dict[str, str], visit: Visit):
    lead = visit("shenruogu", path="/quality")
    page = lead.page
    expect(page.get_by_role("heading", level=2).first).to_contain_text("商务谈判丢得最多：61%")
    expect(page.get_by_text("81% 的丢单原因都写「客户犹豫」")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("决策链画像"))).to_contain_text("87%")
    assert wounds(page) == []
    page.get_by_role("tab", name="流程漏点").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("50 次方案讲解，17 次 72 小时内没有跟进（34%）")
    page.get_by_role("row", name=re.compile("^梁婉清")).get_by_role("button", name=re.compile(r"\(5")).click()
    rows = page.locator("a.xj-row")
    expect(rows).to_have_count(5)
    expect(page.get_by_text("梁婉清 · 讲解后无跟进")).to_be_visible()
    assert wounds(page) == []
    page.get_by_role("tab", name="审批耗时").click()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("法务条款预审平均比其他步骤多 3.2 天，周末处理 0 次")
    page.get_by_role("tab", name="动作覆盖").click()
    expect(page.get_by_role("row", name=re.compile("跟进"))).to_contain_text("33")
    expect(page.get_by_text(re.compile("要至少 8 个月才算"))).to_be_visible()
    assert wounds(page) == []
    assert lead.errors == []


def test_a_deal_that_stands_still_is_coached_and_the_supervisor_invited(deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei", path=f"/records/deal/{deals['third']}")
    card = rep.page.locator(".xj-card", has=rep.page.get_by_role("heading", name="过程教练"))
    expect(card).to_contain_text(re.compile(r"已停 \d+ 天"))
    expect(card.get_by_role("heading", name="同类赢单在这一阶段做了什么")).to_be_visible()
    expect(card).to_contain_text(re.compile(r"同类按.+找：\d+ 单赢、\d+ 单丢。是关联，不是因果。"))
    card.get_by_label("想请教什么（可不填）").fill("客户说预算要等下半年")
    card.get_by_role("button", name="请程晓岚复盘 15 分钟").click()
    expect(card).to_contain_text("已请程晓岚做 15 分钟复盘")
    assert wounds(rep.page) == []
    assert rep.errors == []


def test_busy_without_effect_is_the_reps_to_see_first(deals: dict[str, str], visit: Visit):
    boss = visit("shijingyuan", path="/quality?view=diligence")
    expect(boss.page.get_by_text("1 人有待本人先看的规律")).to_be_visible()
    expect(boss.page.get_by_text("马立群")).to_have_count(0)
    rep = visit("maliqun", width=390, path="/quality?view=diligence")
    expect(rep.page.get_by_text("样本 600 通、20 天")).to_be_visible()
    rep.page.get_by_label("说明一下（可不填）").fill("名单质量太差")
    rep.page.get_by_role("button", name="我看过了").click()
    expect(rep.page.get_by_text("已记下").first).to_be_visible()
    assert wounds(rep.page) == []
    boss.page.reload()
    expect(boss.page.get_by_role("heading", name="马立群")).to_be_visible()
    expect(boss.page.get_by_text("本人说明：名单质量太差")).to_be_visible()
    # whoever has not confirmed the register is asked to, and nothing is computed of them
    other = visit("chengxiaolan", path="/quality?view=diligence").page
    other.get_by_role("button", name="我已阅读并确认").click()
    expect(other.get_by_text(re.compile("已于 .* 确认"))).to_be_visible()
    assert boss.errors == rep.errors == []


def proven(visitor: Visitor, deal: str) -> None:
    """张磊 shows an action by a file and asks for an approval, as the deal page does."""
    file = visitor.page.evaluate(
        """async ([text]) => { const s = await (await fetch('/api/v1/session')).json()
          return (await (await fetch('/api/v1/files?name=组织架构.txt', {method: 'POST', headers: {'x-csrf-token': s.csrf}, body: text})).json()).id }""",
        [TEXT.decode() + deal],
    )
    visitor.asks("POST", f"/api/v1/process/deal/{deal}/actions/decision_chain/evidence", {"items": [{"kind": "file", "id": file}]})
    visitor.asks("POST", "/api/v1/approvals", {"object": "deal", "record": deal, "flow": "contract_review", "reason": "客户周三要合同"})


def test_the_officer_judges_the_whole_chain_of_what_was_drawn_and_the_report_counts_it(office: Office, deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei")
    for deal in deals.values():
        proven(rep, deal)
    officer = visit("niezheng", path="/audits")
    page = officer.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 单等你下结论")
    page.get_by_role("button", name="重算").click()
    expect(page.get_by_text("重算结果一致。")).to_be_visible()
    assert wounds(page) == []
    page.locator("[data-case]").first.click()
    approval = page.locator("[data-chain-approval=contract_review]")
    expect(approval).to_contain_text("合同评审")
    expect(approval.locator("[data-vote=waiting]")).to_contain_text("直属主管 · 程晓岚")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="组织架构.txt").click()
    opened.value.close()
    file = page.get_by_role("link", name="组织架构.txt").get_attribute("href")
    assert page.request.get(office.url + file).body().startswith(TEXT)
    assert rep.page.request.get(office.url + file).status == 403
    assert wounds(page) == []
    expect(page.get_by_text("修改了佐证材料")).to_be_visible()
    page.get_by_role("radio", name="虚假推进").click()
    page.get_by_label("立项确认").check()
    page.get_by_role("button", name="提交结论").click()
    expect(page.get_by_text("写明哪里不对")).to_be_visible()
    page.get_by_label(re.compile("^说明")).fill("字" * 2001)
    expect(page.get_by_text("最多 2000 字，现在 2001 字")).to_be_visible()
    expect(page.get_by_role("button", name="提交结论")).to_have_attribute("aria-disabled", "true")
    page.get_by_label(re.compile("^说明")).fill("组织架构图是上一单的")
    page.get_by_role("button", name="提交结论").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 单等你下结论")
    expect(page.get_by_text("虚假推进 1，存疑 0")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("江浙沪组"))).to_contain_text("1")
    # this week's draw comes by itself at its hour
    office.advance("2026-03-11 14:05")
    eventually(page, lambda: len(officer.asks("GET", "/api/v1/audits")["draws"]), 2)
    officer.goes_to("/audits")
    expect(page.get_by_role("heading", level=1)).to_contain_text("5 单等你下结论")
    assert officer.errors == []
