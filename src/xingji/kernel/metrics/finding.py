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
from xingji.kernel.metrics.document import PER_SECONDS, Metric
from xingji.kernel.metrics.measure import drill_point, load_metrics, measure_metrics

METRIC = "lead_first_response"
HOUR, WEEKDAY = "hour(created_at)", "weekday(created_at)"
BY = ("channel", WEEKDAY, HOUR)
LEAST, RATIO, CHANCE = 8, 2.0, 0.05
LOOKED_INTO = 20
"""Of the cells slow enough, so many are asked how many of their leads were slower than the median of all."""


async def answered_metrics(uow: UnitOfWork) -> list[Metric]:
    """What `slow_finding` needs of each cell beside the median: leads answered and all leads. None without the metric."""
    try:
        metric = (await load_metrics(uow, [METRIC]))[0]
    except XingjiError:
        return []
    count = replace(metric, key="answered", fn="count", expression=None, per=None)
    return [count, replace(count, key="n", filter=None)]


async def slow_finding(
    uow: UnitOfWork, since: datetime | None, until: datetime | None, whole: Mapping[str, Any], cells: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """{channel, weekday, hour, n, answered, median_min, typical_min, ratio, slower, filter}; None where nothing stands out.

    whole, cells: the metric, `answered` and `n` of all leads of the window and by `BY`, as `measure_metrics` tells them.
    """
    typical = whole.get(METRIC)
    if typical is None or typical <= 0 or whole["answered"] < LEAST * 2:
        return None
    metric = (await load_metrics(uow, [METRIC]))[0]
    slow = sorted(slow_cells(cells, typical), key=lambda cell: -_lost(cell, typical))[:LOOKED_INTO]
    best = stands_out(await _with_slower(uow, metric, since, until, typical, slow), typical, sum(1 for _ in looked_at(cells)))
    if best is None:
        return None
    point = {name: best[name] for name in BY}
    return {
        "channel": best["channel"], "weekday": best[WEEKDAY], "hour": best[HOUR], "n": best["n"], "answered": best["answered"], "slower": best["slower"],
        "median_min": best[METRIC], "typical_min": typical, "ratio": best[METRIC] / typical,
        "filter": drill_point(whole_cell(metric), since, until, point).filter,
    }  # fmt: skip


async def _with_slower(
    uow: UnitOfWork, metric: Metric, since: datetime | None, until: datetime | None, typical: float, cells: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The cells with how many of their leads took longer than the median of all."""
    if not cells:
        return []
    over = typical * (PER_SECONDS[metric.per] if metric.per else 1)
    points = " || ".join(drill_point(replace(metric, filter=None), None, None, {name: cell[name] for name in BY}).filter for cell in cells)
    longer = f"({metric.filter or 'true'}) && ({metric.expression}) > {float(over)!r}"
    count = replace(metric, key="slower", fn="count", expression=None, per=None, filter=longer)
    found = await measure_metrics(uow, [count], since, until, BY, points)
    slower = {tuple(row[name] for name in BY): row["slower"] for row in found}
    return [{**cell, "slower": slower.get(tuple(cell[name] for name in BY), 0)} for cell in cells]


def whole_cell(metric: Metric) -> Metric:
    """The metric over all leads of a cell, answered or not: the sentence counts them all."""
    return replace(metric, filter=None)


def looked_at(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The cells with enough answered leads. Pure."""
    return (cell for cell in cells if cell["answered"] >= LEAST and cell[METRIC] is not None)


def slow_cells(cells: Iterable[Mapping[str, Any]], typical: float) -> list[Mapping[str, Any]]:
    """Those of them whose median is `RATIO` times that of all, or more. Pure."""
    return [cell for cell in looked_at(cells) if cell[METRIC] >= RATIO * typical]


def stands_out(cells: Sequence[dict[str, Any]], typical: float, looked: int | None = None) -> dict[str, Any] | None:
    """The cell with the most time lost among those that stand out by size, ratio and chance. Pure.

    looked: how many cells were looked at, when these are only the slow ones of them.
    """
    tried = sum(1 for _ in looked_at(cells)) if looked is None else looked
    found = [cell for cell in slow_cells(cells, typical) if upper_tail(cell["slower"], cell["answered"]) * tried < CHANCE]
    return max(found, key=lambda cell: (_lost(cell, typical), str(cell["channel"])), default=None)  # type: ignore[return-value]


def _lost(cell: Mapping[str, Any], typical: float) -> float:
    return float((cell[METRIC] - typical) * cell["answered"])


def upper_tail(k: int, n: int) -> float:
    """P(X >= k) for a binomial X with n draws and p = 1/2, exactly."""
    return sum(comb(n, i) for i in range(k, n + 1)) / 2**n
