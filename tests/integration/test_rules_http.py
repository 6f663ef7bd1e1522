"""Rule runs, timers, clock and live stream over HTTP."""

import pytest_asyncio

from integration.http_world import World, make_world
from rules_office import Office, at, named
from xingji.kernel.db import Database
from xingji.kernel.rules import release_clock


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(office: Office) -> World:
    return await make_world(office.database, office.workspace)


async def test_runs_timers_and_the_clock_are_shown_to_those_who_may(office: Office, world: World):
    since = {
        "since": "lead.assigned",
        "after": 15,
        "unit": "working_minutes",
        "calendar": "office",
        "cancel": ["touch.response"],
    }
    await office.rule(
        "remind", since, [{"action": "notify", "to": ["owner"], "title": named("未响应")}], when='intent == "A"'
    )
    await office.rule(
        "other",
        since | {"after": 30},
        [{"action": "notify", "to": ["owner"], "title": named("B")}],
        when='intent == "B"',
    )
    lead = await office.lead(intent="A")
    await office.emit("lead.assigned", lead)
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        timers = (await boss.get("/api/v1/timers", params={"object": "lead", "ids": str(lead)})).json()
        assert [(row["key"], row["record"]) for row in timers["rows"]] == [("remind", str(lead))]
        assert timers["rows"][0]["due"].startswith("2026-03-02T01:15:00")
        assert (await helper.get("/api/v1/timers", params={"object": "lead", "ids": str(lead)})).json() == {
            "rows": [],
            "fired": [],
        }

        assert (
            await helper.post("/api/v1/clock/advance", json={"to": at("2026-03-02 10:00").isoformat()})
        ).status_code == 403
        moved = await boss.post("/api/v1/clock/advance", json={"to": at("2026-03-02 10:00").isoformat()})
        assert (moved.status_code, moved.json()["timers"] > 0) == (200, True)
        back = await boss.post("/api/v1/clock/advance", json={"to": at("2026-03-02 08:00").isoformat()})
        assert (back.status_code, back.json()["code"]) == (422, "clock.backwards")

        runs = (await boss.get("/api/v1/rules/remind/runs")).json()["rows"]
        assert [(run["outcome"], run["record"]) for run in runs] == [("acted", str(lead))]
        assert runs[0]["sentence"]["zh"].startswith(
            "因为03-02 09:00 分配后已过 15 工作分钟，且 intent 为 A，所以按规则「remind」通知"
        )
        assert (await helper.get("/api/v1/rules/remind/runs")).json()["rows"] == []
        about = (await boss.get(f"/api/v1/records/lead/{lead}/runs")).json()["rows"]
        assert [run["rule"] for run in about] == ["remind"]
        assert (await helper.get(f"/api/v1/records/lead/{lead}/runs")).status_code == 404
        fired = (await boss.get("/api/v1/timers", params={"object": "lead", "ids": str(lead)})).json()["fired"]
        assert [row["key"] for row in fired] == ["remind"]


async def test_real_time_is_never_moved_over_http(office: Office, world: World):
    await release_clock(office.database, office.workspace)
    async with await world.browser("boss") as boss:
        answer = await boss.post("/api/v1/clock/advance", json={"to": "2030-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["code"]) == (409, "clock.real")
    await office.clear()


async def test_events_need_the_scope_and_reach_the_log(office: Office, world: World):
    event = {"specversion": "1.0", "type": "page.viewed", "source": "web", "id": "1"}
    async with (
        await world.with_token("boss", "records.read") as reader,
        await world.with_token("boss", "events.write") as writer,
    ):
        assert (await reader.post("/api/v1/events", json=event)).status_code == 403
        assert (await writer.post("/api/v1/events", json=event)).json()["accepted"] == 1
    async with world.anybody() as nobody:
        assert (await nobody.post("/api/v1/events", json=event)).status_code == 401


async def test_the_live_stream_is_closed_to_nobody_signed_in(office: Office, world: World):
    async with world.anybody() as nobody:
        assert (await nobody.get("/api/v1/live")).status_code == 401
