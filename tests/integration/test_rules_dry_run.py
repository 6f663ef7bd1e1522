"""The dry run: what a draft would have done, counted on the past as it was then; nothing changes."""

import random
from typing import Any

import pytest_asyncio

from rules_office import Office, at, named
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.definitions import dry_run, publish, save_draft

SINCE, UNTIL = at("2026-03-01 00:00"), at("2026-03-08 00:00")
REMIND = {
    "since": "lead.assigned",
    "after": 30,
    "unit": "working_minutes",
    "calendar": "office",
    "cancel": ["touch.response", "lead.assigned"],
}
TELL = [{"action": "notify", "to": ["owner"], "title": named("未响应")}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


@pytest_asyncio.fixture(loop_scope="session")
async def office(opened: Office) -> Office:
    return await opened.clear()


async def would(office: Office, on: dict[str, Any], **more: Any) -> dict[str, Any]:
    async with office.database.work(office.workspace) as uow:
        await save_draft(uow, "rule", "draft", {"name": named("draft"), "object": "lead", "on": on, "do": TELL, **more})
    before = await office.fetch(
        "select (select count(*) from event) + (select count(*) from inbox) + (select count(*) from rule_run) + (select count(*) from timer) + (select count(*) from rule_mark) as n"
    )
    async with office.database.work(office.workspace) as uow:
        found = await dry_run(uow, "rule", "draft", SINCE, UNTIL)
    after = await office.fetch(
        "select (select count(*) from event) + (select count(*) from inbox) + (select count(*) from rule_run) + (select count(*) from timer) + (select count(*) from rule_mark) as n"
    )
    assert before == after
    return found


async def test_an_event_rule_is_counted_on_records_as_they_were_then(office: Office):
    then_hot, now_hot = await office.lead(intent="A"), await office.lead(intent="B")
    for lead in (then_hot, now_hot):
        await office.emit("lead.scored", lead)
    await office.advance("2026-03-03 09:00")
    await office.change(then_hot, intent="B", owner=str(office.people["rep2"]))
    await office.change(now_hot, intent="A")
    found = await would(office, {"event": "lead.scored"}, when='intent == "A"')
    assert (found["acted"], found["records"], found["looked_at"], found["truncated"]) == (1, 1, 2, False)
    assert found["samples"][0]["record"] == str(then_hot)
    assert found["samples"][0]["title"] == "王经理"
    assert found["by_day"] == {"2026-03-02": 1}
    assert [(row["name"], row["count"]) for row in found["by_person"]] == [("张磊（演示）", 1)]  # who had it then
    assert found["today"] == []


async def test_a_timer_rule_pairs_starts_with_what_would_have_stopped_them(office: Office):
    late, answered, reassigned = await office.leads(3)
    for lead in (late, answered, reassigned):
        await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 09:20")
    await office.emit("touch.response", answered)
    await office.emit("lead.assigned", reassigned)
    await office.advance("2026-03-02 12:00")
    await office.emit("touch.response", late)
    await office.change(late, answered_at="2026-03-02T12:00:00+08:00")
    found = await would(office, REMIND, when="answered_at == null")
    assert sorted(sample["at"] for sample in found["samples"]) == [
        "2026-03-02T01:30:00+00:00",
        "2026-03-02T01:50:00+00:00",
    ]
    assert {sample["record"] for sample in found["samples"]} == {str(late), str(reassigned)}


async def test_a_timer_rule_dry_runs_to_what_it_then_really_does(office: Office):
    await office.rule("real", REMIND, [{"action": "tag", "add": ["late"]}], when='intent == "A"')
    for n in range(12):
        lead = await office.lead(intent="AB"[n % 2])
        await office.emit("lead.assigned", lead)
        await office.advance(f"2026-03-02 {9 + n // 4:02}:{n % 4 * 13 + 5:02}")
        if n % 3 == 0:
            await office.emit("touch.response", lead)
    await office.advance("2026-03-03 12:00")
    acted = sorted((run["record"], run["at"]) for run in await office.runs("real") if run["outcome"] == "acted")
    found = await would(office, REMIND, when='intent == "A"')
    assert found["acted"] == len(acted) > 0
    assert sorted(sample["record"] for sample in found["samples"]) == sorted(str(record) for record, _ in acted)


async def test_limits_of_the_rule_are_counted(office: Office):
    lead = await office.lead()
    for time in ("09:10", "09:30", "11:00"):
        await office.advance(f"2026-03-02 {time}")
        await office.emit("lead.scored", lead)
    assert (await would(office, {"event": "lead.scored"}, once_per="record"))["held_back"] == {"once": 2}
    assert (await would(office, {"event": "lead.scored"}, cool_down={"minutes": 60}))["acted"] == 2


async def test_a_cron_rule_is_tried_at_each_of_its_times(office: Office):
    await office.lead(status="open")
    await office.advance("2026-03-04 09:00")
    await office.lead(status="open")
    await office.lead(status="closed")
    found = await would(office, {"cron": "0 8 * * *"}, when='status == "open"')
    assert found["by_day"] == {"2026-03-03": 1, "2026-03-04": 1}


async def test_names_read_as_they_are_today_are_said(office: Office):
    found = await would(office, {"event": "lead.scored"}, when='owner.name == "x" && intent == "A"')
    assert found["today"] == ["owner.name"]


CONDITIONS = [
    "budget > {n}", "score < {n} || intent == null", 'intent == "A" && budget >= {n}.5', "!(score > {n})", 'has_tag(tags, "vip") || score == {n}',
    'event.data.page == "/p{n}"', "owner.name.contains(\"磊\") && score % 2 == 0", 'name.startsWith("王") ? score > {n} : budget > {n}',
    'count_events("page.viewed", duration("1h")) > 1', "answered_at == null || answered_at < now", 'tags.exists(t, t == "x{n}")', "size(name) > 2",
]  # fmt: skip


async def test_what_thirty_random_rules_did_is_what_their_dry_runs_say(office: Office):
    rng = random.Random(20260302)
    for _ in range(40):
        await office.leads(
            1, settle_rules=False, name=rng.choice(["王经理", "李总", "张"]), intent=rng.choice(["A", "B", None]),
            budget=rng.choice([None, 100, 700, 100_000]), score=rng.choice([None, *range(8)]), tags=rng.sample(["vip", "x1", "x2"], rng.randrange(3)),
            owner=str(office.people[rng.choice(["rep", "rep2"])]), answered_at=rng.choice([None, "2026-03-01T09:00:00+08:00"]),
        )  # fmt: skip
    leads = [row["id"] for row in await office.fetch("select id from o_lead")]
    say = [{"action": "emit", "type": "test.matched"}]
    rules = {f"r{n}": rng.choice(CONDITIONS).replace("{n}", str(rng.randrange(6))) for n in range(30)}
    async with office.database.work(office.workspace) as uow:
        for key, when in rules.items():
            document = {"name": named(key), "object": "lead", "on": {"event": "page.viewed"}, "when": when, "do": say}
            await save_draft(uow, "rule", key, document)
    await publish(office.database, office.workspace, SYSTEM)
    for minute in range(5):
        await office.advance(f"2026-03-02 09:{minute:02}")
        for lead in rng.sample(leads, 20):
            await office.emit("page.viewed", lead, page=f"/p{rng.randrange(6)}")
    acted = {
        row["rule"]: row["n"]
        for row in await office.fetch("select rule, count(*) as n from rule_run where outcome = 'acted' group by rule")
    }
    assert len(acted) > 10
    for key, when in rules.items():
        async with office.database.work(office.workspace) as uow:
            found = await dry_run(uow, "rule", key, SINCE, UNTIL)
        assert found["acted"] == acted.get(key, 0), (key, when)
