"""The diagnosis of an imported workbook: every figure is the count of its rows, and the truth of the workbook."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from xingji import app
from xingji.demo.workbook import Truth, messy_workbook
from xingji.features.diagnosis.figures import diagnose
from xingji.features.diagnosis.morning import morning
from xingji.features.diagnosis.wake import wake_customers
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records import Change, Query, query, write
from xingji.kernel.records.importers import (
    import_table,
    preview_import,
    queue_import,
    run_import,
    start_import,
    undo_import,
)
from xingji.kernel.records.undo import undo
from xingji.kernel.work import Notice, notify

TODAY = date(2026, 3, 10)
BOOK = messy_workbook(5, TODAY, rows=180, broken=0)
LINE = TODAY - timedelta(days=45)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(database: Database, workspace: str) -> str:
    app.configure()
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = '2026-03-10 10:00+08', clock_offset = '0'")
    done = await import_table(database, workspace, "customer", "客户跟进表.xlsx", BOOK.content, mode="history")
    assert done["status"] == "done"
    return workspace


def customers() -> list[list[Truth]]:
    """The rows of each customer: the first and those that are about it too."""
    return [[one, *(two for two in BOOK.rows if two.twin_of == one.name)] for one in BOOK.rows if one.twin_of is None]


def last_day(rows: list[Truth]) -> date:
    return max(day for row in rows for day, _ in row.notes)


async def test_every_figure_is_the_count_of_its_rows_and_the_truth_of_the_workbook(database: Database, place: str) -> None:
    report = await database.run(place, SYSTEM, diagnose)
    figures = {one["key"]: one for one in report["figures"]}
    for one in figures.values():
        wanted = Query(one["object"], filter=one["filter"], limit=5000)
        rows = (await database.run(place, SYSTEM, lambda uow, wanted=wanted: query(uow, wanted))).rows
        assert len(rows) == one["count"], one["key"]
    cold = [rows for rows in customers() if last_day(rows) < LINE]
    money = sum(row.amount or 0 for rows in cold for row in rows)
    assert (figures["dormant"]["count"], figures["dormant"]["money"]) == (len(cold), money)
    late = [row for row in BOOK.rows if row.expected_close_at and row.expected_close_at < TODAY]
    assert (figures["overdue"]["count"], figures["overdue"]["money"]) == (len(late), sum(row.amount or 0 for row in late))
    twice = [rows for rows in customers() if len({row.owner for row in rows}) > 1]
    assert figures["collided"]["count"] == len(twice) > 0
    stepless = [row for row in BOOK.rows if row.next_step is None and row.next_step_at is None]
    assert figures["stepless"]["count"] == len(stepless)
    held: dict[str, int] = {}
    for row in BOOK.rows:
        held[row.owner] = held.get(row.owner, 0) + (row.amount or 0)
    top = sorted(held.values(), reverse=True)[:3]
    assert abs(figures["top3"]["share"] - sum(top) / sum(held.values())) < 1e-9
    assert {one["key"] for one in report["cannot"]} >= {"no_amount", "no_response_times", "no_cycle"}
    unknown = [row for row in BOOK.rows if row.amount is None]
    assert next(one for one in report["cannot"] if one["key"] == "no_amount")["count"] == len(unknown)


async def test_sleeping_customers_are_handed_to_their_owners_once_and_taken_back(database: Database, place: str) -> None:
    report = await database.run(place, SYSTEM, diagnose)
    cold = Query("customer", ["name"], filter=report["figures"][0]["filter"], limit=10)
    ids = [UUID(row["id"]) for row in (await database.run(place, SYSTEM, lambda uow: query(uow, cold))).rows]
    async def wake(uow: Any) -> dict[str, Any]:
        return await wake_customers(uow, ids)
    async with database.work(place) as uow:
        before = await uow.fetchval("select count(*) from outbox")
    done = await database.run(place, SYSTEM, wake)
    assert (done["tasks"], done["text"].count("· ")) == (10, 10)
    assert "@" in done["text"]
    again = await database.run(place, SYSTEM, wake)
    assert (again["tasks"], again["already"]) == (0, 10)
    async with database.work(place) as uow:
        assert await uow.fetchval("select count(*) from outbox") == before
    await database.run(place, SYSTEM, lambda uow: undo(uow, UUID(done["change"])))
    open_tasks = Query("task", filter='status == "open"')
    assert (await database.run(place, SYSTEM, lambda uow: query(uow, open_tasks))).rows == []


async def test_what_was_to_be_done_about_what_is_taken_out_closes_and_opens_again_with_it(database: Database, place: str) -> None:
    start = await database.run(place, SYSTEM, lambda uow: start_import(uow, "customer", "又一批.csv", "公司名称,手机\n青屿泵业(演示),13900077001\n白塔流体(演示),13900077002\n".encode()))
    run = UUID(start["id"])
    await database.run(place, SYSTEM, lambda uow: preview_import(uow, run))
    await database.run(place, SYSTEM, lambda uow: queue_import(uow, run, mode="history"))
    await run_import(database, place, run)
    new = Query("customer", ["name", "owner"], filter='name in ["青屿泵业(演示)", "白塔流体(演示)"]')
    made = (await database.run(place, SYSTEM, lambda uow: query(uow, new))).rows
    elsewhere = (await database.run(place, SYSTEM, lambda uow: query(uow, Query("customer", ["owner"], filter="owner != null", limit=1)))).rows[0]
    async with database.work(place) as uow:
        owner = UUID(elsewhere["owner"])
        tasks = [Change("create", "task", values={"title": "唤醒", "assignee": str(owner), "subject_customer": row["id"]}) for row in [*made, elsewhere]]
        ids = (await write(uow, tasks)).ids
        await write(uow, [Change("update", "task", ids[0], {"status": "done"})])
        for row in [*made, elsewhere]:
            await notify(uow, [Notice(owner, "reminder", "该联系了", "", "customer", UUID(row["id"]))])

    async with database.work(place) as uow:  # a rule's own change is no reason to keep what should not have been
        await write(replace(uow, cause=1, depth=1), [Change("update", "customer", UUID(made[0]["id"]), {"website": "https://qingyu.example"})])

    async def stand() -> tuple[list[str], list[bool]]:
        async with database.work(place) as uow:
            rows = {row["id"]: row["status"] for row in (await query(uow, Query("task", ["status"], ids=ids))).rows}
            read = await uow.fetch("select record, read_at is not null as read from inbox where title = '该联系了' order by id")
            return [rows[str(id)] for id in ids], [row["read"] for row in read]

    assert await stand() == (["done", "open", "open"], [False] * 3)
    undone = await undo_import(database, place, run)
    assert (undone["cannot"], undone["restored"]) == ([], 4)  # two customers, their two contacts
    assert await stand() == (["done", "cancelled", "open"], [True, True, False])  # done stays done; others are left alone
    again = await database.run(place, SYSTEM, lambda uow: undo(uow, UUID(undone["change"])))
    assert again.cannot == []
    assert (await stand())[0] == ["done", "open", "open"]


async def test_the_morning_page_tells_what_the_night_changed_by_itself(database: Database, place: str) -> None:
    seen = await database.run(place, SYSTEM, lambda uow: morning(uow, tomorrow=True))
    assert seen["changed"] or seen["coming"]
    crossing = [rows for rows in customers() if last_day(rows) == LINE]
    told = next((one for one in seen["changed"] if one["key"] == "went_cold"), None)
    assert (told["count"] if told else 0) == len(crossing)
    assert [one["key"] for one in seen["figures"]] == ["dormant", "overdue", "stepless"]
