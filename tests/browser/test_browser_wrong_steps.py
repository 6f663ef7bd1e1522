"""Wrong input at the steps of the work: evidence of a deal, an approval flow, the settings and the sample lead of the dispatch table."""

# ruff: noqa: F401, F811
import re
from pathlib import Path

from playwright.sync_api import expect

from browser.test_browser_process import PDF, opened
from browser.test_browser_wrong_input import beside, calm, look, refused, watch
from browser_office import Office, Visit, apart, past_deals


def test_evidence_that_is_no_address_or_no_file_says_so_and_stays(
    office: Office, visit: Visit, calm: list[str], tmp_path: Path
):
    admin = visit("shenruogu", path="/me")
    document = admin.asks("GET", "/api/v1/definitions/playbook/equipment_direct")["document"]
    for stage in document["stages"]:
        for one in stage.get("actions", []):
            if one["key"] == "decision_chain":
                one["evidence"]["kinds"] = ["file", "link"]
    admin.asks("PUT", "/api/v1/definitions/playbook/equipment_direct", {"document": document})
    admin.asks("POST", "/api/v1/definitions/playbook/equipment_direct/publish", {"note": "链接也算佐证"})
    deal = apart(past_deals(office, {"one": ("误输佐证(演示)", "qualify", {})}))["one"]
    page = watch(visit("zhanglei", path=f"/records/deal/{deal}"), calm)
    item = opened(page, "decision_chain")
    item.get_by_role("button", name="添加链接").click()
    address, form = (
        item.get_by_label(re.compile("^链接地址")),
        item.locator("form", has=page.get_by_label(re.compile("^链接地址"))),
    )
    send = form.get_by_role("button", name="添加链接")
    expect(send).to_have_attribute("title", "请先填写链接")
    for typed in ("在网盘里", "http://", "http://[", "https://docs.example.com/a b"):
        address.fill(typed)
        with page.expect_response(re.compile("/evidence$")) as answer:
            send.click()
        assert answer.value.status == 422, (typed, answer.value.status)
        expect(beside(item, "链接地址")).to_contain_text("链接要写完整的网址")
        expect(address).to_have_value(typed)
    look(page, "evidence-link")
    form.get_by_role("button", name="取消").click()
    item.get_by_role("button", name="添加链接").click()
    expect(address).to_have_value("https://docs.example.com/a b")  # put aside, not lost

    # of several files the good one is taken, and the others are named with what is wrong with them
    files = item.locator("input[type=file]")
    files.set_input_files(
        [
            {"name": "空的.pdf", "mimeType": "application/pdf", "buffer": b""},
            {"name": "组织架构.pdf", "mimeType": "application/pdf", "buffer": PDF},
        ]
    )
    expect(item.get_by_text("没有上传：空的.pdf")).to_be_visible()
    expect(item.locator(".xj-proof")).to_have_count(1)
    expect(item.locator(".xj-proof")).to_contain_text("组织架构.pdf")
    with (tmp_path / "录像.mp4").open("wb") as film:
        film.truncate(50 * 1024 * 1024 + 1)
    files.set_input_files(str(tmp_path / "录像.mp4"))
    expect(item.get_by_text("没有上传：录像.mp4")).to_be_visible()
    # a few letters under the name of a picture are kept, and are said to show nothing
    files.set_input_files({"name": "照片.png", "mimeType": "image/png", "buffer": b"no picture"})
    proof = item.locator(".xj-proof").filter(has_text="照片.png")
    expect(proof.locator("[data-flag=blank]")).to_be_visible()
    look(page, "evidence-files")
    expect(address).to_have_value("https://docs.example.com/a b")
    address.fill("https://docs.example.com/a")
    send.click()
    expect(item.locator(".xj-proof").filter(has_text="docs.example.com/a")).to_be_visible()


def test_an_approval_flow_with_nobody_no_name_and_no_limit(visit: Visit, calm: list[str]):
    page = watch(visit("shenruogu", path="/settings/approval_flow/contract_review"), calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    node = page.locator("[data-path='nodes.0']")
    name, hours = page.get_by_label("第 1 个节点的名称"), node.get_by_label("时限（工作小时）")
    page.get_by_label(re.compile("^名称")).fill("")
    name.fill("  ")
    node.get_by_role("button", name="移除第 1 个节点第 1 位").click()
    for typed in ("很多", "0", "-3", "2000"):
        hours.fill(typed)
        expect(beside(node, "时限（工作小时）")).to_contain_text("时限要大于 0")
        expect(hours).to_have_value(typed)
    # all of it at once, each beside its place
    expect(beside(page, "名称")).to_contain_text("请填写名称")
    expect(beside(page, "第 1 个节点的名称")).to_contain_text("请填写名称")
    expect(node.get_by_role("alert").filter(has_text="节点上没有人")).to_be_visible()
    expect(problems.get_by_role("button")).to_have_count(4)
    refused(page, problems, release, "2000")
    look(page, "flow")
    hours.fill("")
    hours.press_sequentially("0.5")
    expect(hours).to_have_value("0.5")
    node.get_by_role("button", name="再加一位").click()
    name.fill("直属主管")
    page.get_by_label(re.compile("^名称")).fill("合同评审")
    expect(problems).to_have_count(0)


def test_the_settings_of_the_dispatch_table_and_a_sample_lead(visit: Visit, calm: list[str]):
    visitor = visit("shenruogu", path="/settings/dispatch/main")
    page = watch(visitor, calm)
    problems, release = page.get_by_role("alert", name="问题"), page.get_by_role("button", name="发布", exact=True)
    page.get_by_text("全表设置：上限、权重、工作时间、兜底").click()
    most, days, share = (
        page.get_by_label("每人在手上限"),
        page.get_by_label("看最近几个工作日"),
        page.get_by_label("权重：空余"),
    )
    good = most.input_value()
    most.fill("很多")
    days.fill("7.5")
    share.fill("-1")
    expect(beside(page, "每人在手上限")).to_contain_text("「很多」不是数字")
    expect(beside(page, "看最近几个工作日")).to_contain_text("整数")
    expect(beside(page, "权重：空余")).to_contain_text("写 0 或更大的数")
    expect(problems.get_by_role("button")).to_have_count(3)
    page.get_by_text("全表设置：上限、权重、工作时间、兜底").click()
    refused(page, problems, release, "很多")
    expect(most).to_be_visible()  # the way to the place opens what holds it
    look(page, "dispatch-settings")

    # a lead tried against a table that cannot hold says so in words
    sample = page.locator("section", has=page.get_by_role("heading", name="用一条线索试派"))
    expect(sample.get_by_role("button", name="试派")).to_have_attribute("title", "先选一条线索")
    page.get_by_role("tab", name="自己填").click()
    sample.get_by_role("button", name="试派").click()
    expect(sample.get_by_role("alert")).to_contain_text("不是数字")
    most.fill(good)
    days.fill("7")
    share.fill("")
    share.press_sequentially("0.4")
    expect(share).to_have_value("0.4")
    expect(problems.get_by_role("button").filter(has_text=re.compile("上限|偏好|空余"))).to_have_count(0)

    budget = sample.get_by_label("预算")
    budget.fill("很多")
    sample.get_by_role("button", name="试派").click()
    expect(beside(sample, "预算")).not_to_be_empty()
    expect(budget).to_have_value("很多")
    look(page, "dispatch-sample")
    budget.fill("120万")
    sample.get_by_role("button", name="试派").click()
    expect(sample.get_by_role("status")).to_be_visible()
    expect(budget).not_to_have_attribute("aria-invalid", "true")
