"""The messy workbook of a sales team against its truth: nearly every cell right, few questions, one click to undo."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest_asyncio

from xingji import app
from xingji.demo.workbook import MessyWorkbook, Truth, messy_workbook
from xingji.kernel.access import actor_for_person, save_people
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, Mode
from xingji.kernel.records import Query, query
from xingji.kernel.records.importers import (
    describe_import,
    edit_import,
    preview_import,
    queue_import,
    run_import,
    run_queued_imports,
    start_import,
    undo_import,
)  # fmt: skip

TODAY = date(2026, 3, 10)
BOOK = messy_workbook(11, TODAY)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(database: Database, workspace: str) -> str:
    app.configure()
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = '2026-03-10 10:00+08', clock_offset = '0'")
    return workspace


async def everything(database: Database, place: str, object_key: str) -> list[dict[str, Any]]:
    page = await database.run(place, SYSTEM, lambda uow: query(uow, Query(object_key, limit=5000, names=True)))
    for row in page.rows:
        row["owner_name"] = page.people.get(row.get("owner"))
    return page.rows


def right_cells(book: MessyWorkbook, customers: list[Any], contacts: list[Any], deals: list[Any], notes: dict[str, set[tuple[date, str]]]) -> tuple[int, int, list[Any]]:
    """How many cells of the workbook came in as their truth says, of how many, and those that did not."""
    by_mobile = {row["mobile"]: row for row in contacts}
    by_id = {row["id"]: row for row in customers}
    deal_of = {(row["customer"], row["owner_name"], row["stage"], row["amount"]): row for row in deals}
    right, all_cells, wrong = 0, 0, []
    for truth in book.rows:
        contact = by_mobile.get(truth.mobile, {})
        customer = by_id.get(contact.get("customer"), {})
        deal = deal_of.get((customer.get("id"), truth.owner, truth.stage, truth.amount), {})
        pairs = [
            ("name", customer.get("name", "").removesuffix("有限公司"), truth.name.removesuffix("有限公司")),
            ("area", customer.get("area"), [truth.area]), ("contact", contact.get("name"), truth.contact),
            ("mobile", contact.get("mobile"), truth.mobile), ("wechat", contact.get("wechat"), truth.wechat),
            ("owner", deal.get("owner_name"), truth.owner), ("stage", deal.get("stage"), truth.stage),
            ("amount", deal.get("amount"), truth.amount), ("expected", deal.get("expected_close_at"), iso(truth.expected_close_at)),
            ("next_at", deal.get("next_step_at"), iso(truth.next_step_at)), ("next", deal.get("next_step"), truth.next_step),
        ]  # fmt: skip
        if truth.twin_of is None:
            pairs.append(("tier", customer.get("tier"), truth.tier))
        told = notes.get(customer.get("id", ""), set())
        pairs.append(("notes", set(truth.notes) <= told, True))
        for name, found, wanted in pairs:
            all_cells += 1
            right += found == wanted
            if found != wanted:
                wrong.append((truth.name, name, found, wanted))
    return right, all_cells, wrong


def iso(day: date | None) -> str | None:
    return day and day.isoformat()


async def notes_of(database: Database, place: str) -> dict[str, set[tuple[date, str]]]:
    async with database.work(place) as uow:
        rows = await uow.fetch(
            "select record, (occurred_at at time zone 'Asia/Shanghai')::date as day, data ->> 'kind' as kind, person from event"
            " where object = 'customer' and type like 'touch.%' and not coalesce((data ->> 'undated')::boolean, false)"
        )
    found: dict[str, set[tuple[date, str]]] = {}
    for row in rows:
        assert row["person"] is not None
        found.setdefault(str(row["record"]), set()).add((row["day"], row["kind"]))
    return found


async def test_a_messy_workbook_comes_in_right_and_goes_out_with_one_click(database: Database, place: str) -> None:
    start = await database.run(place, SYSTEM, lambda uow: start_import(uow, "customer", "客户跟进表.xlsx", BOOK.content))
    run = UUID(start["id"])
    assert start["rows"] == len(BOOK.rows) + BOOK.broken
    assert {one["why"] for one in start["left_out"]} == {"total", "no_table"}
    seen = await database.run(place, SYSTEM, lambda uow: preview_import(uow, run, None, "history"), mode=Mode.HISTORY)
    twins = sum(truth.twin_of is not None for truth in BOOK.rows)
    assert len(seen["questions"]) <= 3
    assert (seen["counts"]["new"], seen["counts"]["same"], seen["counts"]["error"]) == (len(BOOK.rows) - twins, twins, BOOK.broken)
    assert sorted(seen["people"]["new"]) == sorted({truth.owner for truth in BOOK.rows})
    bad = seen["rows"]["error"][0]
    await database.run(place, SYSTEM, lambda uow: edit_import(uow, run, {str(bad["row"]): {"手机": "13700000001"}}, {}))
    await database.run(place, SYSTEM, lambda uow: queue_import(uow, run, mode="history"))
    await run_import(database, place, run)
    done = await database.run(place, SYSTEM, lambda uow: describe_import(uow, run))
    assert (done["status"], done["counts"]["error"], done["counts"]["new"]) == ("done", BOOK.broken - 1, len(BOOK.rows) - twins + 1)
    customers, contacts, deals = [await everything(database, place, key) for key in ("customer", "contact", "deal")]
    right, of, wrong = right_cells(BOOK, customers, contacts, deals, await notes_of(database, place))
    print(f"cells right: {right} of {of} ({right / of:.1%}); wrong: {wrong[:12]}")
    assert right / of >= 0.95
    assert {row["write_mode"] for row in deals} == {"history"}
    assert any(kept["text"] == "待定" for kept in done["kept"])
    again = await database.run(place, SYSTEM, lambda uow: start_import(uow, "customer", "x.xlsx", BOOK.content))
    assert again["remembered"]
    undone = await undo_import(database, place, run)
    assert undone["cannot"] == []
    for key in ("customer", "contact", "deal"):
        assert await everything(database, place, key) == []
    async with database.work(place) as uow:
        names = sorted({truth.owner for truth in BOOK.rows})
        assert await uow.fetchval("select count(*) from person where name = any ($1) and left_on is null", names) == 0


def test_the_workbook_is_the_same_every_time() -> None:
    again: list[Truth] = list(messy_workbook(11, TODAY).rows)
    assert again == list(BOOK.rows)




async def test_whoever_leads_imports_over_http_rights_and_sees_the_people_who_come_with_it(database: Database, place: str) -> None:
    async with database.work(place) as uow:
        made = await save_people(uow, {"persons": [{"key": "boss", "name": "贺山", "roles": ["director", "admin"]}]})
        boss = await actor_for_person(uow, made["boss"])
    start = await database.run(place, boss, lambda uow: start_import(uow, "customer", "客户跟进表.xlsx", BOOK.content))
    run = UUID(start["id"])
    await database.run(place, boss, lambda uow: preview_import(uow, run, None, "history"), mode=Mode.HISTORY)
    await database.run(place, boss, lambda uow: queue_import(uow, run, mode="history"))
    assert await run_queued_imports(database, place) == 1
    done = await database.run(place, boss, lambda uow: describe_import(uow, run))
    assert (done["status"], len(done["people"])) == ("done", 6)
    rows = (await database.run(place, boss, lambda uow: query(uow, Query("customer", limit=5000)))).rows
    assert len(rows) == done["counts"]["new"]
    assert (await undo_import(database, place, run, boss))["people"] == 6
