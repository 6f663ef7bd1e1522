"""What a browser asks for, and in which order, before the first screen stands; and what a long list remembers."""

import re

import pytest
from playwright.sync_api import expect

from browser_office import Office, Visit


@pytest.mark.parametrize(("path", "object"), [("/leads", "lead"), ("/records/customer", "customer")])
def test_the_first_rows_are_asked_for_once_and_before_the_screen_is_drawn(visit: Visit, path: str, object: str):
    visitor = visit("shenruogu", path="/me")
    visitor.settles()
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(visitor.office.url)))
    visitor.goes_to(path)
    visitor.settles()
    expect(page.get_by_role("button", name="添加筛选")).to_be_enabled()
    before = asked[: next(at for at, each in enumerate(asked) if "FilterBar" in each)]  # the screen asks for that as it is drawn
    rows = [each for each in before if re.match(rf"/api/v1/records/{object}\?", each)]
    assert len(rows) == 1, before
    for once in ("/api/v1/session", "/api/v1/schema"):
        assert before.count(once) == 1, once
        assert before.index(once) < before.index(rows[0])
    assert visitor.errors == []


def test_the_list_of_the_day_is_asked_for_once_and_before_the_workbench_is_drawn(visit: Visit):
    visitor = visit("zhanglei", path="/me")
    visitor.settles()
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(visitor.office.url)))
    visitor.goes_to("/")
    visitor.settles()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("工作台")
    before = asked[: next(at for at, each in enumerate(asked) if each.startswith("/api/v1/daily/focus"))]  # its card asks as it is drawn
    leads = [each for each in before if each.startswith("/api/v1/records/lead?")]
    assert len(leads) == len(set(leads)) == 2, before  # what waits, and what is done
    assert visitor.errors == []


def test_a_session_that_is_over_leads_to_the_sign_in_screen_and_from_there_into_the_app(visit: Visit):
    visitor = visit()
    page = visitor.page
    visitor.goes_to("/leads")
    expect(page).to_have_url(re.compile("/sign-in"))
    visitor.signs_in("zhanglei")
    expect(page).to_have_url(re.compile("/leads"))
    visitor.settles()
    expect(page.get_by_role("heading", level=1)).to_contain_text("条线索")
    assert visitor.errors == []


def test_the_clocks_of_a_long_list_are_there_at_its_top_and_at_its_end(visit: Visit, office: Office):
    office.fill(300)
    office.post_lead("web_quote", name="钟先生", company="长表顶端机械有限公司(演示)", mobile="13900093001", province="江苏", budget=600_000)
    visitor = visit("shenruogu", path="/leads")
    page = visitor.page
    first = page.locator("[data-record]", has_text="长表顶端机械有限公司")
    expect(first.locator("[data-status='ontrack'], [data-status='soon']")).to_be_visible()
    box = page.locator(".xj-list__box")
    for _ in range(40):
        box.evaluate("box => box.scrollBy(0, 1400)")
        page.wait_for_timeout(60)
    expect(page.locator("[data-record]", has_text="历史客户0000")).to_be_visible()
    expect(page.locator("[data-record] [data-status]").first).to_be_visible()
    box.evaluate("box => box.scrollTo(0, 0)")
    expect(first.locator("[data-status='ontrack'], [data-status='soon']")).to_be_visible()
    assert visitor.errors == []
