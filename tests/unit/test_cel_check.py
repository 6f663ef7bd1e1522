"""What the check refuses, where, and in which words; what it tells about an accepted expression."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cel_lab import CUSTOMER, ENV, VARIABLES
from xingji.kernel.cel import ALL, RESERVED, CelError, Env, FunctionArg, FunctionCall, Kind, Var, check, checker
from xingji.kernel.core.errors import ErrorKind


def refused(source: str, env: Env = ENV, want: Kind | None = None) -> CelError:
    with pytest.raises(CelError) as caught:
        check(source, env, want)
    assert caught.value.code == "cel.invalid"
    assert caught.value.kind is ErrorKind.INVALID
    for problem in caught.value.problems:
        for lang in ("zh", "en"):
            assert problem.message is not None
            assert problem.message[lang]
            assert "{" not in problem.message[lang].replace("{…}", "")
    return caught.value


def codes(source: str, env: Env = ENV, want: Kind | None = None) -> list[tuple[str, int, int]]:
    return [(p.code, p.line, p.column) for p in refused(source, env, want).problems]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("budgt > 1", [("unknown_field", 1, 1)]),
        ("qty > 1 &&\n  budgt > 1 && custmer.tier == 'A'", [("unknown_field", 2, 3), ("unknown_field", 2, 16)]),
        ("customer.teir == 'A'", [("unknown_field", 1, 9)]),
        ("name == 5", [("type_mismatch", 1, 6)]),
        ('"中文" == name && qty + name > 1', [("type_mismatch", 1, 21)]),
        ("budget == name", [("type_mismatch", 1, 8)]),
        ("tags == name", [("type_mismatch", 1, 6)]),
        ("vip < true", [("type_mismatch", 1, 5)]),
        ("qty ? 1 : 2", [("type_mismatch", 1, 5)]),
        ("active ? 1 : name", [("type_mismatch", 1, 8)]),
        ("customer == budget", [("type_mismatch", 1, 10)]),
        ("qty in ['a']", [("type_mismatch", 1, 5)]),
        ("area == area", [("type_mismatch", 1, 6)]),
        ("name >", [("syntax", 1, 7)]),
        ("", [("syntax", 1, 1)]),
        ("qty == 1 ++ 2", [("syntax", 1, 11)]),
        ("预算 > 1", [("not_ascii", 1, 1)]),
        ("qty ＞ 1", [("not_ascii", 1, 5)]),
        ("name.matches('a+')", [("unsupported_function", 1, 13)]),
        ("type(qty) == int", [("unsupported_function", 1, 5)]),
        ("dyn(qty) == 1", [("unsupported_function", 1, 4)]),
        ("qty == 1u", [("type_mismatch", 1, 5)]),
        ("1u == 1u", [("unsupported", 1, 1), ("unsupported", 1, 7)]),
        ("b'x' == b'x'", [("unsupported", 1, 1), ("unsupported", 1, 9)]),
        ("{'a': 1}.a == 1", [("unsupported", 1, 1)]),
        ("xingji.Money{} == budget", [("unsupported", 1, 1)]),
        ("qty == 1e999", [("unsupported", 1, 8)]),
        ("frobnicate(qty)", [("unknown_function", 1, 11)]),
        ("event.data.x.y == 'a'", [("no_members", 1, 13)]),
        ("event == null", [("type_mismatch", 1, 7)]),
        ("now - created_at > duration('30d')", [("bad_duration", 1, 29)]),
        ("now - created_at > duration(name)", [("literal_needed", 1, 29)]),
        ("due == date('2026-02-30')", [("bad_date", 1, 13)]),
        ("created_at > timestamp('2026-01-01')", [("bad_timestamp", 1, 24)]),
        ("created_at > timestamp(name)", [("literal_needed", 1, 24)]),
        ("created_at.getHours('Mars/Base') == 1", [("bad_zone", 1, 21)]),
        ("created_at.getHours(name) == 1", [("literal_needed", 1, 21)]),
        ("count_events(name) > 1", [("literal_needed", 1, 14)]),
        ("in_team(owner, name)", [("literal_needed", 1, 16)]),
        ("changed('budgt')", [("unknown_field", 1, 9)]),
        ("name == 'a\\u0000'", [("bad_text", 1, 9)]),
        ("[name].exists(n, n == 'a')", [("unsupported", 1, 2)]),
        ("(" * 40 + "1" + ")" * 40 + " == 1", [("too_deep", 1, 1)]),
        (" || ".join(["qty == 1"] * 120), [("too_large", 1, 1)]),
        (f"qty in [{', '.join(['1'] * 201)}]", [("too_large", 1, 1)]),
        ("name == '" + "长" * 2000 + "'", [("too_large", 1, 1)]),
        ("tags.all(a, tags.all(b, tags.all(c, a == b)))", [("too_costly", 1, 1)]),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_place(source: str, expected: list[tuple[str, int, int]]) -> None:
    assert codes(source) == expected


def test_a_refusal_names_the_field_meant_in_both_languages() -> None:
    (problem,) = refused("budgt > 1").problems
    assert problem.params == {"name": "budgt", "suggestion": "budget"}
    assert problem.text("zh") == "没有名为“budgt”的字段。你是不是想写“budget”？"  # type: ignore[attr-defined]
    assert problem.text("en") == "There is no field “budgt”. Did you mean “budget”?"  # type: ignore[attr-defined]


def test_a_mismatch_names_the_kinds_in_words() -> None:
    (problem,) = refused("budget + name > 1").problems
    assert problem.message == {
        "zh": "“+”不能用于这些类型：金额、文字",
        "en": "“+” cannot be applied to: money, text.",
    }


def test_a_function_left_out_of_a_place_is_refused_there() -> None:
    here = Env(VARIABLES, functions=ALL - {"count_events"})
    assert codes('count_events("a") > 1', here) == [("function_not_here", 1, 13)]


@pytest.mark.parametrize(
    ("source", "want", "fits"),
    [
        ("qty > 1", Kind.boolean, True),
        ("qty", Kind.boolean, False),
        ("qty", Kind.money, True),
        ("score", Kind.integer, False),
        ("budget", Kind.double, False),
        ("null", Kind.date, True),
        ("owner", Kind.text, True),
        ("customer.owner", Kind.uuid, True),
        ("me.people", Kind.uuid_list, True),
        ("due", Kind.timestamp, False),
    ],
)
def test_a_result_must_fit_what_the_place_wants(source: str, want: Kind, fits: bool) -> None:
    if fits:
        assert check(source, ENV, want).result is want
    else:
        assert codes(source, want=want) == [("wrong_result", 1, 1)]


def test_a_check_tells_what_is_read_and_which_functions_are_called() -> None:
    source = 'customer.tier == "A" && count_events(["a", "b"], duration("720h")) > 2 && in_team(owner, "east") || changed("budget")'
    checked = check(source, ENV)
    assert checked.references == {("customer", "tier"), ("owner",), ("budget",)}
    assert checked.functions == {
        FunctionCall(
            "count_events",
            (FunctionArg(Kind.text_list, ("a", "b")), FunctionArg(Kind.duration, timedelta(days=30))),
        ),
        FunctionCall("in_team", (FunctionArg(Kind.uuid, path=("owner",)), FunctionArg(Kind.text, "east"))),
        FunctionCall("changed", (FunctionArg(Kind.text, "budget"),)),
    }


def test_a_key_of_an_events_data_is_a_reference() -> None:
    assert check('event.data["page"] == "x"', ENV).references == {("event", "data", "page")}


def test_a_list_variable_hides_a_field_of_the_same_name() -> None:
    assert check('tags.exists(name, name == "vip")', ENV).references == {("tags",)}


def test_the_same_text_is_checked_once_per_environment() -> None:
    assert check("qty > 1", ENV) is check("qty > 1", Env(dict(VARIABLES)))
    assert check("qty > 1", ENV) is not check("qty > 1", Env(VARIABLES, money_scale=1))


def test_two_relations_of_different_objects_can_be_compared() -> None:
    env = Env({"owner": Var(Kind.uuid, fields={"name": Var(Kind.text)}), "customer": CUSTOMER})
    assert check("owner == customer.owner && customer != owner", env).result is Kind.boolean


def test_fields_whose_keys_differ_by_an_underscore_stand_side_by_side() -> None:
    fields = {"f_1": Var(Kind.text), "f1": Var(Kind.text)}
    env = Env({**fields, "customer": Var(Kind.uuid, fields=fields)})
    assert check("customer.f_1 == f_1 && customer.f1 == f1", env).result is Kind.boolean


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_a_field_with_a_reserved_key_harms_no_other(key: str) -> None:
    env = Env({key: Var(Kind.text), "name": Var(Kind.text)})
    assert check('name == "a"', env).result is Kind.boolean
    assert refused(f'{key} == "a"', env).problems


def test_a_typical_check_takes_about_a_millisecond() -> None:
    """Counted in steps and not in time: one compilation by the official checker, one decoding, one trial."""
    source = 'budget > 500000 && area.province == "310000" || customer.tier in ["A", "B"] && now - created_at > duration("72h")'
    checked = checker._check(source, ENV, None)
    assert checker._measure(checked.tree)[0] < 30


_WORDS = ["qty", "name", "budget", "tags", "now", "(", ")", "[", "]", "&&", "||", "!", "==", "<", "+", "-", "?", ":", "in",
          ".", "exists", "size", "1", "0.5", '"中"', "null", "true", ",", "x", "{", "}", "'", "//", "\n", "duration", "\\"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join)))
def test_any_text_is_accepted_or_refused_with_problems(source: str) -> None:
    try:
        check(source, ENV)
    except CelError as error:
        assert error.problems  # noqa: PT017
