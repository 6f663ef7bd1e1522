"""A dispatch table before it is in force: tried with one lead, over a past window, and drafted from own data."""

from datetime import timedelta
from uuid import UUID

import pytest

from integration.test_leads_dispatch import MONDAY, TABLE, actor, new_leads, people  # noqa: F401
from xingji.features.leads.dispatch.draft import draft_table
from xingji.features.leads.dispatch.sample import try_lead
from xingji.features.leads.kinds import DispatchKind
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Mode

SIMPLE = {
    "key": "main", "object": "lead", "rows": [
        {"key": "big", "name": {"zh": "大单", "en": "Big"}, "when": 'region == "east" && budget > 500000', "to": {"person": "ann"}},
        {"key": "rest", "name": {"zh": "其余", "en": "The rest"}, "when": "true", "to": {"team": "team"}, "choose": "weighted"},
    ],
}  # fmt: skip


async def test_a_sample_lead_lights_its_row_and_each_row_above_says_why_not(database, workspace, people):  # noqa: F811
    (lead,) = await new_leads(database, workspace, {"region": "east", "budget": 10_000_000})
    boss = await actor(database, workspace, people["boss"])
    async with database.work(workspace, boss, at=MONDAY) as uow:
        stored = await try_lead(uow, SIMPLE, lead, None)
        typed = await try_lead(uow, SIMPLE, None, {"region": "east", "budget": 80_000_000})
    assert stored["winner"] == "rest"
    assert [(part["holds"], part["zh"]) for part in stored["rows"][0]["parts"]] == [(True, "销售区域 等于 华东"), (False, "预算 大于 50万")]
    assert stored["person"]["name"] in {"安演示", "本演示"}
    assert {one["name"] for one in stored["candidates"]} >= {"安演示", "本演示", "猫演示"}
    assert all(one["zh"] and one["en"] for one in stored["candidates"])
    assert (typed["winner"], typed["person"]["name"]) == ("big", "安演示")
    async with database.work(workspace) as uow:
        assert await uow.fetchval("select count(*) from ledger") == 0
        assert (await records.get_record(uow, "lead", lead))["owner"] is None


async def test_a_trial_tells_nothing_about_fields_the_reader_may_not_see(database, workspace, people):  # noqa: F811
    (lead,) = await new_leads(database, workspace, {"mobile": "13900001111"})
    boss = await actor(database, workspace, people["boss"])
    from dataclasses import replace

    from xingji.kernel.access.policy import RolePolicy

    blind = replace(boss, policy=RolePolicy(({"rows": "all", "fields": {"mask": ["lead.mobile"]}, "rights": ["definitions.read"]},)))
    asking = {"key": "main", "rows": [{"key": "a", "when": 'mobile == "13900001111"', "to": {"person": "ann"}}]}
    async with database.work(workspace, blind, at=MONDAY) as uow:
        with pytest.raises(XingjiError) as refused:
            await try_lead(uow, asking, lead, None)
    assert refused.value.code == "dispatch.field_hidden"


async def test_a_dry_run_counts_what_changes_against_the_table_in_force(database, workspace, people):  # noqa: F811
    await new_leads(database, workspace, {"budget": 60_000_000}, {"intent": "C"}, {"intent": "C"})
    draft = {**TABLE, "key": "main", "rows": [TABLE["rows"][0], {"key": "boss", "when": 'intent == "C"', "to": {"person": "ben"}}, TABLE["rows"][-1]]}
    async with database.work(workspace, at=MONDAY + timedelta(hours=1)) as uow:
        found = await DispatchKind().dry_run(uow, draft, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1))
        same = await DispatchKind().dry_run(uow, {**TABLE, "key": "main"}, MONDAY - timedelta(hours=1), MONDAY + timedelta(hours=1))
    assert (found["leads"], found["changed"], found["moves"]) == (3, 2, {"主管演示 → 本演示": 2})
    assert {sample["before"] for sample in found["samples"] if sample["row"] == "boss"} == {"主管演示"}
    assert same["changed"] == 0


async def test_a_table_is_drafted_by_who_closes_where_with_the_figures(database, workspace, people):  # noqa: F811
    async with database.work(workspace, mode=Mode.HISTORY, at=MONDAY) as uow:
        made = await records.write(uow, [
            records.Change("create", "customer", None, {"name": f"客户{n}(演示)", "region": "east" if n < 6 else "west", "owner": str(people["ann" if n % 3 else "ben"])})
            for n in range(9)
        ])  # fmt: skip
        won = [
            records.Change("create", "deal", None, {
                "name": f"单{n}", "customer": str(id), "status": "won", "amount": 1_000_000, "owner": str(people["ann" if n % 3 else "ben"])})
            for n, id in enumerate(made.ids)
        ]  # fmt: skip
        await records.write(uow, won)
    async with database.work(workspace) as uow:
        drafted = await draft_table(uow)
    east, west = drafted["rows"]
    assert drafted["dimension"] == "region"
    assert (east["zh"], [(one["name"], one["won"]) for one in east["people"]]) == ("华东：安演示 成交 4 单、本演示 成交 2 单", [("安演示", 4), ("本演示", 2)])
    assert west["people"][0]["won"] == 2
    document = drafted["document"]
    assert [row["when"] for row in document["rows"][1:]] == ['region == "east"', 'region == "west"', "true"]
    async with database.work(workspace) as uow:
        tried = await try_lead(uow, document, None, {"region": "east"})
    assert (tried["winner"], tried["person"]["name"] in {"安演示", "本演示"}) == ("draft_1", True)
    assert UUID(tried["person"]["id"]) in people.values()
