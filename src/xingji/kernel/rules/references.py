"""What a rule document uses, for "what uses this?". Best effort on the text; the check is elsewhere."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from xingji.kernel.core.protocols import Ref
from xingji.kernel.rules.actions import ACTIONS, Action
from xingji.kernel.rules.document import as_list

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"(?<![\w.])(old\.)?([a-z_][a-z0-9_]*)(?!\s*\()")
_CHANGED = re.compile(r"""changed\(\s*["']([a-z0-9_]+)["']\s*\)""")
_WORDS = frozenset({"true", "false", "null", "in", "now", "me", "event", "old"})


def rule_references(document: Mapping[str, Any]) -> set[Ref]:
    """What a rule uses; fields by the names in its expressions, whether or not they exist. Never raises."""
    found: set[Ref] = set()
    on = trigger_of(document)
    if document.get("object"):
        found.add(Ref("object", str(document["object"])))
        found |= fields_named(document)
    if on.get("calendar"):
        found.add(Ref("calendar", str(on["calendar"])))
    for action, step in steps_of(document):
        with suppress(AttributeError, TypeError, ValueError, KeyError):
            found |= action.references(step)
    return found


def trigger_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The trigger, {} when it is none."""
    on = document.get("on")
    return on if isinstance(on, Mapping) else {}


def steps_of(document: Mapping[str, Any]) -> list[tuple[Action, Mapping[str, Any]]]:
    """The steps whose action is known."""
    steps = document.get("do")
    return [
        (ACTIONS[str(step.get("action"))], step)
        for step in (steps if isinstance(steps, list) else ())
        if isinstance(step, Mapping) and str(step.get("action")) in ACTIONS
    ]


def fields_named(document: Mapping[str, Any]) -> set[Ref]:
    """Fields of the rule's own object that its trigger, condition and steps name."""
    object_key = document.get("object")
    names = set(map(str, as_list(trigger_of(document).get("changed") or [])))
    for source in _expressions(document):
        names |= names_in(source)
    return {Ref("field", f"{object_key}.{name}") for name in names}


def names_in(source: str) -> set[str]:
    """The names an expression uses, those in texts left out."""
    changed = set(_CHANGED.findall(source))
    plain = _TEXT.sub('""', source)
    return changed | {name for _, name in _NAME.findall(plain) if name not in _WORDS}


def _expressions(document: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(document.get("when"), str):
        yield document["when"]
    once = document.get("once_per")
    if isinstance(once, str) and once not in ("none", "record", "record_day"):
        yield once
    for action, step in steps_of(document):
        given_by_name: Mapping[str, Any] = {}
        with suppress(AttributeError, TypeError, ValueError, KeyError):
            given_by_name = action.expressions(step)
        for given in given_by_name.values():
            source, want = given if isinstance(given, tuple) else (given, None)
            if isinstance(source, str):
                yield source
            if isinstance(want, str) and want.startswith("field:") and "." not in want:
                yield want.removeprefix("field:")
