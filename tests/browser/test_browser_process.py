"""The process in a real browser: a gate's refusal in place, evidence, a second role, exceptions, approvals on a phone."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import Download, Page, expect

from browser_office import (
    WORKSPACE,
    Office,
    Visit,
    Visitor,
    apart,
    drag,
    eventually,
    look,
    past_deals,
    wounds,
)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n" + b"% chart of the customer\n" * 8


def _png(width: int, height: int) -> bytes:
    """A grey picture of this size."""
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))  # noqa: E731
    rows = (b"\0" + b"\x80" * width) * height
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


PICTURE = _png(3, 2)


@pytest.fixture(scope="module")
def deals(office: Office) -> dict[str, str]:
    three = {"fresh": ("空压站节能改造(演示)", "qualify"), "later": ("循环泵更换(演示)", "solution"), "third": ("二期泵房(演示)", "qualify")}
    return apart(past_deals(office, {key: (*one, {}) for key, one in three.items()}))


def card(page: Page, id: str):
    return page.locator(f"[data-card='{id}']")


def column(page: Page, name: str):
    return page.get_by_role("region", name=name)


def action(page: Page, key: str):
    return page.locator(f"[data-action='{key}']")


def move(page: Page, id: str, to: str) -> None:
    drag(page, card(page, id).locator(".xj-tools__grip"), column(page, to), 60, 90, to)


def opened(page: Page, key: str):
    """The action, opened."""
    item = action(page, key)
    if item.locator(".xj-action__row").get_attribute("aria-expanded") != "true":
        item.locator(".xj-action__row").click()
    expect(item.locator(".xj-action__panel")).to_be_visible()
    return item


def upload(page: Page, key: str, name: str, content: bytes, kind: str = "application/pdf") -> None:
    item = opened(page, key)
    item.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": content})
    expect(item.locator(".xj-proof").filter(has_text=name)).to_be_visible()


def test_a_rep_is_refused_on_the_drag_supplies_what_is_missing_and_moves_on(deals: dict[str, str], visit: Visit):
    visitor = visit("zhanglei", path="/records/deal?view=deal_board")
    page = visitor.page
    expect(column(page, "立项确认").locator(f"[data-card='{deals['fresh']}']")).to_be_visible()
    move(page, deals["fresh"], "工况需求确认")
    gate = page.locator(f"[data-gate='{deals['fresh']}']")
    expect(gate).to_contain_text("还差 5 项")
    expect(gate).to_contain_text("规则：设备直销（合同 ≥5 万） · 立项确认 · 首次沟通")
    expect(gate).to_contain_text("可以处理的人：客服专员。")
    expect(gate.locator("[data-kind=evidence]")).to_have_count(2)
    expect(gate.locator("[data-kind=field]")).to_contain_text("「首次沟通」要填写拍板人")
    # the card is back, and nothing has moved
    expect(column(page, "立项确认").locator(f"[data-card='{deals['fresh']}']")).to_be_visible()
    look(page, "board_refused")
    assert wounds(page) == []
    gate.locator("[data-kind=field]").first.get_by_role("link", name="去填写").click()
    expect(page).to_have_url(re.compile("act=first_talk"))
    expect(page.get_by_role("heading", level=1)).to_have_text("空压站节能改造(演示)")
    talk = action(page, "first_talk")
    look(page, "deal_1440")
    assert wounds(page) == []
    talk.get_by_label("客户预算").fill("40万")
    talk.get_by_label("拍板人").fill("周志远")
    talk.get_by_label("使用场景").fill("空压站三台定频改变频")
    talk.get_by_role("button", name="保存").click()
    expect(talk.locator("[data-state]").first).to_have_attribute("data-state", "evidence")
    # a file with a preview; the same file again does not count and says so
    upload(page, "decision_chain", "组织架构.pdf", PDF)
    expect(action(page, "decision_chain").locator("[data-state]").first).to_have_attribute("data-state", "evidence")
    handed_on: list[Download] = []
    page.on("download", lambda file: handed_on.append(file))  # what a browser without a viewer does with it
    action(page, "decision_chain").get_by_role("button", name="组织架构.pdf").click()
    preview = page.get_by_role("dialog", name="组织架构.pdf")
    expect(preview.locator("iframe")).to_be_visible()
    eventually(page, lambda: bool(handed_on) or any(frame.url.startswith("blob:") for frame in page.frames), True)  # let in, not turned away
    assert not any("chrome-error" in frame.url for frame in page.frames)
    preview.get_by_role("button", name="关闭").click()
    # a picture shows itself small in the list and large when it is opened
    upload(page, "decision_chain", "白板.png", PICTURE, "image/png")
    proof = action(page, "decision_chain").locator(".xj-proof").filter(has_text="白板.png")
    proof.get_by_role("button", name=re.compile("白板.png")).first.click()
    shown = page.get_by_role("dialog", name="白板.png").get_by_role("img", name="白板.png")
    eventually(page, lambda: shown.evaluate("picture => [picture.complete, picture.naturalWidth, picture.naturalHeight]"), [True, 3, 2])
    page.get_by_role("dialog", name="白板.png").get_by_role("button", name="关闭").click()
    upload(page, "questionnaire", "问卷.pdf", PDF)
    expect(action(page, "questionnaire").locator("[data-flag=doubled]")).to_be_visible()
    expect(action(page, "questionnaire").locator("[data-state]").first).not_to_have_attribute("data-state", "evidence")
    upload(page, "questionnaire", "问卷答卷.pdf", PDF + b"% answers\n")
    expect(action(page, "questionnaire").locator("[data-state]").first).to_have_attribute("data-state", "evidence")
    look(page, "deal_done_1440")
    # one obvious next step; what somebody else changed of it meanwhile, unseen yet, is no reason against it
    page.route(f"**/api/v1/records/deal/{deals['fresh']}", lambda route: route.fallback() if route.request.method == "PATCH" else None)
    visit("sunian", path="/me").asks("PATCH", f"/api/v1/records/deal/{deals['fresh']}", {"next_step": "带方案去现场"})
    written: list[int] = []
    page.on("response", lambda answer: written.append(answer.status) if answer.request.method == "PATCH" else None)
    page.get_by_role("region", name="下一步").get_by_role("button", name="进入「工况需求确认」").click()
    eventually(page, lambda: written, [409, 200])
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.locator(".xj-deal__head")).to_contain_text("在「工况需求确认」")
    expect(page.locator("[data-event='deal.stage_moved']").first).to_contain_text("推进到「工况需求确认」")
    # the viewer of the PDF has no storage, which the language of these tests is written to
    assert [error for error in visitor.errors if "localStorage" not in error] == []


def test_a_second_role_confirms_and_an_exception_opens_the_gate_once(deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei", path=f"/records/deal/{deals['later']}").page
    tech = opened(rep, "approved_by_tech")
    tech.get_by_role("button", name="标记已完成").click()
    expect(tech.locator("[data-state]").first).to_have_attribute("data-state", "claimed")
    expect(tech).to_contain_text("还没有由另一角色确认")
    expect(tech.get_by_role("button", name="确认属实")).to_have_count(0)  # never the owner
    other = visit("gongweixin", path="/approvals")
    row = other.page.locator("[data-decision=confirmations]")
    expect(row).to_contain_text("客户技术负责人认可选型")
    assert wounds(other.page) == []
    row.get_by_role("button", name="确认属实").click()
    expect(row).to_have_count(0)
    rep.reload()
    expect(action(rep, "approved_by_tech").locator("[data-state]").first).to_have_attribute("data-state", "confirmed")
    # not applicable, with a reason and the supervisor's yes
    talk = opened(rep, "talk_followup")
    talk.get_by_role("button", name="不适用").click()
    why = talk.get_by_label("「讲解后 72 小时内跟进」为什么不适用")
    for typed, said in (("无", "至少 4 个字"), ("字" * 4001, "最多 4000 字，现在 4001 字")):
        why.fill(typed)
        talk.get_by_role("button", name="提交主管").click()
        expect(talk.get_by_role("alert").filter(has_text=said)).to_be_visible()
        expect(why).to_have_value(typed)
    why.fill("客户驻场，天天见面")
    talk.get_by_role("button", name="提交主管").click()
    expect(talk.locator("[data-state]").first).to_have_attribute("data-state", "asked")
    # an exception for the rest
    rep.get_by_role("button", name="移到别的阶段").first.click()
    rep.get_by_role("menuitem", name=re.compile("试机")).click()
    gate = rep.locator("[data-gate]")
    expect(gate).to_contain_text("缺少佐证：计算书")
    gate.get_by_role("button", name="申请特批").click()
    gate.get_by_label("为什么要破例放行").fill("客户催得急，计算书周五补")
    look(rep, "deal_gate")
    gate.get_by_role("button", name="提交特批").click()
    expect(gate).to_contain_text("特批已提交")
    boss = visit("chengxiaolan", width=390, path="/approvals")
    expect(boss.page.get_by_role("heading", level=1)).to_contain_text("2 件等你处理")
    look(boss.page, "approvals_390")
    assert wounds(boss.page) == []
    boss.page.locator("[data-decision=exceptions]").get_by_role("button", name="同意", exact=True).click()
    boss.page.locator("[data-decision=not_applicable]").get_by_role("button", name="同意", exact=True).click()
    expect(boss.page.locator("[data-decision]")).to_have_count(0)
    rep.goto(rep.url.split("/records")[0] + "/records/deal?view=deal_board")
    move(rep, deals["later"], "试机/样机验证")
    expect(column(rep, "试机/样机验证").locator(f"[data-card='{deals['later']}']")).to_be_visible()
    expect(rep.locator("[data-gate]")).to_have_count(0)


def test_an_approver_decides_on_the_phone_and_the_flow_shows_where_it_is(office: Office, deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei", path=f"/records/deal/{deals['third']}").page
    rep.get_by_role("button", name="发起审批").click()
    rep.get_by_label("「合同评审」的说明（可不填）").fill("客户周三要合同")
    rep.locator("#ask-approval").get_by_role("button", name="发起审批").click()
    expect(rep.locator("[data-node=supervisor]")).to_have_attribute("data-state", "open")
    boss: Visitor = visit("chengxiaolan", width=390, path="/approvals")
    phone = boss.page
    phone.get_by_role("button", name=re.compile("二期泵房")).click()
    view = phone.locator("[data-approval]")
    expect(view).to_contain_text("客户周三要合同")
    expect(view.locator(".xj-facts")).to_contain_text("¥36 万")
    look(phone, "approval_390")
    assert wounds(phone) == []
    view.get_by_role("button", name="不同意", exact=True).click()
    expect(view.get_by_role("button", name="取消")).to_be_visible()
    view.get_by_role("button", name="不同意", exact=True).click()
    expect(view).to_contain_text("请写明原因")
    view.get_by_role("button", name="取消").click()
    view.get_by_role("button", name="同意", exact=True).click()
    view.get_by_label("意见（可不填）").fill("价格没问题")
    view.get_by_role("button", name="同意", exact=True).click()
    expect(phone.get_by_text("已同意").first).to_be_visible()
    rep.goto(f"{office.url}/approvals?box=asked")
    expect(rep.locator("[data-node=supervisor]")).to_have_attribute("data-state", "done")
    expect(rep.locator("[data-node=legal]")).to_have_attribute("data-state", "open")
    expect(rep.locator("[data-node=supervisor]")).to_contain_text("价格没问题")
    look(rep, "approvals_1440")
    assert wounds(rep) == []


def test_the_phone_has_the_checklist_and_the_team_sees_its_health(deals: dict[str, str], visit: Visit):
    phone = visit("zhanglei", width=390, path=f"/records/deal/{deals['third']}").page
    expect(phone.locator(".xj-actionbar").get_by_role("button", name="去完成")).to_be_visible()
    opened(phone, "decision_chain")
    look(phone, "deal_390")
    assert wounds(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    boss = visit("chengxiaolan", theme="dark", path="/health")
    expect(boss.page.get_by_role("heading", level=1)).to_contain_text("3 单")
    expect(boss.page.locator("[data-owner]").first).to_contain_text("张磊")
    expect(boss.page.locator("[data-supplier]").first).to_contain_text("由尹晴、鲁小北完成")  # people, where a role is one of a few
    look(boss.page, "health_1440_dark")
    assert wounds(boss.page) == []


def test_a_cell_and_a_bulk_change_are_refused_by_the_gate_where_they_were_made(deals: dict[str, str], visit: Visit):
    rep = visit("zhanglei", path="/records/deal?view=deal_open")
    page = rep.page
    row = page.locator(f"[data-record='{deals['third']}']")
    row.locator("[data-cell='stage']").click()
    row.get_by_label("阶段").select_option(label="工况需求确认")
    told = row.locator(".xj-cell__error")
    expect(told).to_contain_text("还差 5 项")
    expect(told.locator("[data-gate]")).to_contain_text("可以处理的人：客服专员。")
    look(page, "cell_gate")
    assert wounds(page) == []
    row.get_by_label("阶段").press("Escape")
    expect(told).to_have_count(0)
    expect(row.locator("[data-cell='stage']")).to_contain_text("立项确认")
    lead = visit("shenruogu", path="/records/deal?view=deal_open")
    desk = lead.page
    desk.locator(f"[data-record='{deals['third']}']").get_by_role("checkbox").click()
    desk.get_by_role("region", name="批量操作").get_by_role("button", name="修改字段").click()
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("字段").select_option(label="阶段")
    dialog.get_by_label("改成").select_option(label="工况需求确认")
    expect(dialog.get_by_text("1 条会被拒绝")).to_be_visible()
    dialog.get_by_text("被拒绝的 1 条和原因").click()
    expect(dialog.locator("[data-gate]")).to_contain_text("「首次沟通」要填写拍板人")
    look(desk, "bulk_gate")
    assert wounds(desk) == []
    assert rep.errors == lead.errors == []


async def _opening_guidance(office: Office) -> None:
    from xingji import app
    from xingji.kernel.core.protocols import SYSTEM
    from xingji.kernel.db import Database
    from xingji.kernel.definitions import publish as put_in_force
    from xingji.kernel.definitions import save_draft

    app.configure()
    database = await Database.connect(office.addresses.app_url, None, max_size=2)
    try:
        async with database.work(WORKSPACE) as uow:
            await save_draft(uow, "guidance", "food_opening", {
                "name": {"zh": "食品客户提示", "en": "Food customers"}, "object": "deal", "moment": {"open": True}, "when": 'customer.industry == "food"',
                "text": {"zh": "卫生级材质先问清。", "en": "Ask for the sanitary grade first."}, "items": [{"key": "asked", "text": {"zh": "已问过清洗方式", "en": "Cleaning was asked"}}],
            })  # fmt: skip
        await put_in_force(database, WORKSPACE, SYSTEM, [("guidance", "food_opening")])
    finally:
        await database.close()


def test_what_must_be_done_and_what_pops_up_follow_the_customer(office: Office, deals: dict[str, str], visit: Visit):
    apart(_opening_guidance(office))
    rep = visit("zhanglei", path=f"/records/deal/{deals['third']}")
    page = rep.page
    rep.settles()
    expect(page.get_by_role("dialog")).to_have_count(0)
    customer = rep.asks("GET", f"/api/v1/records/deal/{deals['third']}")["customer"]
    lacks = lambda: {  # noqa: E731
        line["action"] for move in rep.asks("GET", f"/api/v1/process/deal/{deals['third']}")["moves"] if move["to"] == "trial" for line in move["missing"]
    }
    assert "hygiene" not in lacks()
    rep.asks("PATCH", f"/api/v1/records/customer/{customer}", {"industry": "food"})
    assert "hygiene" in lacks()
    rep.goes_to(f"/records/deal/{deals['third']}")
    asked = page.get_by_role("dialog", name="食品客户提示")
    expect(asked).to_contain_text("卫生级材质先问清。")
    look(page, "opening_guidance")
    assert wounds(page) == []
    asked.get_by_label("已问过清洗方式").check()
    asked.get_by_role("button", name="知道了").click()
    expect(asked).to_have_count(0)
    eventually(page, lambda: [event["data"]["items"] for event in rep.asks("GET", f"/api/v1/records/deal/{deals['third']}/timeline")["rows"] if event["type"] == "guidance.acknowledged"], [["asked"]])
    rep.goes_to(f"/records/deal/{deals['third']}")  # told once
    rep.settles()
    expect(page.get_by_role("dialog")).to_have_count(0)
    rep.asks("PATCH", f"/api/v1/records/customer/{customer}", {"industry": None})
    assert rep.errors == []


def log_file(cases: int) -> bytes:
    """An event log: every case goes a, b, c; every fourth goes back once."""
    steps = {True: ["收单", "审核", "收单", "审核", "发货"], False: ["收单", "审核", "发货"]}
    event = '<event><string key="concept:name" value="{name}"/><date key="time:timestamp" value="2026-01-{day:02d}T{hour:02d}:00:00+08:00"/></event>'
    traces = "".join(
        f'<trace><string key="concept:name" value="case {n}"/>'
        + "".join(event.format(name=name, day=1 + at + n % 7, hour=9 + n % 8) for at, name in enumerate(steps[n % 4 == 0]))
        + "</trace>"
        for n in range(cases)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><log xes.version="1.0">{traces}</log>'.encode()


def test_how_it_really_went_is_drawn_and_a_log_is_brought(deals: dict[str, str], visit: Visit):
    visitor = visit("chengxiaolan", path="/mining")
    page = visitor.page
    expect(page.locator("[data-cases]")).to_contain_text("3 单")
    page.get_by_role("button", name="导入事件日志").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files({"name": "orders.xes", "mimeType": "application/xml", "buffer": b"<log>"})
    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()  # a broken file is refused and nothing of it is kept
    dialog.locator("input[type=file]").set_input_files({"name": "orders.xes", "mimeType": "application/xml", "buffer": log_file(80)})
    expect(dialog.get_by_label("日志名")).to_have_value("orders")
    dialog.get_by_role("button", name="导入", exact=True).click()
    expect(page.locator("[data-cases]")).to_contain_text("80 单，280 个事件，2 种走法")
    expect(page.get_by_role("heading", level=1)).to_contain_text("收单 → 审核")
    expect(page.locator("[data-box]")).to_have_count(3)
    back = page.locator("[data-arrow][data-tone=back]")
    expect(back).to_have_text("20")
    look(page, "mining_1440")
    assert wounds(page) == []
    back.click()
    expect(page.get_by_role("status", name="选中的一步")).to_contain_text("回到来过的一步")
    page.get_by_role("tab", name="走法").click()
    expect(page.locator(".xj-ways li").first).to_contain_text("75%")
    page.get_by_role("tab", name="正常与延误").click()
    expect(page.locator(".xj-mine__says")).to_contain_text("最慢的四分之一")
    page.get_by_role("tab", name="沙盘").click()
    page.get_by_label("提前几天").fill("40")
    page.get_by_role("button", name="推演").click()
    expect(page.locator("[data-enough=false]")).to_contain_text("数据不够，不给数字")
    look(page, "sandbox_1440")
    assert wounds(page) == []
    assert visitor.errors == []
