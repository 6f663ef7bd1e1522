"""Our own tree of a checked expression: what `to_sql` and `to_sentence` walk. Owns node shapes only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from xingji.kernel.cel.environment import Kind, Var

Value = str | int | float | bool | None | datetime | date | timedelta


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the expression; timestamps, durations and dates are already read."""

    at: int
    kind: Kind
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or member, `path` from the root: ("customer", "tier")."""

    at: int
    kind: Kind
    path: tuple[str, ...]
    var: Var
    erring: bool = False  # a map's entry: absent is an error, not null


@dataclass(frozen=True, slots=True)
class Local:
    """The element a list macro is looking at."""

    at: int
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Present:
    """has(path)."""

    at: int
    name: Name
    kind: Kind = Kind.boolean


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written in the expression; `element` is the kind of all its elements."""

    at: int
    kind: Kind
    items: "tuple[Node, ...]"
    element: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or function: `op` is the operator's sign ("==", "&&", "?:", "in", "[]", "-x") or the name."""

    at: int
    kind: Kind
    op: str
    args: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Macro:
    """exists, all, exists_one, filter or map over a list; `condition` is None for a map that keeps all."""

    at: int
    kind: Kind
    op: str
    over: "Node"
    variable: str
    condition: "Node | None"
    transform: "Node | None" = None


Node = Literal | Name | Local | Present | ListOf | Call | Macro


def children(node: Node) -> "tuple[Node, ...]":
    """Direct parts of a node."""
    match node:
        case Call(args=args):
            return args
        case ListOf(items=items):
            return items
        case Macro(over=over, condition=condition, transform=transform):
            return tuple(part for part in (over, condition, transform) if part is not None)
        case Present(name=name):
            return (name,)
    return ()


def element_kind(node: Node) -> Kind:
    """Kind of a list's elements."""
    if isinstance(node, ListOf):
        return node.element
    if isinstance(node, Macro) and node.op == "filter":
        return element_kind(node.over)
    if isinstance(node, Call) and node.op == "+" and node.args:
        return element_kind(node.args[0])
    if isinstance(node, Macro) and node.transform is not None:
        return node.transform.kind
    return Kind.uuid if node.kind is Kind.uuid_list else Kind.text
