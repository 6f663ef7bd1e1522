"""Seeing as another person: their records, their fields, no writing, and a line in the audit log."""

import json

import pytest_asyncio

from integration.http_world import World, make_world
from integration.test_http_routes import METHODS_WITH_BODY, _document, filled, routes  # noqa: F401
from xingji.kernel import definitions as life
from xingji.kernel import records
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database

ROLE = {"name": {"zh": "看自己的"}, "rows": {"default": "own"}, "fields": {"mask": ["lead.mobile"]}, "rights": ["definitions.read", "export"]}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    world = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await life.save_draft(uow, "role", "helper", ROLE)
    await life.publish(database, workspace, SYSTEM, [("role", "helper")])
    async with database.work(workspace) as uow:
        wanted = [{"name": "帮手的线索", "owner": str(world.people["helper"]), "mobile": "13900002222"}, {"name": "老板的线索", "owner": str(world.people["boss"])}]
        await records.write(uow, [records.Change("create", "lead", None, values) for values in wanted])
    return world


async def see(client, world, name="helper"):
    return await client.post("/api/v1/session/see-as", json={"person": str(world.people[name])})


async def test_the_boss_sees_the_helpers_records_and_fields_and_then_their_own_again(world: World):
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        before = (await boss.get("/api/v1/records/lead")).json()["rows"]
        assert (await see(boss, world)).status_code == 200
        session = (await boss.get("/api/v1/session")).json()
        assert (session["person"]["key"], session["seen_by"]["id"]) == ("helper", str(world.people["boss"]))
        seen, theirs = (await boss.get("/api/v1/records/lead")).json(), (await helper.get("/api/v1/records/lead")).json()
        assert seen["rows"] == theirs["rows"]
        assert [row["name"] for row in seen["rows"]] == ["帮手的线索"]
        assert "13900002222" not in json.dumps(seen)
        refused = await boss.post("/api/v1/records/lead", json={"name": "不该有"})
        assert (refused.status_code, refused.json()["code"], refused.json()["data"]["person"]) == (403, "session.see_as_read_only", "helper（演示）")
        assert (await boss.get("/api/v1/people")).status_code == 403
        assert (await boss.delete("/api/v1/session/see-as")).status_code == 204
        assert (await boss.get("/api/v1/records/lead")).json()["rows"] == before
        lines = (await boss.get("/api/v1/audit")).json()["rows"]
    found = [(line["action"], line["person"], line["record"]) for line in lines if line["action"].startswith("session.see_as")]
    boss_id, helper_id = str(world.people["boss"]), str(world.people["helper"])
    assert found[:2] == [("session.see_as_ended", boss_id, helper_id), ("session.see_as_started", boss_id, helper_id)]


async def test_no_route_changes_a_row_meanwhile(world: World):
    async with await world.browser("boss") as boss:
        assert (await see(boss, world)).status_code == 200
        before = await world.digest()
        for method, path, _ in routes(world):
            if path in ("/api/v1/session/see-as", "/api/v1/sign-out", "/api/v1/sign-in", "/api/v1/live") or path.startswith("/api/v1/intake"):
                continue
            answer = await boss.request(method, filled(world, method, path), json={} if method in METHODS_WITH_BODY else None)
            assert answer.status_code < 500, (method, path, answer.text)
        # A reading that would be recorded (an export) is refused by the database itself.
        export = await boss.get("/api/v1/records/lead/export?form=csv")
        assert (export.status_code, export.json()["code"]) == (403, "session.see_as_read_only")
        assert await world.digest() == before
        assert (await boss.delete("/api/v1/session/see-as")).status_code == 204


async def test_only_with_the_right_not_oneself_and_it_ends_when_the_right_does(world: World):
    async with await world.browser("helper") as helper:
        refused = await see(helper, world, "boss")
        assert (refused.status_code, refused.json()["data"]["right"]) == (403, "see_as")
    async with await world.browser("boss") as boss:
        assert (await see(boss, world, "boss")).json()["code"] == "session.see_as_self"
        assert (await see(boss, world)).status_code == 200
        async with world.database.work(world.workspace) as uow:
            await life.save_draft(uow, "role", "boss", {"name": {"zh": "老板"}, "rows": "all", "rights": ["definitions.read"]})
        await life.publish(world.database, world.workspace, SYSTEM, [("role", "boss")])
        assert (await boss.get("/api/v1/session")).json()["person"]["key"] == "boss"
