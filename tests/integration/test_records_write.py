"""The one write path against real PostgreSQL."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from figures import figure
from records_lab import BARE, Rights, add_person, obj, person, publish_objects, run
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database, Mode
from xingji.kernel.records import Change, get_record, old_state, write

THING = obj(
    "thing",
    {"key": "name", "kind": "text", "required": True},
    {"key": "amount", "kind": "money"},
    {"key": "tags", "kind": "tags"},
    {"key": "day", "kind": "date"},
    {"key": "at", "kind": "datetime"},
    {"key": "share", "kind": "percent"},
    {"key": "mobile", "kind": "phone"},
    {"key": "area", "kind": "region"},
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def things(database: Database) -> Database:
    await publish_objects(database, THING)
    return database


async def test_a_new_record_stands_in_its_own_table_with_typed_columns(things: Database) -> None:
    values = {
        "name": "演示", "amount": 12345, "tags": ["vip", "老客户"], "day": "2026-02-13", "at": "2026-02-13T09:30:00+08:00",
        "share": 0.12, "mobile": "138 0000 5678", "area": ["江苏", "苏州"],
    }  # fmt: skip
    result = await run(things, [Change("create", "thing", values=values)])
    async with things.work(BARE) as uow:
        row = await uow.fetchrow("select * from o_thing where id = $1", result.ids[0])
    assert (row["amount"], row["tags"], row["mobile"], row["area"]) == (
        12345,
        ["vip", "老客户"],
        "13800005678",
        ["320000", "苏州"],
    )
    assert row["version"] == 1
    assert "name:演示" in row["search"]
    assert "mobile:~5678" in row["search"]


async def row_of(database: Database, id: UUID) -> Any:
    async with database.work(BARE) as uow:
        return await uow.fetchrow("select * from o_thing where id = $1", id)


async def new_thing(database: Database, **values: Any) -> UUID:
    return (await run(database, [Change("create", "thing", values={"name": "演示", **values})])).ids[0]


async def test_all_problems_are_told_at_once_each_with_its_place(things: Database) -> None:
    bad = {
        "amount": 1.5, "day": "2026-02-30", "at": "2026-02-13T09:30:00", "share": "x", "mobile": "abc", "tags": "vip",
        "area": ["火星"], "nmae": "x", "created_at": "2026-01-01T00:00:00Z", "id": "x", "version": 3, "search": ["x"],
    }  # fmt: skip
    with pytest.raises(XingjiError) as refusal:
        await run(things, [Change("create", "thing", values={"name": "好"}), Change("create", "thing", values=bad)])
    problems = {problem.path: problem.code.removeprefix("records.") for problem in refusal.value.problems}
    assert problems == {
        "changes.1.amount": "value.not_whole",
        "changes.1.day": "value.not_a_date",
        "changes.1.at": "value.no_offset",
        "changes.1.share": "value.not_a_number",
        "changes.1.mobile": "value.not_a_phone",
        "changes.1.tags": "value.not_a_list",
        "changes.1.area": "value.not_a_region",
        "changes.1.nmae": "unknown_field",
        "changes.1.created_at": "server_owned",
        "changes.1.id": "server_owned",
        "changes.1.version": "server_owned",
        "changes.1.search": "unknown_field",
        "changes.1.name": "required",
    }


async def test_a_refused_write_stores_nothing(things: Database) -> None:
    async with things.work(BARE) as uow:
        before = await uow.fetchval("select count(*) from o_thing")
    with pytest.raises(XingjiError):
        await run(things, [Change("create", "thing", values={"name": "好"}), Change("create", "thing", values={})])
    async with things.work(BARE) as uow:
        assert await uow.fetchval("select count(*) from o_thing") == before


async def fifty_writers(things: Database) -> tuple[Any, int, list[tuple[str, bool]]]:
    """Fifty add one to the same number: the record, how often they tried again, and how they were refused."""
    id = await new_thing(things, amount=0)
    refused: list[tuple[str, bool]] = []

    async def add_one() -> int:
        for tries in range(200):
            async with things.work(BARE) as uow:
                row = await get_record(uow, "thing", id)
            change = Change("update", "thing", id, {"amount": row["amount"] + 1}, row["version"])
            try:
                await run(things, [change])
                return tries
            except XingjiError as error:
                refused.append(
                    (
                        error.code,
                        error.data["diff"].get("amount", {}).get("yours", row["amount"] + 1) == row["amount"] + 1,
                    )
                )
        raise AssertionError("never got through")

    tries = await asyncio.gather(*(add_one() for _ in range(50)))
    return await row_of(things, id), sum(tries), refused


async def test_fifty_writers_of_one_record_lose_no_update(things: Database) -> None:
    row, tries, refused = await fifty_writers(things)
    figure(22, f"50 writers of one record: {50 - row['amount']} updates lost, {tries} refused with a difference")
    assert (row["amount"], row["version"]) == (50, 51)
    assert tries == len(refused)
    assert set(refused) == {("records.version_conflict", True)}


async def test_without_the_look_at_the_version_updates_are_lost(things: Database, monkeypatch) -> None:
    """The control of row 22."""
    monkeypatch.setattr(old_state, "_refuse_stale", lambda *_: None)
    row, _, refused = await fifty_writers(things)
    assert refused == []
    assert row["amount"] < 50


async def test_writers_of_different_fields_do_not_overwrite_each_other(things: Database) -> None:
    id = await new_thing(things)
    await asyncio.gather(
        *(run(things, [Change("update", "thing", id, {key: value})]) for key, value in
          [("amount", 7), ("share", 0.5), ("day", "2026-01-02"), ("tags", ["a"]), ("mobile", "13800000001")])
    )  # fmt: skip
    row = await row_of(things, id)
    assert (row["amount"], row["share"], row["tags"], row["mobile"]) == (7, 0.5, ["a"], "13800000001")


async def test_the_same_values_again_make_no_version_and_no_event(things: Database) -> None:
    id = await new_thing(things, amount=5, at="2026-01-01T08:00:00+08:00", tags=["a"])
    result = await run(
        things, [Change("update", "thing", id, {"amount": 5, "at": "2026-01-01T00:00:00Z", "tags": ["a"]})]
    )
    assert (result.changed, result.versions, result.events) == (0, [1], [])


async def test_a_hundred_thousand_records_go_through_in_one_write(things: Database) -> None:
    count = 100_000
    changes = [
        Change("create", "thing", values={"name": f"批量{n}", "amount": n, "tags": ["bulk"]}) for n in range(count)
    ]
    async with things.work(BARE) as uow:
        before = uow.queries
        result = await write(uow, changes)
        statements = uow.queries - before
        assert await uow.fetchval("select count(*) from o_thing where tags = '{bulk}'") == count
        assert await uow.fetchval("select count(*) from event where change = $1", uow.change) == count
        updated = await write(uow, [Change("update", "thing", id, {"amount": -1}) for id in result.ids[:5_000]])
        assert updated.changed == 5_000
        assert await uow.fetchval("select count(*) from o_thing where amount = -1") == 5_000
    assert statements < 60  # portions of 5,000 rows, nothing per record


async def test_the_number_of_statements_does_not_grow_with_the_records(things: Database) -> None:
    counts = []
    for count in (2, 500):
        async with things.work(BARE) as uow:
            made = await write(uow, [Change("create", "thing", values={"name": "数"}) for _ in range(count)])
            before = uow.queries
            await write(uow, [Change("update", "thing", id, {"amount": 1}) for id in made.ids])
            counts.append(uow.queries - before)
    assert counts[0] == counts[1]


async def test_events_hold_old_and_new_values(things: Database) -> None:
    id = await new_thing(things, amount=1)
    result = await run(things, [Change("update", "thing", id, {"amount": 2, "name": "新"})])
    async with things.work(BARE) as uow:
        row = await uow.fetchrow("select type, object, record, change, data from event where id = $1", result.events[0])
    assert (row["type"], row["record"], row["change"]) == ("thing.updated", id, result.change)
    assert row["data"] == {"changes": {"amount": [1, 2], "name": ["演示", "新"]}}


async def test_a_deleted_record_is_unseen_until_restored(things: Database) -> None:
    id = await new_thing(things)
    await run(things, [Change("delete", "thing", id)])
    async with things.work(BARE) as uow:
        with pytest.raises(XingjiError, match="not_found"):
            await get_record(uow, "thing", id)
    with pytest.raises(XingjiError, match="not_found"):
        await run(things, [Change("update", "thing", id, {"amount": 1})])
    await run(things, [Change("restore", "thing", id)])
    async with things.work(BARE) as uow:
        assert (await get_record(uow, "thing", id))["version"] == 3


async def test_a_denied_write_changes_no_row(things: Database) -> None:
    async with things.work(BARE) as uow:
        me = await add_person(uow)
    mine = person(Rights({"thing:read": "all", "thing": "owner == me.id"}), id=me)
    theirs = await new_thing(things, amount=1)
    own = (await run(things, [Change("create", "thing", values={"name": "我的"})], mine)).ids[0]
    for op in ("update", "delete"):
        changes = [Change(op, "thing", id, {"amount": 9} if op == "update" else {}) for id in (own, theirs)]
        with pytest.raises(XingjiError) as refusal:
            await run(things, changes, mine)
        assert refusal.value.code == "access.denied"
    assert [(await row_of(things, id))["amount"] for id in (own, theirs)] == [None, 1]
    with pytest.raises(XingjiError, match=r"access\.denied"):
        await run(things, [Change("create", "thing", values={"name": "别人的", "owner": None})], mine)


async def test_what_one_may_not_read_cannot_be_told_from_what_is_not_there(things: Database) -> None:
    actor, theirs = person(Rights({"thing": "owner == me.id"})), await new_thing(things)
    refusals = []
    for id in (theirs, uuid4()):
        with pytest.raises(XingjiError) as refusal:
            await run(things, [Change("update", "thing", id, {"amount": 1})], actor)
        refusals.append((refusal.value.code, refusal.value.kind))
    assert refusals[0] == refusals[1]


async def test_field_policy_holds_for_writes(things: Database) -> None:
    id = await new_thing(things, amount=1)
    levels = {"thing.amount": "hidden", "thing.share": "read", "thing.mobile": "masked"}
    actor = person(Rights(levels=levels))
    with pytest.raises(XingjiError) as refusal:
        await run(things, [Change("update", "thing", id, {"amount": 2, "share": 0.1, "mobile": "138****5678"})], actor)
    codes = {problem.path: problem.code for problem in refusal.value.problems}
    assert codes == {
        "changes.0.amount": "records.unknown_field",
        "changes.0.share": "records.field_read_only",
        "changes.0.mobile": "records.field_read_only",
    }


async def test_unit_and_brand_follow_the_owner(things: Database) -> None:
    async with things.work(BARE) as uow:
        unit, below = uuid4(), uuid4()
        await uow.execute("insert into brand (key, name) values ('lanyi', '澜易')")
        await uow.execute("insert into unit (id, key, name, brand) values ($1, 'east', '华东', 'lanyi')", unit)
        await uow.execute("insert into unit (id, key, name, parent) values ($1, 'jzh', '江浙沪', $2)", below, unit)
        owner = await add_person(uow, "张磊", unit=below)
    id = await new_thing(things, owner=str(owner))
    row = await row_of(things, id)
    assert (row["owner"], row["unit"], row["brand"]) == (owner, below, "lanyi")
    with pytest.raises(XingjiError) as refusal:
        await new_thing(things, owner=str(uuid4()))
    assert refusal.value.problems[0].code == "records.value.not_found"


async def test_nobody_writes_into_a_brand_beyond_the_fence(things: Database) -> None:
    fenced = person(brands=("lilan",))
    with pytest.raises(XingjiError, match=r"access\.denied"):
        await run(things, [Change("create", "thing", values={"name": "x", "brand": "global"})], fenced)
    id = (await run(things, [Change("create", "thing", values={"name": "x", "brand": "global"})])).ids[0]
    with pytest.raises(XingjiError, match="not_found"):
        await run(things, [Change("update", "thing", id, {"name": "y"})], fenced)


async def test_history_mode_keeps_original_authors_and_dates(things: Database) -> None:
    author = uuid4()
    async with things.work(BARE) as uow:
        author = await add_person(uow, "老销售")
    values = {"name": "旧", "created_at": "2019-05-01T02:00:00Z", "created_by": str(author)}
    result = await run(things, [Change("create", "thing", values=values)], mode=Mode.HISTORY)
    row = await row_of(things, result.ids[0])
    assert (row["created_at"].year, row["created_by"], row["write_mode"]) == (2019, author, "history")
    async with things.work(BARE) as uow:
        event = await uow.fetchrow("select occurred_at, person, mode from event where id = $1", result.events[0])
    assert (event["occurred_at"].year, event["person"], event["mode"]) == (2019, author, "history")
    later = await run(things, [Change("update", "thing", result.ids[0], {"amount": 2, "updated_at": "2020-06-01T02:00:00Z"})], mode=Mode.HISTORY)
    async with things.work(BARE) as uow:
        assert (await uow.fetchval("select occurred_at from event where id = $1", later.events[0])).year == 2020
    assert (await row_of(things, result.ids[0]))["updated_at"].year == 2020
    await run(things, [Change("update", "thing", result.ids[0], {"amount": 1})])
    assert (await row_of(things, result.ids[0]))["write_mode"] == "live"
