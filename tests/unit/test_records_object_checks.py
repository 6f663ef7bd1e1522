"""What can be wrong with an object's document: every problem at once, each with place and words."""

from typing import Any

import pytest

from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.records.kinds import ListViewKind, ObjectKind

NAME = {"key": "name", "kind": "text", "name": {"zh": "名称", "en": "Name"}}
GOOD = {"kind": "object", "key": "thing", "name": {"zh": "物", "en": "Thing"}, "title": "name", "fields": [NAME]}
OTHER = {
    "kind": "object", "key": "other", "name": {"zh": "他", "en": "Other"},
    "fields": [NAME, {"key": "thing", "kind": "relation", "to": "thing"}, {"key": "amount", "kind": "money"}],
}  # fmt: skip


def check(document: Any) -> dict[str, str]:
    documents = {("object", "other"): OTHER, ("object", "thing"): GOOD}
    problems = ObjectKind().check(document, CheckContext(documents))
    for problem in problems:
        assert problem.message is None or set(problem.message) == {"zh", "en"}
    return {problem.path: problem.code for problem in problems}


def with_fields(*fields: Any, **more: Any) -> dict[str, Any]:
    return {**GOOD, "fields": [NAME, *fields], **more}


def test_a_sound_document_has_no_problem():
    sound = with_fields(
        {"key": "budget", "kind": "money"},
        {"key": "level", "kind": "choice", "options": [{"key": "A"}], "default": "A"},
        {"key": "twice", "kind": "formula", "result": "money", "expr": "budget * 2"},
        {
            "key": "sum",
            "kind": "rollup",
            "of": "other.thing",
            "aggregate": "sum",
            "field": "amount",
            "filter": "amount > 1",
        },
        {"key": "calls", "kind": "rollup", "events": ["touch.response"], "aggregate": "last"},
        conditions=[{"key": "c", "kind": "required_if", "when": 'level == "A"', "fields": ["budget"]}],
        server_owned=["level"],
        indexes=[["level", "budget"]],
    )
    assert check(sound) == {}


@pytest.mark.parametrize(
    ("field", "path", "code"),
    [
        ({"key": "owner", "kind": "text"}, "fields.1.key", "records.reserved_key"),
        ({"key": "name", "kind": "text"}, "fields.1.key", "records.duplicate_key"),
        ({"key": "Name", "kind": "text"}, "fields.1.key", "records.bad_key"),
        ({"key": 'x"; drop table o_thing; --', "kind": "text"}, "fields.1.key", "records.bad_key"),
        ({"key": "x" * 41, "kind": "text"}, "fields.1.key", "records.bad_key"),
        ({"key": "x", "kind": "blob"}, "fields.1.kind", "records.unknown_kind"),
        ({"key": "x", "kind": ["text"]}, "fields.1.kind", "records.unknown_kind"),
        ({"key": "x", "kind": "text", "colour": "red"}, "fields.1.colour", "records.unknown_option"),
        ({"key": "x", "kind": "choice"}, "fields.1.options", "records.options_missing"),
        ({"key": "x", "kind": "choice", "options": [{"key": "A"}, {"key": "A"}]}, "fields.1.options.1", "records.duplicate_option"),
        ({"key": "x", "kind": "choice", "options": [{"key": "A"}], "default": "B"}, "fields.1.default", "records.bad_default"),
        ({"key": "x", "kind": "number", "decimals": 9}, "fields.1.decimals", "records.bad_option"),
        ({"key": "x", "kind": "number", "min": "很少"}, "fields.1.min", "records.not_a_number"),
        ({"key": "x", "kind": "percent", "max": True}, "fields.1.max", "records.not_a_number"),
        ({"key": "x", "kind": "number", "min": 5, "max": 4}, "fields.1.max", "records.bounds"),
        ({"key": "x", "kind": "relation"}, "fields.1.to", "records.relation_target_missing"),
        ({"key": "x", "kind": "relation", "to": "nowhere"}, "fields.1.to", "records.unknown_object"),
        ({"key": "x", "kind": "formula", "result": "money", "expr": "nmae * 2"}, "fields.1.expr", "unknown_field"),
        ({"key": "x", "kind": "formula", "result": "number", "expr": "x + 1.0"}, "fields.1.expr", "records.formula_cycle"),
        ({"key": "x", "kind": "formula", "expr": "1"}, "fields.1.result", "records.bad_result"),
        ({"key": "x", "kind": "rollup", "of": "other.amount"}, "fields.1.of", "records.rollup_source"),
        ({"key": "x", "kind": "rollup"}, "fields.1", "records.rollup_source"),
        ({"key": "x", "kind": "rollup", "of": "other.thing", "aggregate": "sum", "field": "name"}, "fields.1.aggregate", "records.bad_aggregate"),
        ("x", "fields.1", "records.bad_field"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_with_its_place(field: Any, path: str, code: str):
    found = check(with_fields(field))
    assert path in found
    assert found[path] == code


@pytest.mark.parametrize(
    ("condition", "path"),
    [
        ({"key": "c", "kind": "required_if", "fields": ["name"]}, "conditions.0.when"),
        ({"key": "c", "kind": "required_if", "when": "name ==", "fields": ["name"]}, "conditions.0.when"),
        ({"key": "c", "kind": "required_if", "when": "true", "fields": ["x"]}, "conditions.0.fields"),
        ({"key": "c", "kind": "forbidden_transition", "field": "name", "from": ["a"]}, "conditions.0.to"),
        ({"key": "c", "kind": "must"}, "conditions.0.kind"),
        ("c", "conditions.0"),
    ],
)
def test_a_bad_condition_is_named_with_its_place(condition: Any, path: str):
    assert path in check(with_fields(conditions=[condition]))


@pytest.mark.parametrize(
    "junk",
    [{}, {"fields": 5}, {"fields": [None, 5, []]}, {"key": 5, "fields": [{}]}, {"fields": [{"key": {}, "kind": {}}]}],
)
def test_no_document_whatever_makes_the_check_fail(junk: dict[str, Any]):
    assert check({**GOOD, **junk} if junk else {})


def test_what_an_object_uses_is_known():
    refs = ObjectKind().references(
        {**OTHER, "conditions": [{"key": "c", "kind": "required_if", "when": "amount > 1", "fields": ["name"]}]}
    )
    assert {Ref("object", "thing"), Ref("field", "other.amount"), Ref("field", "other.name")} <= refs


def test_a_list_view_names_what_is_not_there():
    view = {"key": "v", "object": "thing", "columns": ["name", "x"], "sort": ["-y"], "filter": "z > 1"}
    problems = ListViewKind().check(view, CheckContext({("object", "thing"): GOOD}))
    assert [problem.path for problem in problems] == ["columns.1", "sort.0", "filter"]
    assert not ListViewKind().check(
        {**view, "columns": ["name"], "sort": ["-name"], "filter": 'name == "x"'},
        CheckContext({("object", "thing"): GOOD}),
    )
    assert ListViewKind().check({"object": "nowhere"}, CheckContext({}))[0].path == "object"
    named = [ListViewKind().check({**view, "columns": ["name"], "sort": [], "filter": None, "name": {"zh": "名" * n}}, CheckContext({("object", "thing"): GOOD})) for n in (40, 41)]
    assert [[problem.path for problem in found] for found in named] == [[], ["name"]]
