"""Sources, tables and pools are checked: every problem at once, by name, and never by an exception."""

import copy
from pathlib import Path

import pytest
import yaml

from xingji.features.leads.kinds import DispatchKind, PoolKind, SourceKind
from xingji.kernel.core.protocols import CheckContext, Ref

PACK = Path(__file__).resolve().parents[2] / "packs"
KINDS = {"source": SourceKind(), "dispatch": DispatchKind(), "pool": PoolKind()}


def documents(*folders):
    found = {}
    for folder in folders:
        for file in sorted((PACK / folder).glob("*.yaml")):
            for document in yaml.safe_load_all(file.read_text("utf-8")):
                if isinstance(document, dict) and "kind" in document and not document.get("patch"):
                    found[document["kind"], document["key"]] = document
    return found


BASE = documents("base")


def problems(kind, document, extra=None):
    return KINDS[kind].check({"key": "x", "kind": kind, **document}, CheckContext(BASE, extra or {}))


def codes(kind, document, extra=None):
    return {problem.code for problem in problems(kind, document, extra)}


@pytest.mark.parametrize("pack", [("base",), ("base", "lilan")])
def test_every_source_table_and_pool_of_the_packs_passes(pack):
    everything = documents(*pack)
    for (kind, key), document in everything.items():
        if kind in KINDS:
            found = KINDS[kind].check(document, CheckContext(everything))
            assert [p.as_dict() for p in found if p.severity == "error"] == [], key


def test_a_source_names_every_mistake_with_its_place():
    document = {
        "via": "json", "mapping": {"name": "name", "colour": "$.c", "budget": {"path": "$.b", "unitt": "万"}}, "defaults": {"shade": 1},
        "settings": {"id": "x"},
    }  # fmt: skip
    found = {(p.code, p.path) for p in problems("source", document)}
    assert found == {
        ("source.bad_path", "mapping.name"), ("source.unknown_field", "mapping.colour"), ("source.unknown_word", "mapping.budget"),
        ("source.unknown_field", "defaults.shade"), ("intake.bad_path", "settings.id"),
    }  # fmt: skip
    assert codes("source", {"via": "pigeon"}) == {"source.via_unknown"}
    assert codes("source", {"via": "douyin"}) == {"source.secret_missing"}


def test_a_table_names_every_mistake_with_its_place():
    rows = [
        {"key": "a", "when": "colour == 1", "to": {"person": "nobody"}}, {"key": "a", "when": "true", "to": {"pool": "no_pool"}, "choose": "dice"},
        {"key": "b", "when": "true", "to": {}, "else": "zz"}, "x",
    ]  # fmt: skip
    found = codes("dispatch", {"rows": rows, "capacity": {"open": -1}}, {"people": frozenset({"ann"})})
    assert {
        "dispatch.target_unknown", "dispatch.pool_unknown", "dispatch.choose_unknown", "dispatch.no_target", "dispatch.else_unknown",
        "dispatch.row_key", "dispatch.row", "dispatch.not_a_number",
    } <= found  # fmt: skip
    assert any(p.path == "rows.0.when" and p.line == 1 for p in problems("dispatch", {"rows": rows}))


def test_a_pool_names_every_mistake_with_its_place():
    document = {"hide_until_pick": ["colour"], "return": [{"key": "a", "when": "colour == 1", "idle_days": 0}], "never_return": ["x >"]}
    found = {p.path for p in problems("pool", document)}
    assert {"hide_until_pick", "return.0.when", "return.0.idle_days", "never_return.0"} <= found


@pytest.mark.parametrize(("days", "refused"), [([7, 3, 1], 0), (["七天", 3], 1), ([0, -1, 1.5, True], 4), ("三天", 1), (None, 0)])
def test_a_day_of_a_warning_that_is_none_is_refused_and_not_left_out(days, refused):
    found = problems("pool", {"return": [{"key": "a", "when": "true", "idle_days": 30, "warn_days": days}]})
    assert [(p.code, p.path) for p in found] == [("pool.warn_days", "return.0.warn_days")] * refused


WHOLE = {
    "source": {"via": "json", "mapping": {"name": {"path": "$.n"}}, "defaults": {"intent": "A"}, "settings": {}},
    "dispatch": {"rows": [{"key": "a", "when": "true", "to": {"team": ["x"]}, "calendar": "office"}], "capacity": {}, "weights": {}},
    "pool": {"pick": {"per_day": 1}, "return": [{"key": "a", "when": "true", "idle_days": 3}], "hide_until_pick": ["mobile"], "never_return": ["true"]},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("wrong", [None, 1, "x", [], [1], {}, {"a": 1}, [[{}]], True], ids=repr)
def test_a_document_with_anything_anywhere_never_raises(kind, wrong):
    for key in WHOLE[kind]:
        document = copy.deepcopy(WHOLE[kind]) | {"key": "x", key: wrong}
        KINDS[kind].check(document, CheckContext(BASE))
        KINDS[kind].references(document)


@pytest.mark.parametrize("wrong", [None, 1, [], [1], {}, {"path": [1]}, {"join": 3}, {"split": "x", "path": "$.a"}, {"map": 1, "path": "$.a"}], ids=repr)
def test_a_mapping_with_anything_for_a_path_never_raises(wrong):
    KINDS["source"].check({"key": "x", "via": "json", "mapping": {"name": wrong}}, CheckContext(BASE))


def test_documents_say_what_they_use():
    rows = [{"key": "a", "when": 'budget > 1 && industry == "x"', "to": {"person": "customer.owner"}}, {"key": "b", "to": {"pool": "pool_new"}, "calendar": "office"}]
    refs = KINDS["dispatch"].references({"rows": rows})
    assert {Ref("field", "lead.budget"), Ref("field", "lead.industry"), Ref("pool", "pool_new"), Ref("calendar", "office")} <= refs
    assert Ref("field", "lead.name") in KINDS["source"].references({"mapping": {"name": "$.n"}})


def test_limits_of_a_pool_are_whole_numbers_all_named_at_once():
    document = {"pick": {"per_day": "很多", "holding": {"rep": 1.5, "senior": 20}}, "cool_down_days": -1}
    assert {p.path for p in problems("pool", document)} == {"pick.per_day", "pick.holding.rep", "cool_down_days"}
    assert "pool.not_whole" not in codes("pool", {"pick": {"per_day": 0, "holding": 10}, "cool_down_days": 30})
