"""Bad input on every route: each hostile value in each place is refused by name, never answered by a fault, and changes nothing."""

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import httpx
import pytest
import pytest_asyncio

from figures import figure
from integration.http_world import World, make_world
from xingji.kernel.db import Database
from xingji.kernel.http import PUBLIC, problems, routes_of
from xingji.kernel.records import Change, write

LEAD, CUSTOMER, NOBODY = (f"01a20397-94d7-7d9b-a95d-2d966645f8c{n}" for n in range(3))
LEADS = f"/api/v1/leads/{LEAD}"
# A body each route would take; the places in it are made hostile one by one.
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "record": ("POST /api/v1/records/lead", {
        "name": "n", "mobile": "13900001111", "email": "a@b.cn", "budget": 100, "tags": ["a"], "area": ["310000", "310100"],
        "intent": "A", "bid_close_at": "2026-01-01T00:00:00Z", "open_quote": True, "owner": NOBODY, "uscc": "x",
    }),
    "patch": (f"PATCH /api/v1/records/lead/{LEAD}", {"name": "n", "budget": 1, "owner": NOBODY, "bid_close_at": "x"}),
    "bulk changes": ("POST /api/v1/records/lead/bulk", {"changes": [{"op": "update", "id": LEAD, "values": {"name": 1}}], "dry_run": False}),
    "bulk filter": ("POST /api/v1/records/lead/bulk", {"filter": 'name == "nobody"', "set": {"name": "x"}, "dry_run": True}),
    "aggregate": ("POST /api/v1/records/lead/aggregate", {
        "filter": "true", "search": "a", "group": ["owner"], "aggregates": [{"as": "n", "fn": "count", "field": "name", "filter": "true"}],
    }),
    "touch": (f"POST {LEADS}/touch", {"kind": "x", "direction": "out", "answered": True, "text": "t", "at": "2026-01-01T00:00:00Z", "duration_sec": 1}),
    "assign": (f"POST {LEADS}/assign", {"person": NOBODY, "pool": None, "reason": "r"}),
    "convert": (f"POST {LEADS}/convert", {"customer": {"name": 1}, "contact": {"name": "c", "mobile": "1"}, "deal": {"name": "d", "amount": 1}}),
    "merge": ("POST /api/v1/merges", {"object": "lead", "keep": LEAD, "merged": NOBODY, "dry_run": True}),
    "pick": ("POST /api/v1/pools/pool_new/pick", {"record": LEAD}),
    "recognise": ("POST /api/v1/capture/recognise", {"text": "王 13900001111"}),
    "duplicates": ("POST /api/v1/duplicates", {"object": "lead", "fields": {"mobile": "13900001111", "company": "c", "uscc": "u"}, "besides": LEAD}),
    "drill": ("POST /api/v1/metrics/lead_inflow/drill", {"at": {"channel": "c"}, "since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
    "draft": ("PUT /api/v1/definitions/rule/r", {"document": {
        "kind": "rule", "key": "r", "name": {"zh": "r", "en": "r"}, "object": "lead", "order": 1, "on": {"created": True}, "when": "true",
        "do": [{"action": "set", "fields": {"name": '"x"'}}],
    }, "note": "n"}),
    "dry run": ("POST /api/v1/definitions/rule/dispatch_new_leads/dry-run", {"since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}),
    "person": ("POST /api/v1/people", {"key": "k", "name": "n", "unit": "none", "roles": ["boss"], "phone": "1", "email": "e"}),
    "unit": ("POST /api/v1/units", {"key": "u", "name": "n", "parent": "none"}),
    "absence": ("POST /api/v1/absences", {"person": NOBODY, "starts": "2026-01-01T00:00:00Z", "ends": "2026-01-02T00:00:00Z"}),
    "token": ("POST /api/v1/api-tokens", {"name": "t", "scopes": ["none"]}),
    "inbox": ("POST /api/v1/inbox/read", {"ids": [NOBODY], "all": False}),
    "holidays": ("POST /api/v1/public-holidays", {"days": [{"day": "2026-13-01", "works": None, "name": "n"}]}),
    "clock": ("POST /api/v1/clock/advance", {"to": "2020-01-01T00:00:00Z"}),
    "sign-in": ("POST /api/v1/sign-in", {"login": "a", "password": "b", "workspace": "c"}),
}  # fmt: skip
# What no place may take without a refusal, or that at least must not be answered by a fault.
HOSTILE: dict[str, Any] = {
    "object": {"a": {"b": []}}, "list": [[[]]], "true": True, "huge": 10**30, "negative": -(2**63) - 1, "float": 1e308, "null byte": "a\x00b",
    "sql": "'; drop table o_lead; --", "sql 2": "x' or '1'='1", "sleep": "1); select pg_sleep(9); --", "cel": '") || true || ("', "long": "长" * 70_000,
    "format": "%s{0}${jndi:x}", "far": "9999-12-31T23:59:59+14:00", "infinity": "infinity", "bidi": "\u202e\ufeff\U000e0001", "empty": "", "id": NOBODY,
}  # fmt: skip
RAW = {
    "empty": b"", "cut off": b'{"a": ', "nested": b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "not utf-8": b'{"a": "\xff\xfe"}',
    "surrogate": b'{"a": "\\ud800"}', "nan": b'{"a": NaN}', "infinite": b'{"a": 1e999}', "text": b'"text"', "number": b"1", "list": b"[]",
    "unknown": b'{"no_such_thing": 1}', "garbage": b"{}{}", "null": b"null",
}  # fmt: skip
TAKES_NO_BODY = (
    "sign-out",
    "undo",
    "restore",
    "unconvert",
    "dismiss",
    "run-again",
    "/check",
    "/release",
    "/resend",
    "/test",
    "totp",
)
RAW_BODIES = ("/files", "/imports", "/packs/import")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database: Database, workspace: str) -> World:
    world = await make_world(database, workspace)
    async with database.work(workspace) as uow:
        await write(uow, [Change("create", "customer", CUSTOMER, {"name": "坏输入（演示）"})])
        await write(uow, [Change("create", "lead", LEAD, {"name": "坏输入（演示）"})])
    return world


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boss(world: World):
    async with await world.browser("boss") as client:
        yield client


def batches(items: Iterable[Any], size: int = 12) -> Iterator[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a body: keys and positions on the way to it."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], by)
    return copy


def wrong(answer: httpx.Response, what: object, *, refuse: bool = False) -> list[str]:
    """What is wrong with an answer to bad input."""
    if answer.status_code >= 500:
        return [f"{what}: {answer.status_code}"]
    if answer.status_code < 400:
        return [f"{what}: accepted with {answer.status_code}"] if refuse else []
    if answer.headers["content-type"] != "application/problem+json" or not answer.json().get("code"):
        return [f"{what}: no problem document"]
    return []


async def asked(
    client: httpx.AsyncClient, method: str, path: str, what: object, *, refuse: bool = False, **more: Any
) -> list[str]:
    return wrong(await client.request(method, path, **more), (method, path, what), refuse=refuse)


async def all_of(requests: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for some in batches(requests):
        found += [one for answers in await asyncio.gather(*some) for one in answers]
    return found


@pytest.mark.parametrize("name", BODIES)
async def test_no_hostile_value_in_any_place_of_a_body_is_answered_by_a_fault(boss: httpx.AsyncClient, name: str):
    (method, path), body = BODIES[name][0].split(" "), BODIES[name][1]
    # Every sign-in costs a slow hash by design: a few values say enough about its three texts.
    hostile = dict(islice(HOSTILE.items(), 0, None, 5)) if name == "sign-in" else HOSTILE
    found = await all_of(
        asked(boss, method, path, (place, kind), content=json.dumps(replaced(body, place, value)), headers={"content-type": "application/json"})
        for place in places(body) for kind, value in hostile.items()
    )  # fmt: skip
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", RAW)
async def test_every_route_refuses_a_malformed_body_by_code_and_changes_nothing(
    world: World, boss: httpx.AsyncClient, kind: str
):
    before = await world.digest()
    found = await all_of(
        asked(boss, method, filled(path), kind, refuse=kind not in ("empty", "null"), content=RAW[kind], headers={"content-type": "application/json"})
        for method, path, right in routes_of(world.edge)
        if method in ("POST", "PUT", "PATCH") and right != PUBLIC and not path.endswith(TAKES_NO_BODY) and not path.endswith(RAW_BODIES)
    )  # fmt: skip
    assert not found, "\n".join(found)
    assert await world.digest() == before


async def test_every_route_refuses_a_body_of_another_type(world: World, boss: httpx.AsyncClient):
    found = []
    for content_type in (
        "text/plain",
        "application/xml",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "a/b; charset=utf-7",
        "",
    ):
        found += await all_of(
            asked(
                boss,
                method,
                path,
                content_type,
                refuse=True,
                content=b"<a>\x00</a>",
                headers={"content-type": content_type},
            )
            for method, path in {tuple(one.split(" ")) for one, _ in BODIES.values()}
        )
    assert not found, "\n".join(found)


def filled(path: str) -> str:
    """A path with something plausible for every parameter."""
    known = {
        "object_key": "lead",
        "kind": "rule",
        "inverse": "tasks",
        "key": "dispatch_new_leads",
        "id": LEAD,
        "change": NOBODY,
        "file": NOBODY,
    }
    path = path.replace("/outbox/{id}", "/outbox/1")
    return re.sub(r"{(\w+)}", lambda found: known.get(found[1], "x"), path)


TEXTS = (
    "'", "';select pg_sleep(9);--", "\\", "%00", "a\x00b", "created_at desc; drop table o_lead", "-name,(select 1)", "1e400", "-1",
    "9" * 40, "[" * 3000, "name == " + "(" * 2000, "长" * 5_000, "2026-99-99", "0001-01-01T00:00:00-23:59", "name.__init__",
)  # fmt: skip


async def test_no_hostile_text_in_any_query_parameter_of_any_route_is_answered_by_a_fault(
    world: World, boss: httpx.AsyncClient
):
    document = (await boss.get("/api/v1/openapi.json")).json()
    asks = [
        (method, path, parameter["name"])
        for path, item in document["paths"].items() for method, operation in item.items() if isinstance(operation, dict)
        for parameter in operation.get("parameters", ())
        if parameter["in"] == "query" and path.startswith("/api/v1/") and not path.endswith("/live") and "intake" not in path
    ]  # fmt: skip
    assert len(asks) > 50
    found = await all_of(
        asked(boss, method.upper(), filled(path), (name, text[:30]), params={name: text, **({"object": "lead"} if "timers" in path else {})})
        for method, path, name in asks for text in TEXTS
    )  # fmt: skip
    figure(6, f"{len(asks) * len(TEXTS)} hostile texts in {len(asks)} query parameters: {len(found)} faults")
    assert not found, "\n".join(found)
    for raw in ("%ff%fe", "%ed%a0%80", "a&filter=b&filter=c", "%"):
        assert (await boss.get(f"/api/v1/records/lead?filter={raw}")).status_code in (400, 422)


async def test_no_hostile_text_in_any_part_of_a_path_is_answered_by_a_fault(world: World, boss: httpx.AsyncClient):
    texts = ("'%3B--", "%00", "..%2f..%2fetc", "a" * 3_000, "%ff", "%F0%9F%92%A9", "0", "LEAD", "o_lead", "person")
    found = await all_of(
        asked(boss, method, re.sub(r"{\w+}", text, path, count=1), text)
        for method, path, right in routes_of(world.edge) if "{" in path and right != PUBLIC for text in texts
    )  # fmt: skip
    assert not found, "\n".join(found)


async def test_the_refusal_of_bad_values_names_each_field_and_what_is_wrong(boss: httpx.AsyncClient):
    body = {"budget": "much", "intent": "Z", "owner": "me", "bid_close_at": "soon", "bugdet": 1, "email": "x"}
    refused = await boss.post("/api/v1/records/lead", json=body)
    places_named = {problem["path"].rsplit(".", 1)[-1] for problem in refused.json()["problems"]}
    assert (refused.status_code, refused.json()["code"], places_named) == (422, "records.invalid", set(body))
    assert next(p for p in refused.json()["problems"] if p["path"].endswith("bugdet"))["params"]["near"] == "budget"
    broken = await boss.get("/api/v1/records/lead", params={"filter": "budgt > 1"})
    (problem,) = broken.json()["problems"]
    assert (broken.status_code, problem["line"], problem["column"], set(problem["message"])) == (
        422,
        1,
        1,
        {"zh", "en"},
    )


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04broken",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old",
        b"",
        b"\xff\xfe\x00",
        b"\x00" * 2000,
        b"a,a\n1,2\n",
        b'"unclosed\n1,2',
    ],
)
async def test_a_broken_file_is_refused_over_http_and_leaves_no_import(
    world: World, boss: httpx.AsyncClient, name: str, content: bytes
):
    answer = await boss.post(f"/api/v1/imports?object=lead&name={name}", content=content)
    assert not wrong(answer, content)
    if answer.status_code >= 400:
        async with world.database.work(world.workspace) as uow:
            assert await uow.fetchval("select count(*) from file where sha256 = sha256($1)", content) == 0


async def test_without_the_net_under_unstorable_values_the_walk_turns_red(
    boss: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(problems, "_is_not_storable", lambda error: False)
    found = await all_of(
        asked(boss, "GET", path, text, params={name: text})
        for path, name in (
            ("/api/v1/outbox", "before"),
            ("/api/v1/receipts", "source"),
            ("/api/v1/rules/r/runs", "before"),
        )
        for text in TEXTS
    )
    assert found
