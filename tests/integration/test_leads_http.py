"""The routes of leads, signed in, through the whole web application."""

from uuid import UUID

import pytest_asyncio

from integration.http_world import make_world
from leads_world import Client, publish
from xingji.features.leads.recognition.propose import recognise_once
from xingji.kernel import access, records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.events import append_events
from xingji.kernel.rules import settle


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace):
    return await make_world(database, workspace)


async def lead_of(database, workspace, **values):
    async with database.work(workspace) as uow:
        return (await records.write(uow, [records.Change("create", "lead", None, {"name": "路由(演示)", **values})])).ids[0]


async def test_a_touch_stops_the_clock_and_a_note_does_not(world, database, workspace):
    lead = await lead_of(database, workspace, owner=str(world.people["boss"]), status="assigned")
    async with await world.browser("boss") as browser:
        note = await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "note", "text": "看了一眼"})
        assert (note.status_code, note.json()["counted"]) == (200, ["touch.note"])
        assert (await browser.get(f"/api/v1/records/lead/{lead}")).json()["first_response_at"] is None
        call = await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call", "answered": True})
        assert call.json()["counted"] == ["touch.response", "touch.followup"]
        assert (await browser.get(f"/api/v1/records/lead/{lead}")).json()["first_response_at"]
        wrong = await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "telepathy", "direction": "up"})
        assert (wrong.status_code, len(wrong.json()["problems"])) == (422, 2)


async def test_assign_convert_and_back_answer_with_what_they_changed(world, database, workspace):
    lead = await lead_of(database, workspace, company="往返(演示)")
    async with await world.browser("boss") as browser:
        assigned = await browser.post(f"/api/v1/leads/{lead}/assign", json={"person": str(world.people["boss"]), "reason": "试"})
        assert (assigned.status_code, assigned.json()["owner"]) == (200, str(world.people["boss"]))
        ledger = (await browser.get(f"/api/v1/leads/{lead}/ledger")).json()
        assert ledger["rows"][0]["action"] == "reassigned"
        assert ledger["people"][str(world.people["boss"])]
        both = await browser.post(f"/api/v1/leads/{lead}/assign", json={})
        assert (both.status_code, both.json()["code"]) == (422, "leads.assign_to_one")
        done = await browser.post(f"/api/v1/leads/{lead}/convert", json={"deal": {"name": "单(演示)"}})
        assert (done.status_code, set(done.json()["created"])) == (200, {"customer", "contact", "deal"})
        back = await browser.post(f"/api/v1/leads/{lead}/unconvert")
        assert back.json()["kept"] == []


async def test_pools_proposals_and_duplicates_have_their_routes(world, database, workspace):
    pooled = await lead_of(database, workspace, pool="pool_new", mobile="13922220001")
    await lead_of(database, workspace, mobile="13922220001")
    while await recognise_once(database, workspace):
        pass
    async with await world.browser("boss") as browser:
        pools = (await browser.get("/api/v1/pools")).json()["rows"]
        assert pools[0]["count"] >= 1
        rows = (await browser.get("/api/v1/pools/pool_new/entries")).json()["rows"]
        assert str(pooled) in {row["id"] for row in rows}
        (found,) = (await browser.get(f"/api/v1/leads/{pooled}/proposals")).json()["rows"]
        preview = await browser.post(f"/api/v1/proposals/{found['id']}/merge", json={"dry_run": True})
        assert "moves" in preview.json()
        merged = await browser.post(f"/api/v1/proposals/{found['id']}/merge", json={"keep": str(pooled)})
        assert merged.status_code == 200
        undone = await browser.post(f"/api/v1/merges/{merged.json()['merge']}/undo")
        assert undone.json()["cannot"] == []
        picked = await browser.post("/api/v1/pools/pool_new/pick", json={"record": str(pooled)})
        assert picked.json()["owner"] == str(world.people["boss"])
        again = await browser.post("/api/v1/pools/pool_new/pick", json={"record": str(pooled)})
        assert (again.status_code, again.json()["code"]) == (409, "pool.not_here")
        text = await browser.post("/api/v1/capture/recognise", json={"text": "王经理 13922220001 想要两台泵"})
        assert text.json()["fields"]["mobile"] == "13922220001"
        assert text.json()["duplicates"][0]["reasons"]
        same = await browser.post("/api/v1/duplicates", json={"object": "lead", "fields": {"mobile": "139 2222 0001"}})
        assert len(same.json()["rows"]) == 2


async def test_a_pool_explains_its_limits_and_why_one_may_not_pick(world, database, workspace):
    boss = world.people["boss"]
    mine = await lead_of(database, workspace, owner=str(boss), status="assigned")
    async with await world.browser("boss") as browser:
        assert (await browser.post(f"/api/v1/leads/{mine}/assign", json={"pool": "pool_new"})).status_code == 200
        pool = (await browser.get("/api/v1/pools")).json()["rows"][0]
        assert (pool["pick"], pool["picks_left"] + pool["picked_today"], pool["why_not"]) == ({"per_day": 5}, 5, None)
        told = pool["explained"]
        assert (told["cool_down_days"], [one["key"] for one in told["hidden"]]) == (30, ["mobile", "wechat", "email"])
        assert [(one["days"], one["warn"]) for one in told["returns"]] == [(30, [7, 3, 1]), (45, [7, 3, 1]), (60, [7, 3, 1])]
        assert told["returns"][0]["when"]["zh"].startswith("意向等级 等于 A")
        assert told["returns"][2]["when"] is None
        row = next(row for row in (await browser.get("/api/v1/pools/pool_new/entries")).json()["rows"] if row["id"] == str(mine))
        assert (row["pool_reason"], bool(row["entered_at"])) == ("manual", True)
        refused = await browser.post("/api/v1/pools/pool_new/pick", json={"record": str(mine)})
        assert (refused.json()["code"], refused.json()["data"]["until"]) == ("pool.cooling_down", row["cooling_until"].replace("Z", "+00:00"))
        for _ in range(pool["picks_left"]):
            free = await lead_of(database, workspace, pool="pool_new")
            assert (await browser.post("/api/v1/pools/pool_new/pick", json={"record": str(free)})).status_code == 200
        pool = (await browser.get("/api/v1/pools")).json()["rows"][0]
        assert (pool["can"]["pick"], pool["picks_left"], pool["why_not"]) == (False, 0, "pool.day_limit")


async def test_refused_receipts_are_listed_shown_and_run_again(world, database, workspace):
    await publish(database, workspace, "source", "routes", {"via": "json", "mapping": {"name": "$.n", "budget": "$.n"}})
    client = await Client.open(database, workspace, "routes")
    receipt = (await client.post({"n": "坏的"})).json["data"]["receipt"]
    async with await world.browser("boss") as browser:
        listed = (await browser.get("/api/v1/receipts?status=refused&source=routes")).json()["rows"]
        assert [row["id"] for row in listed] == [receipt]
        assert "坏的" in (await browser.get(f"/api/v1/receipts/{receipt}")).json()["payload"]
        still = await browser.post(f"/api/v1/receipts/{receipt}/run-again")
        assert still.json()["status"] == "refused"
        await publish(database, workspace, "source", "routes", {"via": "json", "mapping": {"name": "$.n"}})
        mended = (await browser.post(f"/api/v1/receipts/{receipt}/run-again")).json()
        assert (mended["status"], bool(mended["lead"])) == ("accepted", True)
        twice = await browser.post(f"/api/v1/receipts/{receipt}/run-again")
        assert twice.status_code == 409
    async with await world.browser("nobody") as browser:
        assert (await browser.get("/api/v1/receipts")).status_code == 403


async def test_fairness_has_its_figures(world):
    async with await world.browser("boss") as browser:
        figures = (await browser.get("/api/v1/fairness")).json()
        assert {"top3_share", "gini", "people", "leads"} <= set(figures)
        bad = await browser.get("/api/v1/fairness?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z")
        assert (bad.status_code, bad.json()["code"]) == (422, "fairness.bad_window")


async def test_a_fairness_figure_leads_to_the_leads_it_was_counted_from(world, database, workspace):
    boss = world.people["boss"]
    ids = [await lead_of(database, workspace, intent=intent) for intent in ("A", "A", "B")]
    async with await world.browser("boss") as browser:
        for lead in ids:
            assert (await browser.post(f"/api/v1/leads/{lead}/assign", json={"person": str(boss)})).status_code == 200
        (mine,) = [row for row in (await browser.get("/api/v1/fairness")).json()["people"] if row["person"] == str(boss)]
        behind = (await browser.get(f"/api/v1/fairness/{boss}/leads")).json()
        good = (await browser.get(f"/api/v1/fairness/{boss}/leads", params={"good": True})).json()
        assert (behind["count"], good["count"], behind["unseen"]) == (mine["leads"], mine["good"], 0)
        assert {str(ids[0]), str(ids[1])} <= {row["id"] for row in good["rows"]}
        assert str(ids[2]) not in {row["id"] for row in good["rows"]}



async def test_a_stranger_to_a_lead_cannot_touch_it_in_any_way(world, database, workspace):
    lead = await lead_of(database, workspace, owner=str(world.people["boss"]), status="assigned")
    async with await world.browser("nobody") as browser:
        for path, body in (("touch", {"kind": "call"}), ("assign", {"pool": "pool_new"}), ("convert", {}), ("unconvert", {})):
            assert (await browser.post(f"/api/v1/leads/{lead}/{path}", json=body)).status_code in (403, 404), path
        for path in ("ledger", "proposals"):
            assert (await browser.get(f"/api/v1/leads/{lead}/{path}")).status_code in (403, 404)
    async with database.work(workspace) as uow:
        assert (await records.get_record(uow, "lead", UUID(str(lead))))["version"] == 1


async def test_intake_stands_in_the_one_openapi_document(world):
    async with world.anybody() as browser:
        paths = (await browser.get("/api/v1/openapi.json")).json()["paths"]
    assert {"/api/v1/intake/{source_token}", "/f/{source_token}", "/api/v1/leads/{id}/touch"} <= set(paths)


async def test_who_sees_no_contact_data_sees_none_in_receipts_either(world, database, workspace):
    await publish(database, workspace, "source", "veil", {"via": "json", "mapping": {"name": "$.n", "budget": "$.tel"}})
    client = await Client.open(database, workspace, "veil")
    receipt = (await client.post({"n": "遮", "tel": "13977770000x"})).json["data"]["receipt"]
    await publish(database, workspace, "role", "looker", {"rows": "all", "fields": {"mask": ["lead.mobile"]}, "rights": ["receipts.read"]})
    async with database.work(workspace) as uow:
        ids = await access.save_people(uow, {"persons": [{"key": "looker", "name": "看客（演示）", "unit": "shop_floor", "roles": ["looker"]}]})
    _, token = await access.create_token(database, workspace, "api", "veil", person=ids["looker"], scopes=["*"])
    async with world.anybody() as browser:
        browser.headers["authorization"] = f"Bearer {token}"
        for answer in (
            await browser.get("/api/v1/receipts?source=veil"), await browser.get(f"/api/v1/receipts/{receipt}"),
            await browser.post(f"/api/v1/receipts/{receipt}/run-again"),
        ):  # fmt: skip
            assert answer.status_code == 200
            assert "13977770000" not in answer.text
            assert "intake.value_unfit" in answer.text


async def test_a_touch_is_not_undone_by_its_values_alone(world, database, workspace):
    lead = await lead_of(database, workspace, owner=str(world.people["boss"]), status="assigned")
    async with await world.browser("boss") as browser:
        change = (await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call"})).json()["change"]
        undone = await browser.post(f"/api/v1/changes/{change}/undo")
        assert "first_response_at" in {one.get("field") for one in undone.json()["cannot"]}
        assert (await browser.get(f"/api/v1/records/lead/{lead}")).json()["first_response_at"]


async def test_a_touch_tapped_by_mistake_is_taken_back_and_no_clock_escapes(world, database, workspace):
    lead = await lead_of(database, workspace, owner=str(world.people["boss"]), status="new")
    async with await world.browser("boss") as browser:
        async with database.work(workspace) as uow:
            await append_events(uow, [NewEvent("lead.assigned", "lead", lead, {"owner": str(world.people["boss"])})])
        await settle(database, workspace)
        armed = await timers(database, workspace, lead)
        assert {key for key, _ in armed} >= {"sla_remind", "sla_escalate", "sla_return"}
        change = (await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "call"})).json()["change"]
        assert not {"sla_remind", "sla_return"} & {key for key, _ in await timers(database, workspace, lead)}
        await settle(database, workspace)
        told = (await browser.get(f"/api/v1/leads/{lead}/touches/{change}")).json()
        assert (told["clock_stopped"], told["effective"], told["settled"]) == (True, True, True)
        assert [row["name"]["zh"] for row in told["next"]] == ["72 小时无动作二次激活"]
        back = await browser.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")
        assert set(back.json()["restored"]) >= {"first_response_at", "last_touch_at", "status"}, back.text
        await settle(database, workspace)
        assert [one for one in await timers(database, workspace, lead) if one[0].startswith("sla_")] == [one for one in armed if one[0].startswith("sla_")]
        row = (await browser.get(f"/api/v1/records/lead/{lead}")).json()
        assert (row["first_response_at"], row["last_touch_at"], row["status"]) == (None, None, "new")
        twice = await browser.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")
        assert (twice.status_code, twice.json()["code"]) == (409, "touch.taken_back")
        note = (await browser.post(f"/api/v1/leads/{lead}/touch", json={"kind": "note", "text": "备注"})).json()["change"]
        assert (await browser.get(f"/api/v1/leads/{lead}/touches/{note}")).json()["effective"] is False
    async with await world.browser("helper") as other:
        assert (await other.post(f"/api/v1/leads/{lead}/touches/{change}/take-back")).status_code == 404


async def timers(database, workspace, lead):
    async with database.work(workspace) as uow:
        return [(row["key"], row["until"]) for row in await uow.fetch("select key, until from timer where record = $1 order by key", lead)]
