"""Stories of leads on a moved clock: from the web form to an owner, idle returns with warnings, re-activation."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from leads_world import Client, add_people, publish
from xingji.features.leads import record_touch, run_pools_once
from xingji.features.leads.reactivation import build_pack, reactivate
from xingji.features.leads.touches import Touch
from xingji.kernel import access, records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode
from xingji.kernel.events import append_events
from xingji.kernel.rules import run_rules_once, set_clock

T = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai
PEOPLE = {
    "brands": [], "regions": [{"key": "east", "name": "华东", "provinces": ["江苏"]}],
    "units": [{"key": "root", "name": "演示公司"}, {"key": "team", "name": "演示组", "parent": "root", "head": "boss", "region": "east"}],
    "persons": [
        {"key": "boss", "name": "主管演示", "unit": "team", "roles": ["supervisor"]}, {"key": "ann", "name": "安演示", "unit": "team", "roles": ["rep"]},
    ],
}  # fmt: skip
RULES = [
    {"key": "a", "when": 'intent == "A"', "idle_days": 30, "warn_days": [7, 3, 1], "unless": "open_quote == true"},
    {"key": "rest", "when": "true", "idle_days": 60, "warn_days": [7]},
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def people(database, workspace):
    ids = await add_people(database, workspace, PEOPLE)
    await set_clock(database, workspace, T)
    await publish(
        database,
        workspace,
        "dispatch",
        "main",
        {"object": "lead", "rows": [{"key": "all", "when": "true", "to": {"team": "team"}}]},
    )
    await publish(
        database,
        workspace,
        "pool",
        "pool_new",
        {"object": "lead", "pick": {"per_day": 5}, "cool_down_days": 30, "return": RULES},
    )
    return ids


async def settle(database, workspace):
    while await run_rules_once(database, workspace):
        pass


async def a_followed_lead(database, workspace, people, **values):
    at = T.isoformat()
    facts = {
        "owner": str(people["ann"]),
        "status": "working",
        "first_response_at": at,
        "assigned_at": at,
        "last_followup_at": at,
        "intent": "A",
    }
    async with database.work(workspace, at=T) as uow:
        return (
            await records.write(
                uow, [records.Change("create", "lead", None, {"name": "闲置(演示)", **facts, **values})], owned=True
            )
        ).ids[0]


async def sweep_at(database, workspace, moment):
    await set_clock(database, workspace, moment)
    await run_pools_once(database, workspace)


async def read(database, workspace, lead):
    async with database.work(workspace) as uow:
        return await records.get_record(uow, "lead", lead)


async def warnings(database, workspace, people, lead):
    async with database.work(workspace) as uow:
        rows = await uow.fetch(
            "select title from inbox where person = $1 and record = $2 and kind = 'pool_warning' order by at",
            people["ann"],
            lead,
        )
    return [row["title"].split("在 ")[1] for row in rows]


async def test_a_lead_from_the_form_has_an_owner_and_a_region_after_the_rules_ran(database, workspace, people):
    client = await Client.open(database, workspace, "web_form")
    answer = await client.post({"name": "表单客", "mobile": "13812345678"})
    await settle(database, workspace)
    lead = await read(database, workspace, UUID(answer.json["lead"]))
    assert (lead["owner"], lead["status"], lead["region"]) == (str(people["ann"]), "assigned", "east")
    async with database.work(workspace) as uow:
        lines = await uow.fetch("select action from ledger where lead = $1", UUID(lead["id"]))
        # Delivered again: nothing is assigned a second time.
        assert (await client.post({"name": "表单客", "mobile": "13812345678"})).json["status"] == "duplicate"
    await settle(database, workspace)
    assert [row["action"] for row in lines] == ["dispatched"]


async def test_an_idle_lead_is_warned_of_seven_three_and_one_day_before_it_returns(database, workspace, people):
    lead = await a_followed_lead(database, workspace, people)
    kept = await a_followed_lead(database, workspace, people, open_quote=True)
    protected = await a_followed_lead(database, workspace, people, protected_until=(T + timedelta(days=90)).isoformat())
    await sweep_at(database, workspace, T + timedelta(days=22, hours=23))
    assert await warnings(database, workspace, people, lead) == []
    for days, expected in ((23, ["7 天后回公海"]), (24, ["7 天后回公海"]), (27, ["7 天后回公海", "3 天后回公海"])):
        await sweep_at(database, workspace, T + timedelta(days=days))
        assert await warnings(database, workspace, people, lead) == expected
    await sweep_at(database, workspace, T + timedelta(days=29, hours=1))
    assert (await read(database, workspace, lead))["owner"] == str(people["ann"])
    await sweep_at(database, workspace, T + timedelta(days=30, hours=2))
    row = await read(database, workspace, lead)
    assert (row["owner"], row["pool"], row["status"]) == (None, "pool_new", "new")
    assert await warnings(database, workspace, people, lead) == ["7 天后回公海", "3 天后回公海", "1 天后回公海"]
    for other in (kept, protected):
        assert (await read(database, workspace, other))["owner"] == str(people["ann"])
        assert await warnings(database, workspace, people, other) == []


async def test_a_jump_of_the_clock_leaves_no_warning_out(database, workspace, people):
    start = T + timedelta(days=40)
    at = start.isoformat()
    await sweep_at(database, workspace, start)
    lead = await a_followed_lead(database, workspace, people, last_followup_at=at)
    await sweep_at(database, workspace, start + timedelta(days=31))
    assert await warnings(database, workspace, people, lead) == ["7 天后回公海", "3 天后回公海", "1 天后回公海"]
    assert (await read(database, workspace, lead))["pool"] == "pool_new"


async def test_an_effective_follow_up_keeps_a_lead_and_a_note_does_not(database, workspace, people):
    start = T + timedelta(days=80)
    lead = await a_followed_lead(database, workspace, people, last_followup_at=start.isoformat())
    noted = await a_followed_lead(database, workspace, people, last_followup_at=start.isoformat())
    await set_clock(database, workspace, start + timedelta(days=29))
    async with database.work(workspace) as uow:
        ann = await access.actor_for_person(uow, people["ann"])
    async with database.work(workspace, ann) as uow:
        await record_touch(uow, lead, Touch("visit"))
        await record_touch(uow, noted, Touch("note", text="还在跟"))
    await sweep_at(database, workspace, start + timedelta(days=31))
    assert (await read(database, workspace, lead))["owner"] == str(people["ann"])
    assert (await read(database, workspace, noted))["pool"] == "pool_new"


async def test_a_silent_lead_gives_its_owner_one_task_with_what_it_looked_at_and_said(database, workspace, people):
    lead = await a_followed_lead(database, workspace, people, need="两台多级泵")
    async with database.work(workspace, at=T + timedelta(hours=1)) as uow:
        await append_events(uow, [
            NewEvent("page.viewed", "lead", lead, {"title": "节能改造案例", "url": "/case"}),
            NewEvent("touch.response", "lead", lead, {"kind": "call", "text": "说下周定"}),
        ])  # fmt: skip
    async with database.work(workspace, at=T + timedelta(days=3)) as uow:
        first = await reactivate(uow, [lead])
        assert await reactivate(uow, [lead]) == {}
    async with database.work(workspace) as uow:
        task = await records.get_record(uow, "task", first[lead])
        told = await uow.fetchval(
            "select count(*) from inbox where person = $1 and record = $2 and kind = 'reactivation'",
            people["ann"],
            lead,
        )
    assert (task["assignee"], task["subject_lead"], told) == (str(people["ann"]), str(lead), 1)
    for words in ("两台多级泵", "节能改造案例", "说下周定", "可以这样开头"):
        assert words in task["pack"]


def test_a_pack_about_nobody_still_has_an_opening():
    assert "可以这样开头" in build_pack({}, [], UTC)


async def test_what_was_brought_over_as_history_returns_only_after_somebody_worked_on_it(database, workspace, people):
    start = T + timedelta(days=150)
    facts = {"owner": str(people["ann"]), "status": "working", "intent": "A", "first_response_at": T.isoformat(), "last_followup_at": T.isoformat()}
    async with database.work(workspace, mode=Mode.HISTORY, at=T) as uow:
        lead = (await records.write(uow, [records.Change("create", "lead", None, {"name": "历史(演示)", **facts})], owned=True)).ids[0]
    await sweep_at(database, workspace, start)
    assert (await read(database, workspace, lead))["owner"] == str(people["ann"])
    async with database.work(workspace) as uow:
        await records.write(uow, [records.Change("update", "lead", lead, {"need": "有人动过"})])
    await sweep_at(database, workspace, start + timedelta(days=1))
    assert (await read(database, workspace, lead))["pool"] == "pool_new"
