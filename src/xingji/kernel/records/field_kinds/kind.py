"""What every kind of field answers. Owns the shape and the rules most kinds share; knows no object and no SQL statement.

A value has two forms. The *wire* form is JSON: what clients send and get, what events hold, what is compared to see
whether something changed. The *stored* form is what PostgreSQL hands back. `parse` makes wire from input, `render`
makes wire from stored; both give the same wire value for the same thing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import Problem

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


class Refused(ValueError):
    """A value that does not fit its field: a code below `records.value.` and what fills the blanks of its message."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = f"records.value.{code}"
        self.params = params


@dataclass(frozen=True, slots=True)
class Place:
    """What a value's meaning depends on outside its field: the workspace's zone and currency."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    currency_decimals: int = 2
    provinces: Mapping[str, str] = field(default_factory=dict)


def accept_any(document: Mapping[str, Any], path: str) -> list[Problem]:
    """No options to check."""
    return []


def keep(spec: "Field", value: Any) -> Any:
    """The stored form is the wire form."""
    return value


def hide_all(spec: "Field", value: Any) -> Any:
    """Masked without a trace of the value."""
    return "***" if value is not None else None


def no_tokens(value: Any) -> Iterable[str]:
    """Not found by search."""
    return ()


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One kind of field, as functions. `column(document)` is the PostgreSQL type, None when computed at read.

    `read_text` reads the text of an imported cell; `to_text`/`from_text` are SQL expressions that convert a column
    when a field changes its kind, `from_text` giving NULL for what does not fit and never raising.
    """

    key: str
    cel: CelKind
    column: Callable[[Mapping[str, Any]], str | None]
    parse: Callable[["Field", Any, Place], Any]
    render: Callable[["Field", Any], Any] = keep
    read_text: Callable[["Field", str, Place], Any] | None = None
    mask: Callable[["Field", Any], Any] = hide_all
    check: Callable[[Mapping[str, Any], str], list[Problem]] = accept_any
    tokens: Callable[[Any], Iterable[str]] = no_tokens
    to_text: Callable[[str], str] = "({})::text".format
    from_text: Callable[[str], str] | None = None
    options: frozenset[str] = frozenset()
    sortable: bool = True
    aggregates: Sequence[str] = ("count", "count_distinct")

    def from_cell(self, spec: "Field", text: str, place: Place) -> Any:
        """The wire value of an imported cell, None for an empty one. Raises: Refused."""
        text = text.strip()
        if not text:
            return None
        return (self.read_text or self.parse)(spec, text, place)


NUMERIC_AGGREGATES = ("count", "count_distinct", "sum", "avg", "min", "max", "median")
ORDERED_AGGREGATES = ("count", "count_distinct", "min", "max")


def fixed(pg_type: str | None) -> Callable[[Mapping[str, Any]], str | None]:
    """A column type that depends on no option."""
    return lambda document: pg_type


def problem(code: str, path: str, zh: str, en: str, **params: Any) -> Problem:
    """A problem of a definition, with its message in both languages."""
    return Problem(code=f"records.{code}", path=path, params=params, message={"zh": zh, "en": en})
