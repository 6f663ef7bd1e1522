"""HTTP face of metrics: one metric, the heat map of hours by channel, the channel table. Figures come from `measure`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, get, post

from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.http.here import Here, needs, reads
from xingji.kernel.metrics.document import Metric
from xingji.kernel.metrics.effect import effects
from xingji.kernel.metrics.finding import HOUR, WEEKDAY, answered_metrics, slow_finding
from xingji.kernel.metrics.measure import drill, load_metrics, measure, measure_levels
from xingji.kernel.records import LEVEL

HEAT = ("lead_inflow", "lead_overdue", "lead_first_response", "lead_follow_24h", "lead_conv_72h")
HEAT_BY = ("channel", HOUR, WEEKDAY)
TABLE = ("lead_inflow", "lead_wins", "lead_win_share", "lead_conversion", "lead_win_lag_median", "lead_win_lag_mean")
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


async def heat_metrics(uow: UnitOfWork) -> list[Metric]:
    """All that the heat map measures, its finding included."""
    return [*await load_metrics(uow, HEAT), *await answered_metrics(uow)]


async def build_heat_map(uow: UnitOfWork, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """The heat map's cells, totals per channel, and the hours that count as working."""
    rows = await measure_levels(uow, await heat_metrics(uow), since, until, HEAT_BY)
    by_level = [[row for row in rows if row[LEVEL] == level] for level in range(4)]
    whole, totals, cells, finest = by_level
    order = sorted(totals, key=lambda row: (-row["lead_inflow"], row["channel"] or ""))
    return {
        "hours": list(range(24)),
        "channels": [{"key": row["channel"], "name": await name_of(uow, row["channel"])} | _cell(row) for row in order],
        "cells": [{"channel": row["channel"], "hour": row[HOUR]} | _cell(row) for row in cells],
        "working_hours": await working_hours(uow),
        "total": sum(row["lead_inflow"] for row in totals),
        "slow": await _slow(uow, since, until, whole, finest),
    }


async def _slow(
    uow: UnitOfWork, since: datetime | None, until: datetime | None, whole: list[dict[str, Any]], cells: list[dict[str, Any]]
) -> dict[str, Any] | None:
    found = await slow_finding(uow, since, until, whole[0], cells) if whole else None
    return found and {**found, "name": await name_of(uow, found["channel"])}


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "n": row["lead_inflow"],
        "overdue": row["lead_overdue"] or 0,
        "first_response_median_min": row["lead_first_response"],
        "follow_24h": row["lead_follow_24h"],
        "conv_72h": row["lead_conv_72h"],
    }


async def build_channel_table(uow: UnitOfWork, since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """One row per channel, most leads first."""
    rows = await measure(uow, TABLE, since, until, ("channel",))
    return {
        "rows": [
            {
                "channel": row["channel"],
                "name": await name_of(uow, row["channel"]),
                "leads": row["lead_inflow"],
                "wins": row["lead_wins"] or 0,
                "win_share": row["lead_win_share"],
                "conversion": row["lead_conversion"],
                "lag_median_days": row["lead_win_lag_median"],
                "lag_mean_days": row["lead_win_lag_mean"],
            }
            for row in sorted(rows, key=lambda row: (-row["lead_inflow"], row["channel"] or ""))
        ]
    }


async def name_of(uow: UnitOfWork, channel: str | None) -> dict[str, str]:
    """What people read for a channel: its source's name, else the text itself; empty stays apart from "unknown"."""
    if channel is None:
        return {"zh": "(未填渠道)", "en": "(no channel)"}
    source = (await load_published(uow)).get("source", channel)
    return dict(source["name"]) if source else {"zh": channel, "en": channel}


async def working_hours(uow: UnitOfWork) -> list[int]:
    """Hours of the day in which the office calendar is open on some weekday."""
    calendar = (await load_published(uow)).get("calendar", "office") or {}
    spans: Sequence[str] = calendar.get("hours", ())
    open_hours: set[int] = set()
    for span in spans:
        opens, closes = (int(part[:2]) * 60 + int(part[3:5]) for part in str(span).split("-"))
        open_hours |= {hour for hour in range(24) if hour * 60 < closes and (hour + 1) * 60 > opens}
    return sorted(open_hours)


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
