"""Recognises exists, all, exists_one, filter and map in the loops the parser made of them.

The parser leaves no trace of a macro but the fixed shape of its loop; any other shape is refused.
"""

from dataclasses import dataclass
from typing import Any

from xingji.kernel.cel.environment import Kind
from xingji.kernel.cel.tree import Macro, Node


@dataclass(frozen=True, slots=True)
class Shape:
    """A macro's name and the messages of its condition and transform."""

    op: str
    condition: Any | None
    transform: Any | None = None

    def build(self, at: int, over: Node, variable: str, condition: Node | None, transform: Node | None) -> Macro:
        """Our node for this macro."""
        kind = Kind.boolean
        if self.op == "filter":
            kind = over.kind
        elif self.op == "map":
            kind = Kind.text_list if transform is not None and transform.kind is Kind.text else Kind.list
        return Macro(at, kind, self.op, over, variable, condition, transform)


def read_macro(loop: Any) -> Shape | None:
    """The macro a loop came from, None when it came from none we know."""
    step = loop.loop_step
    init = loop.accu_init
    constant = init.const_expr.WhichOneof("which") if init.WhichOneof("which") == "const_expr" else None
    if constant == "bool_value":
        function, op = ("_&&_", "all") if init.const_expr.bool_value else ("_||_", "exists")
        body = _accumulated(step, loop.accu_var, function)
        return Shape(op, body) if body is not None else None
    if constant == "int64_value":
        condition, _ = _conditional(step, loop.accu_var)
        return Shape("exists_one", condition) if condition is not None else None
    if init.WhichOneof("which") == "list_expr":
        return _list_macro(loop)
    return None


def _list_macro(loop: Any) -> Shape | None:
    condition, step = None, loop.loop_step
    if step.call_expr.function == "_?_:_":
        condition, step = _conditional(step, loop.accu_var)
    added = _accumulated(step, loop.accu_var, "_+_") if step is not None else None
    if added is None or len(added.list_expr.elements) != 1:
        return None
    element = added.list_expr.elements[0]
    is_same = element.WhichOneof("which") == "ident_expr" and element.ident_expr.name == loop.iter_var
    if condition is not None and is_same:
        return Shape("filter", condition)
    return Shape("map", condition, element)


def _accumulated(step: Any, accumulator: str, function: str) -> Any | None:
    call = step.call_expr
    if call.function != function or len(call.args) != 2 or call.args[0].ident_expr.name != accumulator:
        return None
    return call.args[1]


def _conditional(step: Any, accumulator: str) -> tuple[Any | None, Any | None]:
    call = step.call_expr
    if call.function != "_?_:_" or len(call.args) != 3 or call.args[2].ident_expr.name != accumulator:
        return None, None
    return call.args[0], call.args[1]
