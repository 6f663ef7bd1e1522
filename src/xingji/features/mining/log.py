"""An event log as mining reads it, whatever it was made from, and the few figures everything is told in. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

HOUR = 3_600.0


@dataclass(slots=True)
class Case:
    """One subject: steps are places in the log's `names`, `at` seconds since 1970; `data` the values asked for."""

    key: str
    steps: tuple[int, ...]
    at: Sequence[float]
    data: tuple[Any, ...] = ()

    @property
    def seconds(self) -> float:
        """From the first event to the last."""
        return self.at[-1] - self.at[0]


@dataclass(slots=True)
class Log:
    """Cases in order, and what their steps are called. `ends`: the steps that end a case, `won` those that win it."""

    names: list[str]
    labels: list[Mapping[str, str]]
    cases: list[Case]
    ends: frozenset[int] = frozenset()
    won: frozenset[int] = frozenset()
    object: str | None = None
    capped: bool = False
    notes: list[Mapping[str, str]] = field(default_factory=list)

    def finished(self) -> list[Case]:
        """Cases that came to an end, each cut there; all of them when the log knows no ends."""
        if not self.ends:
            return [case for case in self.cases if len(case.steps) > 1]
        found = []
        for case in self.cases:
            last = max((n for n, step in enumerate(case.steps) if step in self.ends), default=None)
            if last:
                found.append(Case(case.key, case.steps[: last + 1], case.at[: last + 1], case.data))
        return found


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which that share lies, linearly between neighbours; `ordered` ascends and is not empty."""
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (place - low)


def told(seconds: list[float]) -> dict[str, Any]:
    """{count, median, p90, mean, total} of durations, in hours. Sorts them."""
    if not seconds:
        return {"count": 0, "median": None, "p90": None, "mean": None, "total": 0.0}
    seconds.sort()
    total = math.fsum(seconds)
    return {
        "count": len(seconds), "median": quantile(seconds, 0.5) / HOUR, "p90": quantile(seconds, 0.9) / HOUR,
        "mean": total / len(seconds) / HOUR, "total": total / HOUR,
    }  # fmt: skip
