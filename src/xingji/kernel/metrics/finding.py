"""The one finding of the heat map: the weekday, hour and channel that waits longest, said only when the data bear it.

A cell counts when at least `LEAST` of its leads were answered, its median is at least twice that of all, and so many of
them waited longer than the median of all that chance would not do it: the upper tail of a binomial with p = 1/2 (every
lead is above the median half of the time), times the number of cells looked at (Bonferroni), is below `CHANCE`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from math import comb
from typing import Any

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.metrics.document import Metric, aggregate_of, scaled, window_filter
from xingji.kernel.metrics.measure import drill_point, load_metrics
from xingji.kernel.records import Query, aggregate

METRIC = "lead_first_response"
BY = ("channel", "weekday(created_at)", "hour(created_at)")
LEAST, RATIO, CHANCE = 8, 2.0, 0.05


async def slow_finding(uow: UnitOfWork, since: datetime | None, until: datetime | None) -> dict[str, Any] | None:
    """{channel, weekday, hour, n, answered, median_min, typical_min, ratio, slower, filter}; None where nothing stands out."""
    try:
        metric = (await load_metrics(uow, [METRIC]))[0]
    except XingjiError:
        return None
    window = window_filter(metric.at, since, until)
    count = {"as": "answered", "fn": "count", "filter": metric.filter}
    whole = (await aggregate(uow, Query(metric.object, filter=window, aggregates=[aggregate_of(metric), count], group=[])))[0]
    typical = whole[METRIC]
    if typical is None or typical <= 0 or whole["answered"] < LEAST * 2:
        return None
    slower = {"as": "slower", "fn": "count", "filter": f"({metric.filter or 'true'}) && ({metric.expression}) > {float(typical)!r}"}
    cells = await aggregate(
        uow, Query(metric.object, filter=window, group=list(BY), aggregates=[aggregate_of(metric), count, slower, {"as": "n", "fn": "count"}])
    )
    best = stands_out(cells, float(typical))
    if best is None:
        return None
    point = {name: best[name] for name in BY}
    return {
        "channel": best["channel"], "weekday": best[BY[1]], "hour": best[BY[2]], "n": best["n"], "answered": best["answered"], "slower": best["slower"],
        "median_min": scaled(metric, best[METRIC]), "typical_min": scaled(metric, typical), "ratio": best[METRIC] / typical,
        "filter": drill_point(whole_cell(metric), since, until, point).filter,
    }  # fmt: skip


def whole_cell(metric: Metric) -> Metric:
    """The metric over all leads of a cell, answered or not: the sentence counts them all."""
    return replace(metric, filter=None)


def stands_out(cells: Sequence[dict[str, Any]], typical: float) -> dict[str, Any] | None:
    """The cell with the most time lost among those that stand out by size, ratio and chance. Pure."""
    looked = [cell for cell in cells if cell["answered"] >= LEAST and cell[METRIC] is not None]
    found = [
        cell for cell in looked
        if cell[METRIC] >= RATIO * typical and upper_tail(cell["slower"], cell["answered"]) * len(looked) < CHANCE
    ]  # fmt: skip
    return max(found, key=lambda cell: ((cell[METRIC] - typical) * cell["answered"], str(cell["channel"])), default=None)


def upper_tail(k: int, n: int) -> float:
    """P(X >= k) for a binomial X with n draws and p = 1/2, exactly."""
    return sum(comb(n, i) for i in range(k, n + 1)) / 2**n
