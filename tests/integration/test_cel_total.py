"""Compiled expressions never raise, whatever stands in the row; as conditions they can be answered by an index."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from cel_lab import ENV, NOW, TableSink, fill
from cel_twins import IDS, Generator
from xingji.kernel.cel import CelError, check, sql_numbers, to_sql

AT = datetime.fromisoformat(NOW)
INTS = [2**63 - 1, -(2**63), 0, -1, 1]
DOUBLES = [1.7e308, -1.7e308, 5e-324, -0.0, 0.0, float("inf"), float("-inf"), float("nan"), 1e150, 1e-200]
TEXTS = ["", "9" * 40, "-", "1e5", "1e99", ".", "+1", "x" * 10_000, "%_\\", "\x01", "中" * 300, "𝄞"]
DATES = [date.max, date.min, date(9999, 12, 30), date(1, 1, 2), date(2026, 2, 28)]
MOMENTS = [
    datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC),
    datetime(1, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC),
]  # fmt: skip
#: What random draws seldom put together.
NASTY = [
    "score * score * score", "score / rate", "score + score", "score - rate * 1e149", "-score / 1e-149", "1.0 / (score - score)",
    "qty * qty * qty * qty", "qty - seats", "-seats", "-(-seats)", "seats / (qty - qty)", "seats % qty", "int(score)",
    "int(score * 1000.0)", "int(name)", "double(name) * double(name)", "double(title)", "int(event.data.score)",
    "budget * 1e30", "budget * score", "budget / score", "budget + paid + 1e15", "budget > score", "budget == score",
    "budget * qty / paid", "paid / budget", "budget > 1e300", "budget in [1e300, 5e-324]", "budget - 92233720368547758.08",
    "due + 3000000", "due - seats", "due + qty", "days_between(due, customer.since)", "string(due)",
    "created_at - touched_at", "created_at - touched_at > touched_at - now", 'created_at + duration("87660000h")',
    'created_at - duration("87660000h")', "created_at + (created_at - touched_at)", "now + (touched_at - created_at)",
    'now - touched_at > duration("87660000h")', 'touched_at - now < duration("2400000h")', "created_at.getFullYear()",
    "created_at.getDayOfYear('-14:00')", "int(created_at)", "date(created_at)", "date(touched_at) + 1", "hour(touched_at)",
    "tags[qty]", "tags[seats]", 'tags.map(t, t + name).exists(t, size(t) > 3)', "tags.exists(t, int(t) > 0)",
    "tags.all(t, double(t) * score > 0.0)", "tags.filter(t, 1 / size(t) > 0)", 'name + title + name + title > "x"',
    "size(name) * seats", "lower(name).contains(trim(title))", 'name in tags || title in ["a", name + "x"]',
    "vip ? budget * 1000000 : paid - 1", "(vip ? touched_at : created_at) == null", "owner == name", "customer.owner == title",
]  # fmt: skip


def extreme_row(number: int, draw: random.Random) -> dict[str, Any]:
    """A row that holds the ends of every range."""
    data = draw.choice(['{"page": 1e400}', '{"score": "99999999999999999999"}', '{"page": {"a": [null]}}', "[]", "null", '"x"'])
    return {
        "id": number, "name": draw.choice([*TEXTS, None]), "title": draw.choice(TEXTS), "qty": draw.choice([*INTS, None]),
        "seats": draw.choice(INTS), "score": draw.choice([*DOUBLES, None]), "rate": draw.choice(DOUBLES),
        "budget": draw.choice([*INTS, None]), "paid": draw.choice(INTS), "vip": draw.choice([True, False, None]),
        "active": draw.random() < 0.5, "due": draw.choice(DATES), "created_at": draw.choice(MOMENTS),
        "touched_at": draw.choice([*MOMENTS, None]), "tags": draw.sample(TEXTS, 4), "owner": UUID(draw.choice(IDS)),
        "customer_amount": draw.choice(INTS), "customer_since": draw.choice(DATES), "area": draw.choice([[], None, ["1"]]),
        "data": data if data.isascii() and "e400" not in data else '{"page": 1e308}', "old_budget": draw.choice(INTS),
    }  # fmt: skip


@pytest_asyncio.fixture(scope="module")
async def rows(server_url: str) -> AsyncIterator[asyncpg.Connection]:
    draw = random.Random(3)
    connection = await asyncpg.connect(server_url)
    await fill(connection, [extreme_row(number, draw) for number in range(100)])
    yield connection
    await connection.close()


async def raised(rows: asyncpg.Connection, source: str) -> str | None:
    """How a statement with this expression failed, None when it did not."""
    sink = TableSink(AT, UUID(IDS[0]), [UUID(IDS[1])])
    try:
        sql = to_sql(check(source, ENV), sink)
    except CelError:
        return None
    try:
        await rows.fetch(f"SELECT {sql} FROM lead t", *sink.values)
    except asyncpg.PostgresError as error:
        return f"{source}: {error}\n  {sql}"
    return None


@pytest.mark.parametrize("source", NASTY)
async def test_no_row_makes_an_expression_raise(rows: asyncpg.Connection, source: str) -> None:
    check(source, ENV)
    assert await raised(rows, source) is None


async def test_no_random_expression_raises_on_extreme_rows(rows: asyncpg.Connection) -> None:
    generator = Generator(11)
    kinds = ["bool", "int", "double", "money", "text", "timestamp", "duration", "date", "list"]
    failures = [await raised(rows, generator.of(generator.pick(*kinds), 3)[0]) for _ in range(500)]
    assert [failure for failure in failures if failure] == []


async def test_a_missing_guard_is_noticed(rows: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_numbers, "_guards", lambda sql, node, *, is_product: [])
    assert "out of range" in (await raised(rows, "score * score") or "")


@pytest.mark.parametrize(
    ("source", "index"),
    [
        ("budget > 500000", "budget"),
        ("500000.5 <= budget", "budget"),
        ("budget in [100, 200]", "budget"),
        ('customer.tier == "A"', "customer_tier"),
        ('customer.tier in ["A", "B"]', "customer_tier"),
        (f'owner == "{IDS[0]}"', "owner"),
        ("owner in me.people", "owner"),
        ('now - created_at > duration("72h")', "created_at"),
        ('created_at > timestamp("2026-01-01T00:00:00Z") && vip', "created_at"),
        ('due == date("2026-01-31")', "due"),
        ("name == null", "name"),
        ('name == "砺澜" || budget == 3', "name"),
        ('"vip" in tags', "tags"),
    ],
)
async def test_a_condition_can_be_answered_by_an_index(rows: asyncpg.Connection, source: str, index: str) -> None:
    for column in ("budget", "customer_tier", "owner", "created_at", "due", "name"):
        await rows.execute(f"CREATE INDEX IF NOT EXISTS lead_{column} ON lead ({column})")
    await rows.execute("CREATE INDEX IF NOT EXISTS lead_tags ON lead USING gin (tags)")
    sink = TableSink(AT, UUID(IDS[0]), [UUID(IDS[1])])
    sql = to_sql(check(source, ENV), sink, only_true=True)
    await rows.execute("SET enable_seqscan = off")
    plan = await rows.fetch(f"EXPLAIN SELECT 1 FROM lead t WHERE {sql}", *sink.values)
    assert f"lead_{index}" in "\n".join(line[0] for line in plan)
