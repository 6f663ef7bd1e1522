"""Signing up by template and size in a real browser: what is shown before, what is there after, and every step of the road leads somewhere."""

import re

import pytest
from playwright.sync_api import expect

from browser_office import Visit, wounds

STARTS = [("企业软件", "10 人以下", "官网预约演示"), ("教育培训", "50–200 人", "家长"), ("医疗器械", "500 人以上", "招标"),
          ("生产制造", "10 人以下", "询价"), ("五金贸易", "50–200 人", "询价"), ("零售连锁", "500 人以上", "门店")]  # fmt: skip


@pytest.mark.parametrize(("template", "size", "word"), STARTS)
def test_who_starts_from_a_template_finds_what_was_shown_and_every_step_leads_somewhere(visit: Visit, template: str, size: str, word: str):
    visitor = visit()
    page = visitor.page
    visitor.goes_to("/sign-up")
    page.get_by_label(re.compile("公司或团队")).fill(f"{template}一家(演示)")
    page.get_by_label(re.compile("你的姓名")).fill("林主管")
    page.get_by_label(re.compile("手机号或邮箱")).fill(f"lin{STARTS.index((template, size, word))}@founding.example")
    page.get_by_label(re.compile("^密码")).fill("long-enough-2026")
    page.get_by_role("tab", name=size).click()
    page.get_by_text(template, exact=True).click()
    contains = page.locator(".xj-contains")
    expect(contains).to_contain_text(word)
    rows = contains.locator("dd").nth(1).inner_text().split(" → ")
    assert wounds(page) == []
    page.get_by_role("button", name="创建", exact=True).click()
    expect(page).to_have_url(re.compile("/roadmap$"), timeout=90_000)
    expect(page.get_by_role("tab", name=size)).to_have_attribute("aria-selected", "true")
    road = page.locator(".xj-road")
    expect(road.locator(".xj-road__state--next")).to_have_count(1)
    assert wounds(page) == []
    steps = road.locator("a.xj-road__step")
    seen = set()
    for n in range(steps.count()):
        name = steps.nth(n).locator("strong").inner_text()
        address = steps.nth(n).get_attribute("href") or ""
        if address in seen:
            continue
        seen.add(address)
        steps.nth(n).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_text("没有找到", exact=True)).to_have_count(0)
        if "kind=" in address:  # the studio, opened at that kind
            expect(page.locator(".xj-tabs [aria-selected=true]").first).not_to_have_text("全部")
        page.go_back()
        expect(steps.nth(n).locator("strong"), name).to_have_text(name)
    visitor.goes_to("/settings/dispatch/main")
    for row in rows[:3]:
        expect(page.get_by_role("grid").get_by_text(row, exact=True).first).to_be_visible()
    visitor.goes_to("/leads")
    expect(page.locator("[data-record]").first).to_be_visible()
    # one click lets the sample go
    visitor.goes_to("/roadmap")
    page.get_by_role("button", name=re.compile("示例")).click()
    expect(page.get_by_role("button", name=re.compile("示例"))).to_have_count(0)
    visitor.goes_to("/leads")
    visitor.settles()
    expect(page.locator("[data-record]")).to_have_count(0)
    assert visitor.errors == []
