"""Functions of text, time and conversion. Everything here is total; null and failure both come out as NULL."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from xingji.kernel.cel.environment import LISTS, Kind
from xingji.kernel.cel.literals import read_zone
from xingji.kernel.cel.sql_compare import read_id
from xingji.kernel.cel.sql_numbers import as_text
from xingji.kernel.cel.sql_piece import SQL_TYPES, Piece, State, joined
from xingji.kernel.cel.tree import Call, Literal, Node

if TYPE_CHECKING:
    from xingji.kernel.cel.sql_emit import Emitter

#: White space that trim() takes away: ASCII, no-break, em and ideographic spaces.
# By number: PostgreSQL before 16 reads a backslash and v as the letter v.
_SPACES = "E' \\t\\n\\r\\f\\u000b\\u0085\\u00a0\\u1680\\u2000\\u2001\\u2002\\u2003\\u2004\\u2005\\u2006\\u2007\\u2008\\u2009\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000'"
_IS_ID = "~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'"
_PARTS = {  # getter -> (date_part field, what is added)
    "getFullYear": ("year", 0), "getMonth": ("month", -1), "getDayOfYear": ("doy", -1), "getDayOfMonth": ("day", -1),
    "getDate": ("day", 0), "getDayOfWeek": ("dow", 0), "getHours": ("hour", 0), "getMinutes": ("minute", 0),
    "getSeconds": ("second", 0), "getMilliseconds": ("milliseconds", 0),
    "hour": ("hour", 0), "weekday": ("isodow", 0), "day": ("day", 0), "month": ("month", 0),
}  # fmt: skip
_OF_DURATION = {"getHours": 3_600_000_000, "getMinutes": 60_000_000, "getSeconds": 1_000_000}


def _contains(emit: "Emitter", node: Call) -> Piece:
    a, b = _texts(emit, node)
    return Piece(f"(position({b.sql} in {a.sql}) > 0)", Kind.boolean, joined(a, b))


def _starts_with(emit: "Emitter", node: Call) -> Piece:
    a, b = _texts(emit, node)
    return Piece(f"starts_with({a.sql}, {b.sql})", Kind.boolean, joined(a, b))


def _ends_with(emit: "Emitter", node: Call) -> Piece:
    a, b = _texts(emit, node)
    return Piece(f"(right({a.sql}, char_length({b.sql})) = {b.sql})", Kind.boolean, joined(a, b))


def _texts(emit: "Emitter", node: Call) -> tuple[Piece, Piece]:
    a, b = (as_text(emit.piece(arg)) for arg in node.args)
    return a, b


def _size(emit: "Emitter", node: Call) -> Piece:
    piece = as_text(emit.piece(node.args[0]))
    function = "cardinality" if node.args[0].kind in LISTS else "char_length"
    return Piece(f"{function}({piece.sql})::bigint", Kind.integer, joined(piece))


def _lower(emit: "Emitter", node: Call) -> Piece:
    piece = as_text(emit.piece(node.args[0]))
    return Piece(f'lower({piece.sql} COLLATE "C")', Kind.text, joined(piece))


def _trim(emit: "Emitter", node: Call) -> Piece:
    piece = as_text(emit.piece(node.args[0]))
    return Piece(f"btrim({piece.sql}, {_SPACES})", Kind.text, joined(piece))


def _part(emit: "Emitter", node: Call) -> Piece:
    piece = emit.piece(node.args[0])
    if node.args[0].kind is Kind.duration:
        return _duration_part(node.op, piece)
    local = f"({piece.sql} AT TIME ZONE {_zone(emit, node)})"
    field, added = _PARTS[node.op]
    value = f"date_part('{field}', {local})"
    if node.op == "getMilliseconds":
        value = f"(floor({value})::int % 1000)"
    elif node.op == "getSeconds":
        value = f"floor({value})"
    more = f" - {-added}" if added else ""
    if field == "year":
        value = f"(CASE WHEN isfinite({local}) THEN {value} END)"
    return Piece(f"({value}::bigint{more})", Kind.integer, joined(piece))


def _zone(emit: "Emitter", node: Call) -> str:
    if node.op in ("hour", "weekday", "day", "month", "date"):
        return emit.sink.bind(emit.env.zone, "text")
    if len(node.args) == 1:
        return "'UTC'"
    zone = node.args[1]
    assert isinstance(zone, Literal)
    found = read_zone(str(zone.value))
    if isinstance(found, timedelta):
        return f"({emit.sink.bind(found.total_seconds(), 'float8')} * interval '1 second')"
    return emit.sink.bind(found, "text")


def _duration_part(op: str, piece: Piece) -> Piece:
    if op == "getMilliseconds":
        sql = f"({piece.sql} / 1000 % 1000)"
    else:
        sql = f"({piece.sql} / {_OF_DURATION[op]})"
    return Piece(sql, Kind.integer, joined(piece))


def _date(emit: "Emitter", node: Call) -> Piece:
    piece = emit.piece(node.args[0])
    return Piece(f"({piece.sql} AT TIME ZONE {_zone(emit, node)})::date", Kind.date, joined(piece))


def _days_between(emit: "Emitter", node: Call) -> Piece:
    a, b = (emit.piece(arg) for arg in node.args)
    finite = f"isfinite({a.sql}) AND isfinite({b.sql})"
    return Piece(f"(CASE WHEN {finite} THEN {b.sql} - {a.sql} END)::bigint", Kind.integer, joined(a, b))


def _to_int(emit: "Emitter", node: Call) -> Piece:
    piece = emit.piece(node.args[0])
    match node.args[0].kind:
        case Kind.integer:
            return Piece(piece.sql, Kind.integer, joined(piece))
        case Kind.money:
            return Piece(f"({piece.sql} / {emit.env.money_scale})", Kind.integer, joined(piece))
        case Kind.timestamp:
            sql = f"(CASE WHEN isfinite({piece.sql}) THEN floor(extract(epoch FROM {piece.sql}))::bigint END)"
            return Piece(sql, Kind.integer, joined(piece))
        case Kind.text:
            number = f"btrim({piece.sql}, E' \\t\\n\\r\\f\\u000b')"
            sql = (
                f"(CASE WHEN {number} ~ '^[+-]?[0-9]{{1,30}}$' THEN CASE WHEN {number}::numeric BETWEEN "
                f"-9223372036854775808 AND 9223372036854775807 THEN {number}::bigint END END)"
            )
            return Piece(sql, Kind.integer, State.erring)
    inside = f"{piece.sql} > -9223372036854775808 AND {piece.sql} < 9223372036854775807"
    return Piece(f"(CASE WHEN {inside} THEN trunc({piece.sql})::bigint END)", Kind.integer, State.erring)


def _to_double(emit: "Emitter", node: Call) -> Piece:
    piece = emit.piece(node.args[0])
    match node.args[0].kind:
        case Kind.money:
            return Piece(f"(({piece.sql})::float8 / {emit.env.money_scale})", Kind.double, joined(piece))
        case Kind.text:
            number = f"btrim({piece.sql}, E' \\t\\n\\r\\f\\u000b')"
            plain = f"{number} ~ '^[+-]?([0-9]{{1,30}}(\\.[0-9]{{0,30}})?|\\.[0-9]{{1,30}})([eE][+-]?[0-9]{{1,2}})?$'"
            return Piece(f"(CASE WHEN {plain} THEN {number}::float8 END)", Kind.double, State.erring)
    return Piece(f"({piece.sql})::float8", Kind.double, joined(piece))


def _to_text(emit: "Emitter", node: Call) -> Piece:
    piece = emit.piece(node.args[0])
    if node.args[0].kind is Kind.date:
        return Piece(f"to_char({piece.sql}, 'YYYY-MM-DD')", Kind.text, joined(piece))
    return Piece(f"({piece.sql})::text", Kind.text, joined(piece))


def converted(emit: "Emitter", node: Node, want: Kind) -> str:
    """SQL of a result in the type the caller wants: whole numbers as money in minor units, ids as text, and back."""
    wanted = SQL_TYPES[want]
    if isinstance(node, Literal) and want is Kind.uuid:
        found = read_id(str(node.value)) if node.value is not None else None
        return emit.sink.bind(found, "uuid")
    sql = emit.piece(node).sql
    if want is Kind.money and node.kind is not Kind.null:
        units = f"round(({sql})::numeric * {emit.env.money_scale})"
        return f"(CASE WHEN {units} BETWEEN -9223372036854775808 AND 9223372036854775807 THEN {units}::bigint END)"
    if want is Kind.uuid:
        return f"(CASE WHEN {sql} {_IS_ID} THEN ({sql})::uuid END)"
    if want is Kind.uuid_list:
        one = f"CASE WHEN one {_IS_ID} THEN one::uuid END"
        every = f"coalesce(bool_and(one {_IS_ID}), true)"
        return f"(SELECT CASE WHEN {every} THEN coalesce(array_agg({one}), '{{}}') END FROM unnest({sql}) AS one)"
    return f"({sql})::{wanted}"


CALLS: dict[str, Callable[["Emitter", Call], Piece]] = {
    "contains": _contains, "startsWith": _starts_with, "endsWith": _ends_with, "size": _size, "lower": _lower,
    "trim": _trim, "date": _date, "days_between": _days_between, "int": _to_int, "double": _to_double,
    "string": _to_text, **dict.fromkeys(_PARTS, _part),
}  # fmt: skip
