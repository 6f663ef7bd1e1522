"""The days of a rep and of a supervisor: two taps to an answer, a report, leads that change hands in place."""

import re
from urllib.parse import quote

from playwright.sync_api import expect

from browser_office import Office, Visit, Visitor, apart, fill_with_past_leads, take_back

TAPS = """window.taps = 0; document.addEventListener('pointerup', () => { window.taps += 1 }, true)"""


#: A machine without a dialler asks what to do with tel: and takes no further taps; the link itself is asserted.
NO_DIALLER = "addEventListener('click', event => event.target.closest('a[href^=\"tel:\"]') && event.preventDefault())"


#: The first row wholly inside the list's box and its place, in one go: rows of a virtual list change hands.
WHAT_IS_READ = """() => {
  const top = document.querySelector('.xj-list__box').getBoundingClientRect().top + 60
  const rows = [...document.querySelectorAll('[data-record]')]
  const row = rows.find(one => one.getBoundingClientRect().top > top)
  return [row.dataset.record, row.getBoundingClientRect().top]
}"""


def posted(office: Office, company: str, key: str, mobile: str) -> str:
    return office.post_lead(
        "web_quote", name="何总", company=company, mobile=mobile, area="江苏", industry="manufacturing",
        budget="95万", need="多级泵 2 台", external_id=key,
    )["lead"]  # fmt: skip


def test_a_rep_on_the_phone_answers_the_next_lead_in_two_taps(office: Office, visit: Visit):
    lead = posted(office, "两下机电有限公司(演示)", "daily-1", "13900070011")
    rep = visit("zhanglei", width=390)
    row = rep.page.locator(f"[data-work='{lead}']")
    expect(row).to_be_visible()
    call = row.locator("[data-call]")
    expect(call).to_have_attribute("href", "tel:13900070011")
    rep.page.evaluate(TAPS)
    rep.page.evaluate(NO_DIALLER)
    call.tap()
    sheet = rep.page.locator(".xj-sheet")
    expect(sheet).to_contain_text("响应时限已停止")
    expect(row).to_have_count(0)
    sheet.locator("[data-result=answered]").tap()
    expect(sheet).to_have_count(0)
    assert rep.page.evaluate("window.taps") == 2
    expect(rep.page.get_by_role("status").filter(has_text="已记录：电话接通")).to_be_visible()
    rep.page.get_by_role("tab", name=re.compile("已完成")).tap()
    expect(rep.page.get_by_role("link", name=re.compile("两下机电"))).to_be_visible()
    events = rep.asks("GET", f"/api/v1/records/lead/{lead}/timeline")["rows"]
    assert all(event["claimed"] for event in events if event["type"].startswith("touch."))
    assert rep.errors == []


def test_a_call_logged_by_a_tap_is_taken_back(office: Office, visit: Visit):
    rep = visit("zhanglei", width=390)
    rep.page.evaluate(NO_DIALLER)
    second = posted(office, "撤回机电有限公司(演示)", "daily-2", "13900070012")
    again = rep.page.locator(f"[data-work='{second}']")
    expect(again).to_be_visible()  # came without a reload
    again.locator("[data-call]").tap()
    expect(again).to_have_count(0)
    rep.page.locator(".xj-sheet").get_by_role("button", name="关闭").click()
    take_back(rep.page, "已记录：打了电话")
    expect(again).to_be_visible()
    assert rep.errors == []


#: A private window, or a full disk: asking for the store is refused, or writing into it.
NO_STORE = """
for (const store of [Storage.prototype]) {
  store.getItem = () => { throw new DOMException('no', 'SecurityError') }
  store.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }
  store.removeItem = () => { throw new DOMException('no', 'SecurityError') }
}
"""


def test_a_report_is_written_where_a_browser_keeps_nothing(office: Office, visit: Visit):
    rep = visit("zhanglei")
    rep.page.add_init_script(NO_STORE)
    rep.goes_to("/report")
    rep.page.get_by_label("我想说").fill("没有存储也能写")
    rep.page.get_by_role("button", name="存草稿").click()
    expect(rep.page.get_by_role("status").filter(has_text="草稿已保存")).to_be_visible()
    rep.goes_to("/report")
    expect(rep.page.get_by_label("我想说")).to_have_value("没有存储也能写")
    assert rep.errors == []


def test_a_report_is_written_in_a_minute_read_commented_and_asked_for(office: Office, visit: Visit):
    rep = visit("zhanglei", width=390)
    lead = posted(office, "日报机电有限公司(演示)", "daily-r", "13900070018")
    expect(rep.page.locator(f"[data-work='{lead}']")).to_be_visible()
    rep.asks("POST", f"/api/v1/leads/{lead}/touch", {"kind": "call", "answered": True})
    rep.goes_to("/report")
    expect(rep.page.locator(".xj-deeds")).to_contain_text("接通电话")
    rep.page.get_by_label("我想说").fill("客户同意周四看样机")
    rep.page.get_by_role("button", name="提交", exact=True).click()
    expect(rep.page.get_by_role("heading", level=1)).to_contain_text("已提交")
    head = visit("chengxiaolan", path="/report")
    card = head.page.locator("[data-report]", has_text="客户同意周四看样机")
    card.get_by_placeholder("写一句点评").fill("带上能效证明")
    card.get_by_role("button", name="点评").click()
    expect(card).to_contain_text("带上能效证明")
    rep.page.reload()
    expect(rep.page.locator("main")).to_contain_text("带上能效证明")
    head.page.get_by_role("button", name=re.compile("催交未提交的")).click()
    expect(head.page.get_by_role("status").filter(has_text=re.compile("已提醒 \\d+ 人"))).to_be_visible()
    assert rep.errors == head.errors == []


def test_a_supervisor_hands_a_lead_over_in_place_and_takes_it_back(office: Office, visit: Visit):
    lead = posted(office, "换手机电有限公司(演示)", "daily-3", "13900070013")
    head = visit("chengxiaolan")
    expect(head.page.locator(".xj-figures-of")).to_contain_text("近 7 天")  # the same names as on the board, of other days
    head.goes_to("/team")
    expect(head.page.locator(".xj-figures-of")).to_contain_text("近 30 天")
    row = head.page.locator(f"[data-waiting='{lead}']")
    expect(row).to_contain_text("张磊")
    row.get_by_role("checkbox").check()
    picker = head.page.get_by_label("选择接手的人")
    option = picker.locator("option:not([disabled])", has_not_text="张磊").nth(1)
    expect(option).to_contain_text(re.compile(r"在手 \d+"))
    name = option.inner_text().split(" · ")[0]
    picker.select_option(option.get_attribute("value"))
    head.page.get_by_label("原因", exact=True).fill("请他接一下")
    head.page.get_by_role("button", name="转交 1 条").click()
    expect(row).to_contain_text(name)
    head.page.get_by_role("button", name="撤销").click()
    expect(row).to_contain_text("张磊")
    head.goes_to("/team")  # the board as it is after the undo, not the one on its way
    waiting = head.page.locator("[data-load]", has_text="张磊").get_by_role("link").nth(1)
    count = int(waiting.inner_text())
    assert count
    waiting.click()
    expect(head.page.locator("[data-record]")).to_have_count(count)
    assert head.errors == []


def test_a_lead_page_has_one_next_action_and_says_what_an_entry_set_going(office: Office, visit: Visit):
    lead = posted(office, "下一步机电有限公司(演示)", "daily-4", "13900070014")
    rep = visit("zhanglei", path=f"/leads/{lead}")
    card = rep.page.locator("[data-next]")
    expect(card).to_have_attribute("data-next", "first_contact")
    expect(card.locator(".xj-btn--primary")).to_have_text("打电话")
    rep.page.locator("[data-touch=call_answered]").click()
    set_going = rep.page.get_by_role("list", name="这次记录带来的")
    expect(set_going).to_contain_text("响应时限已停止")
    expect(set_going).to_contain_text("72 小时")  # what is scheduled from it
    expect(card).to_have_attribute("data-next", "schedule")
    card.locator(".xj-btn--primary").click()
    expect(card).to_have_attribute("data-next", "scheduled")
    expect(rep.page.locator("main .xj-btn--primary:visible")).to_have_count(1)
    take_back(rep.page, "的回访任务")
    expect(card).to_have_attribute("data-next", "schedule")
    assert rep.errors == []


def test_a_person_begins_where_their_role_says_and_says_when_they_may_be_disturbed(office: Office, visit: Visit):
    head = visit()
    head.signs_in("chengxiaolan")
    expect(head.page).to_have_url(re.compile("/team$"))
    head.page.locator(".xj-bell").click()
    panel = head.page.get_by_role("dialog", name="消息")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("未读")
    panel.get_by_role("link", name="通知设置").click()
    expect(panel).to_have_count(0)
    head.page.get_by_label("工作时间以外不打扰").check()
    head.page.get_by_label("提到你").uncheck()
    head.page.get_by_role("button", name="保存").click()
    expect(head.page.get_by_role("heading", level=1)).to_contain_text("的工作时间通知我")
    head.page.reload()
    expect(head.page.get_by_label("提到你")).not_to_be_checked()
    kept = head.asks("GET", "/api/v1/notices/settings")["settings"]
    assert (kept["quiet"], kept["muted"]) == ({"mode": "outside_hours"}, ["mention"])
    assert head.errors == []


def held(visitor: Visitor, filters: dict[str, str]) -> dict[str, set[str]]:
    """The records of each object that a filter finds now."""
    asked = {name: f"/api/v1/records/{name}?limit=500&filter={quote(of)}" for name, of in filters.items()}
    return {name: {row["id"] for row in visitor.asks("GET", path)["rows"]} for name, path in asked.items()}


def test_a_supervisor_takes_over_and_sees_before_handing_everything_on(office: Office, visit: Visit):
    lead = posted(office, "接手机电有限公司(演示)", "daily-5", "13900070015")
    head = visit("chengxiaolan", path="/team")
    row = head.page.locator(f"[data-waiting='{lead}']")
    expect(row).to_contain_text("张磊")
    row.get_by_role("button", name=re.compile("^接手")).click()
    expect(row).to_contain_text("程晓岚")
    head.page.get_by_role("status").get_by_role("button", name="撤销").click()
    expect(row).to_contain_text("张磊")
    head.page.get_by_role("button", name=re.compile("张磊.*手上的全部转交")).click()
    head.page.get_by_role("menuitem", name="转交在手线索").click()
    dialog = head.page.get_by_role("dialog")
    dialog.get_by_role("combobox").click()
    head.page.locator(".ant-select-item-option").filter(has_not_text="张磊").first.click()
    expect(dialog.get_by_role("status").filter(has_text=re.compile("\\d+ 条"))).to_be_visible(timeout=20_000)
    dialog.get_by_role("button", name="取消").click()

    # everything at once to two people: what belongs together stays together, one undo takes it all back
    zhang = next(one["person"] for one in head.asks("GET", "/api/v1/daily/board")["people"] if one["name"] == "张磊")
    mine = {"lead": f'owner == "{zhang}" && status in ["assigned", "working", "qualified"]', "deal": f'owner == "{zhang}" && status == "open"', "customer": f'owner == "{zhang}"'}
    before = held(head, mine)
    assert before["lead"]
    head.page.get_by_role("button", name=re.compile("张磊.*手上的全部转交")).click()
    head.page.get_by_role("menuitem", name="全部转交给几个人").click()
    expect(dialog.get_by_text(re.compile("张磊手上有"))).to_be_visible()
    check = dialog.get_by_role("button", name="检查")
    expect(check).to_have_attribute("title", "请先选择由谁接手")
    takers = dialog.get_by_role("group", name="选择接手的人").get_by_role("button", disabled=False)
    for n in range(2):
        takers.nth(n).click()
    check.click()
    dialog.get_by_role("button", name=re.compile(r"^转交 \d+ 条$")).click()
    done = head.page.get_by_role("status").filter(has_text=re.compile(r"张磊的 \d+ 条已转交给 2 人"))
    expect(done).to_be_visible()
    assert not any(held(head, mine).values())
    done.get_by_role("button", name="撤销").click()
    expect(head.page.get_by_role("status").filter(has_text="已撤销")).to_be_visible()
    expect(head.page.locator(f"[data-waiting='{lead}']")).to_contain_text("张磊")
    assert held(head, mine) == before
    assert head.errors == []


def test_new_leads_are_announced_and_do_not_move_what_is_being_read(office: Office, visit: Visit):
    apart(fill_with_past_leads(office.addresses, 60))
    page = visit("sunian", path="/leads").page
    box = page.locator(".xj-list__box")
    expect(page.locator("[data-record]").first).to_be_visible()
    box.evaluate("box => { box.scrollTop = 600 }")
    page.wait_for_timeout(200)  # a virtual list renders what has been scrolled to a frame later
    title, place = page.evaluate(WHAT_IS_READ)
    for n in range(2):
        posted(office, f"滚动{n}机电有限公司(演示)", f"daily-6{n}", f"1390007006{n}")
    fresh = page.get_by_role("button", name="有 2 条新线索")
    expect(fresh).to_be_visible()
    after = page.locator(f"[data-record='{title}']").bounding_box()
    assert abs(after["y"] - place) < 2
    fresh.click()
    expect(fresh).to_have_count(0)
    expect(page.locator("[data-record]", has_text="滚动1机电").first).to_be_in_viewport()


def test_a_converted_lead_leads_to_its_deal_and_the_customer_says_who_is_in_charge(office: Office, visit: Visit):
    lead = posted(office, "客户页机电有限公司(演示)", "daily-7", "13900070017")
    rep = visit("zhanglei", path=f"/leads/{lead}")
    rep.page.locator("[data-touch=call_answered]").click()
    expect(rep.page.locator("[data-next]")).to_have_attribute("data-next", "schedule")
    rep.page.get_by_role("button", name="更多操作").first.click()
    rep.page.get_by_role("menuitem", name="转为客户").click()
    rep.page.get_by_role("dialog").get_by_role("button", name="转为客户").click()
    expect(rep.page.locator("[data-next]")).to_have_attribute("data-next", "open_deal")
    expect(rep.page.locator("[data-next]").get_by_role("link", name="打开商机")).to_be_visible()
    customer = rep.asks("GET", f"/api/v1/records/lead/{lead}")["customer"]
    rep.goes_to(f"/records/customer/{customer}")
    expect(rep.page.get_by_role("heading", level=1)).to_have_text("客户页机电有限公司(演示)")
    expect(rep.page.locator("main header")).to_contain_text("由 张磊")
    expect(rep.page.locator("main header")).to_contain_text("在谈 1 单")
    expect(rep.page.locator("main .xj-btn--primary")).to_have_attribute("href", "tel:13900070017")
    expect(rep.page.get_by_role("complementary")).to_contain_text("谁在跟这个客户")
    contacts = rep.page.get_by_role("region", name="联系人").or_(rep.page.locator("section.xj-card", has=rep.page.get_by_role("heading", name="联系人"))).first
    contacts.get_by_role("button", name="新建联系人").click()
    form = contacts.get_by_role("region", name="新建联系人")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_label("姓名")).to_have_attribute("aria-invalid", "true")
    form.get_by_label("姓名").fill("周采购(演示)")
    form.get_by_label("手机", exact=True).fill("13900070099")
    form.get_by_role("button", name="保存").click()
    expect(form).to_have_count(0)
    expect(contacts).to_contain_text("周采购(演示)")
    expect(contacts.locator("a[href='tel:13900070099']")).to_be_visible()
    rep.page.locator("main a[href^='/records/deal/']").click()
    expect(rep.page).to_have_url(re.compile("/records/deal/"))
    assert rep.errors == []
