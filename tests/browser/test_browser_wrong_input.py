"""Wrong input in every form: all errors at once beside their fields, nothing typed is lost, the remedy named, never a 500."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from browser_office import Office, Visit, Visitor

ERROR = "[role=alert]"


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/wrong-{name}.png")


def beside(form: Locator | Page, label: str) -> Locator:
    """The error that a control points to; the control is marked invalid."""
    control = form.get_by_label(label, exact=True).first
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


def test_a_lead_captured_edited_converted_and_handed_over(office: Office, visit: Visit, calm: list[str]):
    receipt = office.post_lead("web_quote", name="冯总", company="误输表单机械有限公司(演示)", mobile="13900080001", budget="70万", external_id="wrong-1")
    visitor = visit("shenruogu", path="/capture")
    page = watch(visitor, calm)
    page.get_by_label("手机", exact=True).fill("12345")
    page.get_by_label("公司", exact=True).fill("误输录入有限公司(演示)")
    page.get_by_label("预算", exact=True).fill("待定")
    page.get_by_role("button", name="保存线索").click()
    expect(beside(page, "手机")).to_contain_text("手机")
    expect(beside(page, "预算")).not_to_be_empty()
    expect(page.get_by_label("手机", exact=True)).to_have_value("12345")
    expect(page.get_by_label("预算", exact=True)).to_have_value("待定")
    look(page, "capture")

    visitor.goes_to(f"/leads/{receipt['lead']}")
    page.get_by_role("button", name="编辑", exact=True).first.click()
    form = page.locator("form.xj-form").last
    form.get_by_label("手机", exact=True).fill("139")
    form.get_by_label("邮箱", exact=True).fill("不是邮箱")
    form.get_by_label("预算", exact=True).fill("很多")
    form.get_by_role("button", name="保存").click()
    for label, typed in (("手机", "139"), ("邮箱", "不是邮箱"), ("预算", "很多")):
        expect(beside(form, label)).not_to_be_empty()
        expect(form.get_by_label(label, exact=True)).to_have_value(typed)
    expect(form.get_by_label("手机", exact=True)).to_be_focused()
    look(page, "lead-edit")
    form.get_by_role("button", name="取消").click()
