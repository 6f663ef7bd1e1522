"""Measuring: metrics over a window, by dimensions, under the reader's policy, and the rows behind each figure.

Every figure is a query of the records floor; nothing here builds SQL.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.metrics.document import Metric, aggregate_of, read_metric, scaled, together
from xingji.kernel.metrics.logs import count_log
from xingji.kernel.records import LEVEL, Query, Window, aggregate, aggregate_levels


def of_facts(metric: Metric, found: Mapping[str, Any]) -> int | float | None:
    """The metric's value of counted facts: how many, or the share of those that hold."""
    if metric.fn == "count":
        return int(found["n"])
    return found["held"] / found["n"] if found["n"] else None


@dataclass(frozen=True, slots=True)
class Drill:
    """The rows behind a figure: an object and a CEL filter any list can show."""

    object: str
    filter: str


async def load_metrics(uow: UnitOfWork, keys: Sequence[str]) -> list[Metric]:
    """The published metrics of these keys. Raises: `metric.unknown`."""
    published = await load_published(uow)
    compiled = published.compiled("metric", read_metric)
    for key in keys:
        if key not in compiled:
            raise not_found("metric.unknown", metric=key)
    return [compiled[key] for key in keys]


async def measure(
    uow: UnitOfWork,
    keys: Sequence[str],
    since: datetime | None = None,
    until: datetime | None = None,
    by: Sequence[str] = (),
    filter: str | None = None,
) -> list[dict[str, Any]]:
    """One row per combination of the dimensions `by` (fields or CEL), each with every metric's value under its key.

    Rows are ordered by their dimensions. Counts are ints, shares 0..1 or None where there is nothing to share, durations
    in the metric's unit. Raises: `metric.unknown`, `metric.no_dimension` for a dimension the metric does not carry.
    """
    metrics = await load_metrics(uow, keys)
    for metric in metrics:
        missing = [name for name in by if name not in metric.dimensions]
        if missing:
            problem = Problem("metric.no_dimension", "by", {"metric": metric.key, "dimension": missing[0]})
            raise invalid("metric.no_dimension", [problem])
    return await measure_metrics(uow, metrics, since, until, by, filter)


async def measure_metrics(
    uow: UnitOfWork,
    metrics: Sequence[Metric],
    since: datetime | None = None,
    until: datetime | None = None,
    by: Sequence[str] = (),
    filter: str | None = None,
) -> list[dict[str, Any]]:
    """As `measure`, of metrics at hand and by whatever fields or CEL."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for metric in metrics:
        if metric.log is None:
            continue
        if filter:
            raise invalid("metric.log_filter", [Problem("metric.log_filter", "filter", {"metric": metric.key})])
        for found in await count_log(uow, metric.log, metric.counts, since, until, by):
            row = rows.setdefault(tuple(found[name] for name in by), {name: found[name] for name in by})
            row[metric.key] = of_facts(metric, found)
    for group, window in _together(metrics, since, until):
        query = replace(_query(group, by), filter=window.filter(filter))
        _join(rows, by, group, await aggregate(uow, query))
    return [rows[key] for key in sorted(rows, key=_order)]


async def measure_levels(
    uow: UnitOfWork, metrics: Sequence[Metric], since: datetime | None, until: datetime | None, by: Sequence[str]
) -> list[dict[str, Any]]:
    """As `measure_metrics` over records, by every leading part of `by`: each row says under `LEVEL` how long that part is.

    Raises: `metric.log_filter` for figures of the log, which have no levels.
    """
    for metric in metrics:
        if metric.log is not None:
            raise invalid("metric.log_filter", [Problem("metric.log_filter", "filter", {"metric": metric.key})])
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for group, window in _together(metrics, since, until):
        _join(rows, (LEVEL, *by), group, await aggregate_levels(uow, _query(group, by), window))
    return [rows[key] for key in sorted(rows, key=_order)]


def level_queries(metrics: Sequence[Metric], by: Sequence[str]) -> list[tuple[Query, Window]]:
    """What `measure_levels` asks, over all time."""
    return [(_query(group, by), window) for group, window in _together(metrics, None, None)]


def _together(metrics: Sequence[Metric], since: datetime | None, until: datetime | None) -> list[tuple[list[Metric], Window]]:
    return [(group, Window(group[0].at, since, until)) for group in together([metric for metric in metrics if metric.log is None])]


def _query(metrics: Sequence[Metric], by: Sequence[str]) -> Query:
    return Query(metrics[0].object, group=list(by), aggregates=[aggregate_of(metric) for metric in metrics])


def _join(
    rows: dict[tuple[Any, ...], dict[str, Any]], told: Sequence[str], metrics: Sequence[Metric], found: Sequence[Mapping[str, Any]]
) -> None:
    """Puts figures beside those of the same place."""
    for one in found:
        row = rows.setdefault(tuple(one[name] for name in told), {name: one[name] for name in told})
        row |= {metric.key: scaled(metric, one[metric.key]) for metric in metrics}


async def drill(
    uow: UnitOfWork, key: str, since: datetime | None, until: datetime | None, at_point: dict[str, Any]
) -> Drill:
    """The rows behind one metric's figure at a point of its dimensions ({"channel": "douyin", "hour(created_at)": 9}).

    Raises: `metric.no_rows` for a figure of the log, whose facts are no records.
    """
    metric = (await load_metrics(uow, [key]))[0]
    if metric.log is not None:
        raise invalid("metric.no_rows", metric=key)
    return drill_point(metric, since, until, at_point)


def drill_point(metric: Metric, since: datetime | None, until: datetime | None, at_point: dict[str, Any]) -> Drill:
    """The rows behind a metric's figure at a point. Pure."""
    point = [f"{name} == {_literal(value)}" for name, value in at_point.items()]
    conditions = [f"({metric.filter})"] if metric.filter else []
    return Drill(
        metric.object, Window(metric.at, since, until).filter(" && ".join(conditions + point) or None) or "true"
    )


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return text_literal(str(value))


def _order(key: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((part is None, str(type(part)), part if part is not None else "") for part in key)
