"""Handing over and taking back on a moved clock: the customer's clock runs on, and what was undone never counted."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from integration.http_world import World, login_of, make_world
from leads_world import publish
from xingji.kernel import access, records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.events import append_events
from xingji.kernel.rules import advance_clock, set_clock, settle

NINE = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # a Tuesday, nine o'clock in Shanghai
SLA = ("sla_remind", "sla_escalate", "sla_return")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    made = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        ids = await access.save_people(uow, {
            "units": [{"key": "north", "name": "北组（演示）"}],
            "persons": [{"key": key, "name": name, "unit": "north", "roles": ["rep"]} for key, name in (("rep1", "甲（演示）"), ("rep2", "乙（演示）"))],
        })  # fmt: skip
    for key in ("rep1", "rep2"):
        login = await access.create_login(database, login_of(workspace, key), "correct horse 演示")
        await access.bind_person(database, login, workspace, ids[key])
    made.people |= {key: ids[key] for key in ("rep1", "rep2")}
    await publish(database, workspace, "pool", "pool_new", {"object": "lead", "pick": {"per_day": 5}, "cool_down_days": 30})
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def boss(world):
    await set_clock(world.database, world.workspace, NINE)
    async with await world.browser("boss") as browser:
        yield browser


async def given(world, boss, person="rep1", name="在等(演示)") -> UUID:
    """A lead that was given to somebody at nine, and read by the rules."""
    async with world.database.work(world.workspace) as uow:
        lead = (await records.write(uow, [records.Change("create", "lead", None, {"name": name, "status": "invalid", "invalid_reason": "—"})])).ids[0]
        await records.write(uow, [records.Change("update", "lead", lead, {"status": "new"})])
    answer = await boss.post(f"/api/v1/leads/{lead}/assign", json={"person": str(world.people[person])})
    assert answer.status_code == 200, answer.text
    await settle(world.database, world.workspace)
    return lead


async def go_to(world, minutes) -> None:
    await advance_clock(world.database, world.workspace, NINE + timedelta(minutes=minutes))


async def timers(world, lead) -> dict[str, datetime]:
    await settle(world.database, world.workspace)
    async with world.database.work(world.workspace) as uow:
        return {row["key"]: row["until"] for row in await uow.fetch("select key, until from timer where record = $1", lead)}


async def read(boss, lead):
    return (await boss.get(f"/api/v1/records/lead/{lead}")).json()


async def told(world, person, lead) -> list[str]:
    async with world.database.work(world.workspace) as uow:
        rows = await uow.fetch("select title from inbox where person = $1 and record = $2 order by at, id", world.people[person], lead)
    return [row["title"] for row in rows]


async def hand_over(world, boss, way, lead, person="rep2") -> str:
    """By the lead's command, or by its owner written plainly (board, bulk, hand-over of all a person has)."""
    to = str(world.people[person])
    if way == "assign":
        answer = await boss.post(f"/api/v1/leads/{lead}/assign", json={"person": to})
    else:
        answer = await boss.patch(f"/api/v1/records/lead/{lead}", json={"owner": to})
    assert answer.status_code == 200, answer.text
    return answer.json()["change"]


async def undo(boss, change) -> dict:
    answer = await boss.post(f"/api/v1/changes/{change}/undo")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_hand_over_carries_the_customers_clock_and_undoing_it_leaves_no_trace(world, boss):
    for way in ("assign", "plain"):
        await set_clock(world.database, world.workspace, NINE)
        lead = await given(world, boss)
        armed, row = await timers(world, lead), await read(boss, lead)
        assert armed.keys() >= set(SLA)
        await go_to(world, 20)
        change = await hand_over(world, boss, way, lead)
        assert await timers(world, lead) == armed, way
        handed = await read(boss, lead)
        assert (handed["owner"], handed["assigned_at"]) == (str(world.people["rep2"]), row["assigned_at"]), way
        assert len(await told(world, "rep2", lead)) == 1, "whoever gets it hears of it"
        back = await undo(boss, change)
        assert back["cannot"] == [], way
        again = await read(boss, lead)
        assert (again["owner"], again["assigned_at"], again["status"]) == (row["owner"], row["assigned_at"], row["status"]), way
        assert await timers(world, lead) == armed, way
        assert len(await told(world, "rep1", lead)) == 1, "what was never away does not come anew"


async def test_an_owner_taken_away_by_hand_and_given_again_gains_no_time(world, boss):
    for way, person in (("plain", "rep1"), ("assign", "rep2")):
        await set_clock(world.database, world.workspace, NINE)
        lead = await given(world, boss)
        armed, row = await timers(world, lead), await read(boss, lead)
        await go_to(world, 10)
        assert (await boss.patch(f"/api/v1/records/lead/{lead}", json={"owner": None})).status_code == 200
        await go_to(world, 20)
        await hand_over(world, boss, way, lead, person)
        assert await timers(world, lead) == armed, way
        again = await read(boss, lead)
        assert (again["owner"], again["assigned_at"]) == (str(world.people[person]), row["assigned_at"]), way
    # from a pool it begins anew: there nobody had it
    await set_clock(world.database, world.workspace, NINE)
    lead = await given(world, boss)
    armed = await timers(world, lead)
    await go_to(world, 10)
    assert (await boss.patch(f"/api/v1/records/lead/{lead}", json={"owner": None, "pool": "pool_new"})).status_code == 200
    await go_to(world, 20)
    await hand_over(world, boss, "plain", lead, "rep2")
    anew = await timers(world, lead)
    assert anew.keys() >= set(SLA)
    assert all(anew[key] - armed[key] >= timedelta(minutes=20) for key in SLA)


async def test_whoever_holds_the_lead_when_the_time_is_up_is_reminded_then(world, boss):
    lead = await given(world, boss)
    due = (await timers(world, lead))["sla_remind"]
    await go_to(world, 25)
    await hand_over(world, boss, "plain", lead)
    await advance_clock(world.database, world.workspace, due - timedelta(seconds=1))
    assert not [title for title in await told(world, "rep2", lead) if "30" in title]
    await advance_clock(world.database, world.workspace, due)
    assert [title for title in await told(world, "rep2", lead) if "30" in title] == ["线索超过 30 分钟未响应"]
    # Handed on after it was told: the same time is not told of again.
    await hand_over(world, boss, "plain", lead, "rep1")
    await go_to(world, 115)
    assert not [title for title in await told(world, "rep1", lead) if "30" in title]
    fired = (await boss.get("/api/v1/timers", params={"object": "lead", "ids": str(lead)})).json()["fired"]
    assert [row["key"] for row in fired] == ["sla_remind"], "and it still shows as past"


async def test_neither_handing_over_nor_undoing_moves_a_figure(world, boss):
    leads = [await given(world, boss, name=f"计数{n}(演示)") for n in range(2)]
    await boss.post(f"/api/v1/leads/{leads[0]}/touch", json={"kind": "call", "answered": True})  # in time
    await go_to(world, 45)
    await boss.post(f"/api/v1/leads/{leads[1]}/touch", json={"kind": "call", "answered": True})  # late
    leads.append(await given(world, boss))
    await go_to(world, 23 * 60)  # the next day, before work: the third still waits

    async def figures():
        board = (await boss.get("/api/v1/daily/board")).json()
        days = {person["name"]: person["today"] for person in board["people"]}
        on_time = next(figure["value"] for figure in board["figures"] if figure["key"] == "lead_on_time")
        return days, on_time

    before = await figures()
    changes = [await hand_over(world, boss, way, lead) for lead, way in zip(leads, ("plain", "assign", "plain"), strict=True)]
    days, on_time = await figures()
    assert on_time == before[1], "an answer that was late stays late"
    assert sum(days.values()) == sum(before[0].values()), "nothing arrived today by being handed on"
    for change in changes:
        await undo(boss, change)
    assert await figures() == before


async def test_a_first_assignment_taken_back_never_was(world, boss):
    lead = await given(world, boss)
    first = await read(boss, lead)
    async with world.database.work(world.workspace) as uow:
        change = await uow.fetchval("select change from event where record = $1 and type = 'lead.assigned'", lead)
        received = "select coalesce(sum(received), 0) from dispatch_day where person = $1"
        counted = await uow.fetchval(received, world.people["rep1"])
    window = {"since": (NINE - timedelta(minutes=5)).isoformat(), "until": (NINE + timedelta(minutes=5)).isoformat()}
    had = {row["person"]: row["leads"] for row in (await boss.get("/api/v1/fairness", params=window)).json()["people"]}
    assert (await undo(boss, change))["cannot"] == []
    row = await read(boss, lead)
    assert (first["status"], row["owner"], row["assigned_at"], row["status"]) == ("assigned", None, None, "new")
    assert not set(SLA) & (await timers(world, lead)).keys()
    ledger = (await boss.get(f"/api/v1/leads/{lead}/ledger")).json()["rows"]
    assert [line["reason"].get("taken_back") for line in ledger] == [True]
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval(received, world.people["rep1"]) == counted - 1
    has = {row["person"]: row["leads"] for row in (await boss.get("/api/v1/fairness", params=window)).json()["people"]}
    assert has.get(str(world.people["rep1"]), 0) == had[str(world.people["rep1"])] - 1


async def test_a_lead_taken_back_from_a_pool_goes_on_as_it_was(world, boss):
    lead = await given(world, boss)
    armed = await timers(world, lead)
    await go_to(world, 10)
    change = (await boss.post(f"/api/v1/leads/{lead}/assign", json={"pool": "pool_new"})).json()["change"]
    assert not set(SLA) & (await timers(world, lead)).keys()
    assert (await undo(boss, change))["cannot"] == []
    assert await timers(world, lead) == armed
    async with world.database.work(world.workspace) as uow:
        assert await uow.fetchval("select cool_until from pool_entry where record = $1", lead) is None


async def test_an_undo_taken_back_is_a_hand_over_again(world, boss):
    lead = await given(world, boss)
    change = await hand_over(world, boss, "plain", lead)
    back = (await undo(boss, change))["change"]
    assert (await undo(boss, back))["cannot"] == []
    assert (await read(boss, lead))["owner"] == str(world.people["rep2"])
    assert set(SLA) <= (await timers(world, lead)).keys()
    await settle(world.database, world.workspace)
    assert len(await told(world, "rep2", lead)) == 2


async def test_a_touch_taken_back_counts_nowhere_and_moves_no_time(world, boss):
    lead = await given(world, boss)
    await go_to(world, 5)
    await boss.post(f"/api/v1/leads/{lead}/touch", json={"kind": "message", "text": "发了资料(演示)"})
    armed = await timers(world, lead)
    assert armed["reactivate_72h"] == NINE + timedelta(minutes=5, hours=72)
    await go_to(world, 10)
    change = (await boss.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call", "answered": True, "text": "打错了(演示)"})).json()["change"]
    assert (await read(boss, lead))["touches"] == 3
    assert (await timers(world, lead))["reactivate_72h"] > armed["reactivate_72h"]
    assert (await boss.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")).status_code == 200
    assert (await read(boss, lead))["touches"] == 1
    assert await timers(world, lead) == armed, "the 72 hours are those from before the touch"
    counted = {"filter": f'id == "{lead}" && count_events(["touch.response", "touch.followup"]) == 1 && last_event("touch.followup") == null'}
    assert [row["id"] for row in (await boss.get("/api/v1/records/lead", params=counted)).json()["rows"]] == [str(lead)]
    await go_to(world, 72 * 60 + 5)
    async with world.database.work(world.workspace) as uow:
        tasks = await records.query(uow, records.Query("task", filter=f'subject_lead == "{lead}"', fields=["pack"]))
    assert len(tasks.rows) == 1
    assert "发了资料" in tasks.rows[0]["pack"]
    assert "打错了" not in tasks.rows[0]["pack"]


async def test_a_rule_counts_no_touch_that_was_taken_back(world, boss):
    lead = await given(world, boss)
    document = {"name": {"zh": "两次后", "en": "After two"}, "object": "lead", "on": {"event": "lead.counted"}, "order": 10,
                "when": 'count_events("touch.response") == 0 && count_events("touch.followup", duration("72h")) == 0',
                "do": [{"action": "notify", "to": ["owner"], "title": {"zh": "没人联系过", "en": "Nobody called"}}]}  # fmt: skip
    await publish(world.database, world.workspace, "rule", "nobody_called", document)
    change = (await boss.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call", "answered": True})).json()["change"]
    for heard in (0, 1):
        async with world.database.work(world.workspace) as uow:
            await append_events(uow, [NewEvent("lead.counted", "lead", lead)])
        await settle(world.database, world.workspace)
        assert (await told(world, "rep1", lead)).count("没人联系过") == heard
        await boss.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")
