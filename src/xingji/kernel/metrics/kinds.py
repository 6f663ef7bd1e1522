"""The definition kind `metric`. Owns its checks and what it uses; figures come from `measure`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.metrics.document import MEASURES, PER_SECONDS, aggregate_of, read_metric, scaled
from xingji.kernel.metrics.logs import check_log, count_log
from xingji.kernel.metrics.measure import of_facts
from xingji.kernel.records import Query, Window, aggregate, check_condition, check_expression, expression_fields


class MetricKind:
    """Metrics: count, sum, mean, extremes, median or share over records, with a filter and dimensions."""

    key = "metric"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Problems of a metric: unknown object or measure, and every expression that does not type-check."""
        of, measure = document.get("of"), document.get("measure")
        if isinstance(of, Mapping) and "log" in of:
            return check_log(document)
        if not isinstance(of, Mapping) or of.get("object") not in context.of_kind("object"):
            key = of.get("object") if isinstance(of, Mapping) else None
            return [_problem("metric.unknown_object", "of.object", {"object": key}, "没有这个对象", "No such object")]
        named = [name for name in MEASURES if isinstance(measure, Mapping) and name in measure]
        if len(named) != 1:
            return [
                _problem(
                    "metric.one_measure",
                    "measure",
                    {"known": MEASURES},
                    "要写且只写一种算法",
                    "Name exactly one measure",
                )
            ]
        object_key, problems = of["object"], list[Problem]()
        if document.get("filter"):
            problems += check_condition(context, object_key, document["filter"], "filter")
        if named[0] == "share":
            problems += check_condition(context, object_key, str(measure["share"]), "measure.share")
        elif named[0] != "count":
            problems += check_expression(context, object_key, str(measure[named[0]]), f"measure.{named[0]}")
        for n, dimension in enumerate(document.get("dimensions") or ()):
            problems += check_expression(context, object_key, str(dimension), f"dimensions.{n}")
        problems += check_expression(context, object_key, str(of.get("at", "created_at")), "of.at")
        if measure.get("per") is not None and measure["per"] not in PER_SECONDS:
            problems.append(_problem("metric.unknown_per", "measure.per", {}, "时间单位不认识", "Unknown unit of time"))
        return problems

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """The object and every field the metric's expressions read: its lineage."""
        if "log" in document["of"]:
            return set()
        object_key = document["of"]["object"]
        measure = document.get("measure", {})
        texts = [str(document["of"].get("at", "created_at")), str(document.get("filter") or "true")]
        texts += [str(measure[name]) for name in MEASURES if name in measure and name != "count"]
        texts += [str(name) for name in document.get("dimensions") or ()]
        fields = {field for text in texts for field in expression_fields(object_key, text)}
        return {Ref("object", object_key)} | {Ref("field", field) for field in fields}

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """The draft's figure over the window, beside the published one's where there is one."""
        metric = read_metric(document["key"], document)
        if metric.log is not None:
            found = await count_log(uow, metric.log, metric.counts, since, until, ())
            return {"value": of_facts(metric, found[0])}
        query = Query(
            metric.object, filter=Window(metric.at, since, until).filter(), group=[], aggregates=[aggregate_of(metric)]
        )
        rows = await aggregate(uow, query)
        return {"value": scaled(metric, rows[0][metric.key]) if rows else None}

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing more: metrics are compiled per definitions revision."""


def _problem(code: str, path: str, params: dict[str, Any], zh: str, en: str) -> Problem:
    return Problem(code=code, path=path, params=params, message={"zh": zh, "en": en}, who="supervisor")
