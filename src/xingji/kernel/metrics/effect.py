"""Two weeks before a change against two weeks after: what a published rule, table, pool or calendar came to. No SQL here.

Only what people published counts, and only where both fortnights hold enough leads; a figure that leads still need days
to settle for is left out until they have had them. Everything in one aggregate, under the reader's policy.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published, published_between
from xingji.kernel.metrics.document import Metric, aggregate_of, read_metric, scaled
from xingji.kernel.records import Query, Window, aggregate

KINDS = ("rule", "dispatch", "pool", "calendar")
FORTNIGHT = timedelta(days=14)
TOLD_FOR = timedelta(days=42)
LEAST = 20
MOST = 6
INFLOW = "lead_inflow"
SETTLES = {"lead_first_response": 0, "lead_on_time": 1, "lead_follow_24h": 1, "lead_conv_72h": 3}  # days


async def effects(uow: UnitOfWork) -> list[dict[str, Any]]:
    """[{kind, key, name, version, published_at, published_by, note, leads: [before, after], figures: [{metric, name, unit,
    before, after}], also}] of the last changes that are two weeks old; `also`: other changes within those four weeks."""
    changes = await published_between(uow, KINDS, uow.now - TOLD_FOR, uow.now)
    due = [change for change in changes if change["published_at"] <= uow.now - FORTNIGHT][:MOST]
    metrics = (await load_published(uow)).compiled("metric", read_metric)
    asked = [metrics[key] for key in (INFLOW, *SETTLES) if key in metrics and metrics[key].object == "lead"]
    if not due or not asked or asked[0].key != INFLOW:
        return []
    query = Query("lead", aggregates=[spec for n, change in enumerate(due) for spec in _aggregates(n, change, asked)])
    figures = (await aggregate(uow, query))[0]
    told = [_told(uow.now, n, change, asked, figures, changes) for n, change in enumerate(due)]
    return [one for one in told if min(one["leads"]) >= LEAST and one["figures"]]


def _aggregates(n: int, change: Mapping[str, Any], metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    at = change["published_at"]
    windows = ((at - FORTNIGHT, at), (at, at + FORTNIGHT))
    return [
        aggregate_of(metric)
        | {"as": f"{n}.{side}.{metric.key}", "filter": Window(metric.at, *window).filter(metric.filter)}
        for metric in metrics
        for side, window in enumerate(windows)
    ]


def _told(
    now: datetime, n: int, change: Mapping[str, Any], metrics: Sequence[Metric], found: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    at = change["published_at"]
    figures = []
    for metric in metrics[1:]:
        before, after = (scaled(metric, found[f"{n}.{side}.{metric.key}"]) for side in (0, 1))
        if before is not None and after is not None and now >= at + FORTNIGHT + timedelta(days=SETTLES[metric.key]):
            figures.append({"metric": metric.key, "name": metric.name, "unit": metric.unit, "before": before, "after": after})
    others = [one for one in changes if one is not change and abs(one["published_at"] - at) <= FORTNIGHT]
    return {**change, "leads": [found[f"{n}.{side}.{INFLOW}"] for side in (0, 1)], "figures": figures, "also": len(others)}
