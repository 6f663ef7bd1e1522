"""Row 7: whatever is written as an expression costs little processor and memory to refuse or compile, and reaches nothing of ours."""

import time
import tracemalloc
from datetime import datetime
from uuid import UUID

import pytest

from cel_lab import ENV, NOW, TableSink
from cel_twins import IDS
from cel_weight import weights_of
from figures import figure
from xingji.kernel.cel import CelError, check, checker, to_sql

ESCAPES = [
    "name.__class__", "name.__class__.__mro__[1].__subclasses__()", "__import__('os').system('id')", "''.__class__.__base__", "now.__init__.__globals__",
    "eval('1')", "exec('1')", "open('/etc/passwd')", "globals()", "self", "lambda: 1", "name.format(name)", "f'{name}'", "{}.__class__", "[].__class__ == 1",
    "me.__dict__", "customer.__class__", "tags.map(t, t.__class__)", "name ? __builtins__ : 1", "pg_sleep(9)", "name); select pg_sleep(9); --", "now()",
    "current_setting('x')", "name || (select 1)", "`ls`", "$(id)", "${jndi:ldap://x}", "type(name)", "dyn(name)", "bytes(name)", "name.matches('(a+)+$')",
    "name.matches('(x+x+)+y')", "google.protobuf.Any{}", "name.getClass()", "java.lang.Runtime", "process.exit()", "require('fs')", "this.constructor",
]  # fmt: skip
HUGE = {
    "parentheses in bounds": "(" * 2_000 + "1" + ")" * 2_000, "lists in bounds": "[" * 2_000 + "]" * 2_000, "minus in bounds": "-" * 4_000 + "1", "not in bounds": "!" * 4_000 + "vip",
    "conditions in bounds": " ? 1 : ".join(["vip"] * 380) + " ? 1 : 2", "sum in bounds": "+".join(["qty"] * 1_000), "and in bounds": " && ".join(["vip"] * 550),
    "list in bounds": "qty in [" + ",".join(map(str, range(900))) + "]", "calls in bounds": "size(" * 580 + "name" + ")" * 580, "members in bounds": "customer" + ".owner" * 650,
    "maps of two": "tags.map(a, tags.map(b, " * 9 + "a" + "))" * 9, "filters": "tags.filter(a, " * 20 + "true" + ").size() > 0" * 20, "text in bounds": '"' + "x" * 4_000 + '"',
    "parentheses": "(" * 5_000 + "1" + ")" * 5_000, "lists": "[" * 5_000 + "]" * 5_000, "minus": "-" * 50_000 + "1", "not": "!" * 50_000 + "vip",
    "conditions": " ? 1 : ".join(["vip"] * 1_000) + " ? 1 : 2", "sum": "+".join(["qty"] * 20_000), "and": " && ".join(["vip"] * 1_300), "text": '"' + "x" * 10**6 + '"',
    "number": "9" * 10**6, "power": "1e" + "9" * 1_000, "list of many": "qty in [" + ",".join(map(str, range(50_000))) + "]", "calls": "size(" * 3_000 + "name" + ")" * 3_000,
    "lists in lists": "tags.exists(a, " * 12 + "true" + ")" * 12, "maps": "tags.map(a, " * 30 + "a" + ")" * 30, "members": "customer" + ".owner" * 1_300,
    "escapes": '"' + "\\u0041" * 600 + '"', "raw": "\x00" * 4_000, "open": '"' * 4_001, "doubling": "name" + " + name" * 380, "unicode": "长" * 1_300, "comment": "//" + "x" * 10**6,
    "tree of choices": "vip ? (" * 30 + "1" + ") : 2" * 30, "wide filter": 'tags.filter(t, t in ["' + '","'.join(map(str, range(190))) + '"]).size() > 1', "blank": " " * 10**6 + "1",
}  # fmt: skip


def cost(source: str) -> tuple[float, int, bool]:
    """Milliseconds of processor (the least of three), bytes of Python's at the peak, and whether it was accepted."""
    spent = []
    for _ in range(3):
        begun = time.process_time()
        compiled(source)
        spent.append((time.process_time() - begun) * 1000)
    tracemalloc.start()
    accepted = compiled(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(spent), peak, accepted


def compiled(source: str) -> bool:
    checker._results.clear()  # nothing is remembered from one turn to the next
    try:
        to_sql(check(source, ENV), TableSink(datetime.fromisoformat(NOW), UUID(IDS[0]), [UUID(IDS[1])]))
    except CelError:
        return False
    return True


@pytest.mark.parametrize("source", ESCAPES)
def test_no_expression_names_anything_of_ours(source: str):
    with pytest.raises(CelError):
        check(source, ENV)


def test_the_dearest_expression_is_refused_or_compiled_within_its_bounds():
    costs = {name: cost(source) for name, source in {**HUGE, **{text: text for text in ESCAPES}}.items()}
    whole = dict(zip(costs, weights_of([HUGE.get(name, name) for name in costs]), strict=True))
    slowest, largest = max(costs, key=lambda name: costs[name][0]), max(whole, key=lambda name: whole[name])
    figure(
        7,
        f"{len(ESCAPES)} ways out refused; of {len(costs)} expressions the dearest ({slowest}) took {costs[slowest][0]:.0f} ms of processor,"
        f" the largest ({largest}) {whole[largest] / (1 << 20):.1f} MB of the whole process",
    )
    assert costs[slowest][0] <= 100
    assert max(max(peak for _, peak, _ in costs.values()), whole[largest]) <= 16 << 20
    assert sum(accepted for _, _, accepted in costs.values()) < len(HUGE)


def test_without_the_bounds_the_same_expressions_cost_more(monkeypatch: pytest.MonkeyPatch):
    """The control: the bounds are what holds them."""
    many = "qty in [" + "1," * 40_000 + "1]"
    before = cost(many)
    for name in ("MAX_BYTES", "MAX_NODES", "MAX_LIST", "MAX_COST"):
        monkeypatch.setattr(checker, name, 10**9)
    after = cost(many)
    assert after[1] > 8 << 20 > 40 * before[1]
    assert after[0] > 100
    assert weights_of([many], "lifted")[0] > 16 << 20 > 10 * weights_of([many])[0]
