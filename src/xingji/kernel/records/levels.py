"""Figures by every leading part of their groups, from one pass over the rows. Owns how they are put together.

PostgreSQL evaluates every expression once a row and gathers: for each combination of groups and of what holds, how many
rows there are and their measured values. Adding up and finding the middle of ordered values is left to do here, and
takes rows that were kept (`kept_days`) as well as those just read.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain
from math import fsum
from typing import Any

from xingji.kernel.cel import Checked, Kind, check, to_sql
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.records.compiler import Reading
from xingji.kernel.records.render import render_value

LEVEL = "_level"
MOST_ROWS = 20_000
FEW = 2_000
MEASURED = ("sum", "avg", "min", "max", "median", "above")
NUMBERS = frozenset({Kind.integer, Kind.double, Kind.money, Kind.percent, Kind.duration})

Place = tuple[Any, ...]
Runs = Sequence[Sequence[float]]
"""Ascending values, in several parts."""


@dataclass(frozen=True, slots=True)
class Window:
    """since <= at < until; `at` is CEL over the object."""

    at: str
    since: datetime | None
    until: datetime | None

    def filter(self, more: str | None = None) -> str | None:
        """CEL for the window and whatever else must hold; None when nothing must."""
        parts = [f"({more})"] if more else []
        if self.since is not None:
            parts.append(f'{self.at} >= timestamp("{_rfc3339(self.since)}")')
        if self.until is not None:
            parts.append(f'{self.at} < timestamp("{_rfc3339(self.until)}")')
        return " && ".join(parts) or None


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Figure:
    """An aggregate: `where` and `held` are bits of what must hold of a row, `value` says which measured value."""

    name: str
    fn: str
    kind: Kind
    where: int = 0
    held: int = 0
    value: int = 0


class Rows:
    """What each row gives, as SQL: its groups, what holds of it, what is measured of it."""

    def __init__(self, reading: Reading, groups: Sequence[str]) -> None:
        self.reading = reading
        self.names = list(groups)
        self.groups = [reading.expression(source) for source in groups]
        self.conditions: dict[str, Checked] = {}
        self.values: dict[str, int] = {}

    def condition(self, source: str) -> int:
        """The bit of a condition of the request."""
        checked = check(source, self.reading.env, Kind.boolean)
        self.conditions.setdefault(sql := to_sql(checked, self.reading.sink, only_true=True), checked)
        return 1 << list(self.conditions).index(sql)

    def value(self, source: str) -> tuple[int, Kind]:
        """The place of a measured expression, and its kind."""
        sql, kind = self.reading.expression(source)
        return self.values.setdefault(sql, len(self.values)), kind

    def figure(self, n: int, spec: Mapping[str, Any]) -> Figure:
        """An aggregate of a query. Raises: `records.invalid`, CelError."""
        fn, source = str(spec.get("fn", "count")), spec.get("expr") or spec.get("field")
        where = self.condition(str(spec["filter"])) if spec.get("filter") else 0
        name = str(spec.get("as") or f"{fn}_{spec.get('field') or 'all'}")
        if fn == "count" and source is None:
            return Figure(name, fn, Kind.integer, where)
        if fn == "share" and source is not None:
            return Figure(name, fn, Kind.double, where, where | self.condition(str(source)))
        if fn not in MEASURED or source is None:
            raise invalid("records.invalid", [Problem("records.bad_aggregate", f"aggregates.{n}", {"fn": fn[:40]})])
        value, kind = self.value(str(source))
        if kind not in NUMBERS:
            raise invalid("records.invalid", [Problem("records.bad_aggregate", f"aggregates.{n}", {"fn": fn[:40], "type": kind.value})])
        return Figure(name, fn, kind, where, value=value)

    @property
    def statement(self) -> str:
        """A row per combination of groups and `held`: `n` rows, and the values v0, v1, … of those that have one."""
        held = " + ".join(f"case when {sql} then {1 << n} else 0 end" for n, sql in enumerate(self.conditions)) or "0"
        inner = [f"{sql} as g{n}" for n, (sql, _) in enumerate(self.groups)] + [f"{held} as held"]
        inner += [f"({sql})::float8 as v{n}" for sql, n in self.values.items()]
        by = ", ".join([*(f"g{n}" for n in range(len(self.groups))), "held"])
        values = "".join(f", array_agg(v{n}) filter (where v{n} is not null) as v{n}" for n in self.values.values())
        # The fence keeps the server from computing a value once more in every place that asks for it.
        rows = f"(select {', '.join(inner)} {self.reading.source} offset 0) x"
        return f"{self.reading.sink.statement.before}select {by}, count(*) as n{values} from {rows} group by {by}"


class Cells:
    """How many rows there are of each (groups…, held), and their measured values in any order."""

    def __init__(self, measured: int) -> None:
        self.counts: Counter[Place] = Counter()
        self.values: list[defaultdict[Place, list[float]]] = [defaultdict(list) for _ in range(measured)]

    def add(self, found: Iterable[Mapping[str, Any]], groups: int) -> None:
        """Takes in the rows of a `Rows.statement`."""
        for row in found:
            cell = (*(_plain(row[f"g{n}"]) for n in range(groups)), row["held"])
            self.counts[cell] += row["n"]
            for n, values in enumerate(self.values):
                values[cell] += row[f"v{n}"] or ()


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def tell(rows: Rows, figures: Sequence[Figure], cells: Cells) -> list[dict[str, Any]]:
    """One row per leading part of the groups with every figure under its name; fewer groups first, then in their order."""
    folded = _Folded(figures, cells, len(rows.groups))
    found: list[dict[str, Any]] = []
    for level in range(len(rows.groups) + 1):
        members: dict[Place, list[Place]] = {}
        for place in folded.places:
            members.setdefault(place[:level], []).append(place)
        for groups in sorted(members, key=_order):
            shown = dict.fromkeys(rows.names) | {
                name: render_value(kind, value) for name, (_, kind), value in zip(rows.names, rows.groups, groups, strict=False)
            }
            shown[LEVEL] = level
            for one in figures:
                shown[one.name] = folded.value(one, groups, members[groups])
            found.append(shown)
    return found[:MOST_ROWS]


class _Folded:
    """Cells as each figure looks at them: counts by every leading part of the groups, values ascending by all of them."""

    def __init__(self, figures: Sequence[Figure], cells: Cells, groups: int) -> None:
        self.places = list(dict.fromkeys(cell[:-1] for cell in cells.counts))
        self.counts: dict[int, Counter[Place]] = {}
        self.runs: dict[tuple[int, int], dict[Place, list[float]]] = {}
        self.middles: dict[tuple[int, int], float | None] = {}
        for where in {bits for one in figures for bits in (one.where, one.held)}:
            counts = self.counts[where] = Counter()
            for cell, n in cells.counts.items():
                if cell[-1] & where == where:
                    counts[cell[:-1]] += n
            for level in range(groups, 0, -1):
                for place, n in [(place, n) for place, n in counts.items() if len(place) == level]:
                    counts[place[:-1]] += n
        for of in {(one.where, one.value) for one in figures if one.fn in MEASURED}:
            self.runs[of] = _ascending(cells.values[of[1]], of[0])
            self.middles[of] = middle(list(self.runs[of].values()))

    def value(self, figure: Figure, groups: Place, places: Sequence[Place]) -> Any:
        """The figure of the rows of these groups, which are in these places."""
        if figure.fn == "count":
            return self.counts[figure.where][groups]
        if figure.fn == "share":
            count = self.counts[figure.where][groups]
            return self.counts[figure.held][groups] / count if count else None
        of = (figure.where, figure.value)
        if figure.fn == "median" and not groups:
            return _rendered(figure, self.middles[of])
        runs = [run for place in places if (run := self.runs[of].get(place))]
        if figure.fn != "above":
            return _rendered(figure, _measured(figure.fn, runs))
        whole = self.middles[of]
        return 0 if whole is None else sum(len(run) - bisect_right(run, whole) for run in runs)


def _ascending(values: Mapping[Place, list[float]], where: int) -> dict[Place, list[float]]:
    found: dict[Place, list[float]] = {}
    for cell, some in values.items():
        if some and cell[-1] & where == where:
            found.setdefault(cell[:-1], []).extend(some)
    for run in found.values():
        run.sort()
    return found


def _measured(fn: str, runs: Runs) -> float | None:
    if not runs:
        return None
    if fn == "median":
        return middle(runs)
    if fn in ("min", "max"):
        return min(run[0] for run in runs) if fn == "min" else max(run[-1] for run in runs)
    total = fsum(chain.from_iterable(runs))
    return total if fn == "sum" else total / sum(map(len, runs))


def middle(runs: Runs) -> float | None:
    """The median of ascending values in several parts, as `percentile_cont(0.5)` has it; None of none."""
    count = sum(map(len, runs))
    if not count:
        return None
    lower, upper = (count - 1) // 2, count // 2
    if len(runs) == 1:
        return runs[0][lower] + (runs[0][upper] - runs[0][lower]) * 0.5
    starts, ends = [0] * len(runs), [len(run) for run in runs]
    while sum(ends) - sum(starts) > FEW:
        inner = sorted(run[(start + end) // 2] for run, start, end in zip(runs, starts, ends, strict=True) if start < end)
        pivot = inner[len(inner) // 2]
        lefts = [bisect_left(run, pivot, start, end) for run, start, end in zip(runs, starts, ends, strict=True)]
        rights = [bisect_right(run, pivot, start, end) for run, start, end in zip(runs, lefts, ends, strict=True)]
        less, most = sum(lefts), sum(rights)
        if less > upper:
            ends = lefts
        elif most <= lower:
            starts = rights
        elif less <= lower and upper < most:
            return pivot
        else:
            break  # the two middle values lie on either side of one of them
    before = sum(starts)
    left = sorted(chain.from_iterable(run[start:end] for run, start, end in zip(runs, starts, ends, strict=True)))
    one, other = left[lower - before], left[upper - before]
    return one + (other - one) * 0.5


def _rendered(figure: Figure, value: float | None) -> Any:
    if value is None:
        return None
    whole = figure.fn in ("sum", "min", "max") and figure.kind in (Kind.integer, Kind.money)
    if whole or figure.kind is Kind.money:
        return int(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
    return render_value(Kind.duration if figure.kind is Kind.duration else Kind.double, value)


def _order(groups: Place) -> Place:
    return tuple((part is None, part if part is not None else "") for part in groups)
