"""Compiles a checked tree to one SQL expression that never raises; an error of the language is NULL.

Owns the walk, names, logic and choice; comparisons, numbers, texts and times, and lists have their own files.
Where only true matters (`only_true`), false and NULL are interchangeable and the SQL stays usable by indexes.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from xingji.kernel.cel import sql_compare, sql_functions, sql_lists, sql_numbers
from xingji.kernel.cel.checker_types import Checked, FunctionArg, function_arg
from xingji.kernel.cel.environment import CALLER_FUNCTIONS, LISTS, Env, Kind, Var
from xingji.kernel.cel.problems import CelError, problem_at
from xingji.kernel.cel.sql_piece import SQL_TYPES, Piece, Sink, State, joined
from xingji.kernel.cel.tree import Call, ListOf, Literal, Local, Macro, Name, Node, Present
from xingji.kernel.cel.typing_rules import Refusal

MAX_SQL = 60_000
#: Values that asyncpg sends as infinity; they go as text instead.
INFINITE = (date.min, date.max, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))

_CALLER_STATES = {"count_events": State.total, "sum_events": State.total, "last_event": State.nullable, "in_team": State.total,
                  "in_region": State.total, "changed": State.total, "count_after": State.total, "count_changes": State.total,
                  "people_around": State.total, "count_related": State.total, "first_event": State.nullable, "last_change": State.nullable}  # fmt: skip


def to_sql(checked: Checked, sink: Sink, *, only_true: bool = False) -> str:
    """SQL of the expression, of the type the documentation gives its kind; `only_true` for use as a condition.

    Raises: CelError when the sink's names make it longer than it may be.
    """
    emit = Emitter(sink, checked.env)
    try:
        if checked.tree.kind is checked.result:
            return emit.piece(checked.tree, only_true).sql
        return sql_functions.converted(emit, checked.tree, checked.result)
    except Refusal as refusal:
        raise CelError(
            [problem_at(refusal.code, checked.source, refusal.at, **refusal.params)], checked.source
        ) from None


class DrySink:
    """A sink whose SQL is never run: for trial compilations."""

    def column(self, path: tuple[str, ...], var: Var) -> str:
        """A name of about the usual length."""
        return "t." + "_".join(path)

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder."""
        return f"$1::{pg_type}"

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """A column of about the usual length."""
        return f"f.{name}"


class Emitter:
    """One compilation: where names come from, and which list elements are in reach."""

    def __init__(self, sink: Sink, env: Env) -> None:
        self.sink = sink
        self.env = env
        self.locals: dict[str, Piece] = {}
        self.loops = 0
        self.states: dict[int, State] = {}

    def piece(self, node: Node, only_true: bool = False) -> Piece:
        """SQL of a node. Raises: Refusal when it grows beyond reason or has no SQL."""
        found = self._piece(node, only_true)
        if len(found.sql) > MAX_SQL:
            raise Refusal(node.at, "too_large", found=len(found.sql), limit=MAX_SQL, what="SQL")
        return found

    def _piece(self, node: Node, only_true: bool) -> Piece:
        match node:
            case Literal():
                return self.literal(node)
            case Name():
                return self.name(node)
            case Local(name=name):
                return self.locals[name]
            case Present(name=name):
                return self._present(name)
            case ListOf():
                return sql_lists.written(self, node)
            case Macro():
                return sql_lists.macro(self, node)
            case Call():
                return self._call(node, only_true)

    def state(self, node: Node) -> State:
        """What NULL would mean in a node's SQL, found out without binding anything."""
        known = self.states.get(id(node))  # nodes live as long as the compilation
        if known is None:
            trial = Emitter(DrySink(), self.env)
            trial.locals, trial.states = self.locals, self.states
            known = self.states[id(node)] = trial.piece(node).state
        return known

    def name(self, node: Name) -> Piece:
        """SQL of a variable; a list that is empty is never NULL."""
        sql = self.sink.column(node.path, node.var)
        if node.kind in LISTS:
            return Piece(f"coalesce({sql}, '{{}}'::{SQL_TYPES[node.kind]})", node.kind)
        if node.erring:
            return Piece(sql, node.kind, State.erring)
        return Piece(sql, node.kind, State.nullable if node.var.nullable else State.total)

    def literal(self, node: Literal) -> Piece:
        """A bound value; the language's null is a bare NULL."""
        if node.value is None:
            return Piece("NULL", node.kind, State.nullable)
        if isinstance(node.value, bool):
            return Piece("true" if node.value else "false", Kind.boolean)
        if node.value in INFINITE:
            return Piece(f"({self.sink.bind(str(node.value), 'text')})::{SQL_TYPES[node.kind]}", node.kind)
        value = sql_numbers.microseconds(node.value) if node.kind is Kind.duration else node.value
        return Piece(self.sink.bind(value, SQL_TYPES[node.kind]), node.kind)

    def _present(self, name: Name) -> Piece:
        sql = self.sink.column(name.path, name.var)
        if name.kind in LISTS:
            return Piece(f"(coalesce(cardinality({sql}), 0) > 0)", Kind.boolean)
        return Piece(f"({sql} IS NOT NULL)", Kind.boolean)

    def _call(self, node: Call, only_true: bool) -> Piece:
        if node.op in CALLER_FUNCTIONS:
            return self._callers(node, only_true)
        if node.op in ("&&", "||"):
            parts = [self.piece(arg, only_true) for arg in _chain(node, node.op)]
            sign = " AND " if node.op == "&&" else " OR "
            return Piece(f"({sign.join(part.sql for part in parts)})", Kind.boolean, joined(*parts))
        if node.op == "!":
            inner = self.piece(node.args[0])
            return Piece(f"(NOT {inner.sql})", Kind.boolean, joined(inner))
        if node.op == "?:":
            return self._choice(node, only_true)
        if node.op in ("==", "!=", "<", "<=", ">", ">="):
            return sql_compare.compare(self, node.op, node.args[0], node.args[1], only_true)
        if node.op in sql_lists.CALLS:
            return sql_lists.CALLS[node.op](self, node, only_true)
        if node.op in sql_functions.CALLS:
            return sql_functions.CALLS[node.op](self, node)
        return sql_numbers.arithmetic(self, node)

    def _choice(self, node: Call, only_true: bool) -> Piece:
        condition = self.piece(node.args[0])
        yes, no = (self.piece(arg, only_true and node.kind is Kind.boolean) for arg in node.args[1:])
        state = _choice_state(condition, yes, no)
        return Piece(self.chosen(condition, self._typed(yes, node.kind), self._typed(no, node.kind)), node.kind, state)

    def chosen(self, condition: Piece, yes: str, no: str) -> str:
        """A choice that fails when its condition is null or fails."""
        if condition.is_total:
            return f"(CASE WHEN {condition.sql} THEN {yes} ELSE {no} END)"
        return f"(CASE {condition.sql} WHEN true THEN {yes} WHEN false THEN {no} END)"

    def _typed(self, piece: Piece, kind: Kind) -> str:
        wanted = SQL_TYPES.get(kind)
        if wanted is None:
            return piece.sql
        return piece.sql if SQL_TYPES.get(piece.kind) == wanted else f"({piece.sql})::{wanted}"

    def _callers(self, node: Call, only_true: bool) -> Piece:
        args = []
        for arg in node.args:
            plain = function_arg(arg)
            args.append(plain if plain.literal is not None else function_arg(arg, self.piece(arg).sql))
        sql = self.sink.call(node.op, tuple(args))
        if node.kind is Kind.boolean and not only_true:
            sql = f"coalesce({sql}, false)"
        return Piece(sql, node.kind, _CALLER_STATES.get(node.op, State.erring))


def _choice_state(condition: Piece, yes: Piece, no: Piece) -> State:
    states = {yes.state, no.state}
    can_err = condition.state is not State.total or bool(states & {State.erring, State.mixed})
    can_be_null = bool(states & {State.nullable, State.mixed})
    if can_err and can_be_null:
        return State.mixed
    return State.erring if can_err else State.nullable if can_be_null else State.total


def conjuncts(checked: Checked) -> list[Checked]:
    """The conditions that must all hold for this one to hold."""
    return [replace(checked, tree=part) for part in _chain(checked.tree, "&&")]


def _chain(node: Node, op: str) -> list[Node]:
    if isinstance(node, Call) and node.op == op:
        return [part for arg in node.args for part in _chain(arg, op)]
    return [node]
