"""The check of follow-up templates, and the rule a template becomes."""

from pathlib import Path

import pytest
import yaml

from xingji import app
from xingji.features.followups.kinds import FollowUpKind
from xingji.features.followups.series import rule_of
from xingji.kernel.core.protocols import CheckContext

KIND = FollowUpKind()
GOOD = {
    "kind": "follow_up", "key": "tried", "name": {"zh": "试"}, "object": "lead", "starts": ["lead.assigned"], "when": 'intent == "A"', "calendar": "office",
    "steps": [{"key": "call", "name": {"zh": "致电"}, "hours": 1}, {"key": "visit", "name": {"zh": "上门"}, "days": 3, "note": {"zh": "带样机"}}],
}  # fmt: skip


@pytest.fixture(scope="module")
def context() -> CheckContext:
    app.configure()
    documents = {(one["kind"], one["key"]): one for path in sorted(Path("packs/base").glob("*.yaml")) for one in yaml.safe_load_all(path.read_text("utf-8")) if one and "kind" in one}
    return CheckContext(documents, {})


def test_a_good_template_has_no_problem_and_every_packs_template_is_good(context):
    assert KIND.check(GOOD, context) == []
    general = context.documents["follow_up", "vip_general"]
    assert KIND.check(general, context) == []


@pytest.mark.parametrize(("change", "path"), [
    ({"name": None}, "name"), ({"object": "product"}, "object"), ({"starts": []}, "starts"), ({"starts": ["nonsense"]}, "starts"),
    ({"calendar": "lunar"}, "calendar"), ({"when": "no_such_field == 1"}, "when"), ({"steps": []}, "steps"), ({"then": 1}, "then"),
    ({"steps": [{"name": {"zh": "无键"}, "hours": 1}]}, "steps.0"), ({"steps": [{"key": "a", "name": {}, "hours": 1}]}, "steps.0.name"),
    ({"steps": [{"key": "a", "name": {"zh": "一"}}]}, "steps.0.hours"), ({"steps": [{"key": "a", "name": {"zh": "一"}, "hours": 1, "days": 1}]}, "steps.0.hours"),
    ({"steps": [{"key": "a", "name": {"zh": "一"}, "hours": 0}]}, "steps.0.hours"), ({"steps": [{"key": "a", "name": {"zh": "一"}, "days": 400}]}, "steps.0.days"),
    ({"steps": [{"key": "a", "name": {"zh": "一"}, "days": 1, "whoever": 1}]}, "steps.0.whoever"),
    ({"steps": [{"key": "a", "name": {"zh": "步" * 201}, "hours": 1}]}, "steps.0.name"),
])  # fmt: skip
def test_every_fault_is_named_at_its_place(context, change, path):
    assert path in [problem.path for problem in KIND.check({**GOOD, **change}, context)]


def test_a_template_becomes_one_rule_that_tells_its_owner_once():
    rule = rule_of(GOOD)
    tasks, [told] = rule["do"][:-1], rule["do"][-1:]
    assert [(task["title"]["zh"], task["due"], task["via"]) for task in tasks] == [("致电", {"hours": 1, "working": "office"}, []), ("上门", {"days": 3}, [])]
    assert (told["action"], told["title"]["zh"], told["body"]["zh"]) == ("notify", "试：2 步已排好", "致电；上门")
    assert (rule["once_per"], rule["when"]) == ("record", 'owner != null && (intent == "A")')


def test_what_it_uses_is_known(context):
    used = {(ref.kind, ref.key) for ref in KIND.references(GOOD)}
    assert {("object", "lead"), ("object", "task"), ("calendar", "office"), ("field", "lead.intent")} <= used
