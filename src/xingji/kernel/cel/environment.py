"""What an expression may name: kinds, variables, environments. Owns their shape; never SQL and never the text of errors."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a value is. The SQL type of each stands in `docs/concepts/expressions.md`."""

    text = "text"
    integer = "integer"
    double = "double"
    money = "money"
    percent = "percent"
    boolean = "boolean"
    date = "date"
    timestamp = "timestamp"
    duration = "duration"
    text_list = "text_list"
    uuid = "uuid"  # id of a person or record; with `fields` its members can be read: customer.tier
    uuid_list = "uuid_list"
    text_map = "text_map"  # text by key, any key: event.data.page
    region = "region"  # members province, city, district (text codes)
    record = "record"  # a name space with members and no value of its own: event, old, me
    list = "list"  # a list written in the expression whose elements are not text
    null = "null"


#: Keys no variable can have: the language's own words, and names of its types.
RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
        "now",
        "bool",
        "bytes",
        "double",
        "dyn",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "type",
        "uint",
    ]
)

LISTS = frozenset({Kind.text_list, Kind.uuid_list, Kind.list})
NUMBERS = frozenset({Kind.integer, Kind.double, Kind.percent, Kind.money})

#: What the log of a record says over time. Only where an environment names them: they cost too much for a rule's batch.
LOG_FUNCTIONS = frozenset(
    {
        "days_since", "days_from", "first_event", "count_after", "count_changes", "last_change", "people_around", "count_related",
        "usual_gap_days",
    }
)  # fmt: skip
#: Our own functions. Those of `CALLER_FUNCTIONS` are turned into SQL by the caller of `to_sql`.
CALLER_FUNCTIONS = LOG_FUNCTIONS | frozenset(
    {
        "working_minutes_since",
        "working_minutes_between",
        "count_events",
        "sum_events",
        "last_event",
        "in_team",
        "in_region",
        "changed",
    }
)
OWN_FUNCTIONS = frozenset(
    {"has_tag", "hour", "weekday", "day", "month", "date", "days_between", "lower", "trim"}
)  # fmt: skip
ALL = (CALLER_FUNCTIONS | OWN_FUNCTIONS) - LOG_FUNCTIONS


@dataclass(frozen=True, slots=True)
class Var:
    """A variable or member: its kind, whether it can be empty, and its members for uuid, region and record."""

    kind: Kind
    nullable: bool = True
    fields: "Mapping[str, Var] | None" = None


REGION_FIELDS: Mapping[str, Var] = MappingProxyType({key: Var(Kind.text) for key in ("province", "city", "district")})
NOW = Var(Kind.timestamp, nullable=False)


@dataclass(frozen=True)
class Env:
    """The names of one place where expressions stand. Two with the same content share one checker.

    `now` is always there. `zone` is what hour(), weekday(), day(), month() and date(timestamp) count in;
    `money_scale` is how many minor units make one unit of the workspace's currency.
    """

    variables: Mapping[str, Var]
    functions: frozenset[str] = ALL
    zone: str = "Asia/Shanghai"
    money_scale: int = 100
    fingerprint: str = field(init=False, repr=False, compare=False, default="")

    def __post_init__(self) -> None:
        described = (self.zone, self.money_scale, sorted(self.functions), list(_describe(self.variables)))
        object.__setattr__(self, "fingerprint", hashlib.sha256(repr(described).encode()).hexdigest())

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Env) and self.fingerprint == other.fingerprint

    def variable(self, name: str) -> Var | None:
        """The variable of a name, `now` included."""
        return NOW if name == "now" else self.variables.get(name)

    def lookup(self, path: tuple[str, ...]) -> Var | None:
        """The variable or member at a path, None where there is none."""
        var = self.variable(path[0]) if path else None
        for key in path[1:]:
            var = members(var).get(key) if var else None
            if var is None and _is_map(self, path):
                return Var(Kind.text)
        return var


def members(var: Var) -> Mapping[str, Var]:
    """Members that can be read behind a dot; empty for plain values."""
    if var.kind is Kind.region:
        return var.fields or REGION_FIELDS
    return var.fields or {}


def _is_map(env: Env, path: tuple[str, ...]) -> bool:
    parent = env.lookup(path[:-1]) if len(path) > 1 else None
    return parent is not None and parent.kind is Kind.text_map


def _describe(variables: Mapping[str, Var]) -> Iterator[tuple[object, ...]]:
    for key in sorted(variables):
        var = variables[key]
        yield key, var.kind.value, var.nullable, tuple(_describe(members(var)))
