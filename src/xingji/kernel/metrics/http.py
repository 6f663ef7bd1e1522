"""HTTP face of metrics: one metric, the heat map of hours by channel, the channel table. Figures come from `measure` and `heat`."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post

from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.http.here import Here, needs, reads
from xingji.kernel.metrics.effect import effects
from xingji.kernel.metrics.heat import build_channel_table, build_heat_map
from xingji.kernel.metrics.measure import drill, load_metrics, measure

READ = "metrics.read"


class Point(msgspec.Struct):
    """A figure's place: the window and the value of each dimension (null for empty)."""

    at: dict[str, Any] = {}
    since: datetime | None = None
    until: datetime | None = None


@get("/api/v1/heat-map", opt=needs(READ), tags=["metrics"])
async def heat_map(
    request: Request[Any, Any, Any], here: Here, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    """Hour of arrival by channel: inflow, overdue, first response, 24-hour follow-up, 72-hour conversion."""
    check_window(since, until)
    return await here.read(lambda uow: build_heat_map(uow, since, until))


@get("/api/v1/channels/table", opt=needs(READ), tags=["metrics"])
async def channel_table(
    request: Request[Any, Any, Any], here: Here, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    """A row per channel: leads, wins, conversion, median and mean days from arrival to win; null is "no channel"."""
    check_window(since, until)
    return await here.read(lambda uow: build_channel_table(uow, since, until))


@get("/api/v1/metrics/{key:str}", opt=needs(READ), tags=["metrics"])
async def read_metric_values(
    request: Request[Any, Any, Any],
    here: Here,
    key: str,
    since: datetime | None = None,
    until: datetime | None = None,
    by: list[str] | None = None,
    filter: str | None = None,
) -> dict[str, Any]:
    """One metric over a window, by any of its dimensions."""
    check_window(since, until)

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        metric = (await load_metrics(uow, [key]))[0]
        rows = await measure(uow, [key], since, until, by or (), filter)
        return {"metric": key, "name": metric.name, "unit": metric.unit, "rows": rows}

    return await here.read(command)


@post("/api/v1/metrics/{key:str}/drill", opt=reads(READ), tags=["metrics"], status_code=200)
async def drill_metric(request: Request[Any, Any, Any], here: Here, key: str, data: Point) -> dict[str, Any]:
    """The object and filter that list the rows behind a figure."""
    found = await here.read(lambda uow: drill(uow, key, data.since, data.until, data.at))
    return {"object": found.object, "filter": found.filter}


def check_window(since: datetime | None, until: datetime | None) -> None:
    """Refuses windows without a zone or that end before they start. Raises: `metric.bad_window`."""
    for name, value in (("since", since), ("until", until)):
        if value is not None and value.tzinfo is None:
            raise invalid("metric.bad_window", [Problem("metric.zone_missing", name)])
    if since and until and until <= since:
        raise invalid("metric.bad_window", [Problem("metric.ends_before_start", "until")])


@get("/api/v1/effects", opt=needs(READ), tags=["metrics"])
async def read_effects(here: Here) -> dict[str, Any]:
    """What changes of rules, dispatch, pools and calendars came to: two weeks before against two weeks after."""

    async def command(uow: UnitOfWork) -> dict[str, Any]:
        return {"rows": await effects(uow)}

    return await here.read(command)


ROUTES = [heat_map, channel_table, read_metric_values, drill_metric, read_effects]
