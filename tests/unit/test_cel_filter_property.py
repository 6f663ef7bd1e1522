"""Random trees and random expressions on their way through the visual builder: the meaning stays, the words stay."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cel_lab import ENV
from cel_twins import Generator
from xingji.kernel.cel import CelError, Kind, check, from_tree, to_tree
from xingji.kernel.cel.filter_leaves import canonical

#: What breaks careless printers: quotes, backslashes, line ends, controls, other quotes, Chinese, beyond the plane.
AWKWARD = st.text(st.sampled_from([*list("\"'\\\n\r\t\x7f\u2028\u2029」「、华东字😀 ab|&()//{}$`"), "\x01", "\x1b"]), max_size=12)
TEXTS = AWKWARD | st.text(max_size=12).filter(lambda s: "\0" not in s and not any("\ud800" <= c <= "\udfff" for c in s))
NUMBERS = st.integers(-(2**53), 2**53)
MONEY = st.integers(0, 10**12) | st.decimals(0, 10**9, places=2).map(float)
DATES = st.dates().map(lambda d: d.isoformat())
INSTANTS = st.datetimes().map(lambda d: d.replace(microsecond=0).isoformat() + "Z")
COMPARISONS = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])


def leaf(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"kind": st.just("leaf"), **parts})


def just(*words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words)


LEAVES = st.one_of(
    leaf(field=just("name", "title", "customer.tier"), op=just("eq", "ne", "contains", "starts_with", "ends_with"), value=TEXTS),
    leaf(field=just("name", "customer.tier"), op=just("in"), value=st.lists(TEXTS, min_size=1, max_size=4)),
    leaf(field=just("qty", "seats"), op=COMPARISONS, value=NUMBERS),
    leaf(field=just("budget", "paid", "customer.amount"), op=COMPARISONS, value=MONEY),
    leaf(field=just("vip", "active"), op=just("eq", "ne"), value=st.booleans()),
    leaf(field=just("due", "customer.since"), op=COMPARISONS, value=DATES, type=just("date")),
    leaf(field=just("created_at", "touched_at"), op=just("lt", "ge"), value=INSTANTS, type=just("timestamp")),
    leaf(
        field=just("created_at", "touched_at"), op=just("age_gt", "age_le", "ahead_lt", "ahead_ge"),
        value=st.integers(1, 100_000), unit=just("m", "h", "d", "s"),
    ),
    leaf(field=just("tags"), op=just("has"), value=TEXTS),
    leaf(field=just("tags"), op=just("has_any"), value=st.lists(TEXTS, min_size=1, max_size=3)),
    leaf(field=just("name", "due", "owner"), op=just("empty", "not_empty")),
    leaf(field=just("owner"), op=just("eq", "ne"), other=just("me.id")),
    leaf(field=just("owner"), op=just("in"), other=just("me.people")),
    leaf(field=just("owner"), op=just("in_team"), value=just("east", "west")),
    leaf(fn=just("working_minutes_since"), field=just("touched_at"), op=just("gt", "le"), value=st.integers(1, 9_999)),
    leaf(fn=just("size"), field=just("tags"), op=just("eq", "gt"), value=st.integers(0, 9)),
    leaf(fn=just("count_events"), events=st.lists(just("page.viewed", "touch.call"), min_size=1, max_size=2, unique=True), op=just("ge", "lt"), value=st.integers(0, 99)),
)  # fmt: skip
OPAQUE = st.sampled_from(["budget +  1 > 3", "vip || active ? vip : active", "tags.exists(t,  t.startsWith('a'))", "lower( name ) + 'a' == 'x'"])
PARTS = LEAVES | OPAQUE.map(lambda source: {"kind": "opaque", "source": source})
TREES = st.recursive(
    PARTS,
    lambda inner: st.builds(
        lambda kind, items: {"kind": kind, "items": items}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=2, max_size=4)
    )
    | inner.map(lambda one: {"kind": "not", "items": [one]}),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(TREES)
@example({"kind": "leaf", "field": "name", "op": "eq", "value": 'a" || true || "\\'})
@example({"kind": "leaf", "field": "name", "op": "in", "value": ["a\nb\u2028c", "\\", "'", '"""', "「华东」"]})
def test_a_random_tree_printed_and_read_again_means_the_same(tree: dict[str, Any]) -> None:
    printed = from_tree(tree)
    try:
        meant = canonical(check(printed, ENV, Kind.boolean).tree)
    except CelError as error:
        assert {problem.code for problem in error.problems} <= {"too_large", "too_costly", "too_deep"}  # noqa: PT017
        return
    again = to_tree(printed, ENV)
    assert canonical(check(from_tree(again), ENV, Kind.boolean).tree) == meant
    assert from_tree(again) == from_tree(to_tree(from_tree(again), ENV))
    texts, back = sorted(values_of(tree), key=repr), sorted(values_of(again), key=repr)
    assert texts == back, "a value changed on the way"


def values_of(tree: dict[str, Any]) -> list[Any]:
    """Every text of every leaf, and every opaque part word for word."""
    if tree["kind"] == "opaque":
        return [tree["source"]]
    if tree["kind"] == "leaf":
        value = tree.get("value")
        return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and "type" not in tree]
    return [text for item in tree["items"] for text in values_of(item)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_random_expression_keeps_word_for_word_what_the_tree_cannot_say(seed: int) -> None:
    generator = Generator(seed)
    for _ in range(10):
        source = f"({generator.of('bool', 3)[0]}) && name != \"a\""
        try:
            meant = canonical(check(source, ENV, Kind.boolean).tree)
        except CelError:
            continue
        tree = to_tree(source, ENV)
        printed = from_tree(tree)
        assert canonical(check(printed, ENV, Kind.boolean).tree) == meant
        for part in opaque_parts(tree):
            assert part in source
            assert part in printed


def opaque_parts(tree: dict[str, Any]) -> list[str]:
    if tree["kind"] == "opaque":
        return [tree["source"]]
    return [part for item in tree.get("items", ()) for part in opaque_parts(item)]


@pytest.mark.parametrize("text", ['"', "\\", "\\\\", "'", "\n", "\r\n", "\t", "`", "「华东」", "😀", "\u2028", "\x7f", '\\"', "// no comment", "a\\n"])
def test_every_awkward_text_comes_back_as_it_was(text: str) -> None:
    tree = {"kind": "leaf", "field": "name", "op": "contains", "value": text}
    assert to_tree(from_tree(tree), ENV) == tree
