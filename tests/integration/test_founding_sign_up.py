"""Sign-up over HTTP: queued by the web process, made by a worker, entered with one's own password, roadmap reckoned."""

import asyncio
from uuid import UUID

import pytest
import pytest_asyncio

from integration.http_world import NO_LIMITS, PASSWORD, World, make_world
from xingji import app
from xingji.founding import found_queued
from xingji.founding.sign_up import PER_ADDRESS_A_DAY
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.events import append_events
from xingji.kernel.http import Limits
from xingji.kernel.records.importers import import_table, undo_import

FORM = {"organisation": "青禾软件(演示)", "person": "林青", "login": "lin@qinghe.example", "password": "a long enough one", "template": "software", "size": "s", "sample": True}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace) -> World:
    return await make_world(database, workspace)


@pytest.fixture(autouse=True)
def open_door(monkeypatch):
    monkeypatch.setenv("XINGJI_SIGN_UP", "1")


async def found(world: World, form: dict) -> dict:
    """Signs up, lets the worker work, and answers the progress."""
    async with world.anybody() as client:
        asked = await client.post("/api/v1/sign-up", json=form)
        assert asked.status_code == 202, asked.text
        before = (await client.get(f"/api/v1/sign-up/{asked.json()['ticket']}")).json()
        assert before["status"] == "queued"
        assert await found_queued(world.database)
        return (await client.get(f"/api/v1/sign-up/{asked.json()['ticket']}")).json()


async def enter(world: World, form: dict, workspace: str):
    async with world.anybody() as door:
        answer = await door.post("/api/v1/sign-in", json={"login": form["login"], "password": form["password"], "workspace": workspace})
        assert answer.status_code == 200, answer.text
    client = world.anybody()
    client.cookies.update(door.cookies)
    client.headers["x-csrf-token"] = answer.json()["csrf"]
    return client


async def test_who_signs_up_enters_a_workspace_of_their_own_with_sample_data_that_goes_in_one_click(world):
    progress = await found(world, FORM)
    assert (progress["status"], progress["step"], progress["steps_done"]) == ("done", "done", progress["steps"])
    async with await enter(world, FORM, progress["workspace"]) as client:
        session = (await client.get("/api/v1/session")).json()
        assert session["workspace"]["name"] == FORM["organisation"]
        assert {"definitions.write", "people.write"} <= set(session["rights"])
        assert (await client.get("/api/v1/records/lead", params={"limit": 5})).json()["rows"]
        road = (await client.get("/api/v1/roadmap")).json()
        assert (road["template"], road["size"], road["done"]) == ("software", "s", 0)  # sample data does not count as use
        assert road["sample"]["counts"]["lead"] > 100
        assert road["can"]["remove_sample"]
        gone = await client.request("DELETE", "/api/v1/sample-data")
        assert gone.json()["removed"]["lead"] == road["sample"]["counts"]["lead"]
        assert (await client.get("/api/v1/records/lead")).json()["rows"] == []
        assert (await client.get("/api/v1/roadmap")).json()["sample"] is None


async def test_a_step_is_done_when_its_thing_is_in_use_and_the_next_open_one_is_named(world):
    form = FORM | {"login": "he@meiyu.example", "template": "education", "size": "m", "sample": False}
    progress = await found(world, form)
    async with await enter(world, form, progress["workspace"]) as client:
        def states(road):
            return {step["key"]: step["state"] for stage in road["stages"] for step in stage["steps"]}

        first = states((await client.get("/api/v1/roadmap")).json())
        assert first["source"] == "next"
        assert first["table"] == "open"
        assert first["talk"] == "later"  # this release knows no such kind
        assert list(first.values()).count("next") == 1
        made = await client.post("/api/v1/records/lead", json={"name": "王女士", "mobile": "13900012345"})
        assert made.status_code in (200, 201), made.text
        async with world.database.work(progress["workspace"], SYSTEM) as uow:
            await append_events(uow, [NewEvent("lead.received", "lead", UUID(made.json()["id"]), {})])
        second = states((await client.get("/api/v1/roadmap")).json())
        assert second["source"] == "done"
        assert second["team"] == "next"
        # a table that came in counts, whatever it was counted as, and no longer once it is taken out
        road = (await client.get("/api/v1/roadmap", params={"size": "m"})).json()
        assert states(road)["customers"] == "open"
        done = await import_table(world.database, progress["workspace"], "customer", "老客户.csv", "客户名称\n启明教育(演示)\n".encode(), mode="history")
        assert states((await client.get("/api/v1/roadmap")).json())["customers"] == "done"
        await undo_import(world.database, progress["workspace"], UUID(done["id"]))
        assert states((await client.get("/api/v1/roadmap")).json())["customers"] == "open"


async def test_an_empty_workspace_and_the_same_login_twice_with_its_own_password(world):
    form = FORM | {"login": "13900099001", "template": None, "sample": False}
    one = await found(world, form)
    async with world.anybody() as client:
        wrong = await client.post("/api/v1/sign-up", json=form | {"password": "quite another one"})
        assert wrong.status_code == 422
        assert wrong.json()["problems"][0]["code"] == "sign_up.known_login"
    two = await found(world, form | {"organisation": "第二家(演示)"})
    assert one["workspace"] != two["workspace"]
    async with await enter(world, form, two["workspace"]) as client:
        assert {w["key"] for w in (await client.get("/api/v1/session")).json()["workspaces"]} == {one["workspace"], two["workspace"]}


async def test_a_form_with_faults_is_told_all_of_them_and_a_closed_door_stays_closed(world, monkeypatch):
    async with world.anybody() as client:
        answer = await client.post("/api/v1/sign-up", json={"login": "nobody", "password": "short"})
        assert answer.status_code == 422
        assert [p["path"] for p in answer.json()["problems"]] == ["organisation", "person", "login", "password"]
        assert (await client.post("/api/v1/sign-up", json=FORM | {"template": "../base"})).status_code == 404
        monkeypatch.setenv("XINGJI_SIGN_UP", "")
        assert (await client.post("/api/v1/sign-up", json=FORM)).json()["code"] == "sign_up.closed"
        assert (await client.get("/api/v1/sign-up")).json() == {"open": False}


async def test_what_fails_is_taken_away_and_says_so(world, monkeypatch):
    async def broken(*_args, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("xingji.founding.create.add_sample", broken)
    before = set(await world.database.workspaces())
    progress = await found(world, FORM | {"login": "zhao@kuai.example"})
    assert (progress["status"], progress["error"]["code"]) == ("failed", "server_error")
    assert set(await world.database.workspaces()) == before


async def test_a_worker_that_died_is_followed_by_another_that_starts_afresh(world):
    form = FORM | {"login": "qian@jixu.example", "sample": False}
    async with world.anybody() as client:
        asked = (await client.post("/api/v1/sign-up", json=form)).json()
        working = asyncio.create_task(found_queued(world.database))
        while (await client.get(f"/api/v1/sign-up/{asked['ticket']}")).json()["steps_done"] < 1:
            await asyncio.sleep(0.02)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        async with world.database.control() as control:
            await control.execute("update founding set claimed_until = now() - interval '1 second' where status = 'running'")
        assert await found_queued(world.database)
        assert (await client.get(f"/api/v1/sign-up/{asked['ticket']}")).json()["status"] == "done"
    async with await enter(world, form, asked["workspace"]) as client:
        assert (await client.get("/api/v1/session")).status_code == 200


async def test_one_address_may_not_ask_without_end(world):
    edge = app.build_web(world.database, Limits(1))
    limited = World(world.database, world.workspace, edge)
    async with limited.anybody() as client:
        codes = []
        for n in range(PER_ADDRESS_A_DAY + 2):
            answer = await client.post("/api/v1/sign-up", json=FORM | {"login": f"many{n}@example.com"})
            codes.append(answer.status_code)
    assert 429 in codes
    async with world.database.control() as control:
        await control.execute("delete from founding where status = 'queued'")
    assert NO_LIMITS.factor == 0
    assert PASSWORD
