"""The visual filter's tree: nothing is lost on the way there and back, and nothing gets in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cel_lab import ENV
from cel_twins import Generator
from xingji.kernel.cel import CelError, Env, Kind, Var, check, from_tree, to_sentence, to_tree
from xingji.kernel.cel.environment import ALL, LOG_FUNCTIONS
from xingji.kernel.cel.filter_leaves import canonical


def leaf(field: str, op: str, **more: Any) -> dict[str, Any]:
    return {"kind": "leaf", "field": field, "op": op, **more}


@pytest.mark.parametrize(
    ("source", "tree", "printed"),
    [
        ("", {"kind": "all", "items": []}, "true"),
        ("500 < budget", leaf("budget", "gt", value=500), "budget > 500"),
        ("vip", leaf("vip", "is_true"), "vip"),
        ("!vip", {"kind": "not", "items": [leaf("vip", "is_true")]}, "!(vip)"),
        ("name == null", leaf("name", "empty"), "name == null"),
        ("has(event.data.page)", leaf("event.data.page", "present"), "has(event.data.page)"),
        ('name == "引号\\"和\\\\"', leaf("name", "eq", value='引号"和\\'), 'name == "引号\\"和\\\\"'),
        ("name.contains('%')", leaf("name", "contains", value="%"), 'name.contains("%")'),
        ('customer.tier in ["A"]', leaf("customer.tier", "in", value=["A"]), 'customer.tier in ["A"]'),
        ('has_tag(tags, "vip")', leaf("tags", "has", value="vip"), '"vip" in tags'),
        ('tags.exists(t, t in ["a"])', leaf("tags", "has_any", value=["a"]), 'tags.exists(one, one in ["a"])'),
        ("owner == me.id", leaf("owner", "eq", other="me.id"), "owner == me.id"),
        ("owner in me.people", leaf("owner", "in", other="me.people"), "owner in me.people"),
        (
            'due > date("2026-01-31")',
            leaf("due", "gt", value="2026-01-31", type="date"),
            'due > date("2026-01-31")',
        ),
        (
            'now - created_at > duration("72h")',
            leaf("created_at", "age_gt", value=72, unit="h"),
            'now - created_at > duration("72h")',
        ),
        (
            'touched_at - now <= duration("90m")',
            leaf("touched_at", "ahead_le", value=90, unit="m"),
            'touched_at - now <= duration("90m")',
        ),
        (
            'count_events("page.viewed", duration("720h")) >= 3',
            {
                "kind": "leaf", "fn": "count_events", "events": ["page.viewed"], "window": {"value": 720, "unit": "h"},
                "op": "ge", "value": 3,
            },
            'count_events("page.viewed", duration("720h")) >= 3',
        ),
        (
            "weekday(created_at) in [6, 7]",
            {"kind": "leaf", "fn": "weekday", "field": "created_at", "op": "in", "value": [6, 7]},
            "weekday(created_at) in [6, 7]",
        ),
        (
            "qty > 1 && (vip || active ? vip : active)",
            {
                "kind": "all",
                "items": [leaf("qty", "gt", value=1), {"kind": "opaque", "source": "vip || active ? vip : active"}],
            },
            "qty > 1 && (vip || active ? vip : active)",
        ),
    ],
)  # fmt: skip
def test_an_expression_becomes_a_tree_and_is_printed_back(source: str, tree: dict[str, Any], printed: str) -> None:
    assert to_tree(source, ENV) == tree
    assert from_tree(tree) == printed


OVER_TIME = Env(
    {**ENV.variables, "limit": Var(Kind.record, fields={"days": Var(Kind.double, nullable=False)})}, ALL | LOG_FUNCTIONS, ENV.zone, ENV.money_scale
)


@pytest.mark.parametrize(
    ("source", "tree", "says"),
    [
        ("days_since(created_at) > limit.days", {**leaf("created_at", "gt", other="limit.days"), "fn": "days_since"}, "距created_at的天数 大于 limit.days"),
        ('count_changes("budget") >= 3', {**leaf("budget", "ge", value=3), "fn": "count_changes"}, "budget的改动次数 不低于 3"),
        (
            'days_since(last_event(["touch.note", "page.viewed"])) > 5.5',
            {"kind": "leaf", "fn": "days_since_event", "events": ["touch.note", "page.viewed"], "listed": True, "op": "gt", "value": 5.5},
            "距最近一次event.touch.note、event.page.viewed的天数 大于 5.5",
        ),
        ('days_since(last_change("stage")) * 24.0 > limit.days', {"kind": "opaque", "source": 'days_since(last_change("stage")) * 24.0 > limit.days'}, None),
    ],
)  # fmt: skip
def test_what_a_log_says_over_time_is_a_condition_of_its_own(source: str, tree: dict[str, Any], says: str | None) -> None:
    assert to_tree(source, OVER_TIME) == tree
    assert from_tree(tree) == source
    assert says is None or to_sentence(tree, ".".join, "zh") == says


def test_groups_nest_and_keep_their_meaning() -> None:
    source = 'qty == 1 || (qty == 2 && (score > 0.5 || !(name == "a" && vip)))'
    tree = to_tree(source, ENV)
    assert tree["kind"] == "any"
    assert tree["items"][1]["items"][1]["items"][1]["kind"] == "not"
    assert from_tree(tree) == source


def test_comments_stay_with_their_condition_and_opaque_parts_stay_word_for_word() -> None:
    source = "// big ones\nqty > 1 && // asked by sales\n (budget +  1 > 3 // odd\n || vip)"
    tree = to_tree(source, ENV)
    assert tree["items"][0]["comments"] == ["big ones"]
    assert tree["items"][1]["comments"] == ["asked by sales"]
    assert tree["items"][1]["items"][0] == {"kind": "opaque", "source": "budget +  1 > 3 // odd"}
    printed = from_tree(tree)
    for text in ("// big ones\n", "// asked by sales\n", "budget +  1 > 3 // odd\n"):
        assert text in printed
    assert to_tree(printed, ENV) == tree


def test_a_days_unit_is_written_in_hours() -> None:
    assert from_tree(leaf("created_at", "age_gt", value=3, unit="d")) == 'now - created_at > duration("72h")'


def test_random_conditions_mean_the_same_after_the_way_through_the_tree() -> None:
    generator = Generator(7)
    opaque = 0
    for _ in range(400):
        source = generator.of("bool", 4)[0]
        try:
            checked = check(source, ENV)
        except CelError:
            continue
        tree = to_tree(source, ENV)
        opaque += tree["kind"] == "opaque"
        assert canonical(check(from_tree(tree), ENV).tree) == canonical(checked.tree)
        assert to_tree(from_tree(tree), ENV) == tree
        assert to_sentence(tree, ".".join, "zh")
    assert opaque < 300


@pytest.mark.parametrize(
    "tree",
    [
        None,
        {},
        {"kind": "leaf"},
        {"kind": "all"},
        {"kind": "not", "items": []},
        {"kind": "opaque", "source": "vip) || (true"},
        {"kind": "opaque", "source": "vip // all"} | {"source": 'vip == "'},
        {"kind": "opaque", "source": "// nothing"},
        {"kind": "all", "items": [], "comments": ["a\nvip"]},
        leaf("name == 'a' || name", "eq", value="b"),
        leaf("name", "eq", value={"a": 1}),
        leaf("name", "eq || true", value="b"),
        leaf("name", "eq", value="1", type="integer) || (1"),
        leaf("due", "eq", value="x", type="frobnicate"),
        leaf("created_at", "age_gt", value="1h") | {"unit": "h"},
        leaf("created_at", "age_gt", value=float("inf"), unit="h") | {"unit": "years"},
        leaf("qty", "gt", value=float("nan")),
        {"kind": "leaf", "fn": "type", "field": "name", "op": "eq", "value": 1},
        {"kind": "leaf", "fn": "count_events", "events": [], "op": "eq", "value": 1},
    ],
)
def test_a_malformed_tree_is_refused(tree: Any) -> None:
    with pytest.raises(CelError) as caught:
        from_tree(tree)
    assert caught.value.problems[0].code == "bad_tree"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["kind", "items", "field", "op", "value", "unit", "fn", "type", "source"]), inner),
    max_leaves=8,
)
_TREES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["leaf", "all", "any", "not", "opaque"])},
    optional={
        "field": st.sampled_from(["name", "qty", "created_at"]) | _JSON,
        "op": st.sampled_from(["eq", "in", "has", "contains", "age_gt", "in_team", "empty"]) | _JSON,
        "value": _JSON, "unit": st.sampled_from(["h", "d"]) | _JSON, "source": st.text(max_size=12), "items": _JSON,
        "type": st.sampled_from(["date", "timestamp", "duration", "integer"]),
    },
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_TREES)
def test_any_json_gives_an_expression_or_a_refusal(tree: Any) -> None:
    try:
        check(from_tree(tree), ENV)
    except CelError as error:
        assert error.problems  # noqa: PT017


LABELS = {
    ("intent",): "意向等级", ("budget",): "预算", ("created_at",): "创建时间", ("touched_at",): "最近联系",
    ("event", "page.viewed"): "浏览页面", ("customer", "tier"): "客户等级", ("due",): "到期日", ("vip",): "大客户",
}  # fmt: skip


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (
            'customer.tier == "A" && budget > 500000',
            "客户等级 等于 A 且 预算 大于 50万",
            "客户等级 is A and 预算 is more than 500,000",
        ),
        ('now - created_at > duration("72h")', "创建时间 已超过 72 小时", "创建时间 is more than 72 hours ago"),
        (
            'count_events("page.viewed", duration("720h")) >= 3 || !(vip && due < date("2026-01-31"))',
            "30 天内浏览页面次数 不低于 3 或 不满足（大客户 为是 且 到期日 早于 2026-01-31）",
            "number of 浏览页面 in 30 days is at least 3 or not (大客户 is yes and 到期日 is before 2026-01-31)",
        ),
        ("working_minutes_since(touched_at) > 30.0", "自最近联系起的工作分钟 大于 30", "working minutes since 最近联系 is more than 30"),
        ("(vip || budget == 1.5) && budget != null", "（大客户 为是 或 预算 等于 1.5） 且 预算 不为空",
         "(大客户 is yes or 预算 is 1.5) and 预算 is not empty"),
        ("budget * 2 > 3", "「budget * 2 > 3」", "“budget * 2 > 3”"),
        (
            'created_at < timestamp("2026-01-31T16:30:00Z")',
            "创建时间 早于 2026-02-01 00:30",
            "创建时间 is before 2026-02-01 00:30",
        ),
    ],
)  # fmt: skip
def test_a_condition_is_read_as_a_sentence(source: str, zh: str, en: str) -> None:
    checked = check(source, ENV)
    assert to_sentence(checked, lambda path: LABELS[path], "zh") == zh
    assert to_sentence(to_tree(source, ENV), lambda path: LABELS[path], "en") == en


def test_a_values_label_stands_for_the_value() -> None:
    named = to_sentence(
        check('customer.tier in ["A", "B"]', ENV), lambda path: LABELS[path], "zh",
        values=lambda path, value: {"A": "甲级"}.get(value),
    )  # fmt: skip
    assert named == "客户等级 属于 甲级、B"
