"""Rules on real PostgreSQL: matched set-based, acted once, limited, traced, and never stopped by a broken one."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from figures import figure
from rules_office import ZONE, Office, at, named
from xingji.kernel.access import save_people
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, Mode
from xingji.kernel.events import ingest
from xingji.kernel.records import Change, write
from xingji.kernel.rules import document, limits, matcher
from xingji.kernel.rules.environment import BatchSink
from xingji.kernel.rules.trace import sentence


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def opened(database: Database, bare: str) -> Office:
    return await Office(database, bare).open()


@pytest_asyncio.fixture(loop_scope="session")
async def office(opened: Office) -> Office:
    return await opened.clear()


async def test_a_rule_acts_on_what_its_condition_holds_for(office: Office):
    await office.rule(
        "hot",
        {"created": True},
        [{"action": "set", "fields": {"intent": '"A"', "score": "score + 1"}}],
        when="budget > 1000",
    )
    rich, poor = await office.lead(budget=200_000, score=4), await office.lead(budget=100, score=4)
    assert (await office.value(rich, "intent"), await office.value(rich, "score")) == ("A", 5)
    assert (await office.value(poor, "intent"), await office.value(poor, "score")) == (None, 4)
    assert await office.outcomes("hot") == ["acted"]


async def test_later_rules_see_what_earlier_ones_did(office: Office):
    await office.rule(
        "third",
        {"created": True},
        [{"action": "set", "fields": {"note": '"seen " + intent'}}],
        order=30,
        when='score == 9 && intent == "A"',
    )
    await office.rule("first", {"created": True}, [{"action": "set", "fields": {"intent": '"A"'}}], order=10)
    await office.rule(
        "second", {"created": True}, [{"action": "set", "fields": {"score": "9"}}], order=20, when='intent == "A"'
    )
    assert await office.value(await office.lead(), "note") == "seen A"


async def test_old_values_changed_fields_and_event_data_can_be_asked(office: Office):
    await office.rule(
        "raised",
        {"changed": ["budget"]},
        [{"action": "set", "fields": {"note": '"raised"'}}],
        when="old.budget < budget && old.name == name",
    )
    await office.rule(
        "talked",
        {"event": "call.ended"},
        [{"action": "tag", "add": ["talked"]}],
        when='event.data.answered == "true" && event.type == "call.ended"',
    )
    lead = await office.lead(budget=100)
    await office.change(lead, budget=50)
    assert await office.value(lead, "note") is None
    await office.change(lead, budget=60)
    assert await office.value(lead, "note") == "raised"
    await office.emit("call.ended", lead, answered=False)
    assert await office.value(lead, "tags") in (None, [])
    await office.emit("call.ended", lead, answered=True)
    assert await office.value(lead, "tags") == ["talked"]


async def test_counts_of_events_in_a_window_are_asked_at_the_events_own_time(office: Office):
    await office.rule(
        "keen",
        {"event": "page.viewed"},
        [{"action": "tag", "add": ["keen"]}],
        when='count_events("page.viewed", duration("1h")) >= 3',
    )
    keen, calm = await office.leads(2)
    for _ in range(3):
        await office.emit("page.viewed", keen)
    for hour in (10, 12, 14):
        await office.advance(f"2026-03-02 {hour}:00")
        await office.emit("page.viewed", calm)
    assert await office.value(keen, "tags") == ["keen"]
    assert not await office.value(calm, "tags")


async def test_every_action_does_its_work_in_one_go(office: Office):
    await office.rule("all", {"event": "lead.test"}, [
        {"action": "tag", "add": ["vip"], "remove": ["cold"]},
        {"action": "task", "title": named("回访 {name}"), "assignee": "owner", "due": {"minutes": 60, "working": "office"}},
        {"action": "create", "object": "task", "fields": {"title": '"复盘 " + name', "subject_lead": "id", "due_at": 'now + duration("1h")'}},
        {"action": "notify", "to": ["owner", "role:boss"], "title": named("{name} 预算 {budget}")},
        {"action": "escalate", "title": named("请关注 {name}")},
        {"action": "assign", "to": "owner.manager"},
        {"action": "emit", "type": "lead.hot", "data": {"budget": "budget"}},
    ])  # fmt: skip
    lead = await office.lead(budget=12_345_600, tags=["cold", "x"])
    await office.emit("lead.test", lead)
    assert await office.outcomes("all") == ["acted"], (await office.runs("all"))[0]["trace"]
    assert await office.value(lead, "tags") == ["x", "vip"]
    assert await office.value(lead, "owner") == office.people["head"]
    tasks = await office.fetch("select title, assignee, due_at, subject_lead, rule from o_task order by id")
    assert [t["title"] for t in tasks] == ["回访 王经理", "复盘 王经理"]
    assert tasks[0]["assignee"] == office.people["rep"]
    assert [t["due_at"] for t in tasks] == [at("2026-03-02 10:00")] * 2
    assert {t["subject_lead"] for t in tasks} == {lead}
    assert [title for _, title in await office.inbox("boss")] == ["王经理 预算 123,456.00"]
    assert [title for _, title in await office.inbox("head")] == ["请关注 王经理"]
    hot = (await office.fetch("select data, depth, cause from event where type = 'lead.hot'"))[0]
    assert (hot["data"], hot["depth"]) == ({"budget": 12_345_600}, 1)
    assigned = (await office.fetch("select data, cause from event where type = 'lead.assigned'"))[0]
    assert (
        assigned["cause"]
        == hot["cause"]
        == (await office.fetch("select id from event where type = 'lead.test'"))[0]["id"]
    )


async def test_rules_that_trigger_each_other_stop_five_deep_with_a_trace(office: Office):
    await office.rule("ping", {"event": "test.pong"}, [{"action": "emit", "type": "test.ping"}])
    await office.rule("pong", {"event": "test.ping"}, [{"action": "emit", "type": "test.pong"}])
    await office.emit("test.ping", await office.lead())
    outcomes = await office.outcomes("ping") + await office.outcomes("pong")
    assert sorted(outcomes) == ["acted"] * 5 + ["stopped_depth"]
    runs = [*await office.runs("ping"), *await office.runs("pong")]
    stopped = next(run for run in runs if run["outcome"] == "stopped_depth")
    assert (stopped["trace"]["limit"], stopped["depth"]) == (5, 5)


async def test_a_command_over_ten_thousand_records_is_stopped_at_the_fan_out_limit(office: Office):
    await office.rule("many", {"changed": ["score"]}, [{"action": "emit", "type": "lead.touched"}])
    ids = await office.leads(2_500, settle_rules=False)
    boss = replace(SYSTEM, person=office.people["boss"])
    async with office.database.work(office.workspace, boss) as uow:
        await write(uow, [Change("update", "lead", one, {"score": 7}) for one in ids])
    await office.settle()
    assert (await office.fetch("select count(*) as n from event where type = 'lead.touched'"))[0]["n"] == 1_000
    stopped = [run["trace"]["count"] for run in await office.runs("many") if run["outcome"] == "stopped_fan_out"]
    figure(21, f"2500 records changed by one command: 1000 acted on, {sum(stopped)} stopped, with a trace")
    assert sum(stopped) == 1_500


async def test_without_their_limits_they_would_not_have_stopped_there(office: Office, monkeypatch):
    """The control of row 21: deeper with another depth, all of them without the count of what follows from one cause."""
    monkeypatch.setattr(document, "DEFAULT_DEPTH", 8)
    monkeypatch.setattr(limits, "_within_fan_out", keep_all)
    await office.rule("ping", {"event": "test.pong"}, [{"action": "emit", "type": "test.ping"}])
    await office.rule("pong", {"event": "test.ping"}, [{"action": "emit", "type": "test.pong"}])
    await office.rule("many", {"changed": ["score"]}, [{"action": "emit", "type": "lead.touched"}])
    await office.emit("test.ping", await office.lead())
    assert sorted(await office.outcomes("ping") + await office.outcomes("pong")) == ["acted"] * 8 + ["stopped_depth"]
    ids = await office.leads(1_200, settle_rules=False)
    async with office.database.work(office.workspace, replace(SYSTEM, person=office.people["boss"])) as uow:
        await write(uow, [Change("update", "lead", one, {"score": 7}) for one in ids])
    await office.settle()
    assert (await office.fetch("select count(*) as n from event where type = 'lead.touched'"))[0]["n"] == 1_200


async def keep_all(_uow, _rule, hits):
    return hits


async def test_deliveries_that_merely_share_a_transaction_are_no_fan_out(office: Office):
    await office.rule("each", {"created": True}, [{"action": "tag", "add": ["new"]}])
    await office.leads(1_300)
    assert await office.outcomes("each") == ["acted"] * 1_300


async def test_once_per_record_per_day_and_cool_down_hold(office: Office):
    await office.rule("once", {"event": "lead.test"}, [{"action": "emit", "type": "lead.once"}], once_per="record")
    await office.rule(
        "daily", {"event": "lead.test"}, [{"action": "emit", "type": "lead.daily"}], once_per="record_day"
    )
    await office.rule("by_name", {"event": "lead.test"}, [{"action": "emit", "type": "lead.named"}], once_per="name")
    await office.rule(
        "cool", {"event": "lead.test"}, [{"action": "emit", "type": "lead.cool"}], cool_down={"minutes": 60}
    )
    one, other = await office.leads(2)
    for time in ("2026-03-02 09:10", "2026-03-02 09:50", "2026-03-02 10:10", "2026-03-03 09:00"):
        await office.advance(time)
        for lead in (one, one, other):
            await office.emit("lead.test", lead, settle_rules=False)
        await office.settle()
    counts = {
        row["type"]: row["n"] for row in await office.fetch("select type, count(*) as n from event group by type")
    }
    assert (counts["lead.once"], counts["lead.daily"], counts["lead.named"], counts["lead.cool"]) == (2, 4, 1, 6)


async def test_a_step_that_one_record_refuses_fails_for_that_record_alone(office: Office):
    await office.rule(
        "win", {"created": True}, [{"action": "set", "fields": {"status": '"won"'}}, {"action": "tag", "add": ["won"]}]
    )
    ids = await office.leads(9, settle_rules=False, budget=1)
    without = await office.lead()
    assert [await office.value(one, "tags") for one in ids] == [["won"]] * 9
    assert await office.value(without, "status") is None
    failed = [run for run in await office.runs("win") if run["outcome"] == "failed"]
    assert [run["record"] for run in failed] == [without]
    problem = failed[0]["trace"]["steps"][0]["detail"]["problems"][0]
    assert problem["rule"] == "no_negative" or problem["code"].startswith("records."), problem


async def test_a_rule_whose_sql_would_raise_is_quarantined_and_the_others_act(office: Office, monkeypatch):
    await office.rule("bad", {"created": True}, [{"action": "tag", "add": ["bad"]}], when="score > 1")
    await office.rule("good", {"created": True}, [{"action": "tag", "add": ["good"]}])
    sane = BatchSink.compile

    def raising(self, checked, *, only_true=False):
        sql = sane(self, checked, only_true=only_true)
        return f"(1 / (j.id - j.id) > 0 and {sql})" if checked.source == "score > 1" else sql

    monkeypatch.setattr(BatchSink, "compile", raising)
    office.database.cache.pop(("rules", office.workspace), None)
    lead = await office.lead(score=5)
    assert await office.value(lead, "tags") == ["good"]
    row = (
        await office.fetch(
            "select quarantine from definition where kind = 'rule' and key = 'bad' and status = 'published'"
        )
    )[0]
    assert row["quarantine"]["code"] == "rules.cannot_run"
    assert "division by zero" in str(row["quarantine"])
    assert await office.value(await office.lead(score=5), "tags") == ["good"]


async def test_import_and_history_fire_nothing(office: Office):
    await office.rule("tag", {"created": True}, [{"action": "tag", "add": ["x"]}])
    await office.rule(
        "late", {"since": "lead.created", "after": 1, "unit": "minutes"}, [{"action": "tag", "add": ["y"]}]
    )
    for mode in (Mode.IMPORT, Mode.HISTORY):
        async with office.database.work(office.workspace, mode=mode) as uow:
            await write(uow, [Change("create", "lead", None, {"name": "旧"})])
    await office.settle()
    assert await office.fetch("select 1 from timer") == []
    assert await office.fetch("select 1 from rule_run") == []


async def test_a_worker_that_dies_amid_a_batch_leaves_nothing_and_the_effects_happen_once(office: Office, monkeypatch):
    await office.rule("tell", {"created": True}, [{"action": "task", "title": "回访", "assignee": "owner"}])
    ids = await office.leads(30, settle_rules=False)
    whole = matcher.advance_lanes

    async def dies(*_: object) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr(matcher, "advance_lanes", dies)
    with pytest.raises(SystemExit):
        await office.settle()
    assert await office.fetch("select 1 from o_task") == []
    monkeypatch.setattr(matcher, "advance_lanes", whole)
    await asyncio.gather(*(office.settle() for _ in range(4)))
    tasks = await office.fetch("select subject_lead from o_task")
    assert sorted(task["subject_lead"] for task in tasks) == sorted(ids)
    assert len(await office.inbox("rep")) == 30


async def test_every_run_can_be_read_as_a_sentence(office: Office):
    await office.rule(
        "remind",
        {"since": "lead.assigned", "after": 15, "unit": "working_minutes", "calendar": "office"},
        [{"action": "notify", "to": ["owner"], "title": named("{name} 超时")}],
        when='intent == "A"',
    )
    lead = await office.lead(intent="A")
    await office.emit("lead.assigned", lead)
    await office.advance("2026-03-02 10:00")
    run = (await office.runs("remind"))[0]
    document = (await office.fetch("select document from definition where kind = 'rule' and key = 'remind'"))[0][
        "document"
    ]
    said = sentence(document, run, ZONE)
    assert (
        said["zh"]
        == "因为03-02 09:00 分配后已过 15 工作分钟，且 intent 为 A，所以按规则「remind」通知 张磊（演示）：〔name〕 超时。"
    )
    assert said["en"].startswith(
        "Because 15 working minutes had passed since it was assigned at 03-02 09:00 and intent was A, the rule “remind” acted: tell"
    )


async def test_events_about_a_record_carry_its_brand_where_brands_are_isolated(office: Office):
    async with office.database.work(office.workspace) as uow:
        await save_people(uow, {"brands": [{"key": "tea", "name": "茶（演示）", "isolated": True}]})
    await office.rule("say", {"event": "page.viewed"}, [{"action": "emit", "type": "lead.hot"}])
    lead = await office.lead(brand="tea")
    event = {"specversion": "1.0", "type": "page.viewed", "source": "web", "id": "1", "subject": f"lead/{lead}"}
    async with office.database.work(office.workspace) as uow:
        await ingest(uow, [event])
    await office.settle()
    rows = await office.fetch("select brand from event where type in ('page.viewed', 'lead.hot')")
    assert [row["brand"] for row in rows] == ["tea", "tea"]


async def test_a_rule_about_no_object_answers_events_alone(office: Office):
    tell = [{"action": "notify", "to": ["role:boss"], "title": "漏接 {event.data.number}"}]
    await office.rule("missed", {"event": "call.missed"}, tell, object=None, when='event.data.number.startsWith("138")')
    await office.rule(
        "daily", {"cron": "0 12 * * *"}, [{"action": "notify", "to": ["person:boss"], "title": "午报"}], object=None
    )
    async with office.database.work(office.workspace) as uow:
        events = [
            {"specversion": "1.0", "type": "call.missed", "source": "pbx", "id": n, "data": {"number": n}}
            for n in ("138001", "021")
        ]
        await ingest(uow, events)
    await office.settle()
    await office.advance("2026-03-02 13:00")
    assert await office.inbox("boss") == [("03-02 09:00:00", "漏接 138001"), ("03-02 12:00:00", "午报")]
