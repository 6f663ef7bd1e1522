"""Arithmetic that never raises: whole numbers and money in numeric with a range check, doubles behind guards.

A chain of operations carries its checks along and is wrapped once, so the text grows with depth times length.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from xingji.kernel.cel.environment import LISTS, Kind
from xingji.kernel.cel.sql_compare import minor_units
from xingji.kernel.cel.sql_piece import Piece, State, joined
from xingji.kernel.cel.tree import Call, Literal, Node, Value

if TYPE_CHECKING:
    from xingji.kernel.cel.sql_emit import Emitter

_INT64 = "BETWEEN -9223372036854775808 AND 9223372036854775807"
_DURATION = "BETWEEN -315576000000000000 AND 315576000000000000"

_MICRO = timedelta(microseconds=1)
_SIGNS = {"+": "+", "-": "-", "*": "*"}


def microseconds(value: Value) -> int:
    """A duration as a whole number of microseconds."""
    assert isinstance(value, timedelta)
    return value // _MICRO


@dataclass(frozen=True, slots=True)
class _Open:
    """An unfinished calculation: its SQL, and the checks under which it may be taken."""

    sql: str
    checks: tuple[str, ...] = ()


def arithmetic(emit: "Emitter", node: Call) -> Piece:
    """SQL of + - * / % and unary minus for every kind that has them."""
    kinds = {arg.kind for arg in node.args}
    if node.kind is Kind.text:
        a, b = (as_text(emit.piece(arg)) for arg in node.args)
        return Piece(f"({a.sql} || {b.sql})", Kind.text, State.erring)
    if node.kind in LISTS:
        a, b = (emit.piece(arg) for arg in node.args)
        return Piece(f"({a.sql} || {b.sql})", node.kind, joined(a, b))
    if Kind.timestamp in kinds or Kind.duration in kinds:
        return _time(emit, node)
    if node.kind is Kind.date:
        return _days(emit, node)
    if node.kind is Kind.double:
        if node.op == "/" and node.args[0].kind is Kind.money:
            return _ratio(emit, node)
        return _closed(_double(emit, node), "float8", Kind.double)
    return _closed(_exact(emit, node), "bigint", node.kind)


def as_text(piece: Piece) -> Piece:
    """An id as the text it is in the language."""
    return piece if piece.kind is not Kind.uuid else Piece(f"({piece.sql})::text", Kind.text, piece.state)


def _closed(found: _Open, pg_type: str, kind: Kind) -> Piece:
    if not found.checks:
        return Piece(f"({found.sql})::{pg_type}", kind, State.erring)
    return Piece(f"(CASE WHEN {' AND '.join(found.checks)} THEN ({found.sql})::{pg_type} END)", kind, State.erring)


def _exact(emit: "Emitter", node: Node) -> _Open:
    """Whole numbers, and money in minor units, as numeric; every step within 64 bits as the language has it."""
    if not isinstance(node, Call) or node.op not in ("+", "-", "*", "/", "%", "-x") or node.kind is Kind.double:
        return _Open(f"({emit.piece(node).sql})::numeric")
    if node.op == "-x":
        inner = _exact(emit, node.args[0])
        sql = f"(- {inner.sql})"
        return _Open(sql, (*inner.checks, f"{sql} {_INT64}"))
    if node.kind is Kind.money:
        a, b = _money_operands(emit, node)
    else:
        a, b = (_exact(emit, arg) for arg in node.args)
    checks = (*a.checks, *b.checks)
    if node.op in _SIGNS:
        sql = f"({a.sql} {node.op} {b.sql})"
    elif node.op == "%":
        sql = f"mod({a.sql}, nullif({b.sql}, 0))"
        checks = (*checks, f"NOT ({b.sql} = -1 AND {a.sql} = -9223372036854775808)")
    elif node.kind is Kind.money:
        sql = f"({a.sql} / nullif({b.sql}, 0))"
    else:
        sql = f"div({a.sql}, nullif({b.sql}, 0))"
    if node.kind is Kind.money and node.op in ("*", "/"):
        sql = f"round({sql})"
    return _Open(sql, (*checks, f"{sql} {_INT64}"))


def _money_operands(emit: "Emitter", node: Call) -> tuple[_Open, _Open]:
    """Operands in minor units for + and -; for * and / the one that is no money stays a plain factor."""
    scale = emit.env.money_scale
    found = []
    for arg in node.args:
        if arg.kind is Kind.money:
            found.append(_exact(emit, arg))
        elif node.op in ("*", "/"):
            found.append(_factor(emit, arg))
        elif isinstance(arg, Literal) and isinstance(arg.value, int | float):
            found.append(_Open(f"round({emit.sink.bind(minor_units(arg.value, scale), 'numeric')})"))
        else:
            factor = _factor(emit, arg)
            found.append(_Open(f"round({factor.sql} * {scale})", factor.checks))
    return found[0], found[1]


def _factor(emit: "Emitter", node: Node) -> _Open:
    if node.kind is Kind.integer:
        return _exact(emit, node)
    if isinstance(node, Literal) and isinstance(node.value, float):
        return _Open(emit.sink.bind(minor_units(node.value, 1), "numeric"))
    return _Open(f"({emit.piece(node).sql})::numeric")


def _double(emit: "Emitter", node: Node) -> _Open:
    """Doubles; what would leave their range, and division by zero, is an error instead of a raise."""
    if not isinstance(node, Call) or node.op not in ("+", "-", "*", "/", "-x") or node.kind is not Kind.double:
        piece = emit.piece(node)
        return _Open(f"({piece.sql})::float8")
    if node.op == "/" and node.args[0].kind is Kind.money:
        return _Open(_ratio(emit, node).sql)
    if node.op == "-x":
        inner = _double(emit, node.args[0])
        return _Open(f"(- {inner.sql})", inner.checks)
    a, b = (_double(emit, arg) for arg in node.args)
    checks = [*a.checks, *b.checks]
    for part, arg in ((a, node.args[0]), (b, node.args[1])):
        checks += _guards(part.sql, arg, is_product=node.op in ("*", "/"))
    divisor = f"nullif({b.sql}, 0)" if node.op == "/" else b.sql
    return _Open(f"({a.sql} {node.op} {divisor})", tuple(dict.fromkeys(checks)))


def _guards(sql: str, node: Node, *, is_product: bool) -> list[str]:
    if node.kind is Kind.integer:
        return []
    if isinstance(node, Literal) and isinstance(node.value, float) and _is_tame(node.value):
        return []
    if not is_product:
        return [f"abs({sql}) < 8e307"]
    return [f"abs({sql}) < 1e150", f"({sql} = 0 OR abs({sql}) > 1e-150)"]


def _is_tame(value: float) -> bool:
    return value == 0 or 1e-150 < abs(value) < 1e150


def _ratio(emit: "Emitter", node: Call) -> Piece:
    a, b = (emit.piece(arg) for arg in node.args)
    return Piece(f"(({a.sql})::float8 / nullif({b.sql}, 0)::float8)", Kind.double, State.erring)


def _days(emit: "Emitter", node: Call) -> Piece:
    """A date plus or minus whole days, within the years 1 to 9999."""
    day, count = (emit.piece(arg) for arg in node.args)
    sql = f"({day.sql} {node.op} ({count.sql})::int)"
    near = f"{count.sql} BETWEEN -1000000 AND 1000000"
    inside = f"{sql} BETWEEN date '0001-01-01' AND date '9999-12-31'"
    return Piece(f"(CASE WHEN {near} THEN CASE WHEN {inside} THEN {sql} END END)", Kind.date, State.erring)


def _time(emit: "Emitter", node: Call) -> Piece:
    a, b = (emit.piece(arg) for arg in node.args)
    if a.kind is Kind.timestamp and b.kind is Kind.timestamp:
        span = f"(extract(epoch FROM {a.sql} - {b.sql}) * 1000000)::bigint"
        finite = f"isfinite({a.sql}) AND isfinite({b.sql})"
        return Piece(f"(CASE WHEN {finite} THEN {span} END)", Kind.duration, State.erring)
    if node.kind is Kind.duration:
        sql = f"(({a.sql})::numeric {node.op} ({b.sql})::numeric)"
        return Piece(f"(CASE WHEN {sql} {_DURATION} THEN {sql}::bigint END)", Kind.duration, State.erring)
    at, span = (a, b) if a.kind is Kind.timestamp else (b, a)
    return Piece(_moved(at.sql, node.op, span.sql), Kind.timestamp, State.erring)


def _moved(at: str, sign: str, span: str) -> str:
    """An instant moved by microseconds, null outside the years 1 to 9999; hours and rest keep it exact."""
    microseconds = f"(extract(epoch FROM {at}) * 1000000 {sign} {span})"
    inside = f"{microseconds} BETWEEN -62135596800000000 AND 253402300799999999"
    step = f"make_interval(hours => ({span} / 3600000000)::int, secs => ({span} % 3600000000) / 1000000.0)"
    return f"(CASE WHEN {inside} THEN {at} {sign} {step} END)"
