"""Tables in and out as people know them: template, paste, preview, conflict, mended rows, history, undo, export; packs likewise."""

import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from stdnum.cn import uscc

from browser_office import Visit, Visitor, publish

HEAD = ["客户名称", "统一社会信用代码", "电话", "来路", "负责人"]


def look(page: Page, name: str) -> None:
    if folder := os.environ.get("XINGJI_LOOK"):
        page.screenshot(path=f"{folder}/excel-{name}.png")


def code_of(n: int) -> str:
    body = f"91320500MA1{n:06d}"
    return body + uscc.calc_check_digit(body)


def firm(n: int, *, code: int | None = None, phone: str | None = None, owner: str = "张磊") -> list[str]:
    return [f"表格进出{n:02d}有限公司(演示)", code_of(n if code is None else code), f"139000830{n:02d}" if phone is None else phone, "展会", owner]


def named(visitor: Visitor, text: str) -> list[dict[str, Any]]:
    """The customers whose name holds this."""
    return visitor.asks("GET", "/api/v1/records/customer?filter=" + quote(f'name.contains("{text}")'))["rows"]


def count(page: Page, name: str) -> int:
    return json.loads(page.locator("[data-counts]").get_attribute("data-counts") or "{}").get(name, 0)


def test_a_table_is_pasted_previewed_brought_in_mended_and_taken_back(visit: Visit, tmp_path: Path):
    visitor = visit("sunian", path="/import/customer")
    page = visitor.page
    there = visitor.asks("POST", "/api/v1/records/customer", {"name": "表格进出01有限公司(演示)", "uscc": code_of(1)})["id"]
    owner = visitor.asks("GET", f"/api/v1/records/customer/{there}")["owner"]
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载模板").click()
    first = [cell.value for cell in next(load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes())).worksheets[0].iter_rows())]
    assert "名称*" in first or "名称" in [str(each).strip("* ") for each in first]

    # pasted as a block; a column nobody knows is told once what it is, and that is remembered
    rows = [HEAD, firm(1), firm(2), firm(3), firm(4, code=3), firm(5, phone="电话不明")]
    page.get_by_role("button", name="粘贴表格").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", "\n".join("\t".join(row) for row in rows))
    page.get_by_role("textbox", name="粘贴表格").press("Control+V")
    expect(page.locator(".xj-import[data-step=map] h1")).to_contain_text("5 行")
    source = page.get_by_label("「来路」认成").last
    source.select_option(label="级别")
    expect(page.locator("[data-column='来路'] select").locator("option:checked")).to_have_text("级别")
    source.select_option("")
    look(page, "map")
    page.locator("[data-next]").click()
    expect(page.locator("[data-counts]")).to_be_visible()
    assert (count(page, "new"), count(page, "update"), count(page, "conflict"), count(page, "error")) == (2, 1, 1, 1)
    look(page, "preview")
    page.get_by_role("tab", name="有冲突").click()
    expect(page.locator(".xj-import-row").first).to_contain_text("同一份表里有两行是同一条记录")
    page.locator("[data-next]").click()
    done = page.locator("[data-import=done]")
    expect(done).to_be_visible(timeout=60_000)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "5")
    expect(done).to_contain_text("2 行没有导入")

    # what stayed behind comes back as a file with its reason in words; mended there and brought again it is there
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载这些行").click()
    book = load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    stayed = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in stayed[1:]] == ["表格进出04有限公司(演示)", "表格进出05有限公司(演示)"]
    assert "不是电话号码「电话不明」" in str(stayed[2][-1])
    sheet.cell(2, 2).value, sheet.cell(3, 3).value = code_of(4), "13900083005"
    mended = tmp_path / "待修改.xlsx"
    book.save(mended)
    page.get_by_role("button", name="再导入一份").click()
    page.locator("input[type=file]").set_input_files(str(mended))
    expect(page.locator(".xj-import[data-step=map]")).to_be_visible()
    page.locator("[data-next]").click()
    assert (count(page, "new"), count(page, "error"), count(page, "conflict")) == (2, 0, 0)
    page.locator("[data-next]").click()
    expect(done).to_be_visible(timeout=60_000)
    expect(done).to_contain_text("2 / 2 行")
    assert visitor.asks("GET", f"/api/v1/records/customer/{there}")["owner"] != owner, "the one that stood here is brought up to date"

    # taken back as a whole, each import by itself, the older from the list of past ones
    done.get_by_role("button", name="撤销整次导入").click()
    expect(page.locator(".xj-toast", has_text="已撤销").first).to_be_visible()
    page.reload()
    past = page.locator(".xj-card", has=page.get_by_role("heading", name="以前的导入"))
    past.get_by_role("button", name=re.compile("撤销")).first.click()
    expect(page.locator(".xj-toast", has_text="已撤销").first).to_be_visible()
    assert [row["name"] for row in named(visitor, "表格进出")] == ["表格进出01有限公司(演示)"]
    assert visitor.asks("GET", f"/api/v1/records/customer/{there}")["owner"] == owner
    assert visitor.errors == []


def test_the_mapping_is_remembered_and_history_keeps_its_people_and_days(visit: Visit, tmp_path: Path):
    visitor = visit("sunian", path="/import/customer")
    page = visitor.page
    zhang = next(each["id"] for each in visitor.asks("GET", "/api/v1/schema")["people"] if each["name"] == "张磊")
    for n in (31, 32):
        book = Workbook()
        book.active.append(["客户名称", "电话", "代号", "负责人", "创建时间"])
        book.active.append([f"历史搬家{n}有限公司(演示)", f"139000831{n}", "老客户", "张磊", "2024-05-06 09:30"])
        file = tmp_path / f"{n}.xlsx"
        book.save(file)
        visitor.goes_to("/import/customer")
        page.locator("input[type=file]").set_input_files(str(file))
        code = page.locator("[data-column='代号'] select")
        if n == 31:
            expect(page.get_by_text("这些列上次导入过")).to_have_count(0)
            code.select_option(label="曾用名")
        else:
            expect(page.get_by_text("这些列上次导入过")).to_be_visible()
        expect(code.locator("option:checked")).to_have_text("曾用名")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.locator("[data-next]").click()
        # entered today, nobody's day can be kept: said, with the way out
        expect(page.locator(".xj-import-row").first).to_contain_text("改选「历史迁移」")
        page.get_by_role("radio", name=re.compile("历史迁移")).check()
        expect(page.locator("[data-counts]")).to_have_attribute("data-counts", re.compile('"new":1'))
        page.locator("[data-next]").click()
        expect(page.locator("[data-import=done]")).to_be_visible(timeout=60_000)
        record = visitor.asks("GET", f"/api/v1/records/customer/{named(visitor, f'历史搬家{n}')[0]['id']}")
        assert record["created_at"].startswith("2024-05-06T01:30"), record["created_at"]
        assert (record["owner"], record["former_names"]) == (zhang, ["老客户"])
    assert visitor.errors == []


def test_what_is_on_the_screen_goes_out_as_a_workbook_and_as_text(visit: Visit):
    visitor = visit("sunian", path="/records/customer?q=出表")
    page = visitor.page
    for name in ("=1+1出表甲有限公司(演示)", "出表乙有限公司(演示)"):
        visitor.asks("POST", "/api/v1/records/customer", {"name": name, "phone": "13900083100"})
    page.reload()
    expect(page.locator("[data-record]")).to_have_count(2)
    shown = page.locator("[data-record] [data-open]").all_inner_texts()
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出 Excel").click()
    sheet = load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes())).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n", "d"}, "no cell is a formula"
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出 CSV").click()
    text = list(csv.reader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert [row[0] for row in text[1:]] == ["'=1+1出表甲有限公司(演示)" if each.startswith("=") else each for each in (name.splitlines()[0] for name in shown)]
    visitor.goes_to("/admin/audit")
    expect(page.get_by_role("row", name=re.compile("导出")).first).to_contain_text("苏念")


def test_a_pack_goes_out_and_comes_back_with_a_preview(visit: Visit, tmp_path: Path):
    visitor = visit("shenruogu", path="/settings/packs")
    page = visitor.page
    card = page.locator(".xj-card", has=page.get_by_role("heading", name="导出", exact=True))
    card.locator("summary", has_text="规则").click()
    card.get_by_label("B 类 30 分钟提醒").check()
    with page.expect_download() as taken:
        card.get_by_role("link", name=re.compile("导出 1 项")).click()
    pack = tmp_path / "带走.zip"
    pack.write_bytes(Path(taken.value.path()).read_bytes())
    with zipfile.ZipFile(pack) as held:
        assert any("sla_remind_b" in held.read(name).decode() for name in held.namelist())
    visitor.goes_to("/settings/rule/sla_remind_b")
    page.get_by_label("多久", exact=True).fill("50")
    publish(page, "先慢一点")
    visitor.goes_to("/settings/packs")
    page.locator("input[type=file]").set_input_files(str(pack))
    preview = page.get_by_role("list", name=re.compile("预览")).get_by_role("listitem")
    expect(preview).to_have_count(1)
    expect(preview).to_contain_text("B 类 30 分钟提醒")
    choice = preview.get_by_role("combobox")
    look(page, "pack")
    if choice.locator("option[value=take]").count():
        choice.select_option("take")
    page.locator(".xj-card", has=preview).get_by_role("button", name=re.compile("^导入|^安装")).last.click()
    expect(page.locator(".xj-toast--done").first).to_be_visible()
    assert visitor.asks("GET", "/api/v1/definitions/rule/sla_remind_b")["document"]["on"]["after"] == 30
    assert visitor.errors == []
