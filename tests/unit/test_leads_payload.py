"""A payload becomes lead fields by the source's mapping, or is refused by name."""

import pytest

from xingji.features.leads.intake.payload import BadPath, Place, amount_of, apply_mapping, find, parse_path

FIELDS = {
    "name": {"kind": "text"}, "mobile": {"kind": "phone"}, "budget": {"kind": "money"}, "need": {"kind": "long_text"},
    "intent": {"kind": "choice", "options": [{"key": "A", "name": {"zh": "高"}}, {"key": "C", "name": {"zh": "低"}}]},
    "tags": {"kind": "tags"}, "area": {"kind": "region"}, "bid_close_at": {"kind": "datetime"}, "industry": {"kind": "text"},
}  # fmt: skip


def mapped(payload, **mapping):
    return apply_mapping(payload, mapping, FIELDS, Place())


def test_paths_walk_objects_lists_and_quoted_names():
    payload = {"a": [{"b c": 1}, {"b c": 2}], "客户": {"电话": "1"}}
    assert find(payload, "$.a[1]['b c']") == 2
    assert find(payload, "$.a[*]['b c']") == [1, 2]
    assert find(payload, "$.客户.电话") == "1"
    assert find(payload, "$.a[7].x.y") is None
    assert find([1], "$.a") is None


@pytest.mark.parametrize("path", ["a.b", "$..a", "$.a[", "$.a b", "", None, "$[x]"])
def test_a_path_that_is_none_is_refused(path):
    with pytest.raises(BadPath):
        parse_path(path)


@pytest.mark.parametrize(
    ("text", "amount"), [("50万", 500_000), ("¥ 500,000元", 500_000), (1.5, 1.5), ("1.2亿", 120_000_000), ("３万", 30_000), ("20k", 20_000)]
)
def test_amounts_are_read_as_people_write_them(text, amount):
    assert float(amount_of(text)) == amount


def test_values_take_the_form_of_their_field():
    values, problems = mapped(
        {"n": 138, "tel": 13800000000, "b": "50", "lv": "高", "t": "a,b、c", "p": "江苏省苏州市", "close": "2026-03-01 18:00"},
        name="$.n", mobile="$.tel", budget={"path": "$.b", "unit": "万"}, intent="$.lv", tags="$.t", area="$.p", bid_close_at="$.close",
    )  # fmt: skip
    assert problems == []
    assert values == {
        "name": "138", "mobile": "13800000000", "budget": 50_000_000, "intent": "A", "tags": ["a", "b", "c"],
        "area": ["320000", "苏州市"], "bid_close_at": "2026-03-01T10:00:00+00:00",
    }  # fmt: skip


def test_transforms_map_split_join_default_and_constants():
    values, problems = mapped(
        {"level": "hot", "path": "化工/泵", "title": "询价", "text": "两台"},
        intent={"path": "$.level", "map": {"hot": "A"}, "default": "C"},
        industry={"path": "$.path", "split": {"by": "/", "index": 0}},
        need={"join": ["$.title", "$.text", "$.none"], "by": " · "},
        name={"path": "$.nobody", "default": "匿名"},
        tags={"const": ["x"]},
    )
    assert problems == []
    assert values == {"intent": "A", "industry": "化工", "need": "询价 · 两台", "name": "匿名", "tags": ["x"]}


def test_every_problem_names_field_path_and_remedy_at_once():
    values, problems = mapped(
        {"b": "很多", "n": "王"}, name="$.n", budget="$.b", color="$.c", need="b", mobile={"path": "$.tel", "required": True}
    )
    assert values == {"name": "王"}
    assert {(p.code, p.path) for p in problems} == {
        ("intake.value_unfit", "budget"), ("intake.unknown_field", "mapping.color"),
        ("intake.bad_path", "mapping.need"), ("intake.required_missing", "mobile"),
    }  # fmt: skip
    assert all(p.message["zh"] and p.message["en"] and p.who for p in problems)


def test_a_value_may_be_dropped_instead_of_refused():
    assert mapped({"b": "很多"}, budget={"path": "$.b", "on_error": "drop"}) == ({}, [])


def test_a_nul_character_is_refused():
    assert mapped({"n": "a\0b"}, name="$.n")[1][0].code == "intake.value_unfit"
