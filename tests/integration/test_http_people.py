"""Sign-in, the own session, people, tokens and the audit log over HTTP."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest_asyncio

from integration.http_world import PASSWORD, World, login_of, make_world
from xingji import app
from xingji.kernel import access
from xingji.kernel.access.logins import totp_at
from xingji.kernel.access.session_http import ATTEMPTS_A_MINUTE
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema
from xingji.kernel.http import Limits
from xingji.kernel.http.limits import RateLimit


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database) -> World:
    return await make_world(database, "bare")


@pytest_asyncio.fixture(loop_scope="session")
async def boss(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with await world.browser("boss") as client:
        yield client


async def sign_in(world: World, name: str, password: str = PASSWORD, **more: str) -> httpx.Response:
    async with world.anybody() as client:
        return await client.post("/api/v1/sign-in", json={"login": login_of("bare", name), "password": password, **more})


async def hire(boss: httpx.AsyncClient, key: str, roles: tuple[str, ...] = ("helper",)) -> tuple[str, str]:
    """(person id, first password) of somebody new who can sign in as key.bare@example.test."""
    made = await boss.post("/api/v1/people", json={"key": key, "name": f"{key}（演示）", "roles": list(roles)})
    assert made.status_code == 200, made.text
    invited = await boss.post("/api/v1/invite", json={"person": made.json()["id"], "login": login_of("bare", key)})
    assert invited.status_code == 200, invited.text
    return made.json()["id"], invited.json()["password"]


async def test_signing_in_answers_who_one_is_and_what_one_may_do(world: World):
    answer = await sign_in(world, "helper")
    body = answer.json()
    assert (body["person"]["key"], body["workspace"]["key"], body["rights"]) == ("helper", "bare", ["definitions.read"])
    assert (body["workspace"]["currency_decimals"], body["workspace"]["clock"]["moved"]) == (2, False)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert PASSWORD not in answer.text


async def test_a_wrong_name_and_a_wrong_password_look_the_same(world: World):
    wrong_name, wrong_password = await sign_in(world, "ghost"), await sign_in(world, "helper", "wrong password")
    assert wrong_name.status_code == wrong_password.status_code == 401
    assert {**wrong_name.json(), "request_id": ""} == {**wrong_password.json(), "request_id": ""}


async def test_nobody_is_invited_by_what_is_no_phone_and_no_e_mail(boss: httpx.AsyncClient):
    made = (await boss.post("/api/v1/people", json={"key": "nobody_yet", "name": "还没有账号（演示）", "roles": ["helper"]})).json()["id"]
    for typed in ("不是账号", "12", "name@"):
        refused = await boss.post("/api/v1/invite", json={"person": made, "login": typed})
        assert (refused.status_code, [(one["code"], one["path"]) for one in refused.json()["problems"]]) == (422, [("login.form", "login")])
    assert next(row for row in (await boss.get("/api/v1/people")).json()["rows"] if row["id"] == made)["login"] is None


async def test_nobodys_login_is_taken_from_them_by_inviting_somebody_else_with_it(world: World, boss: httpx.AsyncClient):
    made = (await boss.post("/api/v1/people", json={"key": "second", "name": "第二位（演示）"})).json()["id"]
    answer = await boss.post("/api/v1/invite", json={"person": made, "login": login_of(world.workspace, "helper")})
    assert (answer.status_code, answer.json()["code"]) == (409, "login.person_taken")
    async with world.anybody() as client:
        body = {"login": login_of(world.workspace, "helper"), "password": PASSWORD, "workspace": world.workspace}
        assert (await client.post("/api/v1/sign-in", json=body)).json()["person"]["key"] == "helper"


async def test_after_five_wrong_passwords_the_right_one_is_refused_for_a_while(world: World, boss: httpx.AsyncClient):
    _, password = await hire(boss, "clumsy")
    for _ in range(5):
        assert (await sign_in(world, "clumsy", "guess")).status_code == 401
    locked = await sign_in(world, "clumsy", password)
    assert (locked.status_code, locked.json()["code"]) == (429, "login.locked")
    assert int(locked.headers["retry-after"]) > 60


async def test_an_address_that_tries_too_often_is_stopped_in_every_process(world: World):
    limits = Limits(0.1)
    limits.refused = RateLimit("refused", 1_000, 1_000)
    edges = [app.build_web(world.database, limits) for _ in range(2)]
    statuses: list[int] = []
    for n in range(2 * ATTEMPTS_A_MINUTE // 10 + 2):
        transport = httpx.ASGITransport(edges[n % 2], client=("10.0.0.9", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://xingji.test") as client:
            answer = await client.post("/api/v1/sign-in", json={"login": f"spray{n}@example.test", "password": "x"})
        statuses.append(answer.status_code)
    assert statuses.count(429) >= 1
    assert set(statuses) == {401, 429}


async def test_signing_out_ends_the_session_at_once(world: World):
    async with world.anybody() as client:
        signed = await client.post("/api/v1/sign-in", json={"login": login_of("bare", "helper"), "password": PASSWORD})
        kept = dict(client.cookies)
        await client.post("/api/v1/sign-out", headers={"x-csrf-token": signed.json()["csrf"]})
    async with world.anybody() as client:
        client.cookies.update(kept)
        assert (await client.get("/api/v1/session")).status_code == 401


async def test_a_session_cookie_planted_before_signing_in_is_replaced(world: World):
    async with world.anybody() as client:
        signed = await client.post(
            "/api/v1/sign-in",
            json={"login": login_of("bare", "helper"), "password": PASSWORD},
            headers={"cookie": "xingji_session=planted"},
        )
        assert "planted" not in signed.headers["set-cookie"]
    async with world.anybody() as client:
        assert (await client.get("/api/v1/session", headers={"cookie": "xingji_session=planted"})).status_code == 401


async def test_a_second_factor_is_asked_for_and_works_once(world: World, boss: httpx.AsyncClient):
    _, password = await hire(boss, "careful")
    async with world.anybody() as client:
        signed = await client.post("/api/v1/sign-in", json={"login": login_of("bare", "careful"), "password": password})
        client.headers["x-csrf-token"] = signed.json()["csrf"]
        assert (await client.post("/api/v1/session/totp", json={"password": "wrong"})).status_code == 403
        secret = (await client.post("/api/v1/session/totp", json={"password": password})).json()["secret"]
    assert (await sign_in(world, "careful", password)).json()["code"] == "login.totp_needed"
    now = await world.database.pool.fetchval("select date_part('epoch', now())")
    code = totp_at(secret, now)
    assert (await sign_in(world, "careful", password, totp=code)).status_code == 200
    assert (await sign_in(world, "careful", password, totp=code)).status_code == 401


async def test_a_new_password_ends_every_session_of_the_login(world: World, boss: httpx.AsyncClient):
    _, password = await hire(boss, "changer")
    async with world.anybody() as client:
        signed = await client.post("/api/v1/sign-in", json={"login": login_of("bare", "changer"), "password": password})
        client.headers["x-csrf-token"] = signed.json()["csrf"]
        kept = dict(client.cookies)
        short = await client.post("/api/v1/session/password", json={"password": password, "new_password": "short"})
        assert (short.status_code, short.json()["code"]) == (422, "login.password_short")
        body = {"password": password, "new_password": "a better one 演示"}
        assert (await client.post("/api/v1/session/password", json=body)).status_code == 200
    async with world.anybody() as client:
        client.cookies.update(kept)
        assert (await client.get("/api/v1/session")).status_code == 401
    assert (await sign_in(world, "changer", "a better one 演示")).status_code == 200


async def test_rights_taken_away_are_gone_at_the_next_request(world: World, boss: httpx.AsyncClient):
    _, password = await hire(boss, "mover", roles=("helper",))
    async with world.anybody() as client:
        await client.post("/api/v1/sign-in", json={"login": login_of("bare", "mover"), "password": password})
        assert (await client.get("/api/v1/definitions/role")).status_code == 200
        await boss.post("/api/v1/people", json={"key": "mover", "name": "mover（演示）", "roles": ["nobody"]})
        assert (await client.get("/api/v1/definitions/role")).status_code == 403


async def test_whoever_leaves_is_out_at_once(world: World, boss: httpx.AsyncClient):
    person, password = await hire(boss, "leaver")
    async with world.anybody() as client:
        await client.post("/api/v1/sign-in", json={"login": login_of("bare", "leaver"), "password": password})
        left = await boss.post(f"/api/v1/people/{person}/leave", json={"on": date.today().isoformat()})
        assert left.status_code == 200, left.text
        assert (await client.get("/api/v1/session")).status_code == 401
    assert (await sign_in(world, "leaver", password)).json().get("person") is None


async def test_a_session_moves_between_the_workspaces_of_its_login_and_into_no_other(fresh: Database):
    await create_workspace_schema(str(fresh.owner_url), "second", "第二家（演示）")
    await create_workspace_schema(str(fresh.owner_url), "third", "第三家（演示）")
    world = await make_world(fresh, "bare")
    async with fresh.work("second") as uow:
        ids = await access.save_people(uow, {"persons": [{"key": "guest", "name": "来客（演示）", "roles": []}]})
    login = await fresh.pool.fetchval("select id from xingji.login where email = $1", login_of("bare", "boss"))
    await access.bind_person(fresh, login, "second", ids["guest"])
    async with await world.browser("boss") as client:
        assert [w["key"] for w in (await client.get("/api/v1/session")).json()["workspaces"]] == ["bare", "second"]
        moved = await client.post("/api/v1/session/workspace", json={"workspace": "second"})
        assert (moved.json()["person"]["key"], moved.json()["rights"]) == ("guest", [])
        assert (await client.get("/api/v1/people")).status_code == 403
        assert (await client.post("/api/v1/session/workspace", json={"workspace": "third"})).status_code == 401


async def test_people_units_and_absences_are_kept_and_listed(boss: httpx.AsyncClient):
    await boss.post("/api/v1/units", json={"key": "north", "name": "华北（演示）", "parent": "shop_floor"})
    made = await boss.post("/api/v1/people", json={"key": "zhang_yi", "name": "张一（演示）", "unit": "north", "phone": "13800000001"})
    person = made.json()["id"]
    now = datetime.now(UTC)
    body = {"person": person, "starts": (now - timedelta(hours=1)).isoformat(), "ends": (now + timedelta(days=1)).isoformat()}
    absence = (await boss.post("/api/v1/absences", json=body)).json()["id"]
    listed = {row["key"]: row for row in (await boss.get("/api/v1/people")).json()["rows"]}
    assert listed["zhang_yi"]["unit_name"] == "华北（演示）"
    assert listed["zhang_yi"]["absent_until"] is not None
    assert "north" in {row["key"] for row in (await boss.get("/api/v1/units")).json()["rows"]}
    assert (await boss.delete(f"/api/v1/absences/{absence}")).status_code == 204
    assert absence not in {row["id"] for row in (await boss.get("/api/v1/absences")).json()["rows"]}


async def test_impossible_people_are_refused_with_the_place_of_each_problem(boss: httpx.AsyncClient):
    for body, place in (
        ({"key": "x", "name": "x", "unit": "nowhere"}, "persons.0.unit"),
        ({"key": "x", "name": "x", "manager": "nobody_there"}, "persons.0.manager"),
        ({"key": "x", "name": "x", "brands": ["none"]}, "brands"),
    ):
        refused = await boss.post("/api/v1/people", json=body)
        assert (refused.status_code, refused.json()["problems"][0]["path"]) == (422, place)
    await boss.post("/api/v1/units", json={"key": "ring_a", "name": "甲（演示）"})
    await boss.post("/api/v1/units", json={"key": "ring_b", "name": "乙（演示）", "parent": "ring_a"})
    ring = await boss.post("/api/v1/units", json={"key": "ring_a", "name": "甲（演示）", "parent": "ring_b"})
    assert (ring.status_code, ring.json()["code"]) == (422, "people.unit_cycle")
    moment = datetime.now(UTC).isoformat()
    person = (await boss.get("/api/v1/people")).json()["rows"][0]["id"]
    backwards = await boss.post("/api/v1/absences", json={"person": person, "starts": moment, "ends": moment})
    assert backwards.status_code == 422


async def test_a_token_is_shown_once_works_within_its_scopes_and_ends_at_once(world: World, boss: httpx.AsyncClient):
    made = await boss.post("/api/v1/api-tokens", json={"name": "erp（演示）", "scopes": ["definitions.read"]})
    token = made.json()["token"]
    listed = await boss.get("/api/v1/api-tokens")
    assert token not in listed.text
    async with world.anybody() as client:
        client.headers["authorization"] = f"Bearer {token}"
        assert (await client.get("/api/v1/definitions/role")).status_code == 200
        assert (await client.get("/api/v1/people")).json()["code"] == "access.token_scope"
        assert (await client.post("/api/v1/api-tokens", json={"name": "more", "scopes": ["*"]})).status_code == 403
        assert (await boss.delete(f"/api/v1/api-tokens/{made.json()['id']}")).status_code == 204
        assert (await client.get("/api/v1/definitions/role")).status_code == 401
    assert (await boss.post("/api/v1/api-tokens", json={"name": "x", "scopes": ["fly"]})).status_code == 422


async def test_what_matters_stands_in_the_audit_log_newest_first(boss: httpx.AsyncClient):
    await boss.post("/api/v1/people", json={"key": "audited", "name": "记（演示）", "roles": ["nobody"]})
    first = (await boss.get("/api/v1/audit", params={"limit": 2})).json()
    assert first["rows"][0]["action"] == "person.saved"
    assert first["rows"][0]["person_name"] == "boss（演示）"
    second = (await boss.get("/api/v1/audit", params={"limit": 2, "after": first["next"]})).json()
    assert second["rows"][0]["id"] < first["rows"][-1]["id"]
    only = (await boss.get("/api/v1/audit", params={"action": "session.signed_in"})).json()["rows"]
    assert {row["action"] for row in only} == {"session.signed_in"}
