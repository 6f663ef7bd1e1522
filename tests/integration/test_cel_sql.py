"""Compiled expressions on real rows: null, failure, money, time, lists, and never an exception."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from cel_lab import ENV, NOW, TableSink, fill
from xingji.kernel.cel import SQL_TYPES, Kind, check, to_sql

ZHANG, LI = UUID("0190aaaa-0000-7000-8000-000000000001"), UUID("0190aaaa-0000-7000-8000-000000000002")
AT = datetime.fromisoformat(NOW)
FULL: dict[str, Any] = {
    "id": 1, "name": "砺澜演示", "title": "a%b_c", "qty": 5, "seats": 3, "score": 0.5, "rate": 0.12, "budget": 50_000_050,
    "paid": 10, "vip": True, "active": True, "due": date(2026, 1, 31), "created_at": AT - timedelta(hours=100),
    "touched_at": AT - timedelta(minutes=5), "tags": ["vip", "老客户"], "owner": ZHANG, "customer": LI,
    "customer_tier": "A", "customer_amount": 100, "customer_since": date(2020, 2, 29), "area": ["310000", None, None],
    "data": '{"page": "/price", "score": "12"}',
}  # fmt: skip
EMPTY: dict[str, Any] = {
    "id": 2, "title": "", "seats": 0, "paid": 0, "active": False, "created_at": AT, "data": "{}",
}  # fmt: skip
HUGE: dict[str, Any] = {
    **EMPTY, "id": 3, "qty": 2**63 - 1, "seats": -(2**63), "score": 1.7e308, "budget": 2**63 - 1, "rate": -1e-300,
    "name": "x" * 1000, "due": date(9999, 12, 31), "touched_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    "tags": [], "created_at": datetime(1, 1, 2, tzinfo=UTC),
}  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def rows(server_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server_url)
    await fill(connection, [FULL, EMPTY, HUGE])
    yield connection
    await connection.close()


async def evaluate(rows: asyncpg.Connection, source: str, *, only_true: bool = False) -> list[Any]:
    sink = TableSink(AT, ZHANG, [ZHANG])
    sql = to_sql(check(source, ENV), sink, only_true=only_true)
    return [row[0] for row in await rows.fetch(f"SELECT {sql} FROM lead t ORDER BY id", *sink.values)]


#: expression -> value on the full row, the empty row, the row of extremes
CASES: list[tuple[str, list[Any]]] = [
    ('name == "砺澜演示"', [True, False, False]),
    ('name != "砺澜演示"', [False, True, True]),
    ("name == null", [False, True, False]),
    ("null != name", [True, False, True]),
    ("null == null", [True, True, True]),
    ("seats == null", [False, False, False]),
    ("5 != null", [True, True, True]),
    ("qty < 5", [False, None, False]),
    ("qty >= 5", [True, None, True]),
    ("!(qty < 5)", [True, None, True]),
    ("qty == 5 || true", [True, True, True]),
    ("qty > 5 && false", [False, False, False]),
    ("qty > 4 || seats > 0", [True, None, True]),
    ("vip", [True, None, None]),
    ("!vip", [False, None, None]),
    ("vip == true", [True, False, False]),
    ("vip ? 1 : 2", [1, None, None]),
    ("(vip ? qty : seats) == null", [False, None, None]),
    ("(active ? qty : null) == null", [False, True, True]),
    ("budget > 500000", [True, None, True]),
    ("budget == 500000.5", [True, False, False]),
    ("budget > 500000.505", [False, None, True]),
    ("budget < 500000.505", [True, None, False]),
    ("500000 < budget", [True, None, True]),
    ("budget in [1, 500000.5]", [True, False, False]),
    ("budget + 1 > 500001", [True, None, None]),
    ("paid * 0.5", [5, 0, 0]),
    ("paid / 4", [3, 0, 0]),
    ("paid / paid", [1.0, None, None]),
    ("budget > qty", [True, None, False]),
    ("budget > score", [True, None, False]),
    ("qty + 1", [6, None, None]),
    ("qty * qty * qty", [125, None, None]),
    ("seats - 1", [2, -1, None]),
    ("-seats", [-3, 0, None]),
    ("7 / seats", [2, None, 0]),
    ("-7 % 3", [-1, -1, -1]),
    ("seats / -1", [-3, 0, None]),
    ("score * score", [0.25, None, None]),
    ("1.0 / score", [2.0, None, None]),
    ("score + score", [1.0, None, None]),
    ("rate * rate * 2.0 > 0.0", [True, None, None]),
    ("qty * 0.5", [2.5, None, 2**62 * 1.0]),
    ("qty > 4.5", [True, None, True]),
    ("qty in [5.0, 6.0]", [True, False, False]),
    ("int(score * 7.0)", [3, None, None]),
    ("int(budget)", [500000, None, 92233720368547758]),
    ("double(budget)", [500000.5, None, 92233720368547758.07]),
    ("int(event.data.score) > 11", [True, None, None]),
    ('event.data.page == "/price"', [True, None, None]),
    ('event.data["page"].startsWith("/")', [True, None, None]),
    ("has(event.data.page)", [True, False, False]),
    ("has(customer.tier)", [True, False, False]),
    ('customer.tier == "A"', [True, False, False]),
    ("customer == null", [False, True, True]),
    (f'owner == "{ZHANG}"', [True, False, False]),
    (f'owner == "{str(ZHANG).upper()}"', [True, False, False]),
    ('owner == "nobody"', [False, False, False]),
    ('owner != "nobody"', [True, True, True]),
    (f'owner in ["nobody", "{ZHANG}"]', [True, False, False]),
    ("owner in me.people", [True, False, False]),
    ("owner == me.id", [True, False, False]),
    ("customer == owner", [False, True, True]),
    ("!(owner in me.people)", [False, True, True]),
    ('area.province == "310000"', [True, False, False]),
    ("area == null", [False, True, True]),
    ('title.contains("%")', [True, False, False]),
    ('title.contains("")', [True, True, True]),
    ('title.startsWith("a_")', [False, False, False]),
    ('title.endsWith("_c")', [True, False, False]),
    ("size(name)", [4, None, 1000]),
    ("name.size() > 3", [True, None, True]),
    ('name + "！"', ["砺澜演示！", None, "x" * 1000 + "！"]),
    ('lower("ABC中") + trim(" a　")', ["abc中a"] * 3),
    ('trim("\\v vip\\f")', ["vip"] * 3),  # the escape and the letter are two things
    ('"z" < name', [True, None, False]),
    ('"vip" in tags', [True, False, False]),
    ('has_tag(tags, "老客户")', [True, False, False]),
    ('tags.exists(t, t.startsWith("v"))', [True, False, False]),
    ("tags.exists(t, t == name)", [False, False, False]),
    ("tags.exists(t, name.contains(t))", [False, False, False]),
    ("tags.all(t, size(t) > 1)", [True, True, True]),
    ('tags.exists_one(t, t == "vip")', [True, False, False]),
    ("tags.exists(t, qty > 1)", [True, False, False]),
    ('tags.filter(t, t != "vip")', [["老客户"], [], []]),
    ('tags.map(t, t + "!")', [["vip!", "老客户!"], [], []]),
    ('tags + ["x"]', [["vip", "老客户", "x"], ["x"], ["x"]]),
    ("size(tags)", [2, 0, 0]),
    ("tags[0]", ["vip", None, None]),
    ("tags == []", [False, True, True]),
    ('["a", "老客户"].exists(x, x in tags)', [True, False, False]),
    ("now - created_at > duration(\"72h\")", [True, False, True]),
    ("now - touched_at <= duration(\"5m\")", [True, None, True]),
    ("touched_at - now < duration(\"0s\")", [True, None, False]),
    ("touched_at - created_at > duration(\"1h\")", [True, None, True]),
    ("touched_at - created_at > touched_at - now", [True, None, True]),
    ("touched_at + duration(\"1h\") > now", [True, None, None]),
    ("created_at - duration(\"48h\") < now", [True, True, None]),
    ("touched_at == null", [False, True, False]),
    ("created_at > timestamp(\"2026-02-01T00:00:00+08:00\")", [True, True, False]),
    ("hour(now) == 9 && weekday(now) == 5 && day(now) == 13 && month(now) == 2", [True, True, True]),
    ("now.getHours()", [1, 1, 1]),
    ("now.getHours(\"Asia/Shanghai\") + now.getMonth() * 100", [109, 109, 109]),
    ("now.getHours(\"-01:30\")", [0, 0, 0]),
    ("due == date(\"2026-01-31\")", [True, False, False]),
    ("due + 1 > date(now)", [False, None, None]),
    ("days_between(due, date(now))", [13, None, None]),
    ("string(due)", ["2026-01-31", None, None]),
    ("in_team(owner, \"" + str(ZHANG) + "\")", [True, False, False]),
    ("!in_team(owner, \"" + str(LI) + "\")", [True, True, True]),
    ("in_region(area, \"310000\")", [True, False, False]),
    ("count_events(\"page.viewed\", duration(\"720h\")) > 2", [True, False, False]),
    ("last_event(\"page.viewed\") == null", [False, True, False]),
    ("changed(\"budget\")", [True, False, True]),
    ("old.budget == null", [True, True, True]),
    ("working_minutes_since(touched_at) > 4.0", [True, None, False]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), CASES, ids=[source for source, _ in CASES])
async def test_an_expression_gives_its_value_on_every_row(
    rows: asyncpg.Connection, source: str, expected: list[Any]
) -> None:
    assert await evaluate(rows, source) == expected
    if {type(value) for value in expected} <= {bool, type(None)}:
        as_condition = await evaluate(rows, source, only_true=True)
        assert [value is True for value in as_condition] == [value is True for value in expected]


#: expression, wanted kind, value on the full row
WANTED: list[tuple[str, Kind, Any]] = [
    ("1000.5", Kind.money, 100_050),
    ("qty", Kind.money, 500),
    ("score * 3.0", Kind.money, 150),
    ("budget", Kind.money, 50_000_050),
    ("qty", Kind.double, 5.0),
    ("1", Kind.percent, 1.0),
    ("null", Kind.money, None),
    ("null", Kind.uuid, None),
    ("null", Kind.text_list, None),
    ("owner", Kind.text, str(ZHANG)),
    (f'"{ZHANG}"', Kind.uuid, ZHANG),
    ('"nobody"', Kind.uuid, None),
    ("name", Kind.uuid, None),
    (f'["{ZHANG}"] + tags', Kind.uuid_list, None),
    (f'["{ZHANG}"]', Kind.uuid_list, [ZHANG]),
    ("me.people", Kind.text_list, [str(ZHANG)]),
]


@pytest.mark.parametrize(("source", "want", "expected"), WANTED, ids=[f"{s} as {w}" for s, w, _ in WANTED])
async def test_a_result_comes_in_the_wanted_kind(
    rows: asyncpg.Connection, source: str, want: Kind, expected: Any
) -> None:
    sink = TableSink(AT, ZHANG, [ZHANG])
    sql = to_sql(check(source, ENV, want), sink)
    found = await rows.fetch(f"SELECT ({sql})::{SQL_TYPES[want]} FROM lead t ORDER BY id", *sink.values)
    assert found[0][0] == expected
