"""What a playbook may not be is said when it is saved."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from xingji.features.process.kinds import PlaybookKind
from xingji.kernel.core.protocols import CheckContext


@pytest.mark.parametrize(("actions", "refused"), [(60, False), (61, True)])
def test_a_playbook_has_at_most_as_many_actions_as_health_has_bits_for(actions: int, refused: bool):
    stages: list[dict[str, Any]] = [{"key": f"s{n}", "actions": []} for n in range(6)]
    for n in range(actions):
        stages[n % 6]["actions"].append({"key": f"a{n}", "name": {"zh": f"动作{n}", "en": f"Action {n}"}})
    context = cast(CheckContext, SimpleNamespace(of_kind=lambda kind: {"deal": {"key": "deal", "fields": []}} if kind == "object" else {}))
    problems = PlaybookKind().check({"key": "book", "object": "deal", "stages": stages}, context)
    assert ("process.too_many_in_all" in {problem.code for problem in problems}) is refused


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"remind": {"before_hours": "两小时"}, "limit_hours": 8}, "remind"), ({"remind": {"before_hours": 9}, "limit_hours": 8}, "remind"),
        ({"remind": {"before_hours": 2}, "limit_hours": 8}, None), ({"evidence": {"max_age_days": "很久"}}, "evidence.max_age_days"),
        ({"evidence": {"max_age_days": 0}}, "evidence.max_age_days"), ({"evidence": {"max_age_days": 30}}, None),
    ],
)  # fmt: skip
def test_a_number_of_an_action_that_is_none_is_refused_at_its_place(parts: dict[str, Any], path: str | None):
    stages = [{"key": "s1", "name": {"zh": "阶段", "en": "Stage"}, "actions": [{"key": "a", "name": {"zh": "动作", "en": "Action"}, **parts}]}]
    fields = [{"key": "stage", "kind": "choice", "options": [{"key": "s1"}]}]
    context = cast(CheckContext, SimpleNamespace(of_kind=lambda kind: {"deal": {"key": "deal", "fields": fields}} if kind == "object" else {}, documents={}, extra={}))
    problems = PlaybookKind().check({"key": "book", "object": "deal", "stages": stages}, context)
    assert [problem.path for problem in problems if problem.path.startswith("stages.0.actions.0.")] == ([f"stages.0.actions.0.{path}"] if path else [])


@pytest.mark.parametrize(
    ("word", "value", "refused"),
    [
        ("limit_hours", -4, True), ("limit_hours", "48", True), ("limit_hours", 48, False), ("progress", 101, True),
        ("progress", 30, False), ("chance", 1.2, True), ("chance", True, True), ("chance", 0.35, False),
    ],
)  # fmt: skip
def test_a_number_of_a_stage_that_makes_no_sense_is_refused_at_its_place(word: str, value: Any, refused: bool):
    stages = [{"key": "s1", "name": {"zh": "阶段", "en": "Stage"}, word: value, "actions": []}]
    context = cast(CheckContext, SimpleNamespace(of_kind=lambda kind: {"deal": {"key": "deal", "fields": []}} if kind == "object" else {}))
    problems = PlaybookKind().check({"key": "book", "object": "deal", "stages": stages}, context)
    assert ([problem.path for problem in problems if problem.code == "process.number"] == [f"stages.0.{word}"]) is refused
