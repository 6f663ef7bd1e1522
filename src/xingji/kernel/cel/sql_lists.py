"""Lists: membership, elements, and the macros as sub-selects over unnest. A list element is never null."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import NUMBERS, Kind
from xingji.kernel.cel.sql_compare import distributed, equals, is_mixed, minor_units, read_id
from xingji.kernel.cel.sql_numbers import as_text, microseconds
from xingji.kernel.cel.sql_piece import SQL_TYPES, Piece, State, joined
from xingji.kernel.cel.tree import Call, ListOf, Literal, Macro, Name, Node, element_kind
from xingji.kernel.cel.typing_rules import Refusal

if TYPE_CHECKING:
    from xingji.kernel.cel.sql_emit import Emitter


def written(emit: "Emitter", node: ListOf) -> Piece:
    """A list written in the expression."""
    element = SQL_TYPES[node.element]
    if node.items and all(isinstance(item, Literal) for item in node.items):
        values = [_value(item, node.element) for item in node.items]
        return Piece(emit.sink.bind(values, f"{element}[]"), node.kind)
    pieces = [emit.piece(item) for item in node.items]
    for item, piece in zip(node.items, pieces, strict=True):
        if piece.state in (State.nullable, State.mixed):
            raise Refusal(item.at, "unsupported", what="[…, null]")
    texts = [p.sql if SQL_TYPES[p.kind] == element else f"({p.sql})::{element}" for p in pieces]
    sql = f"ARRAY[{', '.join(texts)}]::{element}[]"
    failing = [p.sql for p in pieces if not p.is_total]
    if failing:
        sql = f"(CASE WHEN {' AND '.join(f'{one} IS NOT NULL' for one in failing)} THEN {sql} END)"
    return Piece(sql, node.kind, joined(*pieces))


def _value(item: Node, element: Kind) -> Any:
    assert isinstance(item, Literal)
    if element is Kind.duration:
        return microseconds(item.value)
    return float(item.value) if element is Kind.double else item.value  # type: ignore[arg-type]


def _member_of(emit: "Emitter", node: Call, only_true: bool) -> Piece:
    needle, over = node.args
    if is_mixed(emit, needle):
        return distributed(emit, needle, lambda one: _member_of(emit, replace(node, args=(one, over)), only_true))
    if isinstance(over, ListOf):
        bound = _bound_for(emit, needle, over)
        if bound is None:
            return _any_equal(emit, needle, over, only_true)
        return _any(emit.piece(needle), bound, only_true)
    if (
        isinstance(needle, Literal)
        and needle.value is not None
        and isinstance(over, Name)
        and over.kind is Kind.text_list
    ):
        column = emit.sink.column(over.path, over.var)
        sql = f"{column} @> ARRAY[{emit.sink.bind(needle.value, 'text')}]"
        if only_true:
            return Piece(f"({sql})", Kind.boolean, State.erring)
        return Piece(f"coalesce({sql}, false)", Kind.boolean)
    one, many = emit.piece(needle), emit.piece(over)
    if one.kind is Kind.null:
        return Piece(f"({many.sql} IS NULL AND false)", Kind.boolean, joined(many))
    if SQL_TYPES.get(one.kind) != SQL_TYPES.get(element_kind(over)):
        one, many = as_text(one), Piece(f"({many.sql})::text[]", many.kind, many.state)
    if not many.is_total:
        found = _any(one, many.sql, only_true)
        return Piece(f"(CASE WHEN {many.sql} IS NOT NULL THEN {found.sql} END)", Kind.boolean, State.erring)
    return _any(one, many.sql, only_true)


def _any(one: Piece, many: str, only_true: bool) -> Piece:
    """`= ANY`, with a null needle in no list and a failed one failing even against an empty list."""
    if many.startswith("("):  # ANY over a bare sub-select would mean its rows
        many = f"{many}::{SQL_TYPES[one.kind]}[]"
    sql = f"({one.sql} = ANY({many}))"
    if one.is_total:
        return Piece(sql, Kind.boolean)
    if only_true:
        return Piece(sql, Kind.boolean, State.erring)
    if one.state is State.nullable:
        return Piece(f"coalesce({sql}, false)", Kind.boolean)
    return Piece(f"(CASE WHEN {one.sql} IS NOT NULL THEN {sql} END)", Kind.boolean, State.erring)


def _bound_for(emit: "Emitter", needle: Node, over: ListOf) -> str | None:
    """The written list as one bound array of the needle's SQL type; None when that cannot be."""
    if needle.kind is Kind.null or (isinstance(needle, Call) and needle.op == "?:"):
        return None
    if not over.items or not all(isinstance(item, Literal) for item in over.items):
        return None
    kind = Kind.double if needle.kind is Kind.percent else needle.kind
    if kind is Kind.uuid and over.element is Kind.text:
        ids = [read_id(str(item.value)) for item in over.items if isinstance(item, Literal)]
        return emit.sink.bind([one for one in ids if one], "uuid[]")
    if kind is Kind.money and over.element in NUMBERS:
        units = [minor_units(item.value, emit.env.money_scale) for item in over.items if isinstance(item, Literal)]  # type: ignore[arg-type]
        whole = [int(one) for one in units if one == one.to_integral_value() and -(2**63) <= one < 2**63]
        return emit.sink.bind(whole, "bigint[]")
    if kind != over.element:
        return None
    return emit.sink.bind([_value(item, kind) for item in over.items], f"{SQL_TYPES[kind]}[]")


def _any_equal(emit: "Emitter", needle: Node, over: ListOf, only_true: bool) -> Piece:
    """Membership in a list with computed elements: equal to any, failed when one of them failed."""
    if not over.items:
        one = emit.piece(needle)
        sql = f"({one.sql} IS NULL AND false)"
        if one.may_err:
            return Piece(f"(CASE WHEN {one.sql} IS NOT NULL THEN false END)", Kind.boolean, State.erring)
        return Piece(sql, Kind.boolean)
    pieces = [equals(emit, needle, item, only_true) for item in over.items]
    sql = f"({' OR '.join(piece.sql for piece in pieces)})"
    failing = [item for item in over.items if emit.state(item) in (State.erring, State.mixed)]
    for item in failing:
        if emit.state(item) is State.mixed:
            raise Refusal(item.at, "unsupported", what="[… ? … : null]")
    if failing:
        guard = " AND ".join(f"{emit.piece(item).sql} IS NOT NULL" for item in failing)
        sql = f"(CASE WHEN {guard} THEN {sql} END)"
    return Piece(sql, Kind.boolean, joined(*pieces) if not failing else State.erring)


def _index(emit: "Emitter", node: Call, only_true: bool) -> Piece:
    many, at = (emit.piece(arg) for arg in node.args)
    place = f"CASE WHEN {at.sql} BETWEEN 0 AND 2147483646 THEN ({at.sql} + 1)::int END"
    return Piece(f"({many.sql})[{place}]", node.kind, State.erring)


def macro(emit: "Emitter", node: Macro) -> Piece:
    """exists, all, exists_one, filter or map."""
    over = emit.piece(node.over)
    emit.loops += 1
    alias = f"cel_{emit.loops}"
    kind = element_kind(node.over)
    outer = emit.locals
    emit.locals = {**outer, node.variable: Piece(f"{alias}.v", kind)}
    condition = emit.piece(node.condition) if node.condition is not None else None
    transform = emit.piece(node.transform) if node.transform is not None else None
    emit.locals = outer
    inner = f"FROM unnest({over.sql}) WITH ORDINALITY AS {alias}(v, n)"
    if node.kind is Kind.boolean:
        assert condition is not None
        # The condition is a column of a sub-select: an aggregate over outer columns alone would belong to the outer query.
        body = f"(SELECT {_ANSWERS[node.op](condition.is_total)} FROM (SELECT {condition.sql} AS p {inner}) AS loop)"
        state = joined(over, condition)
    else:
        body, state = _collected(node, alias, condition, transform, inner)
        state = State.erring if over.may_err else state
    if not over.is_total:
        body = f"(CASE WHEN {over.sql} IS NOT NULL THEN {body} END)"
    return Piece(body, node.kind, state)


def _collected(
    node: Macro, alias: str, condition: Piece | None, transform: Piece | None, inner: str
) -> tuple[str, State]:
    """filter and map: the elements kept, in order; failed when the condition or a kept element's value fails."""
    kind = element_kind(node)
    if transform is not None and (transform.state in (State.nullable, State.mixed) or kind not in SQL_TYPES):
        raise Refusal(node.at, "unsupported", what="map(…, null)")
    kept = condition.sql if condition is not None else "true"
    value = transform.sql if transform is not None else f"{alias}.v"
    source = f"FROM (SELECT {kept} AS p, {value} AS x, {alias}.n {inner}) AS loop"
    collected = f"coalesce(array_agg(loop.x ORDER BY loop.n) FILTER (WHERE loop.p), '{{}}')::{SQL_TYPES[kind]}[]"
    failed = []
    if condition is not None and not condition.is_total:
        failed.append("loop.p IS NULL")
    if transform is not None and not transform.is_total:
        failed.append("(loop.p AND loop.x IS NULL)")
    if not failed:
        return f"(SELECT {collected} {source})", State.total
    any_failed = f"coalesce(bool_or({' OR '.join(failed)}), false)"
    return f"(SELECT CASE WHEN NOT {any_failed} THEN {collected} END {source})", State.erring


def _exists(is_total: bool) -> str:
    if is_total:
        return "coalesce(bool_or(loop.p), false)"
    return "CASE WHEN bool_or(loop.p) THEN true WHEN bool_or(loop.p IS NULL) THEN NULL ELSE false END"


def _all(is_total: bool) -> str:
    if is_total:
        return "coalesce(bool_and(loop.p), true)"
    return "CASE WHEN NOT bool_and(loop.p) THEN false WHEN bool_or(loop.p IS NULL) THEN NULL ELSE true END"


def _exists_one(is_total: bool) -> str:
    one = "count(*) FILTER (WHERE loop.p) = 1"
    return one if is_total else f"CASE WHEN NOT coalesce(bool_or(loop.p IS NULL), false) THEN {one} END"


_ANSWERS: dict[str, Callable[[bool], str]] = {"exists": _exists, "all": _all, "exists_one": _exists_one}

CALLS: dict[str, Callable[["Emitter", Call, bool], Piece]] = {"in": _member_of, "has_tag": lambda emit, node, only_true: _member_of(
    emit, Call(node.at, node.kind, "in", (node.args[1], node.args[0])), only_true), "[]": _index}  # fmt: skip
