"""The life of definitions with the real kinds and the base pack: usage, refusals that name their users, round trips."""

from typing import Any

import pytest

from xingji import app
from xingji.kernel import access, records
from xingji.kernel import definitions as life
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, Ref
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema


@pytest.fixture(scope="module", autouse=True)
def configured() -> None:
    app.configure()


async def in_force(database: Database, workspace: str) -> life.Published:
    async with database.work(workspace) as uow:
        return await life.load_published(uow)


async def users(database: Database, workspace: str, kind: str, key: str) -> set[tuple[str, str]]:
    async with database.work(workspace) as uow:
        return {(user.kind, user.key) for user in await life.usage(uow, Ref(kind, key))}


async def publish_changed(database: Database, workspace: str, kind: str, key: str, **members: Any) -> life.PublishResult:
    document = dict((await in_force(database, workspace)).documents[kind, key]) | members
    async with database.work(workspace) as uow:
        await life.save_draft(uow, kind, key, document)
    return await life.publish(database, workspace, SYSTEM, [(kind, key)])


async def test_what_uses_this_answers_for_objects_fields_and_definitions(database: Database, workspace: str):
    assert ("rule", "sla_remind") in await users(database, workspace, "calendar", "office")
    assert {("list_view", "lead_all"), ("dispatch", "main")} & await users(database, workspace, "field", "lead.intent")
    assert {("object", "lead"), ("object", "deal")} <= await users(database, workspace, "object", "customer")
    assert ("rule", "dispatch_new_leads") in await users(database, workspace, "dispatch", "main")


async def test_taking_away_a_field_that_is_used_is_refused_and_names_every_user(fresh: Database, workspace: str):
    lead = (await in_force(fresh, workspace)).documents["object", "lead"]
    without = [field for field in lead["fields"] if field["key"] != "intent"]
    with pytest.raises(XingjiError) as caught:
        await publish_changed(fresh, workspace, "object", "lead", fields=without)
    named = {problem.params["definition"] for problem in caught.value.problems}
    using = await users(fresh, workspace, "field", "lead.intent")
    checked = {f"{kind}/{key}" for kind, key in using if kind in ("rule", "list_view", "metric", "dispatch")}
    assert checked
    assert checked <= named
    assert (await in_force(fresh, workspace)).documents["object", "lead"] == lead


async def test_a_published_field_is_there_for_the_next_write_and_a_removed_one_is_not(fresh: Database, workspace: str):
    task = (await in_force(fresh, workspace)).documents["object", "task"]
    more = [*task["fields"], {"key": "weather", "kind": "text", "name": {"zh": "天气", "en": "Weather"}}]
    await publish_changed(fresh, workspace, "object", "task", fields=more)

    async def write(uow: Any) -> Any:
        return await records.write(uow, [records.Change("create", "task", values={"title": "演示", "weather": "晴"})])

    await fresh.run(workspace, SYSTEM, write)
    await life.roll_back(fresh, workspace, SYSTEM, "object", "task", 1)
    with pytest.raises(XingjiError):
        await fresh.run(workspace, SYSTEM, write)


async def test_an_object_others_point_at_cannot_be_retired(fresh: Database, workspace: str):
    with pytest.raises(XingjiError) as caught:
        await life.retire(fresh, workspace, SYSTEM, "object", "customer")
    assert caught.value.code == "definitions.in_use"


async def test_a_role_somebody_has_cannot_be_retired(fresh: Database, workspace: str):
    role = next(iter((await in_force(fresh, workspace)).of_kind("role")))
    async with fresh.work(workspace) as uow:
        await access.save_people(uow, {"persons": [{"key": "zhang", "name": "张（演示）", "roles": [role]}]})
    with pytest.raises(XingjiError) as caught:
        await life.retire(fresh, workspace, SYSTEM, "role", role)
    assert ("person", "zhang") in {(user["kind"], user["key"]) for user in caught.value.data["users"]}


async def test_the_whole_pack_exported_and_installed_elsewhere_gives_the_same_documents_and_tables(
    fresh: Database, workspace: str
):
    async with fresh.work(workspace) as uow:
        exported = await life.export_pack(uow)
    await create_workspace_schema(str(fresh.owner_url), "elsewhere", "另一家（演示）")
    report = await life.install_pack(fresh, "elsewhere", SYSTEM, exported)
    assert report.left_out == []
    assert (await in_force(fresh, "elsewhere")).documents == (await in_force(fresh, workspace)).documents
    async with fresh.work("elsewhere") as uow:
        assert await life.export_pack(uow) == exported
        await records.write(uow, [records.Change("create", "lead", values={"name": "王经理（演示）"})])
    columns = """select table_name, column_name, data_type from information_schema.columns
      where table_schema = $1 and table_name like 'o\\_%' order by 1, 2"""
    assert await fresh.pool.fetch(columns, "ws_elsewhere") == await fresh.pool.fetch(columns, f"ws_{workspace}")


async def test_nothing_in_the_base_pack_is_out_of_order(fresh: Database, workspace: str):
    async with fresh.work(workspace) as uow:
        assert await life.recheck_published(uow) == []
        assert await life.list_quarantined(uow) == {}
