"""Lists by definitions in a real browser: conditions in words, views, boards, cells, many at once."""

import os
import re
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Page, expect

from browser_office import Office, Visit, apart, drag, eventually, past_deals


def look(page: Page, name: str) -> None:
    """A picture for whoever wants to see: only with XINGJI_LOOK set to a folder."""
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png")


def filter_of(page: Page) -> str:
    return parse_qs(urlparse(page.url).query).get("f", [""])[0]


def test_a_filter_is_built_from_labels_and_what_labels_cannot_say_is_kept(office: Office, visit: Visit):
    office.post_lead(
        "web_quote",
        name="钱总",
        company='盛泽"反\\斜杠"织造有限公司(演示)',
        mobile="13900070001",
        budget="70万",
        external_id="filter-1",
    )
    office.post_lead(
        "web_quote",
        name="李总",
        company="普通织造有限公司(演示)",
        mobile="13900070002",
        budget="7万",
        external_id="filter-2",
    )
    visitor = visit("shenruogu", path="/leads")
    page = visitor.page
    page.get_by_role("button", name="添加筛选").click()
    editor = page.locator(".xj-filter__editor")
    editor.get_by_label("字段").select_option(label="公司")
    editor.get_by_label("公司的值").fill('"反\\斜杠"')
    editor.get_by_role("button", name="应用").click()
    chips = page.get_by_role("group", name="筛选条件")
    expect(chips.locator(".xj-chip")).to_have_text([re.compile("公司 包含")])
    expect(page.locator("[data-record]")).to_have_count(1)
    eventually(page, lambda: filter_of(page), 'company.contains("\\"反\\\\斜杠\\"")')
    # the whole builder: a group, one relation further, and a part only an expression can say
    page.get_by_role("group", name="筛选条件").get_by_role("button", name="高级条件").click()
    builder = page.locator(".xj-cond").first
    builder.get_by_role("button", name="添加条件", exact=True).first.click()
    leaves = builder.locator(".xj-cond__leaf")
    leaves.nth(1).get_by_label("字段").select_option(label="创建时间")
    leaves.nth(1).get_by_label("创建时间的值").fill("40")
    builder.get_by_role("button", name="高级条件").last.click()
    text = builder.get_by_label("高级条件（CEL 表达式）")
    text.fill("budgt * 2 > 100")
    expect(builder.get_by_text("第 1 行第 1 列")).to_be_visible()
    look(page, "filter-error")
    text.fill("budget  * 2 > 100")
    expect(builder.get_by_text("第 1 行第 1 列")).to_have_count(0)
    editor.get_by_role("button", name="应用").click()
    expect(chips.locator(".xj-chip")).to_have_count(3)
    eventually(page, lambda: filter_of(page), lambda text: 'now - created_at > duration("40m")' in text)
    assert "budget  * 2 > 100" in filter_of(page), "kept word for word"
    expect(page.get_by_text("没有符合条件的线索")).to_be_visible()
    chips.get_by_role("button", name=re.compile("移除条件：创建时间")).click()
    expect(page.locator("[data-record]")).to_have_count(1)
    look(page, "filter")
    page.reload()
    expect(chips.locator(".xj-chip")).to_have_count(2)
    assert visitor.errors == []


TAGS = ("视图", "单元", "批量", "看板", "慢板")


def seed(office: Office, tag: str, count: int, **fields: str) -> None:
    """Leads by the name of the tag, each with a number of its own."""
    for n in range(count):
        office.post_lead("web_quote", name="周总", company=f"{tag}{n}织造有限公司(演示)", mobile=f"1390008{TAGS.index(tag)}0{n:02d}", external_id=f"{tag}-{n}", **fields)


def test_a_view_is_made_saved_and_shared_with_groups_totals_and_widths(office: Office, visit: Visit):
    seed(office, "视图", 3, budget="70万")
    visitor = visit("shenruogu", path="/leads?q=视图")
    page = visitor.page
    page.get_by_role("button", name="视图设置").click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_label("分组").select_option(label="意向等级")
    drawer.get_by_label("预算的合计方式").select_option(label="求和")
    drawer.get_by_role("button", name="预算", exact=True).click()
    drawer.get_by_role("button", name="上移预算").click()
    drawer.get_by_label("行高").select_option(label="紧凑")
    page.keyboard.press("Escape")
    group = page.locator("[data-group='A']")
    expect(group).to_contain_text("¥210 万")
    expect(group).to_contain_text("3")
    look(page, "view-grouped")
    group.get_by_role("button").click()
    expect(page.locator("[data-record]")).to_have_count(0)
    group.get_by_role("button").click()
    expect(page.locator("[data-record]")).to_have_count(3)
    page.get_by_role("separator", name="预算的列宽").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="另存为新视图").click()
    page.get_by_label("视图名称").fill("按意向看")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(page.get_by_role("tab", name=re.compile("按意向看"))).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("未保存", exact=True)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("tab", name=re.compile("按意向看"))).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-group='A']")).to_contain_text("¥210 万")
    page.get_by_role("button", name=re.compile("视图「按意向看」的操作")).click()
    page.get_by_role("menuitem", name="共享给所有人").click()
    page.get_by_role("dialog").get_by_role("button", name="共享").click()
    expect(page.get_by_role("status").filter(has_text="已共享")).to_be_visible()
    rep = visit("zhanglei", path="/leads").page
    expect(rep.get_by_role("tab", name="按意向看")).to_be_visible()
    assert visitor.errors == []


def test_a_cell_is_edited_in_place_refused_beside_itself_and_undone(office: Office, visit: Visit):
    seed(office, "单元", 2, budget="70万")
    visitor = visit("shenruogu", path="/leads?q=单元")
    page = visitor.page
    expect(page.locator("[data-record]")).to_have_count(2)
    same = f"[data-record='{page.locator('[data-record]').first.get_attribute('data-record')}']"
    row = page.locator(same)
    other = visit("shenruogu", path="/leads?q=单元").page
    row.locator("[data-cell='intent']").click()
    row.get_by_label("意向等级").select_option(label="B · 90天内")
    expect(row.locator("[data-cell='intent']")).to_contain_text("B")
    page.get_by_role("button", name="撤销").first.click()
    expect(row.locator("[data-cell='intent']")).to_contain_text("A")
    # refused by a condition of the object: the reason stands at the cell, what was chosen stays
    row.locator("[data-cell='status']").focus()
    page.keyboard.press("F2")
    row.get_by_label("状态").select_option(label="无效")
    expect(row.locator(".xj-cell__error")).to_contain_text("标为无效时要写明原因")
    look(page, "cell-refused")
    row.get_by_label("状态").press("Escape")
    expect(row.locator(".xj-cell__error")).to_have_count(0)
    # refused again, and the focus went elsewhere meanwhile: Escape still leaves, back to the cell as it was
    row.locator("[data-cell='status']").click()
    row.get_by_label("状态").select_option(label="无效")
    expect(row.locator(".xj-cell__error")).to_contain_text("标为无效时要写明原因")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect(row.locator(".xj-cell__error")).to_have_count(0)
    expect(row.locator("[data-cell='status']")).to_be_focused()
    expect(row.locator("[data-cell='status']")).to_contain_text("待首响")
    # two people at one cell: the second is told beside it, sees both values, and chooses
    one, two = row, other.locator(same)
    two.locator("[data-cell='intent']").click()
    expect(two.get_by_label("意向等级")).to_be_visible()
    one.locator("[data-cell='intent']").click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):  # shown at once, written a moment later
        one.get_by_label("意向等级").select_option(label="C · 了解中")
    expect(one.locator("[data-cell='intent']")).to_contain_text("C")
    answers: list[int] = []
    other.on("response", lambda answer: answers.append(answer.status) if answer.request.method == "PATCH" else None)
    two.get_by_label("意向等级").select_option(label="B · 90天内")
    told = two.locator(".xj-cell__error")
    expect(told).to_contain_text("别人刚改过这条记录")
    expect(told).to_contain_text("现在的值：C · 了解中")
    expect(two.get_by_label("意向等级")).to_have_value("B")
    eventually(other, lambda: answers, [409])
    look(other, "cell-conflict")
    told.get_by_role("button", name="用我的内容保存").click()
    expect(two.locator("[data-cell='intent']")).to_contain_text("B")
    expect(one.locator("[data-cell='intent']")).to_contain_text("B")
    eventually(other, lambda: answers, [409, 200])
    # theirs: leaving the cell keeps what they saved
    two.locator("[data-cell='intent']").click()
    expect(two.get_by_label("意向等级")).to_be_visible()
    one.locator("[data-cell='intent']").click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):  # shown at once, written a moment later
        one.get_by_label("意向等级").select_option(label="A · 30天内采购")
    expect(one.locator("[data-cell='intent']")).to_contain_text("A")
    two.get_by_label("意向等级").select_option(label="C · 了解中")
    expect(told).to_contain_text("现在的值：A")
    other.keyboard.press("Escape")
    expect(two.locator("[data-cell='intent']")).to_contain_text("A")
    # the network goes while a cell is written: what was chosen stays at the cell, and goes through when it is back
    page.context.set_offline(True)
    row.locator("[data-cell='intent']").click()
    row.get_by_label("意向等级").select_option(label="C · 了解中")
    expect(row.locator(".xj-cell__error")).to_be_visible()
    expect(row.get_by_label("意向等级")).to_have_value("C")
    expect(page.get_by_text("网络断开")).to_be_visible()
    look(page, "cell-offline")
    page.context.set_offline(False)
    expect(page.get_by_text("网络断开")).to_have_count(0)
    row.locator(".xj-cell__error").get_by_role("button", name="重试").click()
    expect(two.locator("[data-cell='intent']")).to_contain_text("C")
    expect(row.locator(".xj-cell__error")).to_have_count(0)
    assert visitor.errors == []


def test_rows_are_grouped_by_what_they_belong_to(office: Office, visit: Visit):
    visitor = visit("shenruogu", path="/records/contact")
    for customer in ("甲分组制造有限公司(演示)", "乙分组制造有限公司(演示)"):
        made = visitor.asks("POST", "/api/v1/records/customer", {"name": customer})["id"]
        for n in range(2):
            visitor.asks("POST", "/api/v1/records/contact", {"name": f"{customer[0]}{n}", "customer": made})
    page = visitor.page
    page.reload()
    page.get_by_role("button", name="视图设置").click()
    page.get_by_role("dialog").get_by_label("分组").select_option(label="客户")
    page.keyboard.press("Escape")
    group = page.locator("[data-group]").filter(has_text="甲分组制造")
    expect(group).to_contain_text("2")
    expect(page.locator("[data-record]").filter(has_text="甲0")).to_be_visible()
    group.get_by_role("button").click()
    expect(page.locator("[data-record]").filter(has_text="甲0")).to_have_count(0)
    expect(page.locator("[data-record]").filter(has_text="乙1")).to_be_visible()
    look(page, "grouped-by-relation")
    assert visitor.errors == []


def test_many_are_changed_after_a_preview_and_undone_as_one(office: Office, visit: Visit):
    seed(office, "批量", 5, budget="70万")
    visitor = visit("shenruogu", path="/leads?q=批量")
    page = visitor.page
    boxes = page.get_by_role("checkbox", name=re.compile("^选择批量"))
    expect(boxes).to_have_count(5)
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="批量操作")
    expect(bar).to_contain_text("已选 4 条")
    bar.get_by_role("button", name="修改字段").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("字段").select_option(label="意向等级")
    dialog.get_by_label("改成").select_option(label="C · 了解中")
    expect(dialog.get_by_text("4 条会改动")).to_be_visible()
    look(page, "bulk-preview")
    dialog.get_by_role("button", name="执行（4 条）").click()
    expect(page.locator("[data-record]").filter(has_text="C · 了解中")).to_have_count(4)
    page.get_by_role("button", name="撤销").first.click()
    expect(page.locator("[data-record]").filter(has_text="C · 了解中")).to_have_count(0)
    # a refusal is named beforehand
    page.get_by_role("checkbox", name="选择已加载的行").click()
    bar.get_by_role("button", name="修改字段").click()
    dialog.get_by_label("字段").select_option(label="状态")
    dialog.get_by_label("改成").select_option(label="无效")
    expect(dialog.get_by_text("5 条会被拒绝")).to_be_visible()
    dialog.get_by_text("被拒绝的 5 条和原因").click()
    expect(dialog.get_by_text("标为无效时要写明原因").first).to_be_visible()
    look(page, "bulk-refused")
    assert visitor.errors == []


#: Every answer about lists after the first write waits a second and a half, as on a bad line.
SLOW_LISTS = """
const ask = window.fetch
let written = false
window.fetch = async (...args) => {
  const [to, options] = args
  const method = (to instanceof Request ? to.method : options?.method ?? 'GET').toUpperCase()
  const answer = await ask(...args)
  if (method === 'PATCH') written = true
  else if (written && /records\\/lead(\\?|\\/aggregate)/.test(to instanceof Request ? to.url : String(to))) await new Promise((done) => setTimeout(done, 1500))
  return answer
}
"""
#: Where the one card stood, looked at in every frame from the moment it was moved.
WATCH_CARD = """
window.stood = []
const look = () => { window.stood.push([...document.querySelectorAll('.xj-board [role=region]')].filter((each) => each.querySelector('[data-card]')).map((each) => each.getAttribute('aria-label')).join()); requestAnimationFrame(look) }
look()
"""


def test_a_moved_card_stays_where_it_was_put_however_late_the_columns_are_read_again(office: Office, visit: Visit):
    seed(office, "慢板", 1, budget="70万")
    visitor = visit("shenruogu")
    page = visitor.page
    page.add_init_script(SLOW_LISTS)
    visitor.goes_to("/leads?q=慢板")
    page.get_by_role("button", name="视图设置").click()
    page.get_by_role("dialog").get_by_role("tab", name="看板").click()
    page.keyboard.press("Escape")
    board = page.get_by_role("group", name="看板", exact=True)
    expect(board.locator("[data-card]")).to_have_count(1)
    board.locator("[data-card]").get_by_role("button", name=re.compile("移到…")).click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("menuitem", name="跟进中").click()
    expect(board.get_by_role("region", name="跟进中", exact=True).locator("[data-card]")).to_have_count(1)
    page.evaluate(WATCH_CARD)
    page.wait_for_timeout(5_000)
    assert set(page.evaluate("window.stood")) == {"跟进中"}
    assert visitor.errors == []


def test_a_card_moves_by_menu_and_keys_and_goes_back_when_refused(office: Office, visit: Visit):
    seed(office, "看板", 2, budget="70万")
    visitor = visit("shenruogu", path="/leads?q=看板")
    page = visitor.page
    page.get_by_role("button", name="视图设置").click()
    page.get_by_role("dialog").get_by_role("tab", name="看板").click()
    page.keyboard.press("Escape")
    board = page.get_by_role("group", name="看板", exact=True)
    waiting, working, gone = (board.get_by_role("region", name=name, exact=True) for name in ("待首响", "跟进中", "无效"))
    expect(waiting.locator("[data-card]")).to_have_count(2)
    look(page, "board")
    card = waiting.locator("[data-card]").first
    card.get_by_role("button", name=re.compile("移到…")).click()
    page.get_by_role("menuitem", name="跟进中").click()
    expect(working.locator("[data-card]")).to_have_count(1)
    expect(waiting.locator("[data-card]")).to_have_count(1)
    page.get_by_role("button", name="撤销").first.click()
    expect(waiting.locator("[data-card]")).to_have_count(2)
    card = waiting.locator("[data-card]").first
    drag(page, card.get_by_role("button", name=re.compile("^移动")), gone, 60, 80, "无效")
    expect(waiting.get_by_role("alert")).to_contain_text("标为无效时要写明原因")
    expect(gone.locator("[data-card]")).to_have_count(0)
    look(page, "board-refused")
    grip = waiting.locator("[data-card]").nth(1).get_by_role("button", name=re.compile("^移动"))
    grip.focus()
    page.keyboard.press("Space")
    said = page.locator("[id^=DndLiveRegion]")
    expect(said).to_contain_text(re.compile("已拿起|移到了「待首响」"))
    for _ in range(40):
        if re.search("移到了「(?!待首响)", said.inner_text()):
            break
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)
    expect(said).to_contain_text("移到了「跟进中」")
    page.keyboard.press("Space")
    expect(working.locator("[data-card]")).to_have_count(1)
    expect(waiting.locator("[data-card]")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(board.get_by_role("region")).to_have_count(1)
    look(page, "board-390")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.get_by_role("button", name="视图设置").click()
    page.get_by_role("dialog").get_by_role("tab", name="日历").click()
    page.get_by_role("dialog").get_by_label("按哪个日期").select_option(label="创建时间")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="2026年3月")).to_be_visible()
    expect(page.get_by_role("group", name="2026-03-10").get_by_role("link")).to_have_count(2)
    look(page, "calendar")
    assert visitor.errors == []


def test_on_a_phone_the_columns_of_a_board_are_changed_by_their_tabs(office: Office, visit: Visit):
    apart(past_deals(office, {f"board{n}": (f"看板商机{n}(演示)", "qualify", {}) for n in range(14)}))
    phone = visit("shenruogu", width=390, path="/records/deal")
    phone.settles()
    expect(phone.page.locator("[data-card]").nth(9)).to_be_attached()
    tabs = phone.page.locator(".xj-board__tabs")
    box = tabs.bounding_box()
    assert box is not None
    assert box["height"] >= 40, "squeezed by what stands below"
    second = tabs.get_by_role("tab").nth(1)
    name = second.inner_text().split("\n")[0].rstrip(" 0123456789")
    second.click()
    expect(phone.page.locator(".xj-board__head")).to_contain_text(name)
    assert phone.errors == []
