"""Wrong input in the last forms: a word on one's own calls, a unit, a hand-over, a new contact, a note from the phone's preview, a follow-up template, a figure of the log."""

# ruff: noqa: F401, F811
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.test_browser_quality import deals
from browser.test_browser_wrong_days import posts
from browser.test_browser_wrong_input import beside, calm, look, refused, watch
from browser.test_browser_wrong_numbers import at, says
from browser_office import Office, Visit, choose, publish


def too_long(page: Page, form: Page | Locator, label: str, most: int) -> Locator:
    """The box of this label with one character more than fits, as a paste: the words beside it, nothing cut off; the box."""
    box = form.get_by_label(label, exact=True)
    box.fill("")
    box.focus()
    page.keyboard.insert_text("字" * (most + 1))
    expect(beside(form, label)).to_contain_text(f"最多 {most} 字，现在 {most + 1} 字")
    box.press("Enter")
    expect(box).to_have_value("字" * (most + 1))
    return box


def test_a_word_on_ones_own_calls(deals: dict[str, str], visit: Visit, calm: list[str]):
    page = watch(visit("maliqun", path="/quality?view=diligence"), calm)
    sent = posts(page, r"/seen$")
    word = too_long(page, page, "说明一下（可不填）", 1000)
    send = page.get_by_role("button", name="我看过了")
    expect(send).to_have_attribute("title", "最多 1000 字，现在 1001 字")
    look(page, "word")
    assert sent == []
    word.fill("名单质量太差")
    send.click()
    expect(page.get_by_role("button", name="更新说明")).to_be_visible()
    assert len(sent) == 1
    page.reload()
    expect(word).to_have_value("名单质量太差")


def test_the_name_of_a_unit(visit: Visit, calm: list[str]):
    page = watch(visit("sunian", path="/admin/people"), calm)
    sent = posts(page, r"/units$")
    page.get_by_role("button", name="新建部门").click()
    save = page.get_by_role("button", name="保存", exact=True)
    name = page.get_by_label("新部门名称")
    name.fill("   ")
    name.press("Enter")
    expect(save).to_have_attribute("title", "请先填写名称")
    too_long(page, page, "新部门名称", 200)
    expect(save).to_have_attribute("title", "最多 200 字，现在 201 字")
    look(page, "unit")
    assert sent == []
    name.fill("误输新部门")
    page.route("**/units", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    save.click()
    expect(beside(page, "新部门名称")).not_to_be_empty()
    expect(name).to_have_value("误输新部门")
    page.unroute("**/units")
    save.click()
    expect(page.get_by_role("button", name="误输新部门", exact=True)).to_be_visible()


def test_the_reason_of_a_hand_over(office: Office, visit: Visit, calm: list[str]):
    lead = office.post_lead("web_quote", name="习总", company="误输转交机械有限公司(演示)", mobile="13900087001", budget="70万", external_id="wrong-rest-1")["lead"]
    page = watch(visit("shenruogu", path=f"/leads/{lead}"), calm)
    sent = posts(page, r"/assign$")
    page.get_by_role("button", name="更多操作").last.click()
    page.get_by_role("menuitem", name="转交给…").click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_role("combobox", name="同事"), "程晓岚")
    reason = too_long(page, dialog, "原因", 4000)
    hand = dialog.get_by_role("button", name="转交", exact=True)
    expect(hand).to_have_attribute("title", "最多 4000 字，现在 4001 字")
    hand.click(force=True)
    look(page, "hand-over")
    assert sent == []
    reason.fill("张磊在外地")
    hand.click()
    expect(page.get_by_text("已转交")).to_be_visible()
    assert len(sent) == 1


def test_a_contact_of_a_customer(deals: dict[str, str], visit: Visit, calm: list[str]):
    visitor = visit("zhanglei", path="/me")
    page = watch(visitor, calm)
    customer = visitor.asks("GET", f"/api/v1/records/deal/{deals['first']}")["customer"]
    visitor.goes_to(f"/records/customer/{customer}")
    page.get_by_role("button", name="新建联系人").click()
    form = page.get_by_role("region", name="新建联系人")
    save = form.get_by_role("button", name="保存")
    form.get_by_label("手机", exact=True).fill("一三九")
    save.click()
    expect(beside(form, "姓名")).to_contain_text("必填")
    expect(beside(form, "手机")).to_contain_text("例如 13812345678")
    form.get_by_label(re.compile(r"^姓名\*?$")).fill("名" * 1001)
    save.click()
    expect(beside(form, "姓名")).to_contain_text("最多 1000 字，现在 1001 字")
    expect(form.get_by_label(re.compile(r"^姓名\*?$"))).to_have_value("名" * 1001)
    expect(form.get_by_label("手机", exact=True)).to_have_value("一三九")
    look(page, "contact")
    form.get_by_label(re.compile(r"^姓名\*?$")).fill("误输联系人")
    form.get_by_label("手机", exact=True).fill("13900087002")
    save.click()
    expect(page.get_by_role("link", name=re.compile("误输联系人"))).to_be_visible()


def test_a_note_from_the_phones_preview(deals: dict[str, str], visit: Visit, calm: list[str]):
    visitor = visit("zhanglei", path="/me")
    page = watch(visitor, calm)
    customer = visitor.asks("GET", f"/api/v1/records/deal/{deals['first']}")["customer"]
    visitor.asks("PATCH", f"/api/v1/records/customer/{customer}", {"last_note": "嫌报价贵"})
    visitor.goes_to("/start?step=phone")
    card = page.locator(f"[data-focus='{customer}']")
    note = card.get_by_label(re.compile("的记录$"))
    note.fill("字" * 100_001)
    card.get_by_role("button").click()
    expect(card.get_by_role("alert")).to_contain_text("最多 100000 字，现在 100001 字")
    expect(note).to_have_attribute("aria-invalid", "true")
    expect(note).to_have_value("字" * 100_001)
    note.fill("周三再报一次价")
    expect(card.get_by_role("alert")).to_have_count(0)
    look(page, "phone")
    card.get_by_role("button").click()
    expect(note).to_have_value("")
    expect(card).to_contain_text("周三再报一次价")


def test_a_follow_up_template(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings/follow_up/vip_iot")
    page = watch(visitor, calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    good = {path: at(page, path).input_value() for path in ("name", "steps.0.name", "steps.0.hours", "steps.1.days")}
    wrong = {
        "name": ("名" * 61, "名称最多 60 字，现在 61 字"), "steps.0.name": ("步" * 201, "最多 200 字"),
        "steps.0.hours": ("一会儿", "大于 0，不超过 240"), "steps.1.days": ("366", "大于 0，不超过 365"), "steps.2.hours": ("5", "工作小时或天数，二选一"),
    }  # fmt: skip
    for path, (text, _) in wrong.items():
        at(page, path).fill(text)
    for path, (text, words) in wrong.items():  # all of it at once, each beside its place
        expect(says(page, path)).to_contain_text(words)
        expect(at(page, path)).to_have_value(text)
    refused(page, problems, release, "一会儿")
    look(page, "template")
    for path, text in {**good, "steps.0.hours": "2", "steps.2.hours": ""}.items():
        at(page, path).fill(text)
    expect(problems).to_have_count(0)
    publish(page)


@pytest.mark.parametrize("figure", ["entry_effective", "lead_first_response"])  # of the log, of records
def test_a_figure(visit: Visit, figure: str, calm: list[str]):
    page = watch(visit("shenruogu", path=f"/settings/metric/{figure}"), calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    good = at(page, "name").input_value()
    for path, text, words in (("name", "名" * 61, "名称最多 60 字，现在 61 字"), ("unit", "次" * 21, "单位最多 20 字，现在 21 字")):
        at(page, path).fill(text)
        expect(says(page, path)).to_contain_text(words)
    refused(page, problems, release, "名" * 61)
    expect(at(page, "unit")).to_have_value("次" * 21)
    look(page, figure)
    at(page, "name").fill(good)
    at(page, "unit").fill("次")
    expect(problems).to_have_count(0)
    publish(page)
