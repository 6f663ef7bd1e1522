"""History, timeline and undo against real PostgreSQL."""

from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from records_lab import BARE, Rights, obj, person, publish_objects, run
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, get_record
from xingji.kernel.records.history import history, timeline
from xingji.kernel.records.undo import undo

CASE = obj(
    "case",
    {"key": "name", "kind": "text"},
    {"key": "amount", "kind": "money"},
    {"key": "floor", "kind": "money"},
    {"key": "mobile", "kind": "phone"},
    {"key": "answered_at", "kind": "datetime"},
    server_owned=["answered_at"],
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cases(database: Database) -> Database:
    await publish_objects(database, CASE)
    return database


async def new_case(database: Database, **values: Any) -> UUID:
    return (await run(database, [Change("create", "case", values={"name": "演示", **values})])).ids[0]


async def test_every_change_is_told_newest_first_with_old_and_new_values(cases: Database) -> None:
    id = await new_case(cases, amount=100)
    await run(cases, [Change("update", "case", id, {"amount": 200})])
    await run(cases, [Change("update", "case", id, {"amount": 300, "name": "改名"})])
    async with cases.work(BARE) as uow:
        page = await history(uow, "case", id, limit=2)
        rest = await history(uow, "case", id, limit=2, after=page.next)
    assert [row["changes"] for row in page.rows] == [
        {"amount": [200, 300], "name": ["演示", "改名"]},
        {"amount": [100, 200]},
    ]
    assert [row["type"] for row in rest.rows] == ["case.created"]
    assert rest.next is None


async def test_a_hidden_field_is_hidden_in_the_past_too(cases: Database) -> None:
    id = await new_case(cases, floor=777_777, mobile="13800005678")
    await run(cases, [Change("update", "case", id, {"floor": 888_888})])
    async with cases.work(BARE) as uow:
        await append_events(
            uow, [NewEvent("case.quoted", "case", id, {"floor": 777_777, "deep": [{"mobile": "13800005678"}]})]
        )
    reader = person(Rights(levels={"case.floor": "hidden", "case.mobile": "masked"}))
    async with cases.work(BARE, reader) as uow:
        changes, story = await history(uow, "case", id), await timeline(uow, "case", id)
    text = str(changes.rows) + str(story.rows)
    assert "777777" not in text
    assert "888888" not in text
    assert "13800005678" not in text
    assert "138****5678" in text
    assert [row["type"] for row in changes.rows] == ["case.created"]


async def test_a_record_out_of_reach_has_no_history(cases: Database) -> None:
    id = await new_case(cases)
    async with cases.work(BARE, person(Rights({"case": "owner == me.id"}))) as uow:
        with pytest.raises(XingjiError, match="not_found"):
            await history(uow, "case", id)


async def test_a_merged_record_keeps_every_event(cases: Database) -> None:
    kept, merged = await new_case(cases), await new_case(cases)
    async with cases.work(BARE) as uow:
        await append_events(uow, [NewEvent("touch.note", "case", merged, {"text": "以前的话"})])
        await uow.execute(
            "insert into merge (id, object, kept, merged, snapshot, at) values ($1, 'case', $2, $3, '{}', now())",
            uuid4(), kept, merged,
        )  # fmt: skip
        rows = (await timeline(uow, "case", kept)).rows
    assert "touch.note" in {row["type"] for row in rows}


async def test_undo_restores_values_deletions_and_creations(cases: Database) -> None:
    id = await new_case(cases, amount=100)
    changed = await run(cases, [Change("update", "case", id, {"amount": 5, "name": "错"})])
    deleted = await run(cases, [Change("delete", "case", id)])
    await cases.run(BARE, SYSTEM, lambda uow: undo(uow, deleted.change))
    await cases.run(BARE, SYSTEM, lambda uow: undo(uow, changed.change))
    async with cases.work(BARE) as uow:
        row = await get_record(uow, "case", id)
    assert (row["amount"], row["name"]) == (100, "演示")
    created = await run(cases, [Change("create", "case", values={"name": "多余"})])
    await cases.run(BARE, SYSTEM, lambda uow: undo(uow, created.change))
    async with cases.work(BARE) as uow:
        with pytest.raises(XingjiError, match="not_found"):
            await get_record(uow, "case", created.ids[0])


async def test_undo_leaves_what_was_changed_since_and_says_so(cases: Database) -> None:
    id = await new_case(cases, amount=100)
    first = await run(cases, [Change("update", "case", id, {"amount": 200, "name": "一"})])
    await run(cases, [Change("update", "case", id, {"amount": 300})])
    result = await cases.run(BARE, SYSTEM, lambda uow: undo(uow, first.change))
    assert result.cannot == [{"object": "case", "record": str(id), "reason": "changed_since", "field": "amount"}]
    async with cases.work(BARE) as uow:
        row = await get_record(uow, "case", id)
    assert (row["amount"], row["name"]) == (300, "演示")


async def test_undo_can_itself_be_undone(cases: Database) -> None:
    id = await new_case(cases, amount=1)
    first = await run(cases, [Change("update", "case", id, {"amount": 2})])
    back = await cases.run(BARE, SYSTEM, lambda uow: undo(uow, first.change))
    await cases.run(BARE, SYSTEM, lambda uow: undo(uow, back.change))
    async with cases.work(BARE) as uow:
        assert (await get_record(uow, "case", id))["amount"] == 2


async def test_somebody_without_reach_cannot_undo(cases: Database) -> None:
    id = await new_case(cases, amount=1)
    first = await run(cases, [Change("update", "case", id, {"amount": 2})])
    stranger = person(Rights({"case": "owner == me.id"}))
    with pytest.raises(XingjiError):
        await cases.run(BARE, stranger, lambda uow: undo(uow, first.change))
    with pytest.raises(XingjiError, match="change_not_found"):
        await cases.run(BARE, SYSTEM, lambda uow: undo(uow, uuid4()))


async def test_a_person_cannot_undo_what_only_commands_write(cases: Database) -> None:
    id = await new_case(cases)
    touched = await run(
        cases, [Change("update", "case", id, {"answered_at": "2026-02-13T01:00:00Z", "name": "已联系"})]
    )
    result = await cases.run(BARE, person(Rights()), lambda uow: undo(uow, touched.change))
    assert [(one["field"], one["reason"]) for one in result.cannot] == [("answered_at", "server_owned")]
    async with cases.work(BARE) as uow:
        row = await get_record(uow, "case", id)
    assert (row["answered_at"], row["name"]) == ("2026-02-13T01:00:00Z", "演示")
