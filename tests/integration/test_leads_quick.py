"""The quick way in: the same leads, receipts and events as the careful way, by one statement; search follows."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from leads_world import NOW, Client, publish
from xingji.features.leads.intake.flush import INTAKE, flush
from xingji.features.leads.intake.prepare import Item
from xingji.features.leads.intake.quick import QuickIntake
from xingji.features.leads.intake.sources import Delivery
from xingji.kernel import records
from xingji.kernel.db.single import Single
from xingji.kernel.records.later_search import fill_search_once
from xingji.kernel.rules import run_rules_once


@pytest_asyncio.fixture(loop_scope="session")
async def client(database, workspace):
    return await Client.open(database, workspace, "web_form")


def item(**fields) -> Item:
    body = json.dumps(fields, ensure_ascii=False).encode()
    return Item("web_form", Delivery("POST", {"content-type": "application/json"}, "", body, "127.0.0.1", NOW))


async def search(database, workspace, text: str) -> list[str]:
    async with database.work(workspace) as uow:
        return [row["name"] for row in (await records.query(uow, records.Query("lead", fields=["name"], search=text))).rows]


async def stored(database, workspace, outcome) -> tuple[dict, list, dict]:
    async with database.work(workspace) as uow:
        row = dict(await uow.fetchrow('select * from "o_lead" where id = $1', outcome.lead))
        events = await uow.fetch(
            "select type, object, mode, brand, person, depth, lane, data from event where record = $1 order by id", outcome.lead
        )
        receipt = dict(await uow.fetchrow("select * from receipt where id = $1", outcome.receipt))
    return row, [dict(event) for event in events], receipt


async def test_both_ways_store_the_same_lead_receipt_and_events(database, workspace):
    fields = {
        "name": "同样\"的\\人", "company": "苏州同样(演示)泵业有限公司", "mobile": "138 1234 5678", "email": "a@example.test",
        "need": "两行\n需求", "budget": "50万", "area": "江苏省 苏州市", "tags": ["甲,乙", "丙\"丁"], "utm_source": "百度",
    }  # fmt: skip
    (quick,) = await QuickIntake(database).store(workspace, [item(**fields, _id="quick-same")])
    async with database.work(workspace, INTAKE) as uow:
        (careful,) = await flush(uow, [item(**fields, _id="careful-same")])
    assert quick is not None
    assert (quick.status, careful.status) == ("accepted", "accepted")
    (one, events, receipt), (other, others, kept) = [await stored(database, workspace, found) for found in (quick, careful)]
    apart = {"id", "created_at", "updated_at", "search", "external_id"}
    assert {k: v for k, v in one.items() if k not in apart} == {k: v for k, v in other.items() if k not in apart}
    assert abs(one["created_at"] - other["created_at"]) < timedelta(seconds=30)

    def said(found: list) -> list:
        return [{**e, "lane": None, "data": {k: v for k, v in e["data"].items() if k != "receipt"}} for e in found]

    assert said(events) == said(others)
    assert [event["type"] for event in events] == ["lead.created", "lead.received"]
    apart = {"id", "delivery", "received_at", "occurred_at", "body", "lead"}
    assert {k: v for k, v in receipt.items() if k not in apart} == {k: v for k, v in kept.items() if k not in apart}
    assert receipt["lead"] == quick.lead


async def test_a_hundred_plain_deliveries_are_one_statement(database, workspace, monkeypatch):
    statements = []
    genuine = Single.fetch

    async def counted(self, known, sql, *values):
        statements.append(sql)
        return await genuine(self, known, sql, *values)

    monkeypatch.setattr(Single, "fetch", counted)
    quick = QuickIntake(database)
    found = await quick.store(workspace, [item(name=f"百{n}", mobile=f"1390000{n:04}", _id=f"hundred-{n}") for n in range(100)])
    assert {outcome.status for outcome in found if outcome} == {"accepted"}
    assert len(found) == 100
    assert len(statements) == 1
    again = await quick.store(workspace, [item(name="百0", mobile="13900000000", _id="hundred-0")])
    assert again == [None]  # known already: the careful way says so


async def test_a_new_lead_is_found_once_the_worker_came_by_and_whatever_changes_it_makes_it_found(client, database, workspace):
    names = ("郑搜寻", "郑改过", "郑标签", "郑亲手")
    answers = [await client.post({"name": name, "mobile": "13900000077", "_id": f"s-{name}"}) for name in names]
    assert [answer.status for answer in answers] == [202] * 4
    assert await search(database, workspace, "郑搜") == []
    changes = {1: {"status": "working"}, 2: {"tags": ["展会"]}}
    async with database.work(workspace) as uow:
        for place, values in changes.items():
            await records.write(uow, [records.Change("update", "lead", UUID(answers[place].json["lead"]), values)], owned=True)
        uow.actor = replace(uow.actor, person=UUID(int=7))
        await records.write(uow, [records.Change("update", "lead", UUID(answers[3].json["lead"]), {"tags": ["展会"]})], owned=True)
    found = {name: await search(database, workspace, name[:2]) for name in names}
    # A tag is in no index: its change would write all of them for the tokens' sake, and they come later. A person finds what they changed.
    assert found == {"郑搜寻": [], "郑改过": ["郑改过"], "郑标签": [], "郑亲手": ["郑亲手"]}
    while await run_rules_once(database, workspace):
        pass
    while await fill_search_once(database, workspace):
        pass
    assert await search(database, workspace, "郑搜") == ["郑搜寻"]
    assert await search(database, workspace, "zsx") == ["郑搜寻"]
    assert await search(database, workspace, "郑标") == ["郑标签"]
    async with database.work(workspace) as uow:
        versions = await uow.fetchval('select version from "o_lead" where id = $1', UUID(answers[0].json["lead"]))
        unsearched = await uow.fetchval("select count(*) from \"o_lead\" where search = '{?}'")
    assert unsearched == 0
    assert versions >= 1


async def test_tokens_wait_for_the_rules_so_that_a_lead_is_changed_once(client, database, workspace):
    while await run_rules_once(database, workspace):
        pass
    await client.post({"name": "钱先后", "mobile": "13900000078", "_id": "first-rules"})
    assert await fill_search_once(database, workspace) == 0
    assert await search(database, workspace, "钱先") == []
    while await run_rules_once(database, workspace):
        pass
    await fill_search_once(database, workspace)
    assert await search(database, workspace, "钱先") == ["钱先后"]


@pytest.mark.parametrize("error", [asyncpg.DataError("bad"), asyncpg.UndefinedColumnError("gone"), asyncpg.DeadlockDetectedError("two")])
async def test_what_the_quick_way_cannot_store_goes_the_careful_way(client, database, workspace, monkeypatch, error):
    async def refused(self, known, sql, *values):
        raise error

    monkeypatch.setattr(Single, "fetch", refused)
    tag = type(error).__name__
    answers = await asyncio.gather(*(client.post({"name": f"慢{n}", "mobile": "13900000079", "_id": f"{tag}{n}"}) for n in range(5)))
    assert [answer.json["status"] for answer in answers] == ["accepted"] * 5


async def test_a_changed_mapping_and_a_moved_clock_hold_for_the_next_delivery(database, workspace):
    await publish(database, workspace, "source", "turning", {"via": "json", "mapping": {"name": "$.a"}})
    client = await Client.open(database, workspace, "turning")
    first = await client.post({"a": "旧图", "b": "新图"})
    await publish(database, workspace, "source", "turning", {"via": "json", "mapping": {"name": "$.b"}})
    async with database.work(workspace) as uow:
        await uow.execute("update workspace_state set clock_fixed = '2026-03-02T02:00:00Z'")
    try:
        second = await client.post({"a": "旧图", "b": "新图", "n": 2})
    finally:
        async with database.work(workspace) as uow:
            await uow.execute("update workspace_state set clock_fixed = null")
    async with database.work(workspace) as uow:
        found = [await records.get_record(uow, "lead", UUID(answer.json["lead"])) for answer in (first, second)]
    assert [lead["name"] for lead in found] == ["旧图", "新图"]
    assert found[1]["created_at"].startswith("2026-03-02T02:00:00")
