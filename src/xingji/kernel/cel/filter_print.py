"""Prints the tree of the visual filter as an expression. The tree comes from outside: every part of it is checked."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from xingji.kernel.cel.filter_leaves import COMPARISONS, FIELD_FUNCTIONS, KEYED, SINCE_EVENT, TEXT_TESTS
from xingji.kernel.cel.problems import CelError, problem
from xingji.kernel.cel.tokens import stands_alone, tokenize

_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_SIGNS = {name: sign for sign, name in COMPARISONS.items()}
_TESTS = {name: function for function, name in TEXT_TESTS.items()}
_HOURS = {"d": 24}
_UNITS = ("h", "m", "s", "ms", "us")
_MAX_DEPTH = 40


def from_tree(tree: Mapping[str, Any]) -> str:
    """The expression of a visual filter's tree. Raises: CelError when the tree is malformed."""
    return _print(tree, "", 0).lstrip("\n")


def text_literal(text: str) -> str:
    """A text as the language writes it; the escapes of JSON are all known to it but the surrogate pairs."""
    found = json.dumps(text, ensure_ascii=False)
    return found.replace("\x7f", "\\x7f").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _bad(what: str) -> CelError:
    return CelError([problem("bad_tree", what=what)])


def _print(tree: Any, within: str, depth: int) -> str:
    if not isinstance(tree, Mapping) or depth > _MAX_DEPTH:
        raise _bad("depth" if isinstance(tree, Mapping) else repr(tree)[:40])
    kind = tree.get("kind")
    if kind == "opaque":
        return _opaque(tree, within)
    if kind == "leaf":
        return _comments(tree) + _leaf(tree)
    items = tree.get("items")
    if not isinstance(items, list) or kind not in ("all", "any", "not") or (kind == "not" and len(items) != 1):
        raise _bad(str(kind))
    if kind == "not":
        return f"{_comments(tree)}!({_print(items[0], '', depth + 1)})"
    if len(items) == 1:
        return _comments(tree) + _print(items[0], within, depth + 1)
    comments = _comments(tree)
    sign = " && " if kind == "all" else " || "
    text = sign.join(_print(item, kind, depth + 1) for item in items) or ("true" if kind == "all" else "false")
    is_bare = not comments and (not items or within in ("", kind))
    return text if is_bare else f"{comments}({text})"


def _comments(tree: Mapping[str, Any]) -> str:
    texts = tree.get("comments") or []
    if not isinstance(texts, list) or not all(isinstance(t, str) and "\n" not in t and "\r" not in t for t in texts):
        raise _bad("comments")
    return "\n" + "".join(f"// {text}\n" for text in texts) if texts else ""


def _opaque(tree: Mapping[str, Any], within: str) -> str:
    source = tree.get("source")
    if not isinstance(source, str) or not stands_alone(source):
        raise _bad("opaque")
    tokens = tokenize(source) or []
    if any(t.kind == "comment" for t in tokens):
        return f"({source}\n)"
    return f"({source})" if within and any(t.text in ("?", "||", "&&") for t in tokens) else source


def _leaf(leaf: Mapping[str, Any]) -> str:
    op = leaf.get("op")
    if not isinstance(op, str):
        raise _bad("op")
    if op in _SIGNS:
        return f"{_subject(leaf)} {_SIGNS[op]} {_right(leaf)}"
    if op in ("empty", "not_empty"):
        return f"{_subject(leaf)} {'==' if op == 'empty' else '!='} null"
    printer = _PRINTERS.get(op)
    if printer is not None:
        return printer(leaf)
    word, _, sign = op.partition("_")
    if word in ("age", "ahead") and sign in _SIGNS:
        span = f"now - {_field(leaf)}" if word == "age" else f"{_field(leaf)} - now"
        return f"{span} {_SIGNS[sign]} {_duration(leaf)}"
    raise _bad(op)


def _field(leaf: Mapping[str, Any], key: str = "field") -> str:
    field = leaf.get(key)
    if not isinstance(field, str) or not _FIELD.fullmatch(field):
        raise _bad(f"{key}: {field!r}"[:60])
    return field


def _subject(leaf: Mapping[str, Any]) -> str:
    function = leaf.get("fn")
    if function is None:
        return _field(leaf)
    if function in ("count_events", "last_event") and "events" in leaf:
        return _events(str(function), leaf)
    if function == SINCE_EVENT and "events" in leaf:
        return f"days_since({_events('last_event', leaf)})"
    if function == "count_changes":
        return f"count_changes({text_literal(_field(leaf))})"
    if function in FIELD_FUNCTIONS or function == "days_since":
        return f"{function}({_field(leaf)})"
    raise _bad(f"fn: {function!r}"[:60])


def _events(function: str, leaf: Mapping[str, Any]) -> str:
    types = leaf["events"]
    if not isinstance(types, list) or not types or not all(isinstance(t, str) for t in types):
        raise _bad("events")
    written = [text_literal(t) for t in types]
    first = f"[{', '.join(written)}]" if leaf.get("listed") or len(types) > 1 else written[0]
    window = leaf.get("window")
    return f"{function}({first}, {_duration(window)})" if window else f"{function}({first})"


def _duration(span: Any) -> str:
    value = span.get("value") if isinstance(span, Mapping) else None
    unit = span.get("unit") if isinstance(span, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or unit not in (*_UNITS, *_HOURS):
        raise _bad("unit")
    if unit in _HOURS:
        value, unit = value * _HOURS[unit], "h"
    return f'duration("{value:.15g}{unit}")' if isinstance(value, float) else f'duration("{value}{unit}")'


def _right(leaf: Mapping[str, Any]) -> str:
    if "other" in leaf:
        return _field(leaf, "other")
    return _value(leaf.get("value"), leaf.get("type"))


def _value(value: Any, kind: Any) -> str:
    match value, kind:
        case bool(), None:
            return "true" if value else "false"
        case int(), None:
            return str(value)
        case float(), None if value == value and abs(value) != float("inf"):
            return repr(value)
        case str(), None:
            return text_literal(value)
        case str(), "timestamp" | "date":
            return f"{kind}({text_literal(value)})"
        case str(), "integer" if re.fullmatch(r"-?\d{1,19}", value):
            return value
        case int(), "duration":
            return f'duration("{value}us")'
    raise _bad(f"value: {value!r}"[:60])


def _values(leaf: Mapping[str, Any]) -> str:
    values = leaf.get("value")
    if not isinstance(values, list):
        raise _bad("value")
    return f"[{', '.join(_value(value, leaf.get('type')) for value in values)}]"


def _text_test(leaf: Mapping[str, Any]) -> str:
    return f"{_field(leaf)}.{_TESTS[leaf['op']]}({_value(leaf.get('value'), None)})"


def _keyed(leaf: Mapping[str, Any]) -> str:
    return f"{leaf['op']}({_field(leaf)}, {_value(leaf.get('value'), None)})"


_PRINTERS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "is_true": _field,
    "present": lambda leaf: f"has({_field(leaf)})",
    "in": lambda leaf: f"{_subject(leaf)} in {_field(leaf, 'other') if 'other' in leaf else _values(leaf)}",
    "has": lambda leaf: f"{_value(leaf.get('value'), leaf.get('type'))} in {_field(leaf)}",
    "has_any": lambda leaf: f"{_field(leaf)}.exists(one, one in {_values(leaf)})",
    "changed": lambda leaf: f"changed({text_literal(_field(leaf))})",
    **dict.fromkeys(_TESTS, _text_test),
    **dict.fromkeys(KEYED, _keyed),
}
