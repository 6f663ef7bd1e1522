"""Metric documents as values, and their translation into aggregates of the one query compiler. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MEASURES = ("count", "sum", "avg", "min", "max", "median", "share")
PER_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure defined once: over which records, measured how, at which instant each record counts."""

    key: str
    name: Mapping[str, str]
    object: str
    at: str
    fn: str
    expression: str | None
    filter: str | None
    dimensions: tuple[str, ...]
    per: str | None
    unit: str
    log: str | None = None
    counts: tuple[str, ...] = ()


def read_metric(key: str, document: Mapping[str, Any]) -> Metric:
    """The metric a checked document describes."""
    of, measure = document["of"], document["measure"]
    fn = next(name for name in MEASURES if name in measure)
    return Metric(
        key=key,
        name=document.get("name", {}),
        object=of.get("object", ""),
        at=of.get("at", "created_at"),
        fn=fn,
        expression=None if fn == "count" else str(measure[fn]),
        filter=document.get("filter"),
        dimensions=tuple(str(name) for name in document.get("dimensions", ())),
        per=measure.get("per"),
        unit=str(document.get("unit", "")),
        log=of.get("log"),
        counts=tuple(map(str, document.get("counts") or ())),
    )


def aggregate_of(metric: Metric) -> dict[str, Any]:
    """The metric as one aggregate of a query, under its own key. Shares are of all rows its filter leaves."""
    found: dict[str, Any] = {"as": metric.key, "fn": metric.fn}
    if metric.expression is not None:
        found["expr"] = metric.expression
    if metric.fn == "share":
        found["of"] = "all"
    if metric.filter:
        found["filter"] = metric.filter
    return found


def scaled(metric: Metric, value: Any) -> Any:
    """A measured value in the metric's unit: durations arrive in seconds and leave as `per` says."""
    if value is None or metric.per is None:
        return value
    return float(value) / PER_SECONDS[metric.per]


def together(metrics: Sequence[Metric]) -> list[list[Metric]]:
    """Metrics that one query can answer, side by side: same object, same instant."""
    groups: dict[tuple[str, str], list[Metric]] = {}
    for metric in metrics:
        groups.setdefault((metric.object, metric.at), []).append(metric)
    return list(groups.values())
