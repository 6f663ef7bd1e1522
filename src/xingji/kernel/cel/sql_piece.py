"""A piece of SQL with what it may be: always a value, sometimes null, or null when evaluation fails."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from xingji.kernel.cel.checker_types import FunctionArg
from xingji.kernel.cel.environment import Kind, Var

SQL_TYPES = {
    Kind.text: "text", Kind.integer: "bigint", Kind.double: "float8", Kind.money: "bigint", Kind.percent: "float8",
    Kind.boolean: "boolean", Kind.date: "date", Kind.timestamp: "timestamptz", Kind.duration: "bigint",
    Kind.uuid: "uuid", Kind.text_list: "text[]", Kind.uuid_list: "uuid[]",
}  # fmt: skip


class State(Enum):
    """What SQL's NULL means in a piece."""

    total = "total"  # never NULL
    nullable = "nullable"  # NULL is the language's null
    erring = "erring"  # NULL is the language's error
    mixed = "mixed"  # either: only a choice whose branches differ


@dataclass(frozen=True, slots=True)
class Piece:
    """SQL of a kind, safe to stand inside any other expression (in parentheses where needed)."""

    sql: str
    kind: Kind
    state: State = State.total

    @property
    def is_total(self) -> bool:
        return self.state is State.total

    @property
    def may_err(self) -> bool:
        return self.state in (State.erring, State.mixed)


def joined(*pieces: Piece) -> State:
    """State of an operation that fails as soon as one operand is null or failed."""
    return State.total if all(piece.is_total for piece in pieces) else State.erring


class Sink(Protocol):
    """Where SQL of names, values and the caller's functions comes from."""

    def column(self, path: tuple[str, ...], var: Var) -> str:
        """SQL of a variable; ("now",) too. Total: it never raises, whatever the row."""
        ...

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder with its cast, "$3::text"."""
        ...

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """SQL of one of `CALLER_FUNCTIONS`. Total; NULL only where the result is null or failed."""
        ...
