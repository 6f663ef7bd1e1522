"""Dispatch on real PostgreSQL: table, ledger, limits and fairness, through the rule that a new lead fires."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import pytest_asyncio

from leads_world import add_people, publish
from xingji.features.leads.assign import assign_lead
from xingji.features.leads.dispatch.ledger import read_ledger
from xingji.features.leads.dispatch.run import dispatch
from xingji.features.leads.pools import pick, return_to_pool
from xingji.kernel import access, records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Mode
from xingji.kernel.events import LANES
from xingji.kernel.rules import run_rules_once

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai, a working day
PEOPLE = {
    "brands": [], "regions": [{"key": "east", "name": "华东", "provinces": ["江苏"]}],
    "units": [{"key": "root", "name": "演示公司"}, {"key": "team", "name": "演示组", "parent": "root", "head": "boss", "region": "east"}],
    "persons": [
        {"key": "boss", "name": "主管演示", "unit": "team", "roles": ["supervisor"]},
        {"key": "ann", "name": "安演示", "unit": "team", "roles": ["rep"], "tags": ["air"]},
        {"key": "ben", "name": "本演示", "unit": "team", "roles": ["rep"]},
        {"key": "cat", "name": "猫演示", "unit": "team", "roles": ["rep"], "title": "见习销售"},
    ],
}  # fmt: skip
TABLE = {
    "object": "lead", "capacity": {"open": 4, "per_day": 3}, "fallback": {"pool": "pool_new"},
    "weights": {"answered": 0, "free": 0, "preference": 0.1},
    "rows": [
        {"key": "big", "name": {"zh": "大单"}, "when": 'budget > 500000', "to": {"person": "ann"}, "else": "team"},
        {"key": "owner", "when": "customer != null && customer.owner != null", "to": {"person": "customer.owner"}},
        {"key": "key", "when": 'tags.exists(t, t == "key")', "to": {"pool": "pool_new"}},
        {"key": "boss", "when": 'intent == "C"', "to": {"head": "team"}},
        {"key": "team", "name": {"zh": "小组"}, "when": "true", "to": {"team": "team"}, "choose": "weighted"},
    ],
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def people(database, workspace):
    ids = await add_people(database, workspace, PEOPLE)
    await publish(database, workspace, "dispatch", "main", TABLE)
    async with database.work(workspace) as uow:
        for table in ("dispatch_day", "ledger", "pool_entry", "pool_pick", "absence"):
            await uow.execute(f"delete from {table}")
        found = await records.query(uow, records.Query("lead", fields=["id"], limit=1000))
        await records.write(uow, [records.Change("delete", "lead", UUID(row["id"])) for row in found.rows])
    return ids


async def new_leads(database, workspace, *values, at=MONDAY):
    async with database.work(workspace, at=at) as uow:
        wanted = [records.Change("create", "lead", None, {"name": f"线索{n}", **one}) for n, one in enumerate(values)]
        return (await records.write(uow, wanted)).ids


async def send(database, workspace, ids, at=MONDAY):
    async with database.work(workspace, at=at) as uow:
        return await dispatch(uow, "main", ids)


async def read(database, workspace, lead, actor=SYSTEM):
    async with database.work(workspace, actor) as uow:
        return await records.get_record(uow, "lead", lead)


async def actor(database, workspace, person):
    async with database.work(workspace) as uow:
        return await access.actor_for_person(uow, person)


async def test_rows_are_tried_in_order_and_the_ledger_says_why(database, workspace, people):
    big, plain, key, quiet = await new_leads(
        database, workspace, {"budget": 60_000_000}, {"product_line": "air"}, {"tags": ["key"]}, {"intent": "C"}
    )
    decisions = await send(database, workspace, [big, plain, key, quiet])
    assert (decisions[big].row.key, decisions[big].chosen) == ("big", people["ann"])
    assert decisions[plain].row.key == "team"
    assert (decisions[key].pool, decisions[quiet].chosen) == ("pool_new", people["boss"])
    async with database.work(workspace) as uow:
        line = (await read_ledger(uow, plain))["rows"][0]
        events = await uow.fetch("select type, data from event where record = $1 order by id", plain)
    verdicts = {candidate["person"]: candidate for candidate in line["candidates"]}
    assert verdicts[str(people["cat"])]["excluded"] == "trainee"
    assert str(people["boss"]) not in verdicts
    assert all(candidate["zh"] and candidate["en"] for candidate in line["candidates"])
    assert "小组" in line["reason"]["zh"]
    assert [event["type"] for event in events] == ["lead.created", "lead.updated", "lead.assigned"]
    lead = await read(database, workspace, plain)
    assert (lead["status"], lead["owner"], lead["pool"]) == ("assigned", str(decisions[plain].chosen), None)
    assert (await read(database, workspace, key))["pool"] == "pool_new"


async def test_a_known_customers_enquiry_goes_to_its_owner(database, workspace, people):
    async with database.work(workspace, at=MONDAY) as uow:
        change = records.Change("create", "customer", None, {"name": "老客户(演示)", "owner": str(people["ben"])})
        customer = (await records.write(uow, [change])).ids[0]
        lead = (await records.write(uow, [records.Change("create", "lead", None, {"name": "回头", "customer": str(customer)})])).ids[0]
    assert (await send(database, workspace, [lead]))[lead].chosen == people["ben"]


async def test_capacity_and_the_daily_limit_hold_within_a_batch_and_across_batches(database, workspace, people):
    ids = await new_leads(database, workspace, *[{} for _ in range(10)])
    first = await send(database, workspace, ids[:5])
    second = await send(database, workspace, ids[5:])
    given = [d.chosen for d in (*first.values(), *second.values()) if d.chosen]
    assert (given.count(people["ann"]), given.count(people["ben"])) == (3, 3)
    assert [d.pool for d in second.values()].count("pool_new") == 4
    next_day = await send(database, workspace, await new_leads(database, workspace, {}, {}, {}, {}, at=MONDAY + timedelta(days=1)), MONDAY + timedelta(days=1))
    assert sorted(str(d.chosen or d.pool) for d in next_day.values()) == sorted([str(people["ann"]), str(people["ben"]), "pool_new", "pool_new"])


async def test_a_person_on_leave_gets_nothing_and_loses_nothing_by_it(database, workspace, people):
    async with database.work(workspace) as uow:
        await access.add_absence(uow, people["ann"], MONDAY - timedelta(days=3), MONDAY + timedelta(hours=5), "年假")
    (big,) = await new_leads(database, workspace, {"budget": 60_000_000})
    decision = (await send(database, workspace, [big]))[big]
    assert (decision.chosen, decision.row.key) == (people["ben"], "team")
    assert {v.person: v.excluded for v in decision.verdicts}[people["ann"]] == "absent"


async def test_dispatch_leaves_leads_with_an_owner_alone(database, workspace, people):
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ben"])})
    assert await send(database, workspace, [lead]) == {}


async def test_two_hundred_rows_are_matched_in_one_statement(database, workspace, people):
    rows = [{"key": f"r{n}", "when": f'industry == "行业{n}" && budget > {n}', "to": {"person": "ben"}} for n in range(200)]
    await publish(database, workspace, "dispatch", "wide", {**TABLE, "rows": [*rows, TABLE["rows"][-1]], "capacity": {}})
    ids = await new_leads(database, workspace, *[{"industry": f"行业{n}", "budget": 100_000} for n in (0, 57, 199)], {"industry": "无"})
    from xingji.features.leads.dispatch.match import compiled_table, match_rows

    async with database.work(workspace, at=MONDAY) as uow:
        compiled = await compiled_table(uow, "wide")
        before = uow.queries
        matched = await match_rows(uow, compiled, ids)
        assert uow.queries == before + 1
    assert [list(matched[id].hits) for id in ids] == [[0, 200], [57, 200], [199, 200], [200]]


async def test_a_row_that_no_longer_compiles_is_left_out_and_named(database, workspace, people):
    from xingji.features.leads.dispatch.match import compile_table
    from xingji.features.leads.dispatch.table import read_table

    broken = {"rows": [{"key": "gone", "when": 'colour == "red"', "to": {"person": "ann"}}, TABLE["rows"][-1]]}
    async with database.work(workspace) as uow:
        compiled = compile_table(await records.load_schema(uow), read_table("x", broken), 1, uow)
    assert set(compiled.broken) == {"gone"}


async def test_a_lead_is_assigned_by_hand_only_with_the_right(database, workspace, people):
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ann"])})
    async with database.work(workspace, await actor(database, workspace, people["boss"]), at=MONDAY) as uow:
        assert (await assign_lead(uow, lead, person=people["ben"], reason="轮换"))["owner"] == str(people["ben"])
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace, await actor(database, workspace, people["ben"]), at=MONDAY) as uow:
            await assign_lead(uow, lead, person=people["ann"])
    assert refusal.value.code == "access.right_missing"
    async with database.work(workspace) as uow:
        assert (await read_ledger(uow, lead))["rows"][0]["action"] == "reassigned"


async def test_a_returned_lead_hides_nothing_of_its_story_and_its_last_owner_cools_down(database, workspace, people):
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ann"]), "status": "assigned"})
    async with database.work(workspace, at=MONDAY) as uow:
        assert await return_to_pool(uow, "pool_new", {lead: None}, reason="sla") == {lead: "returned"}
    ann, ben = await actor(database, workspace, people["ann"]), await actor(database, workspace, people["ben"])
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace, ann, at=MONDAY + timedelta(days=1)) as uow:
            await pick(uow, "pool_new", lead)
    assert refusal.value.code == "pool.cooling_down"
    async with database.work(workspace, ben, at=MONDAY + timedelta(days=1)) as uow:
        assert (await pick(uow, "pool_new", lead))["owner"] == str(people["ben"])
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace, ann, at=MONDAY + timedelta(days=40)) as uow:
            await pick(uow, "pool_new", lead)
    assert refusal.value.code in ("pool.not_here", "records.not_found")


async def test_a_protected_lead_stays_and_one_put_back_by_hand_goes(database, workspace, people):
    until = (MONDAY + timedelta(days=30)).isoformat()
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ann"]), "protected_until": until, "status": "assigned"})
    async with database.work(workspace, at=MONDAY) as uow:
        assert await return_to_pool(uow, "pool_new", {lead: None}, reason="sla") == {lead: "protected"}
        assert await return_to_pool(uow, "pool_new", {lead: None}, reason="manual") == {lead: "returned"}


async def test_picks_are_limited_per_day(database, workspace, people):
    ids = await new_leads(database, workspace, *[{"pool": "pool_new"} for _ in range(6)])
    ben = await actor(database, workspace, people["ben"])
    for lead in ids[:5]:
        async with database.work(workspace, ben, at=MONDAY) as uow:
            await pick(uow, "pool_new", lead)
    with pytest.raises(XingjiError) as refusal:
        async with database.work(workspace, ben, at=MONDAY) as uow:
            await pick(uow, "pool_new", ids[5])
    assert (refusal.value.code, refusal.value.data["limit"]) == ("pool.day_limit", 5)


async def test_contact_data_in_a_pool_is_hidden_until_somebody_picks_it(database, workspace, people):
    (lead,) = await new_leads(database, workspace, {"pool": "pool_new", "mobile": "13912349999", "wechat": "wx_hidden"})
    ben = await actor(database, workspace, people["ben"])
    seen = await read(database, workspace, lead, ben)
    assert "13912349999" not in str(seen)
    assert "wx_hidden" not in str(seen)
    async with database.work(workspace, ben) as uow:
        for query in (records.Query("lead", filter='mobile == "13912349999"'), records.Query("lead", search="13912349999")):
            assert (await records.query(uow, query)).rows == []
    async with database.work(workspace, ben, at=MONDAY) as uow:
        await pick(uow, "pool_new", lead)
    assert (await read(database, workspace, lead, ben))["mobile"] == "13912349999"


async def test_a_tables_dry_run_says_who_would_have_got_what_and_changes_nothing(database, workspace, people):
    from xingji.features.leads.kinds import DispatchKind

    await new_leads(database, workspace, {"budget": 60_000_000}, {}, {"intent": "C"})
    draft = {**TABLE, "key": "main", "rows": [*TABLE["rows"][:1], {"key": "gone", "when": "colour == 1", "to": {"person": "ann"}}, TABLE["rows"][-1]]}
    async with database.work(workspace, at=MONDAY + timedelta(hours=1)) as uow:
        found = await DispatchKind().dry_run(uow, draft, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1))
        assert await uow.fetchval("select count(*) from ledger") == 0
    assert (found["leads"], found["acts"], found["by_row"]["big"]) == (3, 3, 1)
    assert set(found["broken"]) == {"gone"}
    assert set(found["by_person"]) <= {"安演示", "本演示"}


async def test_fairness_counts_per_present_time_and_follows_the_ledger(database, workspace, people):
    from xingji.features.leads.dispatch.fairness_window import fairness_between

    ids = await new_leads(database, workspace, *[{"intent": "A"} for _ in range(3)])
    await send(database, workspace, ids)
    async with database.work(workspace) as uow:
        await access.add_absence(uow, people["cat"], MONDAY - timedelta(days=30), MONDAY + timedelta(days=30), "产假")
        figures = await fairness_between(uow, MONDAY - timedelta(days=3), MONDAY + timedelta(days=4), "team")
    assert (figures["good"], figures["top3_share"]) == (3, 1.0)
    assert str(people["cat"]) not in {row["person"] for row in figures["people"]}
    assert 0 <= figures["gini"] < 0.5


async def test_an_owner_typed_into_the_record_is_an_assignment_and_an_imported_one_is_not(database, workspace, people):
    boss = await actor(database, workspace, people["boss"])
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ann"]), "status": "assigned"})
    async with database.work(workspace, boss, at=MONDAY) as uow:
        await records.write(uow, [records.Change("update", "lead", lead, {"owner": str(people["ben"])})])
        made = (await records.write(uow, [records.Change("create", "lead", None, {"name": "自己录入", "owner": str(people["boss"])})])).ids[0]
    async with database.work(workspace) as uow:
        events = await uow.fetch("select record, data from event where type = 'lead.assigned' and record = any($1)", [lead, made])
        lines = await read_ledger(uow, lead)
    assert {row["record"]: row["data"]["owner"] for row in events} == {lead: str(people["ben"]), made: str(people["boss"])}
    assert (lines["rows"][0]["action"], lines["rows"][0]["previous"]) == ("transferred", people["ann"])
    row = await read(database, workspace, made)
    assert (row["status"], bool(row["assigned_at"])) == ("assigned", True)
    async with database.work(workspace, boss, mode=Mode.IMPORT, at=MONDAY) as uow:
        imported = (await records.write(uow, [records.Change("create", "lead", None, {"name": "导入", "owner": str(people["boss"])})])).ids[0]
    async with database.work(workspace) as uow:
        assert not await uow.fetchval("select 1 from event where type = 'lead.assigned' and record = $1", imported)


async def test_a_rep_gives_no_lead_away_by_typing_another_owner(database, workspace, people):
    ann = await actor(database, workspace, people["ann"])
    (lead,) = await new_leads(database, workspace, {"owner": str(people["ann"]), "status": "assigned"})
    for owner in (str(people["ben"]), None):
        with pytest.raises(XingjiError) as refusal:
            async with database.work(workspace, ann, at=MONDAY) as uow:
                await records.write(uow, [records.Change("update", "lead", lead, {"owner": owner})])
        assert refusal.value.code == "access.right_missing"
    assert (await read(database, workspace, lead))["owner"] == str(people["ann"])
    async with database.work(workspace, ann, at=MONDAY) as uow:
        own = (await records.write(uow, [records.Change("create", "lead", None, {"name": "自己的"})])).ids[0]
    assert (await read(database, workspace, own))["owner"] == str(people["ann"])


async def test_of_all_who_pick_the_same_lead_at_once_one_gets_it(database, workspace, people):
    (lead,) = await new_leads(database, workspace, {"pool": "pool_new"})
    actors = [await actor(database, workspace, people[key]) for key in ("ann", "ben", "boss")]

    async def once(who):
        async with database.work(workspace, who, at=MONDAY) as uow:
            return await pick(uow, "pool_new", lead)

    outcomes = await asyncio.gather(*(once(who) for who in actors), return_exceptions=True)
    (winner,) = [outcome["owner"] for outcome in outcomes if isinstance(outcome, dict)]
    assert (await read(database, workspace, lead))["owner"] == winner
    async with database.work(workspace) as uow:
        assert await uow.fetchval("select count(*) from event where record = $1 and type = 'lead.assigned'", lead) == 1


async def test_two_batches_of_rules_beside_each_other_give_every_lead_away_once_and_count_right(database, workspace, people):
    """Each takes half of the lanes; the table lets one of them through at a time, so no limit is passed between them."""
    await publish(database, workspace, "dispatch", "main", {**TABLE, "capacity": {"open": 100, "per_day": 10}})
    while await run_rules_once(database, workspace, at=MONDAY):
        pass
    leads = await new_leads(database, workspace, *[{} for _ in range(60)])
    half = LANES // 2
    read_by = await asyncio.gather(*(run_rules_once(database, workspace, at=MONDAY, lanes=half) for _ in range(2)))
    assert min(read_by) > 0
    while sum(await asyncio.gather(*(run_rules_once(database, workspace, at=MONDAY, lanes=half) for _ in range(2)))):
        pass
    async with database.work(workspace) as uow:
        lines = await uow.fetch("select lead, action, chosen from ledger where lead = any ($1)", leads)
        days = {row["person"]: row["received"] for row in await uow.fetch("select person, received from dispatch_day")}
        told = await uow.fetchval("select count(*) from inbox where record = any ($1)", leads)
    given = Counter(row["chosen"] for row in lines if row["chosen"])
    assert len(lines) == 60
    assert {row["lead"] for row in lines} == set(leads)
    assert dict(given) == days
    assert max(given.values()) == 10  # a day's limit, which two batches that do not see each other would pass
    assert told == sum(given.values())
