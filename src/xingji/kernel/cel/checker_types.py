"""What a check yields, and how uses of functions are described to those who compile them. Owns shapes only."""

from dataclasses import dataclass, field

from xingji.kernel.cel.environment import Env, Kind
from xingji.kernel.cel.tree import ListOf, Literal, Name, Node, Value


@dataclass(frozen=True, slots=True)
class FunctionArg:
    """One argument of a function the caller compiles: a written value, a variable's path, or only SQL.

    `sql` is filled when `to_sql` calls the sink; arguments are equal when they mean the same.
    """

    kind: Kind
    literal: Value | tuple[Value, ...] = None
    path: tuple[str, ...] | None = None
    sql: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A use of one of our functions: its name and arguments."""

    name: str
    args: tuple[FunctionArg, ...]


@dataclass(frozen=True)
class Checked:
    """An expression that may be compiled: its kind of result, what it reads and which of our functions it calls."""

    source: str
    env: Env
    result: Kind
    tree: Node
    references: frozenset[tuple[str, ...]]
    functions: frozenset[FunctionCall]


def function_arg(node: Node, sql: str = "") -> FunctionArg:
    """What a caller needs to know of an argument."""
    if isinstance(node, Literal):
        return FunctionArg(node.kind, node.value, None, sql)
    if isinstance(node, ListOf) and all(isinstance(item, Literal) for item in node.items):
        return FunctionArg(node.kind, tuple(item.value for item in node.items if isinstance(item, Literal)), None, sql)
    if isinstance(node, Name):
        return FunctionArg(node.kind, None, node.path, sql)
    return FunctionArg(node.kind, None, None, sql)
