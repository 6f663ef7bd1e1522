"""Stories L2 and L3 of 砺澜流体装备(演示), found in its seeded past."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from xingji.demo.history import write_history
from xingji.demo.plan import plan_history
from xingji.features.diagnosis.figures import diagnose
from xingji.features.leads import fairness_between, read_ledger, recognise_once
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.metrics import measure
from xingji.kernel.records import Change, Query, get_record, query, write
from xingji.kernel.rules import set_clock
from xingji.kernel.work import load_calendar

TODAY = date(2026, 3, 10)
START = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
WINDOWS = {"before": (START - timedelta(days=60, hours=10), START - timedelta(days=30, hours=10))}
WINDOWS["after"] = (WINDOWS["before"][1], START)


@pytest.fixture(scope="module")
async def seeded(database, lilan):
    await set_clock(database, lilan, START)
    async with database.work(lilan) as uow:
        calendar = await load_calendar(uow, "office")
        people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
    await write_history(database, lilan, plan_history(20_260_310, TODAY, calendar), people, WINDOWS["after"][0])
    return lilan


async def test_l2_the_fairness_board_shows_the_share_of_the_top_three_fall_and_gini_with_it(database, seeded):
    async with database.work(seeded) as uow:
        before, after = [await fairness_between(uow, *WINDOWS[name]) for name in ("before", "after")]
    top = {person["name"] for person in before["people"][:3]}
    assert top == {"黄子昂", "张磊", "赵承宇"}
    assert round(before["top3_share"], 2) == pytest.approx(0.68, abs=0.015)
    assert round(after["top3_share"], 2) == pytest.approx(0.41, abs=0.015)
    assert after["gini"] < before["gini"] - 0.1


async def test_l2_every_lead_of_the_table_has_its_reason_in_the_ledger(database, seeded):
    async with database.work(seeded) as uow:
        leads = await uow.fetch("select distinct lead from ledger where at >= $1 order by lead", WINDOWS["after"][0])
        assert len(leads) > 200
        for row in leads[:20]:
            entry = (await read_ledger(uow, row["lead"]))["rows"][0]
            assert entry["reason"]["zh"]
            assert entry["row_key"]
        bare = await uow.fetchval("select count(*) from ledger where chosen is not null and reason = '{}'")
    assert bare == 0


async def test_l3_new_customers_grow_by_3_percent_by_code_where_names_would_say_15(database, seeded):
    figures, names = [], []
    async with database.work(seeded) as uow:
        for since, until in WINDOWS.values():
            figures.append((await measure(uow, ["new_customers"], since, until))[0]["new_customers"])
            page = await query(
                uow, Query("lead", fields=["company", "customer"], limit=200, filter=window(since, until))
            )
            names.append({row["company"] for row in page.rows})
        known = {
            row["name"] for row in (await query(uow, Query("customer", fields=["name"], limit=200, filter="true"))).rows
        }
    assert round(figures[1] / figures[0] - 1, 2) == 0.03
    assert round(len(names[1] - (known & names[0])) / figures[0] - 1, 2) == 0.15


def window(since, until) -> str:
    since, until = (at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ") for at in (since, until))
    return f'customer != null && created_at >= timestamp("{since}") && created_at < timestamp("{until}")'


async def test_l3_a_renamed_customer_who_asks_again_stays_the_same_customer(database, seeded):
    async with database.work(seeded) as uow:
        known = (await query(uow, Query("customer", filter='name == "苏南卓汇机械(演示)"', limit=2))).rows
        assert len(known) == 1
        count = await customers(uow)
        change = Change(
            "create",
            "lead",
            values={
                "name": "李总",
                "company": "江苏卓汇智装(演示)",
                "uscc": known[0]["uscc"],
                "source": "web_quote",
                "channel": "web_quote",
                "intent": "A",
            },
        )
        made = await write(uow, [change])
    while await recognise_once(database, seeded):
        pass
    async with database.work(seeded) as uow:
        lead = await get_record(uow, "lead", made.ids[0])
        assert str(lead["customer"]) == str(known[0]["id"])
        assert await customers(uow) == count  # nobody new
        named = "select count(*) from event where type = 'customer.name_seen' and data->>'lead' = $1"
        seen = await uow.fetchval(named, str(made.ids[0]))
        titles = [row["title"] for row in await uow.fetch("select title from inbox where kind = 'recognition'")]
    assert seen == 1
    assert any("江苏卓汇智装" in title for title in titles)  # the owner is asked, the name is not changed by itself


async def customers(uow) -> int:
    return int((await measure(uow, ["new_customers"]))[0]["new_customers"])


async def test_recognition_joins_nothing_by_phone_or_name_alone(database, seeded):
    async with database.work(seeded, SYSTEM) as uow:
        twins = [
            Change(
                "create",
                "lead",
                values={"name": name, "mobile": "13900080001", "company": "申港双子机械(演示)", "channel": "web_form"},
            )
            for name in ("王工", "赵工")
        ]
        made = await write(uow, twins)
    while await recognise_once(database, seeded):
        pass
    async with database.work(seeded) as uow:
        rows = await uow.fetch(
            "select record, other, reasons from proposal where record = any($1) or other = any($1)", made.ids
        )
        assert {row["record"] for row in rows} | {row["other"] for row in rows} >= set(made.ids)
        assert rows[0]["reasons"]
        assert [(await get_record(uow, "lead", id))["customer"] for id in made.ids] == [None, None]


async def test_c1_of_96_sleeping_customers_with_8_6_million_the_11_slow_buyers_are_not_reported(database, seeded):
    async with database.work(seeded) as uow:
        report = await diagnose(uow)
        dormant = report["figures"][0]
        rows = (await query(uow, Query("customer", ["deal_open"], filter=dormant["filter"], limit=500))).rows
        slow = (await query(uow, Query("customer", ["deal_open"], filter=dormant["left_out"]["filter"], limit=500))).rows
    assert (dormant["key"], dormant["count"], len(rows)) == ("dormant", 85, 85)
    assert (dormant["left_out"]["count"], len(slow)) == (11, 11)
    assert sum(row["deal_open"] for row in [*rows, *slow]) == 860_000_000
    assert dormant["money"] + dormant["left_out"]["money"] == 860_000_000
