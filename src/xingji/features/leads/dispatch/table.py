"""A dispatch table as values: rows, targets, limits and weights. Reads a checked document; refuses nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CHOICES = ("fixed", "round_robin", "least_load", "weighted")
TARGETS = ("person", "people", "team", "role", "tag", "head", "pool")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a row sends its leads. `person` may be a key or a CEL path to a person field (customer.owner)."""

    kind: str
    keys: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `otherwise` names the row to try when nobody of this one is available."""

    key: str
    name: Mapping[str, str]
    when: str
    target: Target
    choose: str
    otherwise: str | None = None
    calendar: str | None = None
    trainee_ok: bool = False


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the weighted choice; each may be 0. `cap_over_mean` and `newcomer_floor` 0 switch them off."""

    answered: float = 0.5
    free: float = 0.4
    preference: float = 0.1
    cap_over_mean: float = 1.5
    newcomer_floor: float = 0.5
    window_days: int = 7
    newcomer_days: int = 90


@dataclass(frozen=True, slots=True)
class Capacity:
    """Open leads at most per person and new ones per day; None means no limit."""

    open: int | None = None
    trainee_open: int | None = None
    per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A dispatch table, rows in order."""

    key: str
    object: str
    rows: tuple[Row, ...]
    capacity: Capacity = field(default_factory=Capacity)
    weights: Weights = field(default_factory=Weights)
    calendar: str | None = None
    fallback_pool: str | None = None
    good: str = 'intent == "A"'

    def index(self, key: str) -> int | None:
        """The position of a row, or None."""
        return next((n for n, row in enumerate(self.rows) if row.key == key), None)


def read_table(key: str, document: Mapping[str, Any]) -> Table:
    """The table a dispatch document describes; what a row leaves out has the defaults above."""
    weights = {k: v for k, v in (document.get("weights") or {}).items() if k in Weights.__dataclass_fields__}
    capacity = {k: v for k, v in (document.get("capacity") or {}).items() if k in Capacity.__dataclass_fields__}
    fallback = document.get("fallback") or {}
    return Table(
        key=key,
        object=str(document.get("object", "lead")),
        rows=tuple(_read_row(n, row) for n, row in enumerate(document.get("rows") or ())),
        capacity=Capacity(**capacity),
        weights=Weights(**weights),
        calendar=document.get("calendar"),
        fallback_pool=fallback.get("pool") if isinstance(fallback, Mapping) else None,
        good=str(document.get("good", 'intent == "A"')),
    )


def _read_row(number: int, row: Mapping[str, Any]) -> Row:
    target = read_target(row.get("to") or {})
    default = "fixed" if target.kind in {"person", "head", "pool"} else "weighted"
    name = row.get("name") or {}
    return Row(
        key=str(row.get("key") or f"row_{number + 1}"),
        name=name if isinstance(name, Mapping) else {"zh": str(name)},
        when=str(row.get("when", "true")),
        target=target,
        choose=str(row.get("choose") or default),
        otherwise=row.get("else"),
        calendar=row.get("calendar"),
        trainee_ok=bool(row.get("trainee_ok", target.kind in {"person", "people"})),
    )


def read_target(to: Mapping[str, Any]) -> Target:
    """The target of a row's `to`."""
    teams = tuple(_listed(to.get("team")))
    for kind in ("pool", "head", "people", "person", "role", "tag"):
        if kind not in to:
            continue
        keys = tuple(_listed(to[kind]))
        if kind == "person" and len(keys) == 1 and "." in keys[0]:
            return Target("person", (), teams, keys[0])
        return Target(kind, keys, teams)
    return Target("team", (), teams)


def _listed(value: Any) -> Sequence[str]:
    if value is None:
        return ()
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]
