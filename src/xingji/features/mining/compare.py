"""Cases against cases: delayed against normal, and group against group. Pure."""

import math
from collections.abc import Sequence
from typing import Any

from xingji.features.mining.chart import Edge, variants_of
from xingji.features.mining.log import HOUR, Case, Log, quantile, told

MOST_EDGES = 30
MOST_GROUPS = 50


def compare_delayed(log: Log, threshold_hours: float | None = None, share: float = 0.75) -> dict[str, Any]:
    """Finished cases that took longer than the threshold (default: than that share of all) against the rest.

    {threshold, normal, delayed, edges}: per edge what a case of each side spends there on average. The differences of all
    edges add up to the difference of the mean cycle times, so each is its part of the delay.
    """
    cases = log.finished()
    if not cases:
        return {"threshold": None, "normal": _side([]), "delayed": _side([]), "edges": [], "capped": log.capped}
    threshold = threshold_hours * HOUR if threshold_hours is not None else quantile(sorted(case.seconds for case in cases), share)
    sides = [[case for case in cases if case.seconds <= threshold], [case for case in cases if case.seconds > threshold]]
    spent = [_spent(side) for side in sides]
    normal, delayed = spent
    edges = [_pair(log, edge, sides, normal.get(edge), delayed.get(edge)) for edge in {*normal, *delayed}]
    edges.sort(key=lambda one: (-abs(one["extra"]), one["from"], one["to"]))
    return {"threshold": threshold / HOUR, "normal": _side(sides[0]), "delayed": _side(sides[1]), "edges": edges[:MOST_EDGES], "capped": log.capped}


def _side(cases: Sequence[Case]) -> dict[str, Any]:
    reworked = sum(len(set(case.steps)) < len(case.steps) for case in cases)
    return {"cases": len(cases), "cycle": told([case.seconds for case in cases]), "rework": reworked / len(cases) if cases else None}


def _spent(cases: Sequence[Case]) -> dict[Edge, tuple[int, list[float]]]:
    """Per edge: cases through it, durations."""
    found: dict[Edge, tuple[int, list[float]]] = {}
    for case in cases:
        through: set[Edge] = set()
        for n in range(len(case.steps) - 1):
            edge = (case.steps[n], case.steps[n + 1])
            count, seconds = found.get(edge) or (0, [])
            seconds.append(case.at[n + 1] - case.at[n])
            found[edge] = (count + (edge not in through), seconds)
            through.add(edge)
    return found


def _pair(log: Log, edge: Edge, sides: Sequence[Sequence[Case]], *both: tuple[int, list[float]] | None) -> dict[str, Any]:
    told_sides = []
    for side, found in zip(sides, both, strict=True):
        count, seconds = found or (0, [])
        size = len(side) or 1
        told_sides.append({"share": count / size, "median": told(seconds)["median"], "per_case": math.fsum(seconds) / HOUR / size})
    start, end = edge
    return {
        "from": log.names[start], "to": log.names[end], "normal": told_sides[0], "delayed": told_sides[1],
        "extra": told_sides[1]["per_case"] - told_sides[0]["per_case"],
    }  # fmt: skip


def compare_groups(log: Log) -> dict[str, Any]:
    """Per value of the first dimension: cases, cycle time of the finished, rework, won, the most usual way; most cases first."""
    groups: dict[Any, list[Case]] = {}
    for case in log.cases:
        groups.setdefault(case.data[0] if case.data else None, []).append(case)
    finished: dict[Any, list[Case]] = {}
    for case in log.finished():
        finished.setdefault(case.data[0] if case.data else None, []).append(case)
    ordered = sorted(groups.items(), key=lambda one: (-len(one[1]), str(one[0])))
    return {"groups": [_group(log, value, some, finished.get(value, [])) for value, some in ordered[:MOST_GROUPS]], "more": max(0, len(ordered) - MOST_GROUPS), "capped": log.capped}


def _group(log: Log, value: Any, some: Sequence[Case], finished: Sequence[Case]) -> dict[str, Any]:
    steps, usual = variants_of(some)[0]
    slowest = max(_spent(some).items(), key=lambda one: math.fsum(one[1][1]), default=None)
    won = sum(any(step in log.won for step in case.steps) for case in finished)
    return {
        "value": value, **_side(some), "finished": len(finished), "cycle": told([case.seconds for case in finished]),
        "won": won / len(finished) if log.won and finished else None,
        "usual": {"steps": [log.names[step] for step in steps], "share": len(usual) / len(some)},
        "slowest": {"from": log.names[slowest[0][0]], "to": log.names[slowest[0][1]], "total": math.fsum(slowest[1][1]) / HOUR} if slowest else None,
    }  # fmt: skip
