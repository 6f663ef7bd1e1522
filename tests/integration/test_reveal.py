"""Showing a masked value: who may, the reason, the line of the audit log, and what stays closed."""

import pytest_asyncio

from integration.http_world import World, make_world
from xingji.kernel import definitions as life
from xingji.kernel import records
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database

MASKED = {"rows": "own", "fields": {"mask": ["lead.mobile"], "hide": ["lead.email"]}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    world = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await life.save_draft(uow, "role", "helper", {"name": {"zh": "看脱敏的"}, **MASKED, "rights": ["reveal"]})
        await life.save_draft(uow, "role", "nobody", {"name": {"zh": "不能看原值的"}, **MASKED, "rights": []})
    await life.publish(database, workspace, SYSTEM, [("role", "helper"), ("role", "nobody")])
    return world


async def lead_of(world: World, person: str) -> str:
    async with world.database.work(world.workspace) as uow:
        values = {"name": "脱敏线索", "owner": str(world.people[person]), "mobile": "13900003333", "email": "a@example.com"}
        return str((await records.write(uow, [records.Change("create", "lead", None, values)])).ids[0])


async def revealed(world: World, lead: str) -> list[tuple[str, dict]]:
    async with world.database.work(world.workspace) as uow:
        rows = await uow.fetch("select person, data from audit where action = 'field.revealed' and record = $1 order by id", lead)
        return [(str(row["person"]), row["data"]) for row in rows]


async def test_a_masked_value_is_shown_once_for_a_reason_and_noted(world: World):
    lead = await lead_of(world, "helper")
    async with await world.browser("helper") as helper:
        assert (await helper.get(f"/api/v1/records/lead/{lead}")).json()["mobile"] == "139****3333"
        path = f"/api/v1/records/lead/{lead}/reveal"
        unsaid = await helper.post(path, json={"field": "mobile", "reason": " "})
        assert (unsaid.status_code, unsaid.json()["problems"][0]["code"]) == (422, "records.reveal_reason")
        shown = await helper.post(path, json={"field": "mobile", "reason": "客户要求回电"})
        assert (shown.status_code, shown.json()) == (200, {"field": "mobile", "value": "13900003333"})
        assert "no-store" in shown.headers["cache-control"]
        assert (await helper.get(f"/api/v1/records/lead/{lead}")).json()["mobile"] == "139****3333", "shown once only"
    noted = await revealed(world, lead)
    assert noted == [(str(world.people["helper"]), {"field": "mobile", "reason": "客户要求回电"})]
    assert "13900003333" not in str(noted)


async def test_hidden_open_and_foreign_values_are_refused_and_nothing_is_noted(world: World):
    mine, theirs = await lead_of(world, "helper"), await lead_of(world, "nobody")
    async with await world.browser("helper") as helper, await world.browser("nobody") as nobody:
        for lead, field, status in ((mine, "email", 422), (mine, "name", 409), (theirs, "mobile", 404)):
            answer = await helper.post(f"/api/v1/records/lead/{lead}/reveal", json={"field": field, "reason": "看看"})
            assert answer.status_code == status, (field, answer.text)
            assert "a@example.com" not in answer.text
            assert "13900003333" not in answer.text
        answer = await nobody.post(f"/api/v1/records/lead/{theirs}/reveal", json={"field": "mobile", "reason": "看看"})
        assert (answer.status_code, answer.json()["code"]) == (403, "access.right_missing")
    assert await revealed(world, mine) == await revealed(world, theirs) == []


async def test_what_a_pool_hides_until_it_is_picked_stays_hidden(world: World):
    pool = {"name": {"zh": "公海"}, "object": "lead", "hide_until_pick": ["mobile"], "pick": {"per_day": 3}}
    async with world.database.work(world.workspace) as uow:
        await life.save_draft(uow, "pool", "veiled", pool)
        await life.save_draft(uow, "role", "helper", {"name": {"zh": "看公海的"}, "rows": {"default": "none", "lead": {"read": "owner == me.id || owner == null"}}, "fields": MASKED["fields"], "rights": ["reveal"]})
    await life.publish(world.database, world.workspace, SYSTEM, [("pool", "veiled"), ("role", "helper")])
    async with world.database.work(world.workspace) as uow:
        values = {"name": "公海线索", "mobile": "13900004444", "pool": "veiled"}
        lead = str((await records.write(uow, [records.Change("create", "lead", None, values)], owned=True)).ids[0])
    async with await world.browser("helper") as helper:
        answer = await helper.post(f"/api/v1/records/lead/{lead}/reveal", json={"field": "mobile", "reason": "看看"})
        assert (answer.status_code, answer.json()["code"]) == (403, "records.reveal_in_pool")
        assert "13900004444" not in answer.text
