"""The kind of each operator's and function's result, and what its arguments must be. Folds literal constructors."""

from collections.abc import Callable
from typing import Any

from xingji.kernel.cel.environment import CALLER_FUNCTIONS, LISTS, NUMBERS, Env, Kind
from xingji.kernel.cel.literals import read_date, read_duration, read_timestamp, read_zone
from xingji.kernel.cel.problems import nearest
from xingji.kernel.cel.tree import Call, ListOf, Literal, Node, element_kind

_COMPARED = {"<", "<=", ">", ">="}
_TEXTS = {Kind.text, Kind.uuid}
_GETTERS = {
    "getFullYear", "getMonth", "getDayOfYear", "getDayOfMonth", "getDate", "getDayOfWeek", "getHours", "getMinutes",
    "getSeconds", "getMilliseconds",
}  # fmt: skip
_RESULTS = {
    "contains": Kind.boolean, "startsWith": Kind.boolean, "endsWith": Kind.boolean, "size": Kind.integer,
    "int": Kind.integer, "double": Kind.double, "string": Kind.text, "has_tag": Kind.boolean, "hour": Kind.integer,
    "weekday": Kind.integer, "day": Kind.integer, "month": Kind.integer, "days_between": Kind.integer,
    "lower": Kind.text, "trim": Kind.text, "working_minutes_since": Kind.double,
    "working_minutes_between": Kind.double, "count_events": Kind.integer, "sum_events": Kind.double, "last_event": Kind.timestamp,
    "in_team": Kind.boolean, "in_region": Kind.boolean, "changed": Kind.boolean, "days_since": Kind.double, "days_from": Kind.double,
    "first_event": Kind.timestamp, "count_after": Kind.integer, "count_changes": Kind.integer, "last_change": Kind.timestamp,
    "people_around": Kind.integer, "count_related": Kind.integer, "usual_gap_days": Kind.double,
}  # fmt: skip


class Refusal(Exception):
    """What makes a call unusable; becomes a problem at `at`."""

    def __init__(self, at: int, code: str, **params: Any) -> None:
        super().__init__(code)
        self.at = at
        self.code = code
        self.params = params


def call(op: str, args: tuple[Node, ...], at: int, env: Env) -> Node:
    """The node of a call with its kind. Raises: Refusal."""
    if op in ("&&", "||", "!"):
        return _logic(op, args, at)
    if op in ("==", "!="):
        if not _equatable(args[0], args[1]):
            raise _mismatch(op, args, at)
        return Call(at, Kind.boolean, op, args)
    if op in _COMPARED:
        return _ordered(op, args, at)
    if op in _SPECIAL:
        return _SPECIAL[op](op, args, at)
    if op in ("+", "-", "*", "/", "%", "-x"):
        return Call(at, _arithmetic(op, args, at), op, args)
    if op in _GETTERS:
        if len(args) == 2:
            _zone(args[1])
        return Call(at, Kind.integer, op, args)
    if op in CALLER_FUNCTIONS:
        _written_out(op, args, env)
    if op not in _RESULTS:
        raise Refusal(at, "unsupported", what=op)
    if op == "string" and args[0].kind is Kind.text:
        return args[0]
    return Call(at, _RESULTS[op], op, args)


def _mismatch(op: str, args: tuple[Node, ...], at: int) -> Refusal:
    return Refusal(at, "type_mismatch", operator=op, types=[arg.kind.value for arg in args])


def _logic(op: str, args: tuple[Node, ...], at: int) -> Node:
    if any(arg.kind is not Kind.boolean for arg in args):
        raise _mismatch(op, args, at)
    return Call(at, Kind.boolean, op, args)


def _ordered(op: str, args: tuple[Node, ...], at: int) -> Node:
    a, b = (arg.kind for arg in args)
    ordered = {Kind.text, Kind.uuid, Kind.timestamp, Kind.duration, Kind.date} | NUMBERS
    if a not in ordered or not _same_family(a, b):
        raise _mismatch(op, args, at)
    return Call(at, Kind.boolean, op, args)


def _same_family(a: Kind, b: Kind) -> bool:
    return a == b or {a, b} <= NUMBERS or {a, b} <= _TEXTS


def _equatable(a: Node, b: Node) -> bool:
    if Kind.null in (a.kind, b.kind):
        other = b.kind if a.kind is Kind.null else a.kind
        return other not in (Kind.record, Kind.text_map)
    if a.kind in LISTS and b.kind in LISTS:
        return element_kind(a) == element_kind(b) or {element_kind(a), element_kind(b)} <= _TEXTS
    return _same_family(a.kind, b.kind) and a.kind not in (Kind.record, Kind.region, Kind.text_map, Kind.null)


def _arithmetic(op: str, args: tuple[Node, ...], at: int) -> Kind:
    kinds = [Kind.double if arg.kind is Kind.percent else arg.kind for arg in args]
    pair = set(kinds)
    if op == "-x" and kinds[0] in NUMBERS:
        return kinds[0]
    if op == "+" and pair <= _TEXTS:
        return Kind.text
    if op == "+" and pair <= LISTS and element_kind(args[0]) == element_kind(args[1]):
        return kinds[0]
    if pair <= {Kind.timestamp, Kind.duration} and op in ("+", "-"):
        return Kind.duration if len(pair) == 1 else Kind.timestamp
    if kinds == [Kind.date, Kind.integer] and op in ("+", "-"):
        return Kind.date
    if not pair <= NUMBERS or (op == "%" and pair != {Kind.integer}):
        raise _mismatch(op, args, at)
    if op == "/" and kinds == [Kind.money, Kind.money]:
        return Kind.double
    return Kind.money if Kind.money in pair else Kind.double if Kind.double in pair else Kind.integer


def _choice(op: str, args: tuple[Node, ...], at: int) -> Node:
    condition, yes, no = args
    if condition.kind is not Kind.boolean:
        raise _mismatch("? :", args, at)
    kinds = {Kind.double if arg.kind is Kind.percent else arg.kind for arg in (yes, no)} - {Kind.null}
    if kinds == _TEXTS:
        kinds = {Kind.text}
    if len(kinds) > 1 or kinds & {Kind.list, Kind.record, Kind.region, Kind.text_map}:
        raise _mismatch("? :", (yes, no), at)
    return Call(at, kinds.pop() if kinds else Kind.null, op, args)


def _member_of(op: str, args: tuple[Node, ...], at: int) -> Node:
    needle, over = args
    if over.kind not in LISTS:
        raise Refusal(at, "unsupported", what="in {…}")
    if needle.kind is not Kind.null and not _same_family(needle.kind, element_kind(over)):
        raise _mismatch(op, args, at)
    return Call(at, Kind.boolean, op, args)


def _index(op: str, args: tuple[Node, ...], at: int) -> Node:
    if args[0].kind not in (Kind.text_list, Kind.uuid_list):
        raise Refusal(at, "unsupported", what="[…]")
    return Call(at, element_kind(args[0]), op, args)


def _read_timestamp(op: str, args: tuple[Node, ...], at: int) -> Node:
    if args[0].kind is Kind.timestamp:
        return args[0]
    text = _text(args[0], op)
    found = read_timestamp(text)
    if found is None:
        raise Refusal(args[0].at, "bad_timestamp", value=text)
    return Literal(at, Kind.timestamp, found)


def _read_duration(op: str, args: tuple[Node, ...], at: int) -> Node:
    if args[0].kind is Kind.duration:
        return args[0]
    text = _text(args[0], op)
    found = read_duration(text)
    if found is None:
        raise Refusal(args[0].at, "bad_duration", value=text)
    return Literal(at, Kind.duration, found)


def _read_date(op: str, args: tuple[Node, ...], at: int) -> Node:
    if args[0].kind is Kind.timestamp:
        return Call(at, Kind.date, op, args)
    text = _text(args[0], op)
    found = read_date(text)
    if found is None:
        raise Refusal(args[0].at, "bad_date", value=text)
    return Literal(at, Kind.date, found)


def _text(arg: Node, op: str) -> str:
    if not isinstance(arg, Literal) or not isinstance(arg.value, str):
        raise Refusal(arg.at, "literal_needed", name=op)
    return arg.value


def _zone(arg: Node) -> None:
    text = _text(arg, "getHours")
    if read_zone(text) is None:
        raise Refusal(arg.at, "bad_zone", value=text)


def _written_out(op: str, args: tuple[Node, ...], env: Env) -> None:
    """What the caller of `to_sql` must know beforehand is written out: event types, windows, keys, fields."""
    wanted = {
        "count_events": args, "sum_events": args, "last_event": args, "in_team": args[1:], "in_region": args[1:],
        "changed": args, "first_event": args, "count_after": args[:1], "count_changes": args, "last_change": args, "people_around": args,
        "count_related": args[:1], "usual_gap_days": args,
    }  # fmt: skip
    for arg in wanted.get(op, ()):
        items = arg.items if isinstance(arg, ListOf) else (arg,)
        if not items or not all(isinstance(item, Literal) for item in items):
            raise Refusal(arg.at, "literal_needed", name=op)
    if op == "changed":
        old = env.variables.get("old")
        key = _text(args[0], op)
        if old is not None and old.fields is not None and key not in old.fields:
            raise Refusal(args[0].at, "unknown_field", name=key, suggestion=nearest(key, old.fields))


_SPECIAL: dict[str, Callable[[str, tuple[Node, ...], int], Node]] = {
    "?:": _choice, "in": _member_of, "[]": _index, "timestamp": _read_timestamp, "duration": _read_duration,
    "date": _read_date,
}  # fmt: skip
