"""Workbooks in and out over HTTP: what is on screen under the reader's policy, safe and noted; templates; the pace of a large import."""

import csv
import io
from uuid import UUID

import pytest
import pytest_asyncio
from openpyxl import load_workbook

from bench_excel import measure_import
from integration.http_world import World, make_world
from xingji.kernel import definitions as life
from xingji.kernel import records
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records.tables import read_table

ROLE = {
    "name": {"zh": "看自己的"}, "rows": "own", "rights": ["export", "import"],
    "fields": {"mask": ["lead.mobile"], "hide": ["lead.email"]},
}  # fmt: skip
RUNS = ("=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1＋1")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    world = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await life.save_draft(uow, "role", "helper", ROLE)
    await life.publish(database, workspace, SYSTEM, [("role", "helper")])
    helper, boss = str(world.people["helper"]), str(world.people["boss"])
    async with database.work(workspace) as uow:
        mine = [{"name": text, "need": text, "owner": helper, "mobile": "13900005555", "email": "a@example.com", "intent": "AB"[n % 2]} for n, text in enumerate(RUNS)]
        values = [*mine, {"name": "老板的线索", "owner": boss}]
        await records.write(uow, [records.Change("create", "lead", None, each) for each in values])
    return world


def rows_of(content: bytes, form: str) -> list[list[str]]:
    if form == "csv":
        assert content.startswith(b"\xef\xbb\xbf"), "spreadsheet programs need the mark to read Chinese"
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "no cell is a formula"
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


async def exports(world: World) -> list[dict]:
    async with world.database.work(world.workspace) as uow:
        rows = await uow.fetch("select person, data from audit where action = 'export' order by id")
        return [{"person": row["person"], **row["data"]} for row in rows]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_on_screen_goes_out_under_the_readers_policy_runs_nothing_and_is_noted(world: World, form: str):
    before = len(await exports(world))
    asked = {"form": form, "fields": "name,mobile,need,intent", "filter": 'intent == "A"', "sort": "name"}
    async with await world.browser("helper") as helper:
        answer = await helper.get("/api/v1/records/lead/export", params=asked)
        assert answer.status_code == 200, answer.text
        hidden = await helper.get("/api/v1/records/lead/export", params={**asked, "fields": "name,email"})
        assert hidden.status_code == 422
        assert "a@example.com" not in hidden.text
        grouped = rows_of((await helper.get("/api/v1/records/lead/export", params={"form": form, "fields": "name,intent", "group": "intent"})).content, form)
    assert f'filename="lead.{form}"' in answer.headers["content-disposition"]
    head, *rows = rows_of(answer.content, form)
    assert head[2:4] == ["需求", "意向等级"], "the columns on screen in their order"
    assert len(rows) == 3, "one's own rows that the filter shows"
    for row in rows:
        assert row[1] == "139****5555"
        assert row[0][0] == row[2][0] == "'", "what would run in a spreadsheet program is plain text"
    assert "老板的线索" not in str(rows)
    assert [row[0][0] for row in grouped[1:]] == ["A"] * 3 + ["B"] * 3, "groups stand one after another, the group in front"
    noted = (await exports(world))[before:]
    assert [line["rows"] for line in noted] == [3, 6]
    assert (noted[0]["person"], noted[0]["filter"], noted[0]["fields"][:4]) == (world.people["helper"], 'intent == "A"', ["name", "mobile", "need", "intent"])


async def test_whoever_may_not_export_gets_nothing_and_a_form_nobody_knows_is_refused(world: World):
    async with await world.browser("nobody") as nobody, await world.browser("helper") as helper:
        assert (await nobody.get("/api/v1/records/lead/export")).status_code == 403
        answer = await helper.get("/api/v1/records/lead/export", params={"form": "exe"})
        assert (answer.status_code, answer.json()["code"]) == (422, "export.unknown_form")


async def test_a_template_names_the_fields_offers_the_choices_and_comes_back_as_a_record(world: World):
    async with await world.browser("boss") as boss, await world.browser("nobody") as nobody:
        assert (await nobody.get("/api/v1/import-templates/lead")).status_code == 403
        answer = await boss.get("/api/v1/import-templates/lead")
        assert answer.status_code == 200
        book = load_workbook(io.BytesIO(answer.content))
        sheet = book.worksheets[0]
        head = [str(cell.value) for cell in sheet[1]]
        assert {"称呼", "公司", "手机"} <= {name.rstrip("* ") for name in head}
        offered = [str(each.formula1) for each in sheet.data_validations.dataValidation]
        assert any("30天内采购" in each or "!" in each for each in offered), "choices are drop-downs"
        assert len(book.worksheets) >= 2, "a page of help"
        for row in range(2, sheet.max_row + 1):
            for column in range(1, len(head) + 1):
                sheet.cell(row, column).value = None
        values = {"称呼": "模板先生", "公司": "模板导入有限公司(演示)", "手机": "13900006666"}
        for column, name in enumerate(head, start=1):
            sheet.cell(2, column).value = values.get(name.rstrip("* "))
        out = io.BytesIO()
        book.save(out)
        begun = (await boss.post("/api/v1/imports?object=lead&name=模板.xlsx", content=out.getvalue())).json()
        seen = (await boss.post(f"/api/v1/imports/{begun['id']}/preview", json={})).json()
        assert seen["counts"].get("error", 0) == 0
        assert seen["counts"]["new"] == 1


async def test_a_large_workbook_with_doubles_comes_in_at_a_pace_and_within_bounds(world: World):
    found = await measure_import(world.database, world.workspace, 3_000)
    print(f"import of {found.rows} rows as XLSX with doubles: {found.seconds:.1f} s ({found.rows / found.seconds:.0f} rows/s), {found.megabytes:.0f} MB more")
    assert found.made + found.joined == found.rows
    assert found.joined == found.doubles
    assert found.seconds < 3_000 / 100_000 * 60 * 10, "100,000 rows in 60 s are promised; ten times that is too much"
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select status from import_run where id = $1", UUID(found.run)) == "done"


async def test_a_workbook_holds_any_text_as_it_is_and_nothing_it_cannot_hold(world: World):
    texts = {"标记": "<b>&amp;\"'</b>", "两行": "第一行\n 第二行 ", "怪字": "前\u000b后\ufffe𠮷", "空": None}
    async with world.database.work(world.workspace) as uow:
        values = [{"name": name, "need": text, "owner": str(world.people["boss"]), "intent": "C"} for name, text in texts.items()]
        await records.write(uow, [records.Change("create", "lead", None, each) for each in values])
    async with await world.browser("boss") as boss:
        answer = await boss.get("/api/v1/records/lead/export", params={"form": "xlsx", "fields": "name,need,intent", "filter": 'intent == "C"'})
    held = {row[0]: row[1] for row in rows_of(answer.content, "xlsx")[1:]}
    assert held == {"标记": "<b>&amp;\"'</b>", "两行": "第一行\n 第二行", "怪字": "前后𠮷", "空": ""}
    read = read_table("out.xlsx", answer.content)
    assert (len(read.rows), read.columns[:3]) == (4, ("称呼", "需求", "意向等级"))
