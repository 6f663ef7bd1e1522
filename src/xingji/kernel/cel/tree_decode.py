"""Turns the official checker's tree into ours and gives every node its kind; refuses what has no SQL.

Collects every problem it meets, with its place. Never evaluates anything but literals.
"""

from math import isfinite
from typing import Any

from xingji.kernel.cel.environment import LISTS, Env, Kind, members
from xingji.kernel.cel.macros import read_macro
from xingji.kernel.cel.problems import CelProblem, problem_at
from xingji.kernel.cel.tree import ListOf, Literal, Local, Name, Node, Present, element_kind
from xingji.kernel.cel.typing_rules import Refusal, call

_BROKEN = Kind.null
_SIGNS = {
    "_==_": "==", "_!=_": "!=", "_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">=", "_+_": "+", "_-_": "-",
    "_*_": "*", "_/_": "/", "_%_": "%", "-_": "-x", "_&&_": "&&", "_||_": "||", "!_": "!", "_?_:_": "?:",
    "@in": "in", "_[_]": "[]",
}  # fmt: skip


class Decoder:
    """One pass over one expression; `problems` is empty when the tree can be used."""

    def __init__(self, env: Env, source: str, positions: dict[int, int]) -> None:
        self.env = env
        self.source = source
        self.positions = positions
        self.problems: list[CelProblem] = []
        self.scope: dict[str, Kind] = {}

    def refuse(self, at: int, code: str, **params: Any) -> None:
        """Notes a problem at a place."""
        self.problems.append(problem_at(code, self.source, at, **params))

    def node(self, expr: Any) -> Node:
        """Our node for a message of the official tree."""
        at = self.positions.get(expr.id, 0)
        match expr.WhichOneof("which"):
            case "const_expr":
                return self._constant(expr.const_expr, at)
            case "ident_expr":
                return self._ident(expr.ident_expr.name, at)
            case "select_expr":
                return self._select(expr.select_expr, at)
            case "call_expr":
                return self._call(expr.call_expr, at)
            case "list_expr":
                return self._list(expr.list_expr, at)
            case "comprehension_expr":
                return self._macro(expr.comprehension_expr, at)
        return self._unsupported(at, "{…}")

    def _unsupported(self, at: int, what: str) -> Node:
        self.refuse(at, "unsupported", what=what)
        return Literal(at, _BROKEN, None)

    def _constant(self, constant: Any, at: int) -> Node:
        match constant.WhichOneof("which"):
            case "null_value" | None:
                return Literal(at, Kind.null, None)
            case "bool_value":
                return Literal(at, Kind.boolean, constant.bool_value)
            case "int64_value":
                return Literal(at, Kind.integer, constant.int64_value)
            case "double_value":
                if not isfinite(constant.double_value):
                    return self._unsupported(at, "1e999")
                return Literal(at, Kind.double, constant.double_value)
            case "string_value":
                if "\0" in constant.string_value:
                    self.refuse(at, "bad_text")
                return Literal(at, Kind.text, constant.string_value)
        return self._unsupported(at, "1u, b'…'")

    def _ident(self, name: str, at: int) -> Node:
        name = name.removeprefix(".")
        if name in self.scope:
            return Local(at, self.scope[name], name)
        var = self.env.variable(name)
        if var is None:  # a type's name: int, string
            return self._unsupported(at, name)
        return Name(at, var.kind, (name,), var)

    def _select(self, select: Any, at: int) -> Node:
        owner = self.node(select.operand)
        if not isinstance(owner, Name):
            return owner if owner.kind is _BROKEN else self._unsupported(at, f".{select.field}")
        entry = self._member(owner, select.field, at)
        if select.test_only and isinstance(entry, Name):
            return Present(owner.at, entry)
        return entry

    def _member(self, owner: Name, key: str, at: int) -> Node:
        var = self.env.lookup((*owner.path, key))
        if var is None:
            self.refuse(at, "no_members", type=owner.kind.value)
            return Literal(at, _BROKEN, None)
        is_entry = owner.kind is Kind.text_map and key not in members(owner.var)
        return Name(owner.at, var.kind, (*owner.path, key), var, erring=is_entry)

    def _call(self, call_expr: Any, at: int) -> Node:
        parts = [call_expr.target] if call_expr.HasField("target") else []
        args = tuple(self.node(part) for part in [*parts, *call_expr.args])
        op = _SIGNS.get(call_expr.function, call_expr.function)
        if op == "[]" and isinstance(args[0], Name) and args[0].kind is Kind.text_map:
            if isinstance(args[1], Literal) and isinstance(args[1].value, str):
                return self._member(args[0], args[1].value, at)
            return self._unsupported(at, "[…]")
        broken_before = len(self.problems)
        try:
            return call(op, args, at, self.env)
        except Refusal as refusal:
            if not broken_before:
                self.refuse(refusal.at, refusal.code, **refusal.params)
            return Literal(at, _BROKEN, None)

    def _list(self, list_expr: Any, at: int) -> Node:
        items = tuple(self.node(item) for item in list_expr.elements)
        kinds = {Kind.double if item.kind is Kind.percent else item.kind for item in items}
        if kinds <= {Kind.text, Kind.uuid}:
            return ListOf(at, Kind.text_list, items, Kind.uuid if kinds == {Kind.uuid} else Kind.text)
        if kinds == {Kind.integer, Kind.double}:
            kinds = {Kind.double}
        if len(kinds) > 1 or kinds & (LISTS | {Kind.null, Kind.record, Kind.region, Kind.text_map}):
            if not self.problems:
                self.refuse(at, "type_mismatch", operator="[]", types=sorted(kinds))
            return Literal(at, _BROKEN, None)
        return ListOf(at, Kind.list, items, kinds.pop())

    def _macro(self, comprehension: Any, at: int) -> Node:
        shape = read_macro(comprehension)
        if shape is None:
            return self._unsupported(at, "map, fold")
        over = self.node(comprehension.iter_range)
        if over.kind not in LISTS:
            if over.kind is _BROKEN and self.problems:
                return over
            return self._unsupported(at, f"{shape.op}()")
        outer = self.scope
        self.scope = {**outer, comprehension.iter_var: element_kind(over)}
        condition = self.node(shape.condition) if shape.condition is not None else None
        transform = self.node(shape.transform) if shape.transform is not None else None
        self.scope = outer
        return shape.build(at, over, comprehension.iter_var, condition, transform)
