"""The one query compiler against real PostgreSQL."""

from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from records_lab import BARE, Rights, add_person, create, obj, person, publish_objects, run
from xingji.kernel.cel import CelError
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database
from xingji.kernel.records import Change, Query, aggregate, get_record, query

ACCOUNT = obj(
    "account",
    {"key": "name", "kind": "company", "search": True},
    {"key": "tier", "kind": "choice", "options": [{"key": "A"}, {"key": "B"}, {"key": "C"}]},
    {"key": "phone", "kind": "phone"},
    {"key": "secret", "kind": "text", "search": True},
    {
        "key": "won",
        "kind": "rollup",
        "of": "order.account",
        "aggregate": "sum",
        "field": "amount",
        "filter": 'stage == "won"',
    },
    {"key": "orders", "kind": "rollup", "of": "order.account", "aggregate": "count"},
)
ORDER = obj(
    "order",
    {"key": "title", "kind": "text", "search": True},
    {"key": "account", "kind": "relation", "to": "account", "inverse": {"key": "orders_of", "name": {"zh": "订单"}}},
    {"key": "amount", "kind": "money"},
    {"key": "stage", "kind": "choice", "options": [{"key": "open"}, {"key": "won"}]},
    {"key": "tags", "kind": "tags"},
    {"key": "doubled", "kind": "formula", "result": "money", "expr": "amount * 2"},
    {"key": "age_days", "kind": "formula", "result": "number", "expr": "days_between(date(created_at), date(now))"},
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shop(database: Database) -> Database:
    await publish_objects(database, ACCOUNT, ORDER)
    async with database.work(BARE) as uow:
        zhang, li = await add_person(uow, "张磊"), await add_person(uow, "李若曦")
        names = ["苏州砺澜流体装备有限公司", "重庆演示机械", "Acme Pumps"]
        accounts = await create(
            uow, "account",
            *({"name": name, "tier": tier, "phone": f"1380000567{n}", "secret": f"canary{n}", "owner": owner}
              for n, (name, tier, owner) in enumerate(zip(names, "ABC", [zhang, zhang, li], strict=True))),
        )  # fmt: skip
        await create(
            uow, "order",
            *({"title": f"订单{n}", "account": str(accounts[n % 3]), "amount": n * 10_000, "owner": zhang if n % 2 else li,
               "stage": "won" if n % 2 else "open", "tags": ["vip"] if n % 5 == 0 else []} for n in range(30)),
        )  # fmt: skip
    return database


async def read(database: Database, wanted: Query, actor: Actor = SYSTEM) -> Any:
    async with database.work(BARE, actor) as uow:
        return await query(uow, wanted)


async def test_a_filter_over_a_relation_and_money_in_major_units_finds_its_rows(shop: Database) -> None:
    page = await read(
        shop, Query("order", filter='account.tier == "A" && amount > 1000 && stage == "won"', sort=["amount"])
    )
    assert [row["amount"] for row in page.rows] == [150_000, 210_000, 270_000]


async def test_formulas_and_rollups_are_computed_at_read(shop: Database) -> None:
    page = await read(shop, Query("account", fields=["name", "won", "orders"], sort=["name"]))
    assert [row["orders"] for row in page.rows] == [10, 10, 10]
    assert sum(r["won"] for r in page.rows) == sum(n * 10_000 for n in range(30) if n % 2)
    order = (await read(shop, Query("order", filter='title == "订单7"'))).rows[0]
    assert (order["doubled"], order["age_days"]) == (140_000, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("砺澜", ["苏州砺澜流体装备有限公司"]),
        ("流体", ["苏州砺澜流体装备有限公司"]),
        ("szl", ["苏州砺澜流体装备有限公司"]),
        ("cqys", ["重庆演示机械"]),
        ("acme", ["Acme Pumps"]),
        ("5671", ["重庆演示机械"]),
        ("13800005672", ["Acme Pumps"]),
        ("演示 机械", ["重庆演示机械"]),
        ("没有", []),
        ("%", []),
    ],
)
async def test_search_finds_two_characters_initials_and_ends_of_numbers(
    shop: Database, text: str, found: list[str]
) -> None:
    page = await read(shop, Query("account", search=text))
    assert [row["name"] for row in page.rows] == found


async def test_pages_follow_each_other_without_gap_or_repetition_in_any_order(shop: Database) -> None:
    for sort in (["-amount"], ["stage", "-amount"], ["-created_at"], ["account", "title"], ["owner"], ["doubled"]):
        whole = [row["id"] for row in (await read(shop, Query("order", sort=sort, limit=100))).rows]
        seen: list[str] = []
        after = None
        while True:
            page = await read(shop, Query("order", sort=sort, limit=7, after=after))
            seen += [row["id"] for row in page.rows]
            after = page.next
            if after is None:
                break
        assert seen == whole
        assert len(set(seen)) == 30


async def test_a_cursor_of_another_order_is_refused(shop: Database) -> None:
    page = await read(shop, Query("order", limit=5))
    for cursor in (page.next, "x", "", "W10", "bm90anNvbg"):
        with pytest.raises(XingjiError, match="bad_cursor"):
            await read(shop, Query("order", sort=["amount"], limit=5, after=cursor))


async def test_counts_stop_at_a_thousand_unless_asked_to_be_exact(shop: Database) -> None:
    page = await read(shop, Query("order", limit=1, count="capped"))
    assert (page.count, page.count_capped) == (30, False)


async def test_figures_are_grouped_by_fields_and_expressions(shop: Database) -> None:
    async with shop.work(BARE) as uow:
        rows = await aggregate(
            uow,
            Query(
                "order",
                group=["stage", "account.tier"],
                aggregates=[
                    {"as": "n", "fn": "count"},
                    {"as": "sum", "fn": "sum", "field": "amount"},
                    {"as": "vip", "fn": "share", "expr": '"vip" in tags'},
                    {"as": "mid", "fn": "median", "expr": "amount"},
                    {"as": "big", "fn": "count", "filter": "amount > 1000"},
                    {"as": "age", "fn": "avg", "expr": "now - created_at"},
                ],
            ),
        )
    assert len(rows) == 6
    assert sum(row["n"] for row in rows) == 30
    assert sum(row["sum"] for row in rows) == 4_350_000
    assert sum(row["big"] for row in rows) == 19
    assert rows[0]["stage"] == "open"


async def test_a_rep_sees_own_rows_only_and_what_may_be_done_travels_with_each(shop: Database) -> None:
    async with shop.work(BARE) as uow:
        zhang = await uow.fetchval("select id from person where name = '张磊'")
    rights = Rights({"order": "owner == me.id", "order:update": 'owner == me.id && stage == "open"', "account": "all"})
    me = person(rights, id=zhang)
    page = await read(shop, Query("order", limit=100), me)
    assert {row["owner"] for row in page.rows} == {str(zhang)}
    assert len(page.rows) == 15
    assert not any(row["can"]["update"] for row in page.rows)
    other = (await read(shop, Query("order", filter='stage == "open"', limit=1))).rows[0]
    async with shop.work(BARE, me) as uow:
        with pytest.raises(XingjiError, match="not_found"):
            await get_record(uow, "order", UUID(other["id"]))


async def test_sums_count_only_what_the_reader_may_see(shop: Database) -> None:
    async with shop.work(BARE) as uow:
        zhang = await uow.fetchval("select id from person where name = '张磊'")
    me = person(Rights({"order": 'owner == me.id && stage == "open"'}), id=zhang)
    page = await read(shop, Query("account", fields=["won", "orders"]), me)
    assert [(row["orders"], row["won"]) for row in page.rows] == [(0, 0)] * 3


@pytest.mark.parametrize(
    "wanted",
    [
        Query("account", fields=["secret"]),
        Query("account", filter='secret == "canary1"'),
        Query("account", sort=["secret"]),
        Query("order", filter='account.secret == "canary1"'),
        Query("account", group=["secret"], aggregates=[{"fn": "count"}]),
        Query("account", aggregates=[{"fn": "max", "field": "secret"}]),
        Query("account", aggregates=[{"fn": "count", "filter": 'secret == "canary1"'}]),
    ],
)
@pytest.mark.parametrize("level", ["hidden", "masked"])
async def test_a_hidden_or_masked_field_cannot_be_asked_about(shop: Database, wanted: Query, level: str) -> None:
    me = person(Rights(levels={"account.secret": level}))
    if wanted.fields and level == "masked":
        page = await read(shop, wanted, me)
        assert all("canary" not in str(row) for row in page.rows)
        return
    async with shop.work(BARE, me) as uow:
        with pytest.raises(XingjiError) as refusal:
            await (aggregate if wanted.aggregates else query)(uow, wanted)
    assert "canary1" not in str(refusal.value).replace('canary1"', "")
    assert refusal.value.kind.value == "invalid"


async def test_a_hidden_field_is_not_found_by_search_and_not_in_any_row(shop: Database) -> None:
    me = person(Rights(levels={"account.secret": "hidden", "account.phone": "masked"}))
    assert (await read(shop, Query("account", search="canary1"), me)).rows == []
    assert (await read(shop, Query("account", search="5671"), me)).rows == []
    rows = (await read(shop, Query("account"), me)).rows
    assert all("secret" not in row for row in rows)
    assert {row["phone"] for row in rows} == {"138****5670", "138****5671", "138****5672"}


async def test_bad_filters_are_refused_with_their_place(shop: Database) -> None:
    for bad in ("amont > 3", "amount >", 'amount == "x"', "amount", "'" * 5000):
        with pytest.raises(CelError):
            await read(shop, Query("order", filter=bad))


async def test_a_brand_stays_invisible_with_the_first_fence_switched_off(shop: Database) -> None:
    await run(shop, [Change("create", "order", values={"title": "外贸", "brand": "global"})])
    fenced = Actor(kind="system", brands=("lilan",))
    assert not (await read(shop, Query("order", filter='title == "外贸"'), fenced)).rows
    assert len((await read(shop, Query("order", filter='title == "外贸"'))).rows) == 1
    async with shop.work(BARE, fenced) as uow:
        assert await uow.fetchval("select count(*) from o_order where brand = 'global'") == 0


async def test_a_list_costs_one_statement_however_many_rows(shop: Database) -> None:
    counts = []
    for limit in (2, 30):
        async with shop.work(BARE) as uow:
            await query(uow, Query("order", limit=limit, sort=["title"]))
            before = uow.queries
            await query(uow, Query("order", limit=limit, sort=["title"], names=True))
            counts.append(uow.queries - before)
    assert counts == [2, 2]


async def test_a_row_mask_covers_fields_in_its_rows_alone_on_every_surface(shop: Database) -> None:
    from dataclasses import replace

    from xingji.kernel.records import RowMask, configure_row_masks
    from xingji.kernel.records.history import timeline

    configure_row_masks("test", lambda published: [RowMask("account", ("phone",), 'tier == "A"', "pool.assign")])
    shop.cache.clear()
    try:
        me = person(Rights({"account": 'name != ""'}, rights=()))
        rows = (await read(shop, Query("account", sort=["tier"]), me)).rows
        assert [row["phone"] for row in rows] == ["138****5670", "13800005671", "13800005672"]
        assert rows[0]["masked"] == ["phone"]
        assert not (await read(shop, Query("account", search="5670"), me)).rows
        assert len((await read(shop, Query("account", search="5671"), me)).rows) == 1
        assert not (await read(shop, Query("account", filter='phone == "13800005670"'), me)).rows
        assert not (await read(shop, Query("account", where_in=("phone", ["13800005670"])), me)).rows
        async with shop.work(BARE, me) as uow:
            assert "13800005670" not in str(await aggregate(uow, Query("account", group=["phone"], aggregates=[])))
            assert "13800005670" not in str((await timeline(uow, "account", UUID(rows[0]["id"]))).rows)
        whole = replace(me, policy=Rights())
        assert (await read(shop, Query("account", search="5670"), whole)).rows[0]["phone"] == "13800005670"
    finally:
        configure_row_masks("test", lambda published: [])
        shop.cache.clear()


async def test_any_number_of_values_can_be_asked_for_beside_the_filter(shop: Database) -> None:
    wanted = [f"订单{n}" for n in range(25)] + [f"x{n}" for n in range(5000)]
    page = await read(shop, Query("order", where_in=("title", wanted), filter='stage == "won"', limit=100))
    assert len(page.rows) == 12


CANARY = "canary7391"


async def test_a_hidden_fields_canary_is_found_on_no_surface(shop: Database) -> None:
    from xingji.kernel.records import suggest
    from xingji.kernel.records.described import describe_schema
    from xingji.kernel.records.exporters import export_file
    from xingji.kernel.records.history import history, timeline
    from xingji.kernel.records.related import read_related, search_everything

    made = await run(shop, [Change("create", "account", values={"name": "Canary Ltd", "secret": CANARY, "tier": "A"})])
    id = made.ids[0]
    await run(shop, [Change("update", "account", id, {"secret": CANARY + "x"})])
    await run(shop, [Change("create", "order", values={"title": "带", "account": str(id)})])
    me = person(Rights(levels={"account.secret": "hidden", "account.name": "masked"}))
    told: list[Any] = []
    async with shop.work(BARE, me) as uow:
        told.append(await describe_schema(uow))
        told.append(await query(uow, Query("account", names=True, limit=100)))
        told.append(await query(uow, Query("order", names=True, limit=100)))
        told.append(await get_record(uow, "account", id))
        told.append((await history(uow, "account", id)).rows)
        told.append((await timeline(uow, "account", id)).rows)
        told.append(await suggest(uow, "account", CANARY))
        told.append(await search_everything(uow, CANARY))
        told.append(await search_everything(uow, "Canary"))
        told.append(await read_related(uow, "account", id, "orders_of"))
        told.append((await export_file(uow, Query("account"), "csv"))[0].decode())
    text = "\n".join(map(str, told))
    assert CANARY not in text
    assert "Canary Ltd" not in text
    assert "secret" not in str(told[0])
    for op, values in (("update", {"secret": "x"}), ("create", {"secret": "x"})):
        with pytest.raises(XingjiError) as refusal:
            await run(shop, [Change(op, "account", id if op == "update" else None, values)], me)
        assert CANARY not in str(refusal.value)
    control = person(Rights())
    async with shop.work(BARE, control) as uow:
        assert CANARY in str(await get_record(uow, "account", id))  # the control: whoever may see it does


async def test_a_formula_made_of_a_hidden_field_is_hidden_with_it(shop: Database) -> None:
    for level in ("hidden", "masked"):
        me = person(Rights(levels={"order.amount": level}))
        rows = (await read(shop, Query("order"), me)).rows
        assert all("doubled" not in row for row in rows)
        accounts = (await read(shop, Query("account", fields=["name", "orders"]), me)).rows
        assert accounts[0]["orders"] is not None
        for bad in (
            Query("order", sort=["doubled"]),
            Query("order", filter="doubled > 1"),
            Query("account", fields=["won"]),
        ):
            with pytest.raises(XingjiError):
                await read(shop, bad, me)


SORTS = st.lists(
    st.sampled_from(["title", "-title", "account", "-account", "amount", "-amount", "stage", "-stage", "owner", "-doubled", "-created_at"]),
    max_size=3,
    unique_by=lambda part: part.lstrip("-"),
)  # fmt: skip


async def test_pages_add_up_to_the_whole_list_for_any_order_and_size(shop: Database) -> None:
    async with shop.work(BARE) as uow:
        await create(uow, "order", *({"title": None, "amount": None, "stage": None} for _ in range(3)))
    cases: list[tuple[list[str], int]] = []

    @settings(max_examples=25, deadline=None, database=None)
    @given(SORTS, st.integers(1, 12))
    def collect(sort: list[str], size: int) -> None:
        cases.append((sort, size))

    collect()
    for sort, size in cases:
        async with shop.work(BARE) as uow:
            whole = [row["id"] for row in (await query(uow, Query("order", [], sort=sort, limit=500))).rows]
            seen: list[str] = []
            page = await query(uow, Query("order", [], sort=sort, limit=size))
            seen += [row["id"] for row in page.rows]
            while page.next:
                page = await query(uow, Query("order", [], sort=sort, limit=size, after=page.next))
                seen += [row["id"] for row in page.rows]
        assert seen == whole, (sort, size)
