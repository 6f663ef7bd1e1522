"""Wrong input where somebody decides: a ruling, an absence, a focus customer left out, a new definition. Each says what is missing and keeps what was typed."""

import re

from playwright.sync_api import expect

from browser_office import Office, Visit, eventually, wounds


def test_a_collision_is_ruled_with_any_share_and_says_what_is_missing(office: Office, visit: Visit):
    director = visit("shenruogu", path="/me")
    page = director.page
    leads = [office.post_lead("web_quote", name="邵女士", company=f"撞单{n}机械有限公司(演示)", mobile="13900094001", province="江苏")["lead"] for n in (1, 2)]
    for lead, person in zip(leads, ("zhanglei", "maliqun"), strict=True):
        eventually(page, lambda lead=lead: director.asks("GET", f"/api/v1/records/lead/{lead}")["owner"], bool)  # the rules had their say
        rep = visit(person)
        me = rep.asks("GET", "/api/v1/session")["person"]["id"]
        director.asks("POST", f"/api/v1/leads/{lead}/assign", {"person": me, "reason": "分头跟进"})
        rep.asks("POST", f"/api/v1/leads/{lead}/touch", {"kind": "call", "answered": True, "text": "谈过一次"})
    eventually(page, lambda: len(director.asks("GET", "/api/v1/collisions")["rows"]), 1)
    director.goes_to("/collisions")
    page.get_by_role("button", name="裁定", exact=True).click()
    form = page.locator(".xj-ruling")
    share, reason = form.get_by_label("继续跟进者的分成（%）"), form.get_by_label(re.compile("^理由"))
    form.get_by_role("button", name="作出裁定").click()
    expect(form.locator("[role=alert]")).to_have_count(1)
    expect(reason).to_have_attribute("aria-invalid", "true")
    share.fill("七成")
    reason.fill("字" * 1001)
    expect(form).to_contain_text("最多 1000 字，现在 1001 字")
    form.get_by_role("button", name="作出裁定").click()
    expect(form).to_contain_text("写 0 到 100 的数")
    expect(share).to_have_value("七成")
    share.fill("133")
    reason.fill("先联系的人继续")
    form.get_by_role("button", name="作出裁定").click()
    expect(share).to_have_attribute("aria-invalid", "true")
    expect(form).to_contain_text("加起来要等于 100%")
    expect(reason).to_have_value("先联系的人继续")
    assert wounds(page) == []
    share.fill("67.5")  # any share, not only the steps of the arrows
    form.get_by_role("button", name="作出裁定").click()
    expect(page.get_by_text("已裁定，双方都收到了通知")).to_be_visible()
    assert director.errors == []


def test_an_absence_without_its_days_is_not_sent(visit: Visit):
    boss = visit("chengxiaolan", path="/approvals")
    page = boss.page
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="设置委托").click()
    form = page.locator("form", has=page.get_by_label("委托给"))
    do = form.get_by_role("button", name="设置委托")
    expect(do).to_have_attribute("title", re.compile("先"))
    form.get_by_label(re.compile("^到")).fill("")
    do.click(force=True)
    assert sent == []
    assert boss.errors == []


def test_a_new_definition_without_a_name_says_so_and_begins_with_one(visit: Visit):
    visitor = visit("shenruogu", path="/settings")
    page = visitor.page
    page.get_by_role("button", name="新建", exact=True).click()
    dialog = page.get_by_role("dialog")
    begin = dialog.get_by_role("button", name="开始搭建")
    expect(begin).to_have_attribute("aria-disabled", "true")
    expect(begin).to_have_attribute("title", "请先起个名字")
    dialog.get_by_label(re.compile("^叫什么名字")).fill("   ")
    expect(begin).to_have_attribute("aria-disabled", "true")
    dialog.get_by_label(re.compile("^叫什么名字")).fill("试用装三天回访")
    begin.click()
    expect(page).to_have_url(re.compile("/settings/rule/"))
    assert visitor.errors == []
