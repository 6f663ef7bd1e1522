"""The heat map of hours by channel and the channel table beside it: what they are made of, and which days the records floor keeps for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.metrics.document import Metric
from xingji.kernel.metrics.finding import HOUR, WEEKDAY, answered_metrics, slow_finding
from xingji.kernel.metrics.measure import level_queries, load_metrics, measure, measure_levels
from xingji.kernel.records import LEVEL, Query, keep_days_once

HEAT = ("lead_inflow", "lead_overdue", "lead_first_response", "lead_follow_24h", "lead_conv_72h")
HEAT_BY = ("channel", HOUR, WEEKDAY)
TABLE = ("lead_inflow", "lead_wins", "lead_win_share", "lead_conversion", "lead_win_lag_median", "lead_win_lag_mean")
CONSUMER = "kept_days"


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


async def heat_queries(uow: UnitOfWork) -> Sequence[Query]:
    """What the heat map asks of records by their day of arrival; nothing where a metric of it is missing."""
    try:
        metrics = await heat_metrics(uow)
    except XingjiError:
        return []
    return [query for query, window in level_queries(metrics, HEAT_BY) if window.at == "created_at"]


async def keep_heat_days(database: Database, workspace: str) -> int:
    """Keeps the days of the heat map; 0, so that it is let rest: nobody waits for it."""
    await keep_days_once(database, workspace, heat_queries)
    return 0
