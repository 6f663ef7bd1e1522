"""Finds rules that may trigger each other. A loop is a warning: the depth limit stops it when it runs."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.rules.actions import ACTIONS
from xingji.kernel.rules.document import Rule, read_rule

# What the actions of features say, beside the changes of records that every write says.
SAYS: Mapping[str, tuple[str, ...]] = {
    "assign": ("{object}.assigned", "{object}.updated"),
    "dispatch": ("{object}.assigned", "{object}.updated"),
    "return_to_pool": ("{object}.returned", "{object}.updated"),
    "reactivate": ("task.created",),
    "task": ("task.created",),
}


def loops_of(document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
    """A warning for the shortest way on which this rule triggers itself again."""
    rules = {str(key): rule for key, other in context.of_kind("rule").items() if (rule := _read(str(key), other))}
    own = _read(str(document.get("key")), document)
    if own is None:
        return []
    rules[own.key] = own
    way = _way_back(own, rules)
    if way is None:
        return []
    names = " → ".join(way)
    message = {
        "zh": f"规则会互相触发：{names}；运行时最多连锁 {own.depth} 层",
        "en": f"these rules trigger each other: {names}; at most {own.depth} deep when they run",
    }
    return [Problem("rules.loop", "do", {"rules": way}, message, severity="warning")]


def _read(key: str, document: Mapping[str, Any]) -> Rule | None:
    if document.get("enabled") is False:
        return None
    try:
        return read_rule(key, 0, document)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _way_back(start: Rule, rules: Mapping[str, Rule]) -> list[str] | None:
    ways = [[start.key]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for other in rules.values():
            if triggers(rules[way[-1]], other):
                if other.key == start.key:
                    return [*way, start.key]
                if other.key not in seen:
                    seen.add(other.key)
                    ways.append([*way, other.key])
    return None


def triggers(rule: Rule, other: Rule) -> bool:
    """Whether something `rule` does starts `other` (rules that wait an hour or more do not count)."""
    if other.since is not None and (other.since.working or (other.since.seconds or 0.0) / 60.0) >= 60.0:
        return False
    return any(_starts(kind, fields, other) for kind, fields in said_by(rule))


def said_by(rule: Rule) -> list[tuple[str, frozenset[str] | None]]:
    """(event type, fields changed or None for any) of everything a rule's steps say."""
    found: list[tuple[str, frozenset[str] | None]] = []
    for step in rule.steps:
        key = str(step.get("action"))
        if key in ("set", "tag"):
            writes = getattr(ACTIONS[key], "writes")(step)  # noqa: B009
            found.append((f"{rule.object}.updated", writes))
        elif key == "create":
            found.append((f"{step.get('object')}.created", None))
        elif key == "emit":
            found.append((str(step.get("type")), None))
        found += [(kind.format(object=rule.object), None) for kind in SAYS.get(key, ())]
    return found


def _starts(kind: str, fields: frozenset[str] | None, other: Rule) -> bool:
    if kind not in other.events:
        return False
    return not other.changed or fields is None or bool(fields & set(other.changed))
