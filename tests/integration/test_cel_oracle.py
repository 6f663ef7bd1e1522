"""The official runtime as the oracle: random expressions on random rows must agree with PostgreSQL, failures included.

One statement an expression; no statement may raise. `XINGJI_CEL_SEED` and `XINGJI_CEL_COUNT` widen the search.
"""

import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio
from cel_expr_python import cel
from cel_expr_python.ext import ext_math, ext_strings
from google.protobuf import timestamp_pb2

from cel_lab import ENV, NOW, TableSink, fill
from cel_twins import EPOCH, IDS, TEXTS, Generator
from xingji.kernel.cel import CelError, Kind, check, sql_compare, to_sql
from xingji.kernel.cel.sql_piece import Piece, State

SEED = int(os.environ.get("XINGJI_CEL_SEED", "20260213"))
COUNT = int(os.environ.get("XINGJI_CEL_COUNT", "500"))
ROWS = 100
AT = datetime.fromisoformat(NOW)
ME, PEOPLE = UUID(IDS[0]), [UUID(IDS[0]), UUID(IDS[1])]
KINDS = ["bool"] * 14 + ["int", "int", "double", "money", "text", "timestamp", "duration", "date", "list"]
RUNTIME = cel.NewEnv(extensions=[ext_strings.ExtStrings(), ext_math.ExtMath()])


def random_row(number: int, draw: random.Random) -> dict[str, Any]:
    """A row in which every nullable column is null in about a quarter of the cases."""

    def perhaps(value: Any) -> Any:
        return None if draw.random() < 0.25 else value

    def moment() -> datetime:
        return AT + timedelta(seconds=draw.randint(-40 * 86400, 40 * 86400), microseconds=draw.choice([0, 0, 250_000, 1]))

    extreme = draw.random() < 0.05
    customer, owner = perhaps(UUID(draw.choice(IDS))), perhaps(UUID(draw.choice(IDS)))
    data = {key: draw.choice(TEXTS) for key in ("page", "score") if draw.random() < 0.7}
    return {
        "id": number, "name": perhaps(draw.choice([*TEXTS, IDS[1]])), "title": draw.choice(TEXTS),
        "qty": perhaps(draw.randint(-5, 12)),
        "seats": draw.choice([2**63 - 1, -(2**63)]) if extreme else draw.randint(-3, 9),
        "score": perhaps(draw.choice([0.0, 0.5, -1.5, 100.125, 0.1, 3.9, -3.9, 1000.5])), "rate": perhaps(draw.choice([0.12, 0.0, 1.0])),
        "budget": perhaps(draw.choice([0, 10_000, 100_050, -300, 9_999, 12_345_678_901, draw.randint(0, 10**7)])),
        "paid": draw.choice([0, 10_000, 50, 51, -300]), "vip": perhaps(draw.random() < 0.5), "active": draw.random() < 0.5,
        "due": perhaps(date(2026, 1, 1) + timedelta(days=draw.randint(0, 60))), "created_at": moment(),
        "touched_at": perhaps(moment()), "tags": perhaps(draw.sample(TEXTS, draw.randint(0, 4))), "owner": owner,
        "owner_name": perhaps(draw.choice(TEXTS)) if owner else None, "customer": customer,
        "customer_tier": perhaps(draw.choice("ABC")) if customer else None,
        "customer_amount": perhaps(draw.randint(0, 50_000)) if customer else None,
        "customer_since": perhaps(date(2026, 1, 1) + timedelta(days=draw.randint(0, 60))) if customer else None,
        "customer_owner": perhaps(UUID(draw.choice(IDS))) if customer else None,
        "area": perhaps([draw.choice(["310000", "320000"]), perhaps("320500"), None]), "event_data": data,
        "data": repr(data).replace("'", '"'), "old_budget": perhaps(draw.choice([0, 10_000, 100_050])), "old_name": None,
    }  # fmt: skip


def in_the_runtimes_words(row: dict[str, Any]) -> dict[str, Any]:
    """The row as the runtime sees it: messages for times, minor units, days, ids as texts, null lists empty."""

    def day(value: date | None) -> int | None:
        return (value - EPOCH).days if value else None

    def instant(value: datetime | None) -> Any:
        if value is None:
            return None
        message = timestamp_pb2.Timestamp()
        message.FromDatetime(value)
        return message

    def text(value: UUID | None) -> str | None:
        return str(value) if value else None

    area = row["area"] or []
    plain = {key: row[key] for key in ("name", "title", "qty", "seats", "score", "rate", "budget", "paid", "vip", "active")}
    return {
        **plain, "due": day(row["due"]), "created_at": instant(row["created_at"]), "touched_at": instant(row["touched_at"]),
        "tags": row["tags"] or [], "owner": {"id": text(row["owner"]), "name": row["owner_name"]},
        "customer": {
            "id": text(row["customer"]), "tier": row["customer_tier"], "amount": row["customer_amount"],
            "since": day(row["customer_since"]), "owner": {"id": text(row["customer_owner"])},
        },
        "area": {"province": area[0] if area else None, "all": [code for code in area if code]},
        "event": {"type": "lead.created", "data": row["event_data"]}, "now": instant(AT),
        "me": {"id": str(ME), "people": [str(one) for one in PEOPLE]},
        "old": {"budget": row["old_budget"], "name": row["old_name"]},
    }  # fmt: skip


def comparable(value: Any, kind: Kind) -> Any:
    """A runtime's value as the driver would hand over PostgreSQL's; failure and null are None."""
    if value.type() == cel.Type.ERROR:
        return None
    plain = value.plain_value()
    if plain is None:
        return None
    match kind:
        case Kind.duration:
            return plain // timedelta(microseconds=1)
        case Kind.date:
            return EPOCH + timedelta(days=plain)
        case Kind.timestamp:
            return plain.astimezone(UTC)
        case Kind.double:
            return float(plain)
    return plain


class Bench:
    """The rows in both worlds, and the comparison of one expression."""

    def __init__(self, connection: asyncpg.Connection, rows: list[dict[str, Any]]) -> None:
        self.connection = connection
        self.activations = [RUNTIME.Activation(in_the_runtimes_words(row)) for row in rows]
        self.seen: Counter[str] = Counter()

    async def differences(self, ours: str, theirs: str) -> list[str]:
        """What PostgreSQL and the runtime disagree on."""
        checked = check(ours, ENV)
        sink = TableSink(AT, ME, PEOPLE)
        columns = to_sql(checked, sink)
        if checked.result is Kind.boolean:
            columns += ", (" + to_sql(checked, sink, only_true=True) + ") IS TRUE"
        try:
            found = await self.connection.fetch(f"SELECT {columns} FROM lead t ORDER BY id", *sink.values)
        except asyncpg.PostgresError as error:
            return [f"{ours}\n  raised {error!r}\n  {columns}"]
        program = RUNTIME.compile(theirs, disable_check=True)
        answers = [comparable(program.eval(one), checked.result) for one in self.activations]
        self.seen.update("none" if a is None else repr(a) if isinstance(a, bool) else checked.result for a in answers)
        wrong = [
            f"{ours}\n  row {n}: PostgreSQL {row[0]!r}, runtime {answer!r}\n  {theirs}\n  {columns}"
            for n, (row, answer) in enumerate(zip(found, answers, strict=True))
            if row[0] != answer or (len(row) == 2 and row[1] is not (answer is True))
        ]
        return wrong[:1]


@pytest_asyncio.fixture(scope="module")
async def bench(server_url: str) -> AsyncIterator[Bench]:
    draw = random.Random(SEED)
    rows = [random_row(number, draw) for number in range(ROWS)]
    connection = await asyncpg.connect(server_url)
    await fill(connection, rows)
    yield Bench(connection, rows)
    await connection.close()


def refused_for(source: str) -> set[str]:
    """Codes of the problems an expression has."""
    try:
        check(source, ENV)
    except CelError as refused:
        return {problem.code for problem in refused.problems}
    return set()


def random_expressions() -> list[tuple[str, str]]:
    """The expressions of this seed that pass the check's limits."""
    generator = Generator(SEED)
    found: list[tuple[str, str]] = []
    while len(found) < COUNT:
        twin = generator.of(generator.pick(*KINDS), generator.random.randint(2, 4))
        if codes := refused_for(twin[0]):
            assert codes <= {"too_deep", "too_large", "too_costly"}, twin[0]
        else:
            found.append(twin)
    return found


async def test_postgresql_and_the_official_runtime_agree_on_random_expressions(bench: Bench) -> None:
    wrong = [line for ours, theirs in random_expressions() for line in await bench.differences(ours, theirs)]
    assert not wrong, f"{len(wrong)} of {COUNT} expressions differ:\n" + "\n".join(wrong[:5])
    assert min(bench.seen[answer] for answer in ("True", "False", "none")) > COUNT * ROWS // 50
    assert {kind.value for kind in Kind} & set(bench.seen) >= {"integer", "double", "money", "text", "timestamp", "date"}


async def test_the_oracle_turns_red_when_not_equal_forgets_null(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(a: Piece, b: Piece, is_equal: bool, only_true: bool) -> Piece:
        return Piece(f"({a.sql} {'=' if is_equal else '<>'} {b.sql})", Kind.boolean, State.erring)

    monkeypatch.setattr(sql_compare, "_equal_pieces", forgetful)
    wrong = [line for ours, theirs in random_expressions()[:150] for line in await bench.differences(ours, theirs)]
    assert wrong


async def test_the_oracle_turns_red_when_whole_numbers_may_overflow(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xingji.kernel.cel import sql_numbers

    monkeypatch.setattr(sql_numbers, "_INT64", "IS NOT NULL")
    wrong = [line for ours in ("seats + 1", "seats - 1") for line in await bench.differences(ours, ours)]
    assert "raised" in "".join(wrong)
