"""Single conditions of the visual filter: from a checked node to a leaf and to a form that can be compared.

A leaf is a dict {kind: "leaf", field | fn, op, value, type?, unit?, other?}; what fits no leaf stays opaque.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from xingji.kernel.cel.environment import LISTS, Kind
from xingji.kernel.cel.tree import Call, ListOf, Literal, Local, Macro, Name, Node, Present, children

Leaf = dict[str, Any]

COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
FLIPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
TEXT_TESTS = {"contains": "contains", "startsWith": "starts_with", "endsWith": "ends_with"}
#: Functions of one field that may stand on the left of a comparison.
FIELD_FUNCTIONS = frozenset(
    {"hour", "weekday", "day", "month", "size", "lower", "trim", "date", "working_minutes_since", "last_event"}
)
#: Those of a log over time, which only some environments know: of a field, of its changes, of the last of some events.
OVER_TIME = frozenset({"days_since", "count_changes"})
SINCE_EVENT = "days_since_event"
KEYED = frozenset({"in_team", "in_region"})
_UNITS = (
    ("h", timedelta(hours=1)),
    ("m", timedelta(minutes=1)),
    ("s", timedelta(seconds=1)),
    ("ms", timedelta(milliseconds=1)),
)
_SAFE_INT = 2**53


def leaf_of(node: Node) -> Leaf | None:
    """The leaf that says the same as a boolean node, None when none does."""
    match node:
        case Name(kind=Kind.boolean, path=path):
            return _leaf(".".join(path), "is_true")
        case Present(name=name):
            return _leaf(".".join(name.path), "present")
        case Call(op="in", args=(subject, ListOf(items=items))):
            return _among(_subject(subject), items)
        case Call(op="in", args=(Name(path=path), Name(path=other))):
            return {**_leaf(".".join(path), "in"), "other": ".".join(other)}
        case Call(op="in", args=(Literal() as item, Name(path=path, kind=kind))) if kind in LISTS:
            return _valued(_leaf(".".join(path), "has"), item)
        case Call(op="has_tag", args=(Name(path=path), Literal() as item)):
            return _valued(_leaf(".".join(path), "has"), item)
        case Call(op=op, args=(Name(path=path), Literal(value=str()) as key)) if op in KEYED:
            return _valued(_leaf(".".join(path), op), key)
        case Call(op=op, args=(Name(path=path), Literal() as text)) if op in TEXT_TESTS:
            return _valued(_leaf(".".join(path), TEXT_TESTS[op]), text)
        case Call(op="changed", args=(Literal(value=value),)):
            return _leaf(str(value), "changed")
        case Macro(op="exists", over=Name(path=path), variable=variable, condition=condition):
            return _any_of(".".join(path), variable, condition)
        case Call(op=op, args=(left, right)) if op in COMPARISONS:
            return _comparison(op, left, right)
    return None


def _leaf(field: str, op: str) -> Leaf:
    return {"kind": "leaf", "field": field, "op": op}


def _comparison(op: str, left: Node, right: Node) -> Leaf | None:
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right, op = right, left, FLIPPED[op]
    subject = _subject(left)
    if subject is None:
        return None
    if isinstance(right, Name):
        return {**subject, "op": COMPARISONS[op], "other": ".".join(right.path)}
    if not isinstance(right, Literal):
        return None
    if right.value is None:
        empty = {"==": "empty", "!=": "not_empty"}.get(op)
        return {**subject, "op": empty} if empty else None
    if right.kind is Kind.duration:
        return _aged(op, left, right)
    return _valued({**subject, "op": COMPARISONS[op]}, right)


def _subject(node: Node) -> Leaf | None:
    """What a comparison speaks of: a field, a function of a field, a count of events, or a span from or to now."""
    match node:
        case Name(path=path):
            return {"kind": "leaf", "field": ".".join(path)}
        case Call(op=op, args=(Name(path=path),)) if op in FIELD_FUNCTIONS:
            return {"kind": "leaf", "fn": op, "field": ".".join(path)}
        case Call(op="days_since", args=(Name(path=path),)):
            return {"kind": "leaf", "fn": "days_since", "field": ".".join(path)}
        case Call(op="days_since", args=(Call(op="last_event", args=args),)):
            return _events(SINCE_EVENT, args)
        case Call(op="count_changes", args=(Literal(value=str() as field),)):
            return {"kind": "leaf", "fn": "count_changes", "field": field}
        case Call(op=("count_events" | "last_event") as op, args=args):
            return _events(op, args)
        case Call(op="-", args=(Name(kind=Kind.timestamp), Name(kind=Kind.timestamp))):
            return {"kind": "leaf"}
    return None


def _events(op: str, args: tuple[Node, ...]) -> Leaf:
    types = args[0].items if isinstance(args[0], ListOf) else (args[0],)
    found: Leaf = {"kind": "leaf", "fn": op, "events": [item.value for item in types if isinstance(item, Literal)]}
    if isinstance(args[0], ListOf):
        found["listed"] = True
    if len(args) == 2 and isinstance(args[1], Literal) and isinstance(args[1].value, timedelta):
        found["window"] = _span(args[1].value)
    return found


def _aged(op: str, left: Node, right: Literal) -> Leaf | None:
    if not isinstance(left, Call) or op not in ("<", "<=", ">", ">=") or not isinstance(right.value, timedelta):
        return None
    names = [arg.path for arg in left.args if isinstance(arg, Name)]
    if names[0] == ("now",):
        field, word = names[1], "age"
    elif names[1] == ("now",):
        field, word = names[0], "ahead"
    else:
        return None
    return {"kind": "leaf", "field": ".".join(field), "op": f"{word}_{COMPARISONS[op]}", **_span(right.value)}


def _span(value: timedelta) -> Leaf:
    """A duration as a number and the largest unit that divides it."""
    for unit, step in _UNITS:
        if value % step == timedelta():
            return {"value": value // step, "unit": unit}
    return {"value": value // timedelta(microseconds=1), "unit": "us"}


def _among(subject: Leaf | None, items: tuple[Node, ...]) -> Leaf | None:
    read = [_value(item) for item in items if isinstance(item, Literal)]
    types = {kind for kind, _ in read}
    if subject is None or len(read) != len(items) or len(types) > 1 or any(value is None for _, value in read):
        return None
    found = {**subject, "op": "in", "value": [value for _, value in read]}
    return {**found, "type": types.pop()} if types - {None} else found


def _any_of(field: str, variable: str, condition: Node | None) -> Leaf | None:
    """`tags.exists(t, t in ["a", "b"])`: has any of."""
    match condition:
        case Call(op="in", args=(Local(name=name), ListOf(items=items))) if name == variable:
            found = _among(_leaf(field, "in"), items)
            return {**found, "op": "has_any"} if found else None
    return None


def _valued(leaf: Leaf, item: Literal) -> Leaf:
    kind, value = _value(item)
    leaf = {**leaf, "value": value}
    return {**leaf, "type": kind} if kind else leaf


def _value(item: Literal) -> tuple[str | None, Any]:
    """The JSON of a literal, with its kind where JSON alone does not tell."""
    match item.value:
        case bool():
            return None, item.value
        case int() if abs(item.value) > _SAFE_INT:
            return "integer", str(item.value)
        case datetime():
            return "timestamp", item.value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return "date", item.value.isoformat()
        case timedelta():
            return "duration", item.value // timedelta(microseconds=1)
    return None, item.value


def canonical(node: Node) -> Any:
    """A form without places in which two spellings of the same condition are equal."""
    match node:
        case Call(op=("&&" | "||") as op):
            return (op, *_chain(node, op))
        case Call(op=op, args=(Literal() as left, right)) if op in FLIPPED and not isinstance(right, Literal):
            return (FLIPPED[op], canonical(right), canonical(left))
        case Call(op="has_tag", args=(over, item)):
            return ("in", canonical(item), canonical(over))
        case Literal(value=value):
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return ("literal", "number" if number else type(value).__name__, value)
        case Name(path=path):
            return ("name", path)
        case Local(name=name):
            return ("local", name)
        case Macro(op=op, variable=variable):
            return (op, *(_renamed(canonical(part), variable) for part in children(node)))
        case Present(name=name):
            return ("has", name.path)
        case ListOf(items=items):
            return ("list", *(canonical(item) for item in items))
        case Call(op=op, args=args):
            return (op, *(canonical(arg) for arg in args))


def _renamed(form: Any, variable: str) -> Any:
    """A macro's part in which its variable has no name of its own."""
    if form == ("local", variable):
        return ("local", 0)
    return tuple(_renamed(part, variable) for part in form) if isinstance(form, tuple) else form


def _chain(node: Node, op: str) -> list[Any]:
    if isinstance(node, Call) and node.op == op:
        return [part for arg in node.args for part in _chain(arg, op)]
    return [canonical(node)]
