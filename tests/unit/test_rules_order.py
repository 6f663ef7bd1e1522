"""In which order the rules of a stage act on a batch: their own, but what lets one batch at a time through comes late."""

from typing import Any, cast

import pytest

from xingji import app
from xingji.kernel.rules.document import Rule, read_rule
from xingji.kernel.rules.matcher import acting_order

DISPATCH = {"action": "dispatch", "table": "main"}
NOTE = {"action": "tag", "add": ["seen"]}


@pytest.fixture(autouse=True)
def configured() -> None:
    app.configure()


def rule(key: str, event: str, *steps: dict[str, Any]) -> Rule:
    return read_rule(key, 1, {"kind": "rule", "key": key, "object": "lead", "on": {"event": event}, "when": "true", "do": list(steps)})


def order(*rules: Rule) -> list[str]:
    return [rules[place].key for place in acting_order(rules, range(len(rules)))]


def test_a_dispatch_comes_after_rules_that_answer_other_events_and_before_those_that_answer_its_own():
    tag, send = rule("tag", "lead.created", NOTE), rule("send", "lead.created", DISPATCH)
    tell, after = rule("tell", "lead.assigned", NOTE), rule("after", "lead.created", NOTE)
    assert order(tag, send, tell) == ["tag", "tell", "send"]
    assert order(tag, send, tell, after) == ["tag", "tell", "send", "after"]
    assert order(tag, tell, after) == ["tag", "tell", "after"]


def test_two_dispatches_keep_their_order_when_the_later_is_awaited():
    first, second = rule("first", "lead.enquired", DISPATCH), rule("second", "lead.created", DISPATCH)
    after, other = rule("after", "lead.created", NOTE), rule("other", "lead.returned", NOTE)
    assert order(first, second, other, after) == ["other", "first", "second", "after"]
    assert order(first, second, other) == ["other", "first", "second"]


def test_only_places_that_were_hit_are_named():
    rules = [rule("send", "lead.created", DISPATCH), rule("tell", "lead.assigned", NOTE), rule("tag", "lead.assigned", NOTE)]
    assert acting_order(cast(Any, rules), {2, 0}) == [2, 0]
