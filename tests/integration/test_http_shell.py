"""The shell around every route: who comes in, how much, how often, once, and how a refusal looks."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
import pytest_asyncio
from litestar import get, post

from integration.http_world import NO_LIMITS, World, make_world, new_key
from xingji import app
from xingji.kernel import access
from xingji.kernel.core.errors import conflict
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.http import PUBLIC, SIGNED_IN, Here, Limits, Parts, build_shell, needs
from xingji.kernel.http.limits import RateLimit
from xingji.kernel.http.shell import WithoutRight

calls: list[str] = []


class Body(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    number: int = 0


@post("/api/v1/toys", opt=needs(SIGNED_IN), status_code=200)
async def make_toy(here: Here, data: Body) -> dict[str, Any]:
    async def command(uow: UnitOfWork) -> dict[str, Any]:
        calls.append(data.text)
        await uow.execute("insert into rule_mark (rule, key, at) values ('toy', $1, now())", data.text)
        if data.text == "refused":
            raise conflict("toy.refused")
        return {"text": data.text, "call": len(calls), "change": uow.change}

    return await here.run(command)


@get("/api/v1/toys/{number:int}", opt=needs("people.read"))
async def get_toy(here: Here, number: int) -> dict[str, Any]:
    return {"number": await here.read(lambda uow: uow.fetchval("select $1::int", number))}


@get("/api/v1/broken", opt=needs(PUBLIC))
async def get_broken() -> dict[str, Any]:
    raise ValueError("a secret of the inside")


HANDLERS = (make_toy, get_toy, get_broken)


def shell(database: Database, limits: Limits = NO_LIMITS) -> Any:
    return build_shell(database, Parts(app.authenticate, access.require, HANDLERS), limits)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database) -> AsyncIterator[World]:
    world = await make_world(database, "bare")
    full, world.edge = world.edge, _both(world.edge, shell(database))
    yield world
    world.edge = full


def _both(full: Any, toys: Any) -> Any:
    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        chosen = toys if scope["path"].startswith(("/api/v1/toys", "/api/v1/broken")) else full
        await chosen(scope, receive, send)

    return application


async def test_a_request_without_session_or_token_is_refused_before_its_body_is_read(world: World):
    async with world.anybody() as client:
        answer = await client.post("/api/v1/toys", content=b"{broken")
    assert (answer.status_code, answer.json()["code"]) == (401, "session.none")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("token", ["xj_wrong", "nonsense", "xs_source"])
async def test_an_unknown_token_is_refused(world: World, token: str):
    async with world.anybody() as client:
        answer = await client.get("/api/v1/toys/1", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "token.unknown")


async def test_a_write_with_a_cookie_needs_the_csrf_value_and_one_with_a_token_does_not(world: World):
    async with await world.browser("boss") as client:
        right = client.headers.pop("x-csrf-token")
        for wrong in ({}, {"x-csrf-token": "x"}, {"x-csrf-token": right[:-1]}):
            answer = await client.post("/api/v1/toys", json={"text": "a"}, headers=wrong)
            assert (answer.status_code, answer.json()["code"]) == (403, "http.csrf")
        assert (await client.post("/api/v1/toys", json={"text": "csrf"}, headers={"x-csrf-token": right})).status_code == 200
    async with await world.with_token("boss", "*") as client:
        assert (await client.post("/api/v1/toys", json={"text": "token"})).status_code == 200


async def test_a_write_caused_by_another_sites_page_is_refused_even_at_sign_in(world: World):
    async with await world.browser("boss") as client:
        for origin in ("http://evil.test", "null", "http://xingji.test.evil.test"):
            answer = await client.post("/api/v1/toys", json={"text": "x"}, headers={"origin": origin})
            assert answer.json()["code"] == "http.foreign_origin"
        assert (await client.post("/api/v1/toys", json={"text": "o"}, headers={"origin": "http://xingji.test"})).status_code == 200
    async with world.anybody() as client:
        answer = await client.post("/api/v1/sign-in", json={"login": "a", "password": "b"}, headers={"origin": "http://evil.test"})
        assert answer.status_code == 403


async def test_a_right_that_is_missing_is_named(world: World):
    async with await world.browser("helper") as client:
        answer = await client.get("/api/v1/toys/1")
    assert (answer.status_code, answer.json()["data"]["right"]) == (403, "people.read")


async def test_a_token_reaches_no_further_than_its_scopes(world: World):
    async with await world.with_token("boss", "records.read") as client:
        answer = await client.get("/api/v1/toys/1")
    assert (answer.status_code, answer.json()["code"]) == (403, "access.token_scope")


async def test_an_idempotency_key_replays_a_success_and_runs_a_failure_again(world: World):
    key = {"idempotency-key": new_key()}
    async with await world.browser("boss") as client:
        first = await client.post("/api/v1/toys", json={"text": "once"}, headers=key)
        second = await client.post("/api/v1/toys", json={"text": "once"}, headers=key)
        assert first.json() == second.json()
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        other = await client.post("/api/v1/toys", json={"text": "other"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "http.idempotency_key_reused")
        failing, before = {"idempotency-key": new_key()}, calls.count("refused")
        for _ in range(2):
            assert (await client.post("/api/v1/toys", json={"text": "refused"}, headers=failing)).status_code == 409
        assert calls.count("refused") == before + 2
        assert (await client.post("/api/v1/toys", json={"text": "x"}, headers={"idempotency-key": "k" * 201})).status_code == 422


async def test_the_same_key_of_another_caller_is_another_key(world: World):
    key = {"idempotency-key": new_key()}
    async with await world.browser("boss") as boss, await world.browser("helper") as helper:
        assert (await boss.post("/api/v1/toys", json={"text": "mine"}, headers=key)).status_code == 200
        assert (await helper.post("/api/v1/toys", json={"text": "theirs"}, headers=key)).status_code == 200


async def test_the_same_key_at_once_runs_once(world: World):
    key = {"idempotency-key": new_key()}
    async with await world.browser("boss") as client:
        answers = await asyncio.gather(
            *(client.post("/api/v1/toys", json={"text": "together"}, headers=key) for _ in range(8))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["change"] for answer in answers}) == 1
    assert calls.count("together") == 1


async def test_an_unexpected_exception_answers_500_with_the_request_id_and_nothing_of_the_inside(world: World):
    async with world.anybody() as client:
        answer = await client.get("/api/v1/broken", headers={"x-request-id": "asked-for-42"})
    assert (answer.status_code, answer.json()["request_id"]) == (500, "asked-for-42")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


async def test_a_value_the_database_cannot_hold_is_refused_as_the_callers(world: World):
    async with await world.browser("boss") as client:
        assert (await client.get("/api/v1/toys/99999999999999")).status_code == 422
        assert (await client.post("/api/v1/toys", json={"text": "nul \x00"})).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "http.invalid_request"),
        (b"{", 400, "http.malformed"),
        (b"[]", 422, "http.invalid_request"),
        (b'{"text": 1}', 422, "http.invalid_request"),
        (b'{"text": "a", "number": 1e400}', 400, "http.malformed"),
        (b'{"text": "a", "extra": 1}', 422, "http.invalid_request"),
        (b'{"text": "\xff"}', 400, "http.malformed"),
        (b'{"text": "\\ud800"}', 400, "http.malformed"),
        (b"[" * 50_000, 400, "http.malformed"),
        (b"x" * 3_000_000, 413, "http.too_large"),
    ],
)
async def test_a_bad_body_is_refused_with_a_problem_document(world: World, body: bytes, status: int, code: str):
    async with await world.browser("boss") as client:
        answer = await client.post("/api/v1/toys", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_body_above_the_limit_is_cut_off_though_its_length_was_not_announced(world: World):
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 100_000

    async with await world.browser("boss") as client:
        answer = await client.post("/api/v1/toys", content=parts(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "http.too_large")


async def test_every_answer_has_the_security_headers_and_a_request_id(world: World):
    async with world.anybody() as client:
        for path in ("/healthz", "/api/v1/nothing", "/", "/assets/none.js", "/api/v1/toys/1"):
            answer = await client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert answer.headers["referrer-policy"]
            assert answer.headers["x-request-id"]


async def test_unknown_addresses_of_the_api_are_problems_and_all_others_are_the_web_app(world: World):
    async with world.anybody() as client:
        assert (await client.get("/api/v1/nothing")).json()["code"] == "http.no_such_route"
        page = await client.get("/leads/some-id")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        again = await client.get("/leads/other", headers={"if-none-match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await client.post("/leads")).status_code == 404
        assert (await client.get("/assets/../../etc/passwd")).status_code in (200, 404)
        assert b"root:" not in (await client.get("/assets/..%2f..%2fetc/passwd")).content


async def test_too_many_requests_are_told_when_to_come_again(world: World):
    limits = Limits()
    limits.token = RateLimit("token", 0.001, 3)
    world_client = await world.with_token("boss", "*")
    edge = shell(world.database, limits)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://xingji.test") as client:
        client.headers = world_client.headers
        statuses = [(await client.get("/api/v1/toys/1")).status_code for _ in range(4)]
        refused = await client.get("/api/v1/toys/1")
    assert statuses == [200, 200, 200, 429]
    assert int(refused.headers["retry-after"]) > 100


async def test_guessing_is_slowed_down_by_address(world: World):
    limits = Limits()
    limits.refused = RateLimit("refused", 0.001, 5)
    edge = shell(world.database, limits)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="http://xingji.test") as client:
        statuses = [
            (await client.get("/api/v1/toys/1", headers={"authorization": f"Bearer xj_{n}"})).status_code for n in range(8)
        ]
        stale = await client.get("/api/v1/toys/1", headers={"cookie": "xingji_session=stale"})
    assert statuses == [401] * 5 + [429] * 3
    assert stale.status_code == 401


async def test_connections_that_the_database_ends_are_made_good_and_never_a_fault_of_ours(world: World):
    async with await world.browser("boss") as client:
        for _ in range(3):
            flood = [asyncio.create_task(client.get("/api/v1/toys/1")) for _ in range(12)]
            await asyncio.sleep(0)
            owner = await asyncpg.connect(str(world.database.owner_url))
            await owner.execute(
                """select pg_terminate_backend(pid) from pg_stat_activity
                  where datname = current_database() and pid <> pg_backend_pid()"""
            )
            await owner.close()
            answers = await asyncio.gather(*flood)
            assert {answer.status_code for answer in answers} <= {200, 503}
            for answer in answers:
                assert answer.status_code == 200 or answer.headers["retry-after"], answer.text
        for _ in range(20):
            answer = await client.get("/api/v1/toys/1")
            if answer.status_code == 200:
                break
        assert answer.status_code == 200


def test_a_limit_lets_a_burst_through_and_then_its_pace():
    limit = RateLimit("test", 2.0, 3)
    assert [limit.wait("a", 0.0, count=True) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert limit.wait("b", 0.0) == 0.0
    assert limit.wait("a", 0.5, count=True) == 0.0
    assert limit.wait("a", 0.5) == 0.5


async def test_a_handler_that_does_not_say_what_it_needs_is_never_served(database: Database):
    @get("/api/v1/open")
    async def careless() -> None:
        return None

    with pytest.raises(WithoutRight, match="/api/v1/open"):
        build_shell(database, Parts(app.authenticate, access.require, [careless]))


async def test_figures_name_no_workspace_and_no_person(world: World):
    async with world.anybody() as client:
        await client.get("/healthz")
        text = (await client.get("/metrics")).text
    assert 'xingji_http_requests_total{method="GET",route="/healthz",status="200"}' in text
    assert "xingji_outbox_dead 0.0" in text
    assert "bare" not in text


async def test_the_request_log_holds_no_secret(world: World, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    async with world.anybody() as client:
        await client.get("/healthz?password=geheim")
        await client.post("/api/v1/intake/xs_geheim?token=geheim", json={})
        await client.get("/api/v1/toys/1", headers={"authorization": "Bearer xj_geheim"})
    own = [record for record in caplog.records if record.name.startswith("xingji")]
    assert own
    assert not [r for r in own if "geheim" in json.dumps([r.getMessage(), {**vars(r), "exc_info": None}], default=str)]
