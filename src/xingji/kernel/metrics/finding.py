"""The one finding of the heat map: the weekday, hour and channel that waits longest, said only when the data bear it.

A cell counts when at least `LEAST` of its leads were answered, its median is at least twice that of all, and so many of
them waited longer than the median of all that chance would not do it: the upper tail of a binomial with p = 1/2 (every
lead is above the median half of the time), times the number of cells looked at (Bonferroni), is below `CHANCE`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import comb
from typing import Any

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.metrics.document import Metric
from xingji.kernel.metrics.measure import drill_point, load_metrics

METRIC = "lead_first_response"
HOUR, WEEKDAY = "hour(created_at)", "weekday(created_at)"
BY = ("channel", WEEKDAY, HOUR)
LEAST, RATIO, CHANCE = 8, 2.0, 0.05


async def answered_metrics(uow: UnitOfWork) -> list[Metric]:
    """What `slow_finding` needs of each cell beside the median: leads answered, slower than the median of all, and all leads.

    None without the metric.
    """
    try:
        metric = (await load_metrics(uow, [METRIC]))[0]
    except XingjiError:
        return []
    count = replace(metric, key="answered", fn="count", expression=None, per=None)
    return [count, replace(metric, key="slower", fn="above", per=None), replace(count, key="n", filter=None)]


async def slow_finding(
    uow: UnitOfWork, since: datetime | None, until: datetime | None, whole: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """{channel, weekday, hour, n, answered, median_min, typical_min, ratio, slower, filter}; None where nothing stands out.

    whole, cells: the metric and `answered_metrics` of all leads of the window and by `BY`, as `measure_levels` tells them.
    """
    typical = whole.get(METRIC)
    if typical is None or typical <= 0 or whole["answered"] < LEAST * 2:
        return None
    best = stands_out(cells, typical)
    if best is None:
        return None
    metric = (await load_metrics(uow, [METRIC]))[0]
    point = {name: best[name] for name in BY}
    return {
        "channel": best["channel"], "weekday": best[WEEKDAY], "hour": best[HOUR], "n": best["n"], "answered": best["answered"], "slower": best["slower"],
        "median_min": best[METRIC], "typical_min": typical, "ratio": best[METRIC] / typical,
        "filter": drill_point(whole_cell(metric), since, until, point).filter,
    }  # fmt: skip


def whole_cell(metric: Metric) -> Metric:
    """The metric over all leads of a cell, answered or not: the sentence counts them all."""
    return replace(metric, filter=None)


def looked_at(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The cells with enough answered leads. Pure."""
    return (cell for cell in cells if cell["answered"] >= LEAST and cell[METRIC] is not None)


def slow_cells(cells: Iterable[Mapping[str, Any]], typical: float) -> list[Mapping[str, Any]]:
    """Those of them whose median is `RATIO` times that of all, or more. Pure."""
    return [cell for cell in looked_at(cells) if cell[METRIC] >= RATIO * typical]


def stands_out(cells: Sequence[Mapping[str, Any]], typical: float) -> Mapping[str, Any] | None:
    """The cell with the most time lost among those that stand out by size, ratio and chance. Pure."""
    tried = sum(1 for _ in looked_at(cells))
    found = [cell for cell in slow_cells(cells, typical) if upper_tail(cell["slower"], cell["answered"]) * tried < CHANCE]
    return max(found, key=lambda cell: (_lost(cell, typical), str(cell["channel"])), default=None)


def _lost(cell: Mapping[str, Any], typical: float) -> float:
    return float((cell[METRIC] - typical) * cell["answered"])


def upper_tail(k: int, n: int) -> float:
    """P(X >= k) for a binomial X with n draws and p = 1/2, exactly."""
    return sum(comb(n, i) for i in range(k, n + 1)) / 2**n
