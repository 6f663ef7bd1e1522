"""Views, forms, guidance and deeds over many records, over HTTP: what each answers and whom it refuses."""

from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from integration.http_world import World, make_world
from xingji.kernel import definitions as life
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database
from xingji.kernel.records import Change, write
from xingji.kernel.records.bulk import Deed, Selection, preview_bulk, run_portion

FORM = {
    "name": {"zh": "线索表单", "en": "Lead form"},
    "object": "lead",
    "layout": [
        {"name": {"zh": "基本", "en": "Basics"}, "columns": 2, "fields": [
            {"field": "name", "required_when": True}, {"field": "intent"}, {"field": "company", "visible_when": 'intent != "C"', "required_when": 'intent == "A"'},
        ]},
        {"name": {"zh": "更多", "en": "More"}, "fields": [{"field": "need"}, {"field": "budget", "read_only": 'status == "invalid"'}]},
    ],
}  # fmt: skip
GUIDANCE = {
    "name": {"zh": "确认前检查", "en": "Before qualifying"}, "title": {"zh": "确认前检查", "en": "Before qualifying"}, "object": "lead",
    "moment": {"field": "status", "to": "qualified"}, "when": 'intent == "A"',
    "items": [{"key": "stamped", "text": {"zh": "盖章版已上传", "en": "Stamped copy uploaded"}, "required": True}, {"key": "nice", "text": {"zh": "已寒暄", "en": "Said hello"}}],
}  # fmt: skip
OPENED = {
    "name": {"zh": "展会线索", "en": "Fair"}, "object": "lead", "moment": {"open": True}, "when": 'source == "fair"',
    "text": {"zh": "先查名片背面", "en": "Look at the back of the card"}, "items": [],
}  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    world = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await life.save_draft(uow, "guidance", "qualify", GUIDANCE)
        await life.save_draft(uow, "guidance", "fair", OPENED)
    await life.publish(database, workspace, SYSTEM, [("guidance", "qualify"), ("guidance", "fair")])
    return world


async def made(client: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/records/lead", json={"name": "王经理（演示）", **values})
    assert answer.status_code == 201, answer.text
    return answer.json()


def view(**more: Any) -> dict[str, Any]:
    return {
        "name": {"zh": "我的看板", "en": "Mine"},
        "object": "lead",
        "columns": [{"field": "company", "width": 240}, "intent"],
        **more,
    }


async def views(client: httpx.AsyncClient) -> dict[str, Any]:
    schema = (await client.get("/api/v1/schema")).json()
    lead = next(one for one in schema["objects"] if one["key"] == "lead")
    return {one["key"]: one for one in lead["list_views"]} | {"default": lead["default_view"]}


async def test_a_personal_view_is_checked_kept_used_and_seen_by_its_owner_alone(world: World):
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        bad = await boss.post(
            "/api/v1/views",
            json={
                "document": view(
                    layout="board", columns=["nope"], sort=["x"], totals={"company": "sum"}, filter="regin == 1"
                )
            },
        )
        assert bad.status_code == 422
        assert {p["path"] for p in bad.json()["problems"]} == {
            "columns.0",
            "sort.0",
            "group_by",
            "totals.company",
            "filter",
        }
        document = view(
            layout="board",
            group_by="status",
            sort=["-budget", "name"],
            totals={"budget": "sum"},
            filter='intent == "A"',
            density="compact",
        )
        key = (await boss.post("/api/v1/views", json={"document": document})).json()["key"]
        await made(boss, intent="A", company="甲（演示）", budget=100)
        await made(boss, intent="B", company="乙（演示）")
        mine = (await views(boss))[key]
        assert mine["mine"] is True
        assert (mine["layout"], mine["group_by"], mine["widths"], mine["totals"], mine["sort"]) == (
            "board", "status", {"company": 240}, {"budget": "sum"}, ["-budget", "name"],
        )  # fmt: skip
        rows = (await boss.get("/api/v1/records/lead", params={"view": key})).json()["rows"]
        assert {row["intent"] for row in rows} == {"A"}
        assert key not in await views(helper)
        assert (await helper.get("/api/v1/records/lead", params={"view": key})).status_code == 404
        id = key.removeprefix("my:")
        assert (await helper.put(f"/api/v1/views/{id}", json={"document": document})).status_code in (403, 404)
        assert (await helper.delete(f"/api/v1/views/{id}")).status_code == 404
        await boss.put("/api/v1/views/default", json={"object": "lead", "view": key})
        assert (await views(boss))["default"] == key
        assert (await views(helper))["default"] is None
        gone = (await boss.delete(f"/api/v1/views/{id}")).json()["document"]
        assert key not in await views(boss)
        assert (await boss.post("/api/v1/views", json={"document": gone})).status_code == 201


async def test_a_shared_view_is_a_definition_and_needs_the_right_to_write_them(world: World):
    async with await world.browser("helper") as helper:
        answer = await helper.put("/api/v1/definitions/list_view/ours", json=view())
        assert answer.status_code == 403


async def test_a_form_says_while_typing_what_the_write_path_says_on_saving(world: World):
    async with world.database.work(world.workspace) as uow:
        await life.save_draft(uow, "form", "lead_form", FORM)
    await life.publish(world.database, world.workspace, SYSTEM, [("form", "lead_form")])
    async with await world.browser("boss") as boss:
        live = (await boss.post("/api/v1/records/lead/evaluate-form", json={"values": {"intent": "C"}})).json()[
            "fields"
        ]
        assert live["company"] == {"visible": False, "required": False, "read_only": False}
        live = (
            await boss.post("/api/v1/records/lead/evaluate-form", json={"values": {"intent": "A", "budget": "viel"}})
        ).json()["fields"]
        assert (live["company"]["required"], live["name"]["required"], live["need"]["required"]) == (True, True, False)
        refused = await boss.post("/api/v1/records/lead", json={"intent": "A"})
        assert refused.status_code == 422
        problems = {p["path"]: p for p in refused.json()["problems"]}
        assert set(problems) == {"changes.0.name", "changes.0.company"}, "everything missing at once"
        company = problems["changes.0.company"]
        assert (company["rule"], company["who"], company["message"]["zh"]) == (
            "form.lead_form.company",
            "owner",
            "表单「线索表单」要求填写",
        )
        lead = await made(boss, intent="C")
        assert (await boss.patch(f"/api/v1/records/lead/{lead['id']}", json={"need": "泵"})).status_code == 200
        worse = await boss.patch(f"/api/v1/records/lead/{lead['id']}", json={"intent": "A"})
        assert [p["path"] for p in worse.json()["problems"]] == ["changes.0.company"]
        over = (
            await boss.post("/api/v1/records/lead/evaluate-form", json={"id": lead["id"], "values": {"intent": "A"}})
        ).json()["fields"]
        assert over["company"]["required"] is True
        form = next(o for o in (await boss.get("/api/v1/schema")).json()["objects"] if o["key"] == "lead")["form"]
        assert [[f["field"] for f in s["fields"]] for s in form["layout"]] == [
            ["name", "intent", "company"],
            ["need", "budget"],
        ]
        assert form["live"] is True
    # An enquiry from outside is not lost for a field nobody there knows.
    change = Change("create", "lead", values={"mobile": "13900080001", "intent": "A"})
    await world.database.run(world.workspace, Actor(kind="source", name="web"), lambda uow: write(uow, [change]))


async def test_a_form_draft_may_ask_no_more_than_its_reader_sees(world: World):
    form = {
        "object": "lead",
        "layout": [
            {
                "fields": [
                    {"field": "name", "visible_when": 'nonsense == "x"'},
                    {"field": "need", "required_when": 'name == "x"'},
                ]
            }
        ],
    }
    async with await world.browser("boss") as boss:
        answer = (
            await boss.post("/api/v1/records/lead/evaluate-form", json={"values": {"name": "x"}, "form": form})
        ).json()["fields"]
        assert (answer["name"]["visible"], answer["need"]["required"]) == (True, True)


async def test_a_checklist_stands_before_its_moment_and_is_logged_when_ticked(world: World):
    async with await world.browser("boss") as boss:
        lead = await made(boss, intent="A", company="丙（演示）")
        path = f"/api/v1/records/lead/{lead['id']}"
        refused = await boss.patch(path, json={"status": "qualified"})
        (problem,) = refused.json()["problems"]
        assert (problem["code"], problem["path"], problem["rule"]) == (
            "guidance.required",
            "changes.0.status",
            "qualify",
        )
        assert problem["message"]["zh"] == "「确认前检查」还没有确认：盖章版已上传"
        assert [item["key"] for item in problem["params"]["guidance"]["items"]] == ["stamped", "nice"]
        assert (
            await boss.patch(path, json={"status": "qualified"}, headers={"x-guidance": "qualify=nice"})
        ).status_code == 422
        done = await boss.patch(path, json={"status": "qualified"}, headers={"x-guidance": "qualify=stamped"})
        assert done.status_code == 200, done.text
        said = [
            row for row in (await boss.get(f"{path}/timeline")).json()["rows"] if row["type"] == "guidance.acknowledged"
        ]
        assert [row["data"]["items"] for row in said] == [["stamped"]]
        other = await made(boss, intent="B")
        assert (
            await boss.patch(f"/api/v1/records/lead/{other['id']}", json={"status": "qualified"})
        ).status_code == 200


async def test_guidance_on_opening_is_told_once_to_each_person(world: World):
    async with await world.browser("boss") as boss:
        lead = await made(boss, source="fair", company="丁（演示）")
        path = f"/api/v1/records/lead/{lead['id']}/guidance"
        assert [one["key"] for one in (await boss.get(path)).json()["rows"]] == ["fair"]
        await boss.post(path, json={"guidance": "fair"})
        assert (await boss.get(path)).json()["rows"] == []


async def test_a_deed_over_many_is_previewed_done_in_portions_and_undone_as_one(world: World, monkeypatch: Any):
    monkeypatch.setattr("xingji.kernel.records.bulk.PORTION", 3)
    async with await world.browser("boss") as boss:
        leads = [await made(boss, intent="B", company=f"批量{n}（演示）", campaign="bulk") for n in range(7)]
        body = {"filter": 'campaign == "bulk"', "set": {"status": "invalid"}, "add": {"tags": ["清理"]}}
        await boss.patch(f"/api/v1/records/lead/{leads[2]['id']}", json={"invalid_reason": "空号"})
        await boss.patch(f"/api/v1/records/lead/{leads[5]['id']}", json={"invalid_reason": "空号"})
        seen = (await boss.post("/api/v1/records/lead/bulk/preview", json=body)).json()
        assert (seen["count"], seen["change"], seen["refused"]) == (7, 2, 5)
        assert seen["refusals"][0]["title"] == "批量0(演示) · 王经理（演示）"
        assert seen["refusals"][0]["problems"][0]["rule"] == "invalid_needs_reason"
        assert seen["samples"][0]["before"]["tags"] in (None, [])
        assert seen["samples"][0]["after"] == {"status": "invalid", "tags": ["清理"]}
        listed = (
            await boss.get("/api/v1/records/lead", params={"filter": 'campaign == "bulk" && status == "invalid"'})
        ).json()
        assert listed["rows"] == [], "a preview writes nothing"
        done: list[dict[str, Any]] = []
        step: dict[str, Any] = {}
        while not done or done[-1]["next"]:
            done.append((await boss.post("/api/v1/records/lead/bulk/run", json=body | step)).json())
            step = {"after": done[-1]["next"]} | ({"change": done[-1]["change"]} if done[-1]["change"] else {})
        assert [one["done"] for one in done] == [3, 3, 1]
        assert (sum(one["changed"] for one in done), sum(one["refused"] for one in done)) == (2, 5)
        (change,) = {one["change"] for one in done if one["change"]}
        async with await world.browser("helper") as helper:
            assert (
                await helper.post("/api/v1/records/lead/bulk/run", json=body | {"change": change})
            ).status_code == 403
        back = (await boss.post(f"/api/v1/changes/{change}/undo")).json()
        assert len(back["restored"]) == 2
        rows = (
            await boss.get("/api/v1/records/lead", params={"filter": 'campaign == "bulk" && status == "invalid"'})
        ).json()["rows"]
        assert rows == []


async def test_ids_are_deleted_together_and_come_back_together(world: World):
    async with await world.browser("boss") as boss:
        ids = [(await made(boss, campaign="gone", company=f"删{n}（演示）"))["id"] for n in range(3)]
        done = (await boss.post("/api/v1/records/lead/bulk/run", json={"ids": ids[:2], "delete": True})).json()
        assert (done["changed"], done["next"]) == (2, None)
        left = (await boss.get("/api/v1/records/lead", params={"filter": 'campaign == "gone"'})).json()["rows"]
        assert [row["id"] for row in left] == [ids[2]]
        await boss.post(f"/api/v1/changes/{done['change']}/undo")
        assert (
            len((await boss.get("/api/v1/records/lead", params={"filter": 'campaign == "gone"'})).json()["rows"]) == 3
        )


async def test_somebody_elses_change_is_not_carried_on(world: World):
    async with await world.browser("boss") as boss:
        lead = await made(boss, campaign="carry", company="戊（演示）")
    async with world.database.work(world.workspace, SYSTEM) as uow:
        with pytest.raises(XingjiError) as caught:
            await run_portion(
                uow, Selection("lead", ids=[UUID(lead["id"])]), Deed({"need": "x"}), change=UUID(lead["change"])
            )
    assert caught.value.code == "records.change_not_found"


async def test_a_preview_asks_the_database_as_often_for_one_as_for_many(world: World):
    counts = []
    async with world.database.work(world.workspace, SYSTEM) as uow:
        for chosen in (Selection("lead", filter='campaign == "carry"'), Selection("lead", filter='company != "x"')):
            before = uow.queries
            seen = await preview_bulk(uow, chosen, Deed({"need": "泵"}))
            counts.append((seen["change"], uow.queries - before))
    assert counts[0][0] < counts[1][0]
    assert counts[1][1] <= counts[0][1] + 1, counts


async def test_leads_go_to_a_pool_together_and_the_ones_that_stay_say_why(world: World):
    async with await world.browser("boss") as boss:
        ids = [(await made(boss, campaign="pool", company=f"池{n}（演示）"))["id"] for n in range(2)]
        await boss.patch(f"/api/v1/records/lead/{ids[1]}", json={"status": "invalid", "invalid_reason": "空号"})
        body = {"ids": ids, "command": "pool", "value": "pool_new"}
        seen = (await boss.post("/api/v1/records/lead/bulk/preview", json=body)).json()
        assert (seen["change"], seen["refused"], seen["refusals"][0]["problems"][0]["code"]) == (
            1,
            1,
            "leads.pool_closed",
        )
        assert (await boss.get(f"/api/v1/records/lead/{ids[0]}")).json()["pool"] is None, "a preview writes nothing"
        done = (await boss.post("/api/v1/records/lead/bulk/run", json=body)).json()
        assert (done["changed"], done["refused"]) == (1, 1)
        lead = (await boss.get(f"/api/v1/records/lead/{ids[0]}")).json()
        assert (lead["pool"], lead["owner"]) == ("pool_new", None)
