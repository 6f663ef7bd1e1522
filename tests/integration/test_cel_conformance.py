"""What the language says about values, as a table of facts: PostgreSQL and the official runtime must both say so.

`FAILS` marks what the language calls an error: the runtime reports one, PostgreSQL answers NULL. What we do not
support stands in `REFUSED`, and is refused by the check.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from cel_expr_python import cel

from cel_lab import TableSink
from xingji.kernel.cel import CelError, Env, Kind, check, to_sql

FAILS = None
ENV = Env({})
RUNTIME = cel.NewEnv()
MOON = 'timestamp("1969-07-20T20:17:40Z")'
LATE = 'timestamp("9999-12-31T23:59:59Z")'
EARLY = 'timestamp("0001-01-01T00:00:00Z")'
MAX, MIN = "9223372036854775807", "(-9223372036854775808)"

FACTS: dict[str, list[tuple[str, Any]]] = {
    "whole numbers": [
        ("19 + 23", 42), ("19 + (-23)", -4), ("-19 - 23", -42), ("6 * 7", 42), ("-6 * 7", -42), ("-6 * -7", 42),
        ("0 * 7", 0), ("7 / 2", 3), ("-7 / 2", -3), ("7 / -2", -3), ("-7 / -2", 3), ("7 % 3", 1), ("-7 % 3", -1),
        ("7 % -3", 1), ("-7 % -3", -1), ("-(7)", -7), ("-(-7)", 7), ("-(0)", 0), ("7 / 0", FAILS), ("7 % 0", FAILS),
        ("0 / 0", FAILS), (f"{MAX} + 0", 2**63 - 1), (f"{MAX} + 1", FAILS), (f"{MIN} - 1", FAILS), (f"{MIN} + 0", -(2**63)),
        (f"-{MIN}", FAILS), (f"{MAX} * 2", FAILS), (f"{MIN} * -1", FAILS), (f"{MIN} / -1", FAILS), (f"{MIN} % -1", FAILS),
        (f"({MAX} + 1) - 1", FAILS), ("4294967296 * 4294967296", FAILS), ("3037000499 * 3037000499", 9223372030926249001),
        ("0x1F + 1", 32), ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("20 / 2 / 5", 2), ("2 - 3 - 4", -5),
    ],
    "decimal numbers": [
        ("1.5 + 2.25", 3.75), ("1.5 - 2.25", -0.75), ("1.5 * 2.0", 3.0), ("7.0 / 2.0", 3.5), ("-(1.5)", -1.5),
        ("0.1 + 0.2", 0.30000000000000004), ("1e3 / 1e-3", 1e6), (".5 + 1.0", 1.5),
    ],
    "comparing numbers": [
        ("3 < 4", True), ("4 < 4", False), ("4 <= 4", True), ("5 <= 4", False), ("5 > 4", True), ("4 >= 5", False),
        ("-1 < 0", True), ("1.0 < 1.5", True), ("1.5 >= 1.5", True), ("2 == 2", True), ("2 != 2", False), ("2 == 3", False),
        ("0.5 == 0.5", True), ("0.1 + 0.2 == 0.3", False), (f"{MAX} > {MIN}", True), ("-0.0 == 0.0", True),
        ("1 < 1.5", True), ("2.5 > 2", True), ("2 >= 2.0", True),
    ],
    "logic": [
        ("true && true", True), ("true && false", False), ("false && true", False), ("false && false", False),
        ("true || false", True), ("false || true", True), ("false || false", False), ("!true", False), ("!false", True),
        ("!!true", True), ("false && 1 / 0 == 1", False), ("1 / 0 == 1 && false", False), ("true || 1 / 0 == 1", True),
        ("1 / 0 == 1 || true", True), ("true && 1 / 0 == 1", FAILS), ("1 / 0 == 1 && true", FAILS),
        ("false || 1 / 0 == 1", FAILS), ("1 / 0 == 1 || 1 / 0 == 2", FAILS), ("!(1 / 0 == 1)", FAILS),
        ("true || false && false", True), ("(true || false) && false", False), ("true == !false", True),
        ("(1 / 0 == 1) == (1 / 0 == 1)", FAILS), ("true != false", True),
    ],
    "choice": [
        ("true ? 1 : 2", 1), ("false ? 1 : 2", 2), ("1 < 2 ? 'a' : 'b'", "a"), ("true ? 1 : 1 / 0", 1),
        ("false ? 1 / 0 : 2", 2), ("1 / 0 == 1 ? 1 : 2", FAILS), ("false ? 1 : true ? 2 : 3", 2),
        ("(true ? false : true) ? 1 : 2", 2),
    ],
    "null": [
        ("null == null", True), ("null != null", False), ("null == (true ? null : null)", True),
    ],
    "texts": [
        ("size('')", 0), ("size('x')", 1), ("size('中文')", 2), ("size('𝄞')", 1), ("size('e\\u0301')", 2), ("'naïve'.size()", 5),
        ("'行' + '迹'", "行迹"), ("'' + ''", ""), ("'' + 'ü' + ''", "ü"), ("'a' + 'b' + 'c' == 'abc'", True),
        ("'kettle'.contains('ttl')", True), ("'kettle'.contains('tl ')", False), ("'kettle'.contains('')", True),
        ("''.contains('x')", False), ("''.contains('')", True), ("'aabaab'.contains('abaa')", True), ("'100%'.contains('0%')", True),
        ("'1000'.contains('0%')", False), ("'a_b'.contains('_')", True), ("'acb'.contains('_')", False),
        ("'kettle'.startsWith('ket')", True), ("'kettle'.startsWith('tle')", False), ("'kettle'.startsWith('')", True),
        ("''.startsWith('k')", False), ("''.startsWith('')", True), ("'行迹系统'.startsWith('行迹')", True), ("'axc'.startsWith('a_')", False),
        ("'kettle'.endsWith('tle')", True), ("'kettle'.endsWith('ket')", False), ("'kettle'.endsWith('')", True),
        ("''.endsWith('k')", False), ("''.endsWith('')", True), ("'le'.endsWith('ettle')", False), ("'café'.endsWith('fé')", True),
        ("'a' < 'b'", True), ("'B' < 'a'", True), ("'a' < 'aa'", True), ("'' < 'a'", True), ("'Z' < '行'", True),
        ("'é' > 'z'", True), ("'a' <= 'a'", True), ("'b' >= 'c'", False), ("'A' == 'a'", False), ("'é' == 'e\\u0301'", False),
        ("'\\x41\\u4e2d\\U0001d11e'", "A中𝄞"), ("'tab\\there'", "tab\there"), ('"it\'s"', "it's"), ("r'a\\n'", "a\\n"),
        ("'''a\nb'''", "a\nb"), ("'\\\\'", "\\"),
    ],
    "lists": [
        ("[1, 2] + [3] == [1, 2, 3]", True), ("[1, 2] + [3] == [3, 1, 2]", False), ("['a'] + ['a'] == ['a', 'a']", True),
        ("['a', 'b'] == ['b', 'a']", False), ("['a'] != ['a']", False), ("[] + ['a']", ["a"]), ("size(['a', 'b'])", 2),
        ("['a', 'b'].size()", 2), ("size(['a'] + [])", 1), ("'b' in ['a', 'b']", True), ("'c' in ['a', 'b']", False),
        ("2 in [1, 2, 3]", True), ("2.0 in [1, 2, 3]", True), ("4 in [1, 2, 3]", False),
        ("!(2 in [1])", True), ("1 / 0 in [1, 2]", FAILS), ("1 in [1, 1 / 0]", FAILS), ("['a', 'b'][0]", "a"),
        ("['a', 'b'][1]", "b"), ("['a', 'b'][2]", FAILS), ("['a', 'b'][-1]", FAILS), ("true in [false]", False),
    ],
    "macros": [
        ("[1, 2, 3].exists(n, n > 2)", True), ("[1, 2, 3].exists(n, n > 3)", False), ("[].exists(t, t == 'a')", False),
        ("[0, 1].exists(n, 6 / n == 6)", True), ("[0, 1].exists(n, 6 / n == 7)", FAILS), ("[0].exists(n, 6 / n == 6)", FAILS),
        ("[1, 2, 3].all(n, n > 0)", True), ("[1, 2, 3].all(n, n > 1)", False), ("[].all(t, t == 'a')", True),
        ("[0, 1].all(n, 6 / n == 7)", False), ("[0, 1].all(n, 6 / n == 6)", FAILS), ("[1, 2].all(n, 1 / 0 == 1)", FAILS),
        ("[1, 2, 3].exists_one(n, n == 2)", True), ("[2, 2].exists_one(n, n == 2)", False), ("[1].exists_one(n, n == 2)", False),
        ("[].exists_one(t, t == 'a')", False), ("[2, 0].exists_one(n, 4 / n == 2)", FAILS),
        ("['oak', 'orb', 'ash'].exists_one(t, t.startsWith('o'))", False),
        ("[1, 2, 3, 4].filter(n, n % 2 == 0)", [2, 4]), ("[1, 3].filter(n, n % 2 == 0)", []), ("[].filter(t, t == 'a')", []),
        ("[2, 0].filter(n, 4 / n > 1)", FAILS), ("[1, 2].map(n, n * 10)", [10, 20]), ("[].map(t, t + 'x')", []),
        ("[2, 0].map(n, 4 / n)", FAILS), ("['b', 'a'].map(t, t + t)", ["bb", "aa"]), ("[1, 2, 3].map(n, n > 1, n * 2)", [4, 6]),
        ("[3, 1, 2].filter(n, n < 3)", [1, 2]), ("[1, 2].exists(a, [2, 3].exists(b, a == b))", True),
        ("[1, 2].all(a, [2, 3].exists(b, a == b))", False), ("['a'].exists(x, ['b'].exists(x, x == 'b'))", True),
        ("[1, 2].map(n, n).exists(n, n == 2)", True), ("['ab', 'c'].map(t, size(t)) == [2, 1]", True),
        ("[1.5, 2.5].exists(d, d > 2.0)", True), ("[true, false].exists(b, b)", True),
    ],
    "points in time": [
        (f"{MOON}.getFullYear()", 1969), (f"{MOON}.getMonth()", 6), (f"{MOON}.getDate()", 20), (f"{MOON}.getDayOfMonth()", 19),
        (f"{MOON}.getDayOfYear()", 200), (f"{MOON}.getDayOfWeek()", 0), (f"{MOON}.getHours()", 20), (f"{MOON}.getMinutes()", 17),
        (f"{MOON}.getSeconds()", 40), (f"{MOON}.getMilliseconds()", 0), (f"int({MOON})", -14182940),
        ('timestamp("1969-07-20T20:17:40.125Z").getMilliseconds()', 125),
        (f"{MOON}.getHours('Asia/Shanghai')", 4), (f"{MOON}.getDate('Asia/Shanghai')", 21), (f"{MOON}.getHours('-04:00')", 16),
        (f"{MOON}.getMinutes('+05:45')", 2), (f"{MOON}.getMinutes('Asia/Kathmandu')", 47), (f"{MOON}.getHours('02:00')", 22),
        (f"{MOON}.getDayOfWeek('Australia/Sydney')", 1), (f"{MOON}.getDayOfYear('+11:00')", 201), (f"{MOON}.getSeconds('-00:00')", 40),
        (f"{MOON}.getFullYear('UTC')", 1969), ("timestamp('2024-12-31T20:00:00Z').getFullYear('+08:00')", 2025),
        ("timestamp('2024-02-29T00:00:00Z').getDayOfYear()", 59), (f"{MOON} == timestamp('1969-07-21T04:17:40+08:00')", True),
        (f"{MOON} != {LATE}", True), (f"{MOON} < {LATE}", True), (f"{MOON} <= {MOON}", True), (f"{EARLY} > {MOON}", False),
        (f"{LATE} >= {EARLY}", True), (f"{MOON} + duration('20s')", datetime(1969, 7, 20, 20, 18, tzinfo=UTC)),
        (f"duration('20s') + {MOON} == timestamp('1969-07-20T20:18:00Z')", True),
        (f"{MOON} - duration('40s') == timestamp('1969-07-20T20:17:00Z')", True),
        (f"timestamp('1969-07-20T20:18:40Z') - {MOON}", timedelta(minutes=1)), (f"{MOON} - {MOON} == duration('0s')", True),
        (f"{EARLY} - duration('1s')", FAILS), (f"{LATE} + duration('1s')", FAILS), (f"{EARLY} + duration('1s') > {EARLY}", True),
        (f"{LATE} - duration('1s') < {LATE}", True), (f"{MOON} - timestamp('1969-07-20T20:17:39.5Z') == duration('500ms')", True),
        (f"{MOON} + duration('-876000h')", datetime(1869, 8, 13, 20, 17, 40, tzinfo=UTC)),
    ],
    "durations": [
        ("duration('90m') == duration('1h30m')", True), ("duration('1h') != duration('3600s')", False),
        ("duration('1.5h')", timedelta(minutes=90)), ("duration('-1.5s')", timedelta(seconds=-1.5)), ("duration('0')", timedelta()),
        ("duration('250us')", timedelta(microseconds=250)), ("duration('2000ns')", timedelta(microseconds=2)),
        ("duration('1h') < duration('61m')", True), ("duration('1h') <= duration('60m')", True), ("duration('1s') > duration('999ms')", True),
        ("duration('-1s') >= duration('0s')", False), ("duration('600s') + duration('50s') == duration('650s')", True),
        ("duration('900s') - duration('42s') == duration('858s')", True), ("duration('10000s').getHours()", 2),
        ("duration('3730s').getMinutes()", 62), ("duration('3730s').getSeconds()", 3730), ("duration('3730.25s').getMilliseconds()", 250),
        ("duration('-90m').getHours()", -1), ("duration('200000000000s') + duration('200000000000s')", FAILS),
        ("duration('-200000000000s') - duration('200000000000s')", FAILS),
    ],
    "conversions": [
        ("int(3.99)", 3), ("int(-3.99)", -3), ("int(1e18)", 10**18), ("int(1e19)", FAILS), ("int(-1e19)", FAILS), ("int('42')", 42),
        ("int('-42')", -42), ("int('9223372036854775808')", FAILS), ("int('x')", FAILS), ("int('')", FAILS), ("int('1.5')", FAILS),
        ("int('007')", 7), ("double(3)", 3.0), ("double('2.5')", 2.5), ("double('-1e3')", -1000.0), ("double('x')", FAILS),
        ("double(' 1 ')", 1.0), ("string(42)", "42"), ("string(-1)", "-1"), ("string(true)", "true"), ("string('a')", "a"),
        ("double(int('2')) == 2.0", True), ("int(double('2.9')) == 2", True),
    ],
}  # fmt: skip

#: What the language has and we do not: refused when it is saved.
REFUSED = [
    "'kettle'.matches('t+')", "1u + 1u == 2u", "b'a' == b'a'", "{'a': 1}['a'] == 1", "'a' in {'a': 1}", "type(1) == int",
    "dyn(1) == 1", "uint(1) == 1u", "bytes('a') == b'a'", "bool('true')", "string(1.5) == '1.5'", "[1, 'a'] == [1, 'a']",
    "string(timestamp('2026-01-01T00:00:00Z')) == ''", "timestamp(1) > timestamp(2)", "[[1], [2]].exists(l, 1 in l)",
    "timestamp('2026-01-01T00:00:00.123456789Z') > timestamp('2026-01-01T00:00:00Z')", "duration('1ns') > duration('0s')",
    "timestamp('10000-01-01T00:00:00Z') > timestamp('2026-01-01T00:00:00Z')", "duration('320000000000s') > duration('0s')",
    "[null] == [null]", "{1: 2}.exists(k, k == 1)", "cel.bind(x, 1, x) == 1", "optional.of(1).hasValue()", "'a'.charAt(0) == 'a'",
    "google.protobuf.Duration{seconds: 1} == duration('1s')", "true ? 1 : 'a'", "'a' && true", "1 + 'a' == 'a'", "'\\x00' == ''",
    "google.protobuf.Timestamp{}.seconds == 0", "has({'a': 1}.a)", "1 == 1 == 1.0 == '1'", "[1][0] == 1", "null in ['a']",
]  # fmt: skip

CASES = [(topic, source, value) for topic, rows in FACTS.items() for source, value in rows]


@pytest_asyncio.fixture(scope="module")
async def connection(server_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server_url)
    yield connection
    await connection.close()


def test_the_table_is_of_some_size() -> None:
    assert len(CASES) >= 150
    assert len({source for _, source, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("topic", "source", "value"), CASES, ids=[f"{topic}: {source}" for topic, source, _ in CASES])
async def test_postgresql_says_what_the_language_says(
    connection: asyncpg.Connection, topic: str, source: str, value: Any
) -> None:
    checked = check(source, ENV)
    sink = TableSink(datetime(2026, 1, 1, tzinfo=UTC))
    found = await connection.fetchval(f"SELECT {to_sql(checked, sink)}", *sink.values)
    if checked.result is Kind.duration and found is not None:
        found = timedelta(microseconds=found)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("topic", "source", "value"), CASES, ids=[f"{topic}: {source}" for topic, source, _ in CASES])
def test_the_official_runtime_says_so_too(topic: str, source: str, value: Any) -> None:
    answer = RUNTIME.compile(source, disable_check=True).eval()
    if value is FAILS:
        assert answer.type() == cel.Type.ERROR
    else:
        assert answer.plain_value() == value


@pytest.mark.parametrize("source", REFUSED)
def test_what_we_do_not_support_is_refused(source: str) -> None:
    with pytest.raises(CelError) as caught:
        check(source, ENV)
    assert caught.value.problems
