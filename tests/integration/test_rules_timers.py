"""Timers: never early, once, stopped by what stops them, in order of their due instants."""

import asyncio
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from figures import figure
from rules_office import Office, at, named
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database
from xingji.kernel.events import configure_append_hook
from xingji.kernel.events.withdrawn import WITHDRAWN
from xingji.kernel.rules import advance_clock, release_clock, set_clock, stop_timers_of
from xingji.kernel.rules.dry_run import dry_run_rule

REMIND = {
    "since": "lead.assigned",
    "after": 30,
    "unit": "working_minutes",
    "calendar": "office",
    "cancel": ["touch.response", "lead.returned", "lead.assigned"],
}
TELL = [{"action": "notify", "to": ["owner"], "title": named("未响应")}]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


@pytest_asyncio.fixture(loop_scope="session")
async def office(opened: Office) -> Office:
    return await opened.clear()


async def test_working_minutes_are_counted_once_when_armed_and_lunch_does_not_count(office: Office):
    await office.rule("remind", REMIND, TELL)
    await office.advance("2026-03-02 11:50")
    await office.emit("lead.assigned", await office.lead())
    assert (await office.fetch("select due from timer"))[0]["due"] == at("2026-03-02 13:20")
    await office.advance("2026-03-02 13:19")
    assert await office.inbox("rep") == []
    await office.advance("2026-03-02 15:00")
    assert await office.inbox("rep") == [("03-02 13:20:00", "未响应")]
    assert await office.fetch("select 1 from timer") == []


async def test_a_response_stops_the_clock_in_its_own_transaction_and_a_note_does_not(office: Office):
    await office.rule("remind", REMIND, TELL)
    answered, noted = await office.leads(2)
    for lead in (answered, noted):
        await office.emit("lead.assigned", lead)
    await office.emit("touch.note", noted, settle_rules=False)
    await office.emit("touch.response", answered, settle_rules=False)
    assert [row["record"] for row in await office.fetch("select record from timer")] == [noted]
    await office.advance("2026-03-02 12:00")
    assert len(await office.inbox("rep")) == 1


async def test_a_new_start_arms_the_timer_anew_without_touching_its_index(office: Office):
    await office.rule("remind", {"since": ["lead.assigned", "touch.followup"], "after": 60, "unit": "minutes"}, TELL)
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    for minute in ("09:10", "09:20", "09:40"):
        await office.advance(f"2026-03-02 {minute}")
        await office.emit("touch.followup", lead)
    row = (await office.fetch("select due, until from timer"))[0]
    assert (row["due"], row["until"]) == (at("2026-03-02 10:00"), at("2026-03-02 10:40"))
    await office.advance("2026-03-02 10:39")
    assert await office.inbox("rep") == []
    await office.advance("2026-03-02 10:40")
    assert await office.inbox("rep") == [("03-02 10:40:00", "未响应")]


async def test_handing_on_moves_no_time_and_a_dry_run_says_the_same(office: Office):
    await office.rule("remind", REMIND, TELL)
    await office.advance("2026-03-02 10:00")
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 10:20")
    await office.emit("lead.assigned", lead, carried=True)
    assert (await office.fetch("select until from timer"))[0]["until"] == at("2026-03-02 10:30")
    await office.advance("2026-03-02 11:30")
    assert await office.inbox("rep") == [("03-02 10:30:00", "未响应")]
    async with office.database.work(office.workspace) as uow:
        document = {"name": named("x"), "object": "lead", "on": REMIND, "do": TELL, "key": "remind"}
        found = await dry_run_rule(uow, document, at("2026-03-02 10:00"), at("2026-03-02 12:00"))
    assert [datetime.fromisoformat(sample["at"]) for sample in found["samples"]] == [at("2026-03-02 10:30")]


async def test_a_start_taken_back_has_started_nothing(office: Office):
    await office.rule("again", {"since": ["lead.assigned", "touch.followup"], "after": 60, "unit": "minutes"}, TELL)
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 09:20")
    await office.emit("touch.followup", lead)
    change = (await office.fetch("select change from event where type = 'touch.followup'"))[0]["change"]
    await office.emit(WITHDRAWN, lead, change=str(change), types=["touch.followup"])
    assert (await office.fetch("select until from timer"))[0]["until"] == at("2026-03-02 10:00")
    first = (await office.fetch("select change from event where type = 'lead.assigned'"))[0]["change"]
    await office.emit(WITHDRAWN, lead, change=str(first), types=["lead.assigned"])
    assert await office.fetch("select 1 from timer") == []


async def test_the_condition_is_asked_when_the_timer_fires(office: Office):
    for intent, minutes in (("A", 15), ("B", 30)):
        await office.rule(
            f"remind_{intent.lower()}",
            REMIND | {"after": minutes},
            [{"action": "notify", "to": ["owner"], "title": intent}],
            when=f'intent == "{intent}"',
        )
    lead = await office.lead(intent="A")
    await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 09:10")
    await office.change(lead, intent="B")
    await office.advance("2026-03-02 12:00")
    assert await office.inbox("rep") == [("03-02 09:30:00", "B")]


async def test_timers_fire_in_the_order_of_their_due_instants_each_with_its_own_now(office: Office):
    await office.rule(
        "later",
        {"since": "lead.assigned", "after": 40, "unit": "minutes"},
        [{"action": "set", "fields": {"answered_at": "now", "note": 'note + " later"'}}],
        order=1,
    )
    await office.rule(
        "sooner",
        {"since": "lead.assigned", "after": 20, "unit": "minutes"},
        [{"action": "set", "fields": {"note": '"sooner"'}}, {"action": "emit", "type": "lead.cold"}],
        order=2,
    )
    await office.rule("chain", {"event": "lead.cold"}, [{"action": "set", "fields": {"note": 'note + " chain"'}}])
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 18:00")
    assert await office.value(lead, "note") == "sooner chain later"
    assert await office.value(lead, "answered_at") == at("2026-03-02 09:40")
    async with office.database.work(office.workspace) as uow:
        assert uow.now == at("2026-03-02 18:00")


async def test_a_late_response_that_happened_in_time_keeps_the_timer_from_firing(office: Office):
    await office.rule("remind", REMIND, TELL)
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    await set_clock(office.database, office.workspace, at("2026-03-02 11:00"))
    configure_append_hook("timers", None)  # as if another release had recorded the response
    await office.emit("touch.response", lead, happened=at("2026-03-02 09:29"), settle_rules=False)
    configure_append_hook("timers", stop_timers_of)
    await office.fire()
    assert await office.inbox("rep") == []


async def test_without_the_second_look_at_the_log_that_timer_would_have_fired(office: Office, monkeypatch):
    """The negative control of the test above."""

    async def nothing(*_: object) -> set[int]:
        return set()

    monkeypatch.setattr("xingji.kernel.rules.fire._stopped", nothing)
    configure_append_hook("timers", None)
    try:
        await test_a_late_response_that_happened_in_time_keeps_the_timer_from_firing(office)
    except AssertionError:
        return
    finally:
        configure_append_hook("timers", stop_timers_of)
    raise AssertionError("the check found nothing although the second look was gone")


async def test_a_response_before_the_assignment_stops_nothing(office: Office):
    await office.rule("remind", REMIND, TELL)
    lead = await office.lead()
    await office.emit("lead.assigned", lead)
    await office.emit("touch.response", lead, happened=at("2026-03-02 08:59"))
    await office.advance("2026-03-02 10:00")
    assert len(await office.inbox("rep")) == 1


async def test_timer_against_completion_at_the_due_instant_is_either_and_never_both(office: Office):
    await office.rule(
        "remind",
        REMIND | {"unit": "minutes", "after": 30, "calendar": "office"},
        [{"action": "set", "fields": {"note": '"late"'}}],
    )
    leads = await office.leads(60)
    for lead in leads:
        await office.emit("lead.assigned", lead, settle_rules=False)
    await office.settle()
    await set_clock(office.database, office.workspace, at("2026-03-02 09:30"))

    async def answer(part: list) -> None:
        for lead in part:
            await office.emit("touch.response", lead, happened=at("2026-03-02 09:30"), settle_rules=False)
            await asyncio.sleep(0)

    async def keep_firing() -> None:
        while await office.fetch("select 1 from timer limit 1"):
            async with office.database.work(office.workspace) as uow:
                from xingji.kernel.rules.fire import fire_due

                await fire_due(uow, uow.now, 3)

    await asyncio.gather(answer(leads[:30][::-1]), answer(leads[30:][::-1]), keep_firing(), keep_firing())
    await office.settle()
    late = {row["id"] for row in await office.fetch("select id from o_lead where note = 'late'")}
    fired = {run["record"] for run in await office.runs("remind") if run["outcome"] == "acted"}
    figure(9, f"{len(leads)} timers against answers at the due instant: {len(fired)} fired, {len(leads) - len(fired)} stopped, {len(late ^ fired)} neither or both")
    assert late == fired
    assert len(fired) == len(await office.runs("remind"))
    assert await office.fetch("select 1 from timer") == []


async def test_many_timers_fire_once_with_several_workers(office: Office):
    await office.rule("remind", REMIND, [{"action": "task", "title": "回访", "assignee": "owner"}])
    leads = await office.leads(200)
    async with office.database.work(office.workspace) as uow:
        from xingji.kernel.core.protocols import NewEvent
        from xingji.kernel.events import append_events

        await append_events(uow, [NewEvent("lead.assigned", "lead", lead) for lead in leads])
    await office.settle()
    await set_clock(office.database, office.workspace, at("2026-03-02 09:29:59"))
    assert await office.fire() == 0
    await set_clock(office.database, office.workspace, at("2026-03-02 09:30"))
    while sum(await asyncio.gather(*(office.fire() for _ in range(4)))):
        pass
    tasks = await office.fetch("select subject_lead from o_task")
    assert sorted(task["subject_lead"] for task in tasks) == sorted(leads)


async def test_a_cron_rule_runs_on_the_records_its_condition_holds_for_up_to_its_limit(office: Office):
    await office.rule(
        "morning",
        {"cron": "0 8 * * 1-5"},
        [{"action": "tag", "add": ["stale"]}],
        when='status == "open"',
        limits={"fan_out": 40},
    )
    await office.leads(50, status="open")
    await office.leads(5, status="won", budget=1)
    await office.advance("2026-03-03 07:59")
    assert await office.runs("morning") == []
    await office.advance("2026-03-03 08:00")
    assert (await office.fetch("select count(*) as n from o_lead where tags @> '{stale}'"))[0]["n"] == 40
    stopped = [run for run in await office.runs("morning") if run["outcome"] == "stopped_fan_out"]
    assert [run["trace"]["count"] for run in stopped] == [10]
    assert (await office.fetch("select due from timer where kind = 'cron'"))[0]["due"] == at("2026-03-04 08:00")


async def test_the_clock_moves_forward_only_and_real_time_is_never_moved(office: Office):
    with pytest.raises(XingjiError, match=r"clock\.backwards"):
        await office.advance("2026-03-02 08:00")
    await release_clock(office.database, office.workspace)
    with pytest.raises(XingjiError, match=r"clock\.real"):
        await office.advance("2030-01-01 08:00")


async def test_a_running_clock_goes_on_running_after_it_was_advanced(office: Office):
    await set_clock(office.database, office.workspace, at("2026-03-02 09:00"), running=True)
    await advance_clock(office.database, office.workspace, at("2026-03-02 12:00"))
    async with office.database.work(office.workspace) as uow:
        assert timedelta(0) <= uow.now - at("2026-03-02 12:00") < timedelta(minutes=1)
        assert uow.workspace.clock_moved
        assert await uow.fetchval("select clock_fixed is null from workspace_state")


async def test_timers_of_a_rule_that_is_gone_vanish_unheard(office: Office):
    await office.rule("remind", REMIND, TELL)
    await office.emit("lead.assigned", await office.lead())
    await office.rule("remind", REMIND, TELL, enabled=False)
    await office.advance("2026-03-02 12:00")
    assert await office.inbox("rep") == []
    assert await office.fetch("select 1 from timer") == []
