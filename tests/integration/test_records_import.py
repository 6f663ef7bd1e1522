"""Imports and exports against real PostgreSQL."""

import csv
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from openpyxl import Workbook, load_workbook

from records_lab import BARE, Rights, add_person, create, obj, person, publish_objects, run
from xingji import app
from xingji.kernel.access import save_people
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.definitions import publish, save_draft
from xingji.kernel.records import Change, Query, query, read_file
from xingji.kernel.records.exporters import export_file
from xingji.kernel.records.import_folder import import_path
from xingji.kernel.records.importers import (
    import_table,
    preview_import,
    queue_import,
    run_import,
    run_queued_imports,
    start_import,
    undo_import,
)
from xingji.kernel.rules import settle

MAVEN = Path(__file__).resolve().parents[3] / "shared" / "data" / "maven_crm"
PLAN = Path(__file__).resolve().parents[2] / "packs" / "imports" / "maven_crm.yaml"
FIRM = obj("firm", {"key": "name", "kind": "company", "required": True, "name": {"zh": "公司名称", "en": "Company"}})
OFFER = obj(
    "offer",
    {"key": "name", "kind": "text", "required": True, "name": {"zh": "名称", "en": "Name"}},
    {"key": "firm", "kind": "relation", "to": "firm", "name": {"zh": "所属公司", "en": "Firm"}},
    {"key": "mobile", "kind": "phone", "name": {"zh": "手机", "en": "Mobile"}},
    {"key": "amount", "kind": "money", "name": {"zh": "金额", "en": "Amount"}},
    {"key": "code", "kind": "text", "unique": True, "name": {"zh": "编号", "en": "Code"}},
    {"key": "day", "kind": "date", "name": {"zh": "日期", "en": "Day"}},
    {"key": "level", "kind": "choice", "name": {"zh": "级别", "en": "Level"},
     "options": [{"key": "A", "name": {"zh": "重点", "en": "Key"}}, {"key": "B", "name": {"zh": "普通", "en": "Plain"}}]},
)  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database) -> Database:
    await publish_objects(database, FIRM, OFFER)
    async with database.work(BARE) as uow:
        await add_person(uow, "张磊")
        await create(uow, "firm", {"name": "砺澜(演示)"}, {"name": "重名(演示)"}, {"name": "重名(演示)"})
    return database


def csv_of(*rows: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("gb18030")


HEAD = ["名称", "所属公司", "手机", "金额（元）", "编号", "日期", "级别", "负责人", "随便"]


async def test_columns_find_their_fields_and_rows_become_records(office: Database) -> None:
    content = csv_of(
        HEAD,
        ["一号", "砺澜(演示)", "138 0000 1111", "1,234.50", "N1", "2026/2/13", "重点", "张磊", "x"],
        ["二号", "", "", "20万", "N2", "2026年3月1日", "B", "", ""],
    )
    done = await import_table(office, BARE, "offer", "offers.csv", content)
    assert (done["status"], done["counts"]["new"], done["counts"]["error"]) == ("done", 2, 0)
    page = await office.run(
        BARE, SYSTEM, lambda uow: query(uow, Query("offer", filter='code in ["N1", "N2"]', sort=["code"], names=True))
    )
    one, two = page.rows
    assert (one["amount"], one["mobile"], one["day"], one["level"]) == (123450, "13800001111", "2026-02-13", "A")
    assert page.related[one["firm"]] == "砺澜(演示)"
    assert page.people[one["owner"]] == "张磊"
    assert (two["amount"], two["day"]) == (20_000_000, "2026-03-01")
    async with office.work(BARE) as uow:
        modes = await uow.fetch("select distinct mode from event where change = $1", UUID(done["change"]))
    assert [row["mode"] for row in modes] == ["import"]


async def test_the_preview_tells_new_update_conflict_and_every_error_and_stores_nothing(office: Database) -> None:
    await run(office, [Change("create", "offer", values={"name": "旧", "code": "P1", "amount": 1})])
    content = csv_of(
        HEAD,
        ["改", "", "", "5", "P1", "", "", "", ""],
        ["新", "", "", "6", "P2", "", "", "", ""],
        ["又", "", "", "7", "P2", "", "", "", ""],
        ["坏", "没有的公司", "abc", "x", "P3", "2026-02-30", "Z", "无此人", ""],
        ["歧", "重名(演示)", "", "", "P4", "", "", "", ""],
        ["", "", "", "9", "P5", "", "", "", ""],
    )
    async with office.work(BARE) as uow:
        before = await uow.fetchval("select count(*) from o_offer")
    seen = await import_table(office, BARE, "offer", "offers.csv", content, preview=True)
    counts = {name: count for name, count in seen["counts"].items() if count}
    assert counts == {"new": 1, "update": 1, "conflict": 1, "error": 3}
    codes = {(p["path"], p["code"]) for p in seen["problems"]}
    for expected in (
        ("rows.4", "import.doubled"), ("rows.5.所属公司", "records.value.not_found"),
        ("rows.5.手机", "records.value.not_a_phone"), ("rows.5.金额（元）", "records.value.not_a_number"),
        ("rows.5.日期", "records.value.not_a_date"), ("rows.5.级别", "records.value.not_an_option"),
        ("rows.5.负责人", "records.value.not_found"), ("rows.6.所属公司", "import.ambiguous"), ("rows.7.name", "records.required"),
    ):  # fmt: skip
        assert expected in codes
    async with office.work(BARE) as uow:
        assert await uow.fetchval("select count(*) from o_offer") == before


async def test_refused_rows_come_back_as_a_file_and_the_rest_is_imported(office: Database) -> None:
    content = csv_of(HEAD, ["好", "", "", "1", "E1", "", "", "", ""], ["=坏", "", "abc", "1", "E2", "", "", "", "=1+1"])
    done = await import_table(office, BARE, "offer", "offers.csv", content)
    assert (done["counts"]["new"], done["counts"]["error"]) == (1, 1)
    async with office.work(BARE) as uow:
        _, errors = await read_file(uow, UUID(done["errors"]))
    lines = list(load_workbook(io.BytesIO(errors)).active.iter_rows(values_only=True))
    assert len(lines) == 2
    assert lines[1][0] == "'=坏"
    assert "不是电话号码「abc」" in lines[1][-1]
    assert "records." not in lines[1][-1], "in words alone"


async def test_a_whole_import_can_be_undone(office: Database) -> None:
    kept = (await run(office, [Change("create", "offer", values={"name": "原", "code": "U1", "amount": 100})])).ids[0]
    content = csv_of(HEAD, ["改", "", "", "5", "U1", "", "", "", ""], ["新", "", "", "6", "U2", "", "", "", ""])
    done = await import_table(office, BARE, "offer", "offers.csv", content)
    assert (done["counts"]["new"], done["counts"]["update"]) == (1, 1)
    undone = await undo_import(office, BARE, UUID(done["id"]))
    assert undone["restored"] == 2
    page = await office.run(BARE, SYSTEM, lambda uow: query(uow, Query("offer", filter='code in ["U1", "U2"]')))
    assert [(row["id"], row["name"], row["amount"]) for row in page.rows] == [(str(kept), "原", 100)]
    with pytest.raises(XingjiError, match="not_ready"):
        await undo_import(office, BARE, UUID(done["id"]))


async def test_a_second_run_of_the_same_file_changes_nothing(office: Database) -> None:
    content = csv_of(HEAD, *([f"第{n}", "", "", n, f"S{n}", "", "", "", ""] for n in range(1200)))
    first = await import_table(office, BARE, "offer", "offers.csv", content)
    again = await import_table(office, BARE, "offer", "offers.csv", content)
    assert first["counts"]["new"] == 1200
    assert (again["counts"]["unchanged"], again["counts"]["new"], again["counts"]["update"]) == (1200, 0, 0)


async def test_a_broken_run_goes_on_where_it_stopped(office: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    content = csv_of(HEAD, *([f"续{n}", "", "", n, f"R{n}", "", "", "", ""] for n in range(1300)))

    async def begin(uow: Any) -> UUID:
        started = await start_import(uow, "offer", "offers.csv", content)
        await preview_import(uow, UUID(started["id"]))
        await queue_import(uow, UUID(started["id"]))
        return UUID(started["id"])

    run_id = await office.run(BARE, SYSTEM, begin)
    from xingji.kernel.records import import_run as importers

    whole, calls = importers._run_portion, [0]

    async def breaks(*args: Any) -> bool:
        calls[0] += 1
        if calls[0] == 2:
            raise RuntimeError("killed")
        return await whole(*args)

    monkeypatch.setattr(importers, "_run_portion", breaks)
    with pytest.raises(RuntimeError):
        await run_import(office, BARE, run_id)
    monkeypatch.setattr(importers, "_run_portion", whole)
    assert await run_queued_imports(office, BARE) == 1
    async with office.work(BARE) as uow:
        row = await uow.fetchrow("select status, counts from import_run where id = $1", run_id)
        assert await uow.fetchval("select count(*) from o_offer where code like 'R%'") == 1300
    assert (row["status"], row["counts"]["new"], row["counts"]["done"]) == ("done", 1300, 1300)


async def test_somebody_elses_import_is_not_there(office: Database) -> None:
    started = await office.run(BARE, SYSTEM, lambda uow: start_import(uow, "offer", "a.csv", csv_of(["名称"], ["x"])))
    with pytest.raises(XingjiError, match="not_found"):
        await office.run(BARE, person(), lambda uow: preview_import(uow, UUID(started["id"])))


async def test_exports_hold_what_the_reader_may_see_and_run_nothing(office: Database) -> None:
    await run(
        office,
        [
            Change(
                "create",
                "offer",
                values={"name": '=HYPERLINK("x")', "code": "X1", "amount": -50, "mobile": "13800002222"},
            )
        ],
    )
    reader = person(Rights(levels={"offer.mobile": "masked", "offer.amount": "hidden"}))
    wanted = Query("offer", filter='code == "X1"')
    content, count = await office.run(BARE, reader, lambda uow: export_file(uow, wanted, "csv"))
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert count == 1
    assert lines[0][:3] == ["名称", "所属公司", "手机"]
    assert "金额" not in lines[0]
    assert lines[1][0] == '\'=HYPERLINK("x")'
    assert "138****2222" in lines[1]
    content, _ = await office.run(BARE, SYSTEM, lambda uow: export_file(uow, wanted, "xlsx"))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'=")
    with pytest.raises(XingjiError, match="denied"):
        await office.run(BARE, person(Rights({"offer:export": "none"})), lambda uow: export_file(uow, wanted, "csv"))
    async with office.work(BARE) as uow:
        assert await uow.fetchval("select count(*) from audit where action = 'export' and object = 'offer'") == 2


async def test_a_workbook_is_read_as_a_sheet_is(office: Database) -> None:
    book = Workbook()
    book.active.append(["名称", "金额", "编号", "日期"])
    import datetime

    book.active.append(["表", 12.5, "W1", datetime.datetime(2026, 2, 13)])
    out = io.BytesIO()
    book.save(out)
    done = await import_table(office, BARE, "offer", "offers.xlsx", out.getvalue())
    assert done["counts"]["new"] == 1
    page = await office.run(BARE, SYSTEM, lambda uow: query(uow, Query("offer", filter='code == "W1"')))
    assert (page.rows[0]["amount"], page.rows[0]["day"]) == (1250, "2026-02-13")


async def test_the_preview_says_how_much_a_tick_would_set_going_and_an_unticked_import_sets_nothing(
    database: Database, workspace: str
) -> None:
    rule = {
        "kind": "rule", "key": "welcome", "name": {"zh": "欢迎", "en": "Welcome"}, "object": "customer", "on": {"created": True},
        "do": [{"action": "set", "fields": {"industry": '"制造"'}}, {"action": "notify", "to": ["owner"], "title": {"zh": "新", "en": "New"}}],
    }  # fmt: skip
    app.configure()
    async with database.work(workspace) as uow:
        await save_draft(uow, "rule", "welcome", rule)
        await save_people(uow, {"persons": [{"key": "asu", "name": "阿苏"}]})
    await publish(database, workspace, SYSTEM, [("rule", "welcome")])
    content = csv_of(["名称"], ["甲（演示）"], ["乙（演示）"])
    seen = await import_table(database, workspace, "customer", "a.csv", content, preview=True)
    assert (seen["effects"]["rules"], seen["effects"]["messages"]) == (2, 2)
    told = "select count(*) from inbox where title like '新%'"
    for n, (fire, industries, messages) in enumerate(
        (((), [None, None], 0), (("rules",), ["制造", "制造"], 0), (("messages",), [None, None], 2), (("rules", "messages"), ["制造", "制造"], 2))
    ):
        names = [[f"{name}{n}（演示）", "阿苏"] for name in "甲乙"]
        async with database.work(workspace) as uow:
            before = await uow.fetchval(told)
        done = await import_table(database, workspace, "customer", "a.csv", csv_of(["名称", "负责人"], *names), fire=fire)
        await settle(database, workspace)
        async with database.work(workspace) as uow:
            ids = await uow.fetch(
                "select record from event where change = $1 and type = 'customer.created'", UUID(done["change"])
            )
            rows = (await query(uow, Query("customer", ids=[row["record"] for row in ids]))).rows
            after = await uow.fetchval(told)
        assert [row["industry"] for row in rows] == industries
        assert after - before == messages


@pytest.mark.skipif(not MAVEN.is_dir(), reason="the folder of real data is absent")
async def test_the_real_crm_comes_in_with_its_relations(database: Database, workspace: str) -> None:
    report = await import_path(database, workspace, MAVEN, mapping=PLAN)
    counts = {one["file"]: one["counts"] for one in report.files}
    assert counts["sales_teams.csv"]["persons"] == 41
    assert (counts["accounts.csv"]["new"], counts["products.csv"]["new"]) == (85, 7)
    assert (counts["sales_pipeline.csv"]["new"], counts["sales_pipeline.csv"]["error"]) == (8800, 0)
    async with database.work(workspace) as uow:
        none = await query(
            uow, Query("deal", fields=[], filter='customer.name == "未登记客户"', limit=1, count="exact")
        )
        pro = await query(uow, Query("deal", fields=[], filter='product.name == "GTX Pro"', limit=1, count="exact"))
        won = await query(
            uow, Query("deal", fields=[], filter='status == "won" && won_at != null', limit=1, count="exact")
        )
    assert (none.count, won.count) == (1425, 4238)
    assert pro.count == sum(
        1 for row in csv.DictReader((MAVEN / "sales_pipeline.csv").open()) if row["product"] == "GTXPro"
    )
