"""The discovered flow chart: what directly follows what, how often and how long; variants; rework; bottlenecks. Pure.

A *return* is a move to another activity that the case had been at before; a *self loop* follows itself.
"""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xingji.features.mining.log import HOUR, Case, Log, quantile, told

MOST_EDGES = 500
MOST_VARIANTS = 50
MOST_BOTTLENECKS = 10

Edge = tuple[int, int]


@dataclass(slots=True)
class Moves:
    """Everything that is counted in one pass over the cases."""

    seconds: dict[Edge, list[float]] = field(default_factory=dict)
    cases: dict[Edge, int] = field(default_factory=dict)
    returns: Counter[Edge] = field(default_factory=Counter)
    events: Counter[int] = field(default_factory=Counter)
    holds: Counter[int] = field(default_factory=Counter)
    starts: Counter[int] = field(default_factory=Counter)
    ends: Counter[int] = field(default_factory=Counter)
    reworked: int = 0


def count_moves(cases: Sequence[Case]) -> Moves:
    """The pass: durations of every edge, cases through it, returns, starts, ends."""
    found = Moves()
    seconds, through = found.seconds, found.cases
    for case in cases:
        steps, at = case.steps, case.at
        found.starts[steps[0]] += 1
        found.ends[steps[-1]] += 1
        edges = list(itertools.pairwise(steps))
        for n, edge in enumerate(edges):
            kept = seconds.get(edge)
            if kept is None:
                seconds[edge] = [at[n + 1] - at[n]]
            else:
                kept.append(at[n + 1] - at[n])
        for edge in set(edges):
            through[edge] = through.get(edge, 0) + 1
        found.events.update(steps)
        distinct = set(steps)
        found.holds.update(distinct)
        if len(distinct) < len(steps):
            found.reworked += 1
            _count_returns(steps, found.returns)
    return found


def _count_returns(steps: Sequence[int], returns: Counter[Edge]) -> None:
    seen = {steps[0]}
    for before, step in itertools.pairwise(steps):
        if step in seen and step != before:
            returns[before, step] += 1
        seen.add(step)


def variants_of(cases: Sequence[Case]) -> list[tuple[tuple[int, ...], list[Case]]]:
    """The different ways cases went, most frequent first."""
    found: dict[tuple[int, ...], list[Case]] = {}
    for case in cases:
        found.setdefault(case.steps, []).append(case)
    return sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))


def draw_chart(log: Log, coverage: float = 1.0, least: int = 1) -> dict[str, Any]:
    """{events, cases, variants, shown, activities, edges, ways, rework, bottlenecks}; durations in hours.

    `coverage`: the share of cases whose ways, most frequent first, are drawn. `least`: edges walked less often are left out.
    """
    ways = variants_of(log.cases)
    drawn, shown = [], 0
    for way in ways:
        if drawn and shown >= coverage * len(log.cases):
            break
        drawn.append(way)
        shown += len(way[1])
    cases = log.cases if len(drawn) == len(ways) else [case for _, some in drawn for case in some]
    moves = count_moves(cases)
    edges = [_edge(log, moves, edge, seconds) for edge, seconds in moves.seconds.items() if len(seconds) >= least]
    edges.sort(key=lambda one: (-one["count"], one["from"], one["to"]))
    return {
        "events": sum(len(case.steps) for case in log.cases), "cases": len(log.cases), "variants": len(ways),
        "shown": {"cases": shown, "variants": len(drawn), "edges": min(len(edges), MOST_EDGES), "edges_left_out": len(moves.seconds) - min(len(edges), MOST_EDGES)},
        "activities": _activities(log, moves),
        "edges": edges[:MOST_EDGES],
        "ways": [_way(log, steps, some) for steps, some in ways[:MOST_VARIANTS]],
        "rework": {"cases": moves.reworked, "share": moves.reworked / shown if shown else None,
                   "self_loops": sum(len(s) for (a, b), s in moves.seconds.items() if a == b), "returns": sum(moves.returns.values())},
        "bottlenecks": bottlenecks(edges, len(cases)),
        "capped": log.capped,
    }  # fmt: skip


def _edge(log: Log, moves: Moves, edge: Edge, seconds: list[float]) -> dict[str, Any]:
    start, end = edge
    rework = "self" if start == end else "return" if moves.returns[edge] else None
    return {"from": log.names[start], "to": log.names[end], **told(seconds), "cases": moves.cases[edge], "returns": moves.returns[edge], "rework": rework}


def _activities(log: Log, moves: Moves) -> list[dict[str, Any]]:
    """With the time from each of its events to the next one of the case: how long cases stay."""
    stays: dict[int, list[float]] = {}
    for (start, _), seconds in moves.seconds.items():
        stays.setdefault(start, []).extend(seconds)
    return [
        {
            "key": log.names[step], "name": dict(log.labels[step]), "count": count, "cases": moves.holds[step], "starts": moves.starts[step],
            "ends": moves.ends[step], "stay": told(stays.get(step, [])),
        }
        for step, count in sorted(moves.events.items(), key=lambda one: (-one[1], one[0]))
    ]  # fmt: skip


def _way(log: Log, steps: Sequence[int], some: Sequence[Case]) -> dict[str, Any]:
    median = quantile(sorted(case.seconds for case in some), 0.5) / HOUR
    return {"steps": [log.names[step] for step in steps], "cases": len(some), "share": len(some) / len(log.cases), "median": median}


def bottlenecks(edges: Sequence[dict[str, Any]], cases: int) -> dict[str, Any]:
    """Edges by all the waiting they hold and by their median, rare ones (below 1 % of the cases, at least 3) left out of the second."""
    total = sum(one["total"] for one in edges)
    floor = max(3, cases // 100)
    by_total = sorted(edges, key=lambda one: -one["total"])[:MOST_BOTTLENECKS]
    by_median = sorted((one for one in edges if one["count"] >= floor), key=lambda one: -one["median"])[:MOST_BOTTLENECKS]
    return {
        "by_total": [{"from": one["from"], "to": one["to"], "total": one["total"], "share": one["total"] / total if total else None} for one in by_total],
        "by_median": [{"from": one["from"], "to": one["to"], "median": one["median"], "count": one["count"]} for one in by_median],
        "floor": floor,
    }  # fmt: skip
