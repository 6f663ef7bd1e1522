"""Which fields a rule document names, for "what uses this?". Best effort on the text; the check is elsewhere."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from xingji.kernel.core.protocols import Ref
from xingji.kernel.rules.actions import ACTIONS
from xingji.kernel.rules.document import as_list

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_NAME = re.compile(r"(?<![\w.])(old\.)?([a-z_][a-z0-9_]*)(?!\s*\()")
_CHANGED = re.compile(r"""changed\(\s*["']([a-z0-9_]+)["']\s*\)""")
_WORDS = frozenset({"true", "false", "null", "in", "now", "me", "event", "old"})


def fields_named(document: Mapping[str, Any]) -> set[Ref]:
    """Fields of the rule's own object that its trigger, condition and steps name."""
    object_key = document.get("object")
    on = document.get("on") or {}
    names = set(map(str, as_list(on.get("changed") or [])))
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
    for step in document.get("do") or ():
        action = ACTIONS.get(str(step.get("action"))) if isinstance(step, Mapping) else None
        if action is None:
            continue
        for given in action.expressions(step).values():
            source, want = given if isinstance(given, tuple) else (given, None)
            if isinstance(source, str):
                yield source
            if isinstance(want, str) and want.startswith("field:") and "." not in want:
                yield want.removeprefix("field:")
