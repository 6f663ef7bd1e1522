"""What bounds the speed of the kernel: a batch costs the same number of statements however many records it holds."""

import json
from datetime import UTC, datetime

import asyncpg
import pytest_asyncio

from leads_world import NOW, add_people, publish
from xingji.features.leads.dispatch.ledger import read_ledger
from xingji.features.leads.dispatch.run import dispatch
from xingji.features.leads.intake.flush import INTAKE, flush
from xingji.features.leads.intake.prepare import Item
from xingji.features.leads.intake.sources import Delivery
from xingji.features.leads.recognition.propose import recognise
from xingji.kernel import records
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.events import append_events, ingest
from xingji.kernel.rules.compile import load_rules
from xingji.kernel.rules.matcher import process_batch
from xingji.kernel.rules.timers import arm_timers

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PEOPLE = {
    "brands": [], "regions": [], "units": [{"key": "crowd", "name": "大组(演示)"}],
    "persons": [
        {"key": f"m{n}", "name": f"组员{n}(演示)", "unit": "crowd", "roles": ["rep"]} for n in range(40)
    ],
}  # fmt: skip
TABLE = {
    "object": "lead", "weights": {"answered": 0.5, "free": 0.5, "preference": 0},
    "rows": [{"key": "all", "name": {"zh": "全部"}, "when": "true", "to": {"team": "crowd"}, "choose": "weighted"}],
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="session")
async def crowd(database, workspace):
    people = await add_people(database, workspace, PEOPLE)
    await publish(database, workspace, "dispatch", "main", TABLE)
    return people


def deliveries(count: int, tag: str) -> list[Item]:
    bodies = [
        json.dumps({"name": f"批量{tag}{n}", "company": f"批量{tag}{n}设备有限公司", "mobile": f"139{n:08d}", "_id": f"{tag}-{n}"})
        for n in range(count)
    ]  # fmt: skip
    headers = {"content-type": "application/json"}
    return [Item("web_form", Delivery("POST", headers, "", body.encode(), None, NOW)) for body in bodies]


async def new_leads(database, workspace, count: int, tag: str):
    async with database.work(workspace, INTAKE, at=MONDAY) as uow:
        return [outcome.lead for outcome in await flush(uow, deliveries(count, tag))]


async def read_all(database, workspace) -> None:
    while True:
        async with database.work(workspace, at=MONDAY) as uow:
            if not await process_batch(uow):
                return


async def test_a_flush_of_a_hundred_deliveries_takes_the_statements_of_one(database, workspace, crowd):
    async def statements(count: int, tag: str) -> int:
        async with database.work(workspace, INTAKE, at=MONDAY) as uow:
            await flush(uow, deliveries(count, tag))
            return uow.queries

    await statements(2, "warm")
    assert await statements(100, "hundred") == await statements(1, "single") <= 8


async def test_dispatching_a_hundred_leads_takes_the_statements_of_one(database, workspace, crowd):
    async def statements(count: int, tag: str) -> int:
        leads = await new_leads(database, workspace, count, tag)
        async with database.work(workspace, at=MONDAY) as uow:
            decisions = await dispatch(uow, "main", leads)
            assert len(decisions) == count
            return uow.queries

    await statements(2, "warm-dispatch")
    assert await statements(100, "hundred-dispatch") == await statements(1, "single-dispatch")


async def test_the_rules_answer_a_hundred_new_leads_with_the_statements_of_ten(database, workspace, crowd):
    async def statements(count: int, tag: str) -> int:
        await read_all(database, workspace)
        await new_leads(database, workspace, count, tag)
        async with database.work(workspace, at=MONDAY) as uow:
            assert await process_batch(uow) == 2 * count  # lead.created and lead.received
            return uow.queries

    await statements(2, "warm-rules")
    assert await statements(100, "hundred-rules") == await statements(10, "ten-rules")


async def test_recognising_a_hundred_leads_takes_the_statements_of_ten(database, workspace, crowd):
    async def statements(count: int, tag: str) -> int:
        leads = await new_leads(database, workspace, count, tag)
        async with database.work(workspace, at=MONDAY) as uow:
            await recognise(uow, {"lead": set(leads)})
            return uow.queries

    await statements(2, "warm-known")
    assert await statements(100, "hundred-known") == await statements(10, "ten-known")


async def test_taking_in_nine_hundred_events_takes_the_statements_of_one(database, workspace):
    async def statements(count: int, tag: str) -> int:
        async with database.work(workspace) as uow:
            found = await ingest(
                uow,
                [
                    {"specversion": "1.0", "id": f"{tag}{n}", "source": "count", "type": "page.viewed"}
                    for n in range(count)
                ],
            )
            assert {outcome.status for outcome in found} == {"accepted"}
            return uow.queries

    await statements(1, "warm")
    assert await statements(900, "many") == await statements(1, "one") <= 2


async def test_changing_a_hundred_records_takes_the_statements_of_one(database, workspace, crowd):
    async def statements(count: int, tag: str) -> int:
        leads = await new_leads(database, workspace, count, tag)
        async with database.work(workspace, at=MONDAY) as uow:
            changes = [records.Change("update", "lead", lead, {"status": "working", "intent": "A"}) for lead in leads]
            await records.write(uow, changes)
            return uow.queries

    await statements(2, "warm-change")
    assert await statements(100, "hundred-change") == await statements(1, "single-change")


async def test_a_ledger_line_of_forty_candidates_is_small_and_still_says_why_of_each(database, workspace, crowd):
    (lead,) = await new_leads(database, workspace, 1, "ledger")
    async with database.work(workspace, at=MONDAY) as uow:
        await dispatch(uow, "main", [lead])
        size = await uow.fetchval("select octet_length(candidates::text) from ledger where lead = $1", lead)
        (line,) = (await read_ledger(uow, lead))["rows"]
    assert size < 6_000
    assert {one["person"] for one in line["candidates"]} == {str(crowd[f"m{n}"]) for n in range(40)}
    assert [one["person"] for one in line["candidates"] if one["chosen"]] == [str(line["chosen"])]
    assert all(one["zh"] and one["en"] and one["open"] is not None for one in line["candidates"])


async def test_arming_the_times_of_new_leads_reads_of_the_log_what_is_theirs(database, workspace, crowd):
    others = [NewEvent("page.viewed", "lead", uuid7(), {"page": "/price"}) for _ in range(6_000)]
    async with database.work(workspace, at=MONDAY) as uow:
        await append_events(uow, others)
    await read_all(database, workspace)
    owner = await asyncpg.connect(database.owner_url)
    await owner.execute(f'analyze "ws_{workspace}".event')
    await owner.close()
    await new_leads(database, workspace, 300, "arming")
    read = """select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int from pg_stat_xact_user_tables
      where schemaname = current_schema() and relname like 'event\\_2%'"""
    async with database.work(workspace, at=MONDAY) as uow:
        starts = await uow.fetch("select * from event where type = 'lead.created' and data::text like '%arming%' order by id")
        rules = [rule for rule in (await load_rules(uow)).rules.values() if rule.since]
        before = await uow.fetchval(read)
        await arm_timers(uow, [(rule, row) for row in starts for rule in rules])
        looked = await uow.fetchval(read) - before
        armed = await uow.fetchval("select count(distinct record) from timer where record = any ($1)", [row["record"] for row in starts])
    assert len(starts) == armed == 300
    assert len(rules) >= 3
    # A lead has two or three events; the log has seven thousand.
    assert 0 < looked <= 300 * 3 * 4


async def test_the_base_packs_rules_about_an_object_are_matched_by_one_statement(database, workspace):
    """A rule that reads what another of the same events writes needs a statement, and a walk over the batch, of its own."""
    async with database.work(workspace) as uow:
        rules = await load_rules(uow)
    assert {"vip_lead", "urgent_began", "dispatch_new_leads"} <= set(rules.rules)
    assert {key: len(stages) for key, stages in rules.stages.items()} == dict.fromkeys(rules.stages, 1)
