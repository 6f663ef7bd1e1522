"""Equality and order: null is a value to `==` and an error to `<`; numbers, money and ids meet across kinds."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from xingji.kernel.cel.environment import NUMBERS, Kind
from xingji.kernel.cel.sql_piece import Piece, State, joined
from xingji.kernel.cel.tree import Call, Literal, Name, Node

if TYPE_CHECKING:
    from xingji.kernel.cel.sql_emit import Emitter

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_ID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_INT64 = 2**63
#: Up to here an interval made from microseconds is exact, and `now` cannot leave PostgreSQL's range.
_EXACT_SPAN = timedelta(days=100_000)


def compare(emit: "Emitter", op: str, left: Node, right: Node, only_true: bool) -> Piece:
    """SQL of one comparison."""
    for one, other, is_left in ((left, right, True), (right, left, False)):
        if op in ("==", "!=") and is_mixed(emit, one):
            return distributed(
                emit, one, lambda branch, o=other, lft=is_left: _in_order(emit, op, branch, o, lft, only_true)
            )
    since = _time_since(emit, op, left, right) or _time_since(emit, _FLIPPED[op], right, left)
    if since is not None:
        return since
    if op in ("==", "!="):
        return _equality(emit, op == "==", left, right, only_true)
    a, b = comparable(emit, left, right)
    if a.kind is Kind.uuid:
        a, b = (Piece(f"({p.sql})::text", Kind.text, p.state) for p in (a, b))
    return Piece(f"({_ordered(a)} {op} {_ordered(b)})", Kind.boolean, joined(a, b))


def _in_order(emit: "Emitter", op: str, branch: Node, other: Node, is_left: bool, only_true: bool) -> Piece:
    return compare(emit, op, branch, other, only_true) if is_left else compare(emit, op, other, branch, only_true)


def is_mixed(emit: "Emitter", node: Node) -> bool:
    """Whether NULL may mean null as well as failure; only a choice can come to that."""
    return isinstance(node, Call) and node.op == "?:" and emit.state(node) is State.mixed


def distributed(emit: "Emitter", node: Node, apply: Callable[[Node], Piece]) -> Piece:
    """The comparison inside both branches of a choice, where null and error can still be told apart."""
    assert isinstance(node, Call)
    condition = emit.piece(node.args[0])
    yes, no = (apply(arg) for arg in node.args[1:])
    return Piece(emit.chosen(condition, yes.sql, no.sql), Kind.boolean, joined(condition, yes, no))


def _ordered(piece: Piece) -> str:
    return f'{piece.sql} COLLATE "C"' if piece.kind is Kind.text else piece.sql


def _time_since(emit: "Emitter", op: str, left: Node, right: Node) -> Piece | None:
    """`now - a > d` as `a < now - d`, which an index on `a` answers; any other difference as an interval."""
    if not isinstance(left, Call) or left.op != "-" or not isinstance(right, Literal):
        return None
    if not isinstance(right.value, timedelta) or abs(right.value) > _EXACT_SPAN:
        return None
    first, second = left.args
    if first.kind is not Kind.timestamp or second.kind is not Kind.timestamp:
        return None
    a, b = emit.piece(first), emit.piece(second)
    sign = {"==": "=", "!=": "<>"}
    span = f"{emit.sink.bind(right.value // timedelta(microseconds=1), 'bigint')} * interval '1 microsecond'"
    flipped = _FLIPPED[op]
    if isinstance(first, Name) and first.path == ("now",):
        sql = f"({b.sql} {sign.get(flipped, flipped)} {a.sql} - {span})"
    elif isinstance(second, Name) and second.path == ("now",):
        sql = f"({a.sql} {sign.get(op, op)} {b.sql} + {span})"
    else:
        finite = f"isfinite({a.sql}) AND isfinite({b.sql})"
        sql = f"(CASE WHEN {finite} THEN {a.sql} - {b.sql} {sign.get(op, op)} {span} END)"
    return Piece(sql, Kind.boolean, joined(a, b))


def _equality(emit: "Emitter", is_equal: bool, left: Node, right: Node, only_true: bool) -> Piece:
    if left.kind is Kind.null or right.kind is Kind.null:
        other = emit.piece(left if right.kind is Kind.null else right)
        return _null_test(other, is_equal)
    a, b = comparable(emit, left, right)
    if a.kind is Kind.null:  # an id compared with a text that is no id
        return _never_equal(b, is_equal)
    if b.kind is Kind.null:
        return _never_equal(a, is_equal)
    return _equal_pieces(a, b, is_equal, only_true)


def _equal_pieces(a: Piece, b: Piece, is_equal: bool, only_true: bool) -> Piece:
    nullable = [p for p in (a, b) if p.state is State.nullable]
    erring = [p for p in (a, b) if p.may_err]
    state = State.erring if erring else State.total
    if not nullable:
        return Piece(f"({a.sql} {'=' if is_equal else '<>'} {b.sql})", Kind.boolean, state)
    if len(nullable) == 2:
        return Piece(f"({a.sql} IS {'NOT ' if is_equal else ''}DISTINCT FROM {b.sql})", Kind.boolean)
    if is_equal and only_true:
        return Piece(f"({a.sql} = {b.sql})", Kind.boolean, State.erring)
    sql = f"coalesce({a.sql} = {b.sql}, false)" if is_equal else f"({a.sql} IS DISTINCT FROM {b.sql})"
    if erring:
        sql = f"(CASE WHEN {erring[0].sql} IS NOT NULL THEN {sql} END)"
    return Piece(sql, Kind.boolean, state)


def _null_test(piece: Piece, is_equal: bool) -> Piece:
    if piece.state is State.nullable:
        return Piece(f"({piece.sql} IS {'' if is_equal else 'NOT '}NULL)", Kind.boolean)
    return _never_equal(piece, is_equal)


def _never_equal(piece: Piece, is_equal: bool) -> Piece:
    answer = "false" if is_equal else "true"
    if piece.may_err:
        return Piece(f"(CASE WHEN {piece.sql} IS NOT NULL THEN {answer} END)", Kind.boolean, State.erring)
    # The piece stays in the text: a bound value that no SQL mentions would be refused by the server.
    return Piece(f"({piece.sql} IS NULL {'AND' if is_equal else 'OR'} {answer})", Kind.boolean)


def equals(emit: "Emitter", left: Node, right: Node, only_true: bool = False) -> Piece:
    """SQL of `left == right`."""
    return compare(emit, "==", left, right, only_true)


def comparable(emit: "Emitter", left: Node, right: Node) -> tuple[Piece, Piece]:
    """Both sides in one SQL type. A text that can be no id comes back as kind null."""
    pair = {left.kind, right.kind}
    if left.kind == right.kind:
        return emit.piece(left), emit.piece(right)
    if pair <= NUMBERS:
        if Kind.money in pair:
            return (_with_money(emit, left, right), _with_money(emit, right, left))
        return (_as_double(emit, left), _as_double(emit, right))
    if pair == {Kind.text, Kind.uuid}:
        return (_as_id(emit, left, right), _as_id(emit, right, left))
    if pair == {Kind.text_list, Kind.uuid_list}:
        a, b = emit.piece(left), emit.piece(right)
        return tuple(Piece(f"({p.sql})::text[]", Kind.text_list, p.state) for p in (a, b))  # type: ignore[return-value]
    return emit.piece(left), emit.piece(right)


def _as_double(emit: "Emitter", node: Node) -> Piece:
    if isinstance(node, Literal) and isinstance(node.value, int):
        return Piece(emit.sink.bind(float(node.value), "float8"), Kind.double)
    piece = emit.piece(node)
    return piece if piece.kind is not Kind.integer else Piece(f"({piece.sql})::float8", Kind.double, piece.state)


def minor_units(value: float | int, scale: int) -> Decimal:
    """A number written in major units as minor units, by its shortest decimal form."""
    return Decimal(repr(value)) * scale


def _with_money(emit: "Emitter", node: Node, other: Node) -> Piece:
    """One side of a comparison with money, in minor units; against a computed double both sides are doubles."""
    scale = emit.env.money_scale
    if isinstance(node, Literal) and isinstance(node.value, int | float):
        units = minor_units(node.value, scale)
        if _is_int64(units):
            return Piece(emit.sink.bind(int(units), "bigint"), Kind.money)
        return Piece(emit.sink.bind(units, "numeric"), Kind.money)
    piece = emit.piece(node)
    if node.kind is Kind.integer:
        return Piece(f"(({piece.sql})::numeric * {scale})", Kind.money, piece.state)
    if node.kind in (Kind.double, Kind.percent):
        return piece
    if other.kind is Kind.integer or isinstance(other, Literal):
        fits = isinstance(other, Literal) and _is_int64(minor_units(other.value, scale))  # type: ignore[arg-type]
        return piece if fits else Piece(f"({piece.sql})::numeric", Kind.money, piece.state)
    return Piece(f"(({piece.sql})::float8 / {scale})", Kind.double, piece.state)


def _is_int64(units: Decimal) -> bool:
    return -_INT64 <= units < _INT64 and units == units.to_integral_value()


def read_id(text: str) -> UUID | None:
    """The id a text spells, None when it spells none."""
    return UUID(text) if _ID.fullmatch(text) else None


def _as_id(emit: "Emitter", node: Node, other: Node) -> Piece:
    if isinstance(node, Literal):
        found = read_id(str(node.value))
        return Piece(emit.sink.bind(found, "uuid"), Kind.uuid) if found else Piece("NULL", Kind.null, State.nullable)
    piece = emit.piece(node)
    if node.kind is Kind.text or isinstance(other, Literal):
        return piece
    return Piece(f"({piece.sql})::text", Kind.text, piece.state)
