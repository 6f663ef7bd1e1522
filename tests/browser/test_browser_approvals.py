"""Approvals in a real browser as rep, supervisor and legal live them: every step of a flow, most of it on the phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser_office import Office, Visit, Visitor, apart, choose, eventually, past_deals, wounds


@pytest.fixture(scope="module")
def deals(office: Office) -> dict[str, str]:
    names = {
        "flow": "空压站节能改造(演示)",
        "back": "循环泵更换(演示)",
        "away": "二期泵房(演示)",
        "slow": "冷却塔改造(演示)",
    }
    return apart(past_deals(office, {key: (name, "negotiate", {}) for key, name in names.items()}))


def asks(visit: Visit, deal: str, word: str) -> Page:
    """张磊 asks for the contract review of a deal."""
    rep = visit("zhanglei", path=f"/records/deal/{deal}").page
    rep.get_by_role("button", name="发起审批").first.click()
    rep.get_by_label("「合同评审」的说明（可不填）").fill(word)
    rep.locator("#ask-approval").get_by_role("button", name="发起审批").click()
    expect(node(rep, "supervisor")).to_have_attribute("data-state", "open")
    return rep


def node(page: Page, key: str):
    return page.locator(f"[data-node={key}]")


def opens(visitor: Visitor, name: str) -> Page:
    """The approval of that name, opened from one's own list."""
    visitor.goes_to("/approvals")
    visitor.page.get_by_role("button", name=re.compile(re.escape(name))).click()
    expect(visitor.page.locator("[data-approval]")).to_be_visible()
    return visitor.page


def more(page: Page, what: str) -> None:
    page.get_by_role("button", name="更多审批操作").click()
    page.get_by_role("menuitem", name=what, exact=True).click()


def says_yes(page: Page, word: str = "") -> None:
    view = page.locator("[data-approval]")
    view.get_by_role("button", name="同意", exact=True).click()
    view.get_by_label("意见（可不填）").fill(word)
    view.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意").first).to_be_visible()


def test_a_flow_is_urged_joined_sent_back_passed_on_copied_and_opened_again_by_a_change(
    deals: dict[str, str], visit: Visit
):
    rep = asks(visit, deals["flow"], "客户周三要合同")
    rep.get_by_role("button", name="催办").click()
    expect(rep.get_by_text("已催办").first).to_be_visible()
    rep.get_by_role("button", name="催办").click()
    expect(rep.locator("[data-approval]").get_by_role("alert")).to_contain_text("10 分钟")
    # the supervisor asks one more person at this node: both must say yes
    boss = visit("chengxiaolan", width=390, path="/inbox")
    expect(boss.page.get_by_text("催办：空压站节能改造(演示)").first).to_be_visible()
    phone = opens(boss, "空压站节能改造")
    more(phone, "加签")
    phone.get_by_role("button", name="加签", exact=True).click()
    expect(phone.get_by_role("alert").filter(has_text="请先选一位同事")).to_be_visible()
    choose(phone.get_by_label("加签给谁"), "龚维新")
    phone.get_by_label("意见（可不填）").fill("请看一眼技术条款")
    phone.get_by_role("button", name="加签", exact=True).click()
    expect(node(phone, "supervisor").locator("[data-vote=waiting]")).to_have_count(2)
    assert wounds(phone) == []
    says_yes(phone)
    expect(node(phone, "supervisor")).to_have_attribute("data-state", "open")
    tech = visit("gongweixin", width=390)
    says_yes(opens(tech, "空压站节能改造"), "技术条款没问题")
    # legal sends it back to the supervisor with a reason, on the phone
    legal = visit("feiqingru", width=390)
    phone = opens(legal, "空压站节能改造")
    expect(node(phone, "supervisor")).to_contain_text("技术条款没问题")
    more(phone, "退回")
    phone.get_by_label("退回到").select_option(label="直属主管")
    phone.get_by_label("退回的原因").fill("价")
    phone.get_by_role("button", name="退回", exact=True).click()
    expect(phone.locator("[data-approval]")).to_contain_text("请写明原因")
    phone.get_by_label("退回的原因").fill("账期没有写清")
    phone.get_by_role("button", name="退回", exact=True).click()
    expect(node(phone, "supervisor")).to_have_attribute("data-state", "open")
    says_yes(opens(boss, "空压站节能改造"), "账期补好了")
    # legal is out for the afternoon and passes the seat on; who sits in says whose seat it is
    phone = opens(legal, "空压站节能改造")
    more(phone, "转签")
    choose(phone.get_by_label("转给谁"), "苏念")
    phone.get_by_role("button", name="转签", exact=True).click()
    expect(node(phone, "legal").locator("[data-vote=passed_on]")).to_contain_text("费清如")
    assert wounds(phone) == []
    other = visit("sunian", width=390)
    expect(node(opens(other, "空压站节能改造"), "legal").locator("[data-vote=waiting]")).to_contain_text(
        "苏念（代费清如）"
    )
    says_yes(other.page)
    says_yes(opens(visit("zhangshenzhi", width=390), "空压站节能改造"))
    rep.reload()
    expect(rep.get_by_role("button", name=re.compile("^已通过 合同评审"))).to_be_visible()
    # whoever is in copy reads it, and has nothing to press
    copied = visit("shenruogu", path="/approvals?box=copied").page
    expect(copied.locator("[data-approval]")).to_contain_text("抄送：沈若谷")
    expect(copied.locator("[data-approval]").get_by_role("button", name="同意", exact=True)).to_have_count(0)
    assert wounds(copied) == []
    # a change of what was approved opens the question again
    visitor = visit("zhanglei", path=f"/records/deal/{deals['flow']}")
    visitor.asks("PATCH", f"/api/v1/records/deal/{deals['flow']}", {"amount": 38_000_000})
    expect(visitor.page.get_by_role("button", name=re.compile("^内容改动，需重审 合同评审"))).to_be_visible()
    assert visitor.errors == boss.errors == legal.errors == other.errors == []


def test_the_asker_takes_it_back_and_it_waits_for_nobody_any_more(deals: dict[str, str], visit: Visit):
    rep = asks(visit, deals["back"], "先问问")
    boss = visit("chengxiaolan", width=390, path="/approvals").page
    expect(boss.get_by_role("button", name=re.compile("循环泵更换"))).to_be_visible()
    rep.get_by_role("button", name="撤回").click()
    expect(rep.locator("[data-approval]")).to_contain_text("撤回后要重新发起")
    rep.locator("[data-approval]").get_by_role("button", name="撤回").click()
    expect(rep.get_by_role("button", name=re.compile("^已撤回 合同评审"))).to_be_visible()
    boss.reload()
    expect(boss.get_by_role("heading", level=1)).to_contain_text("没有等你处理的审批")
    expect(boss.get_by_role("button", name=re.compile("循环泵更换"))).to_have_count(0)


def test_who_travels_names_somebody_and_their_seat_says_so(deals: dict[str, str], visit: Visit):
    boss = visit("chengxiaolan", width=390, path="/approvals")
    phone = boss.page
    phone.get_by_role("button", name="设置委托").click()
    form = phone.locator("form", has=phone.get_by_label("委托给"))
    choose(form.get_by_label("委托给"), "龚维新")
    form.get_by_label(re.compile("^从")).fill("2026-03-10T09:00")
    form.get_by_label(re.compile("^到")).fill("2026-03-10T08:00")
    form.get_by_role("button", name="设置委托").click()
    expect(form).to_contain_text("结束要晚于开始")
    form.get_by_label(re.compile("^到")).fill("2026-03-10T18:00")
    form.get_by_role("button", name="设置委托").click()
    expect(phone.get_by_text(re.compile("由龚维新代审"))).to_be_visible()
    assert wounds(phone) == []
    rep = asks(visit, deals["away"], "主管出差")
    expect(node(rep, "supervisor").locator("[data-vote=waiting]")).to_contain_text("龚维新（代程晓岚）")
    other = visit("gongweixin", width=390, path="/approvals")
    expect(other.page.get_by_text(re.compile("你代程晓岚审批"))).to_be_visible()
    says_yes(opens(other, "二期泵房"))
    rep.reload()
    expect(node(rep, "legal")).to_have_attribute("data-state", "open")
    phone.get_by_role("button", name="结束", exact=True).click()
    expect(phone.get_by_text("没有委托")).to_be_visible()
    assert boss.errors == other.errors == []


def test_what_is_late_says_so_and_the_line_manager_hears_of_it(office: Office, deals: dict[str, str], visit: Visit):
    asks(visit, deals["slow"], "不急")
    office.advance("2026-03-11 10:00")
    boss = visit("chengxiaolan", width=390, path="/approvals").page
    expect(boss.get_by_role("heading", level=1)).to_contain_text("1 件已超时")
    boss.get_by_role("button", name=re.compile("冷却塔改造")).click()
    expect(node(boss, "supervisor")).to_have_attribute("data-late", "true")
    expect(node(boss, "supervisor")).to_contain_text("已超时")
    rep = visit("zhanglei")
    kinds = lambda: [row["type"] for row in rep.asks("GET", f"/api/v1/records/deal/{deals['slow']}/timeline")["rows"]]  # noqa: E731
    eventually(rep.page, kinds, lambda found: "approval.overdue" in found)
    assert rep.errors == []
