"""The heat map's days are kept by the records floor. Says only which queries these are."""

from collections.abc import Sequence

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.metrics.http import HEAT_BY, heat_metrics
from xingji.kernel.metrics.measure import level_queries
from xingji.kernel.records import Query, keep_days_once

CONSUMER = "kept_days"


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
