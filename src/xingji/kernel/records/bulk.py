"""Many records at once on a person's word: listed changes, or one set of values for all records of a filter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change
from xingji.kernel.records.query import MOST_ROWS, Query, query
from xingji.kernel.records.write import check_write, write


@dataclass(frozen=True, slots=True)
class BulkAsked:
    """Either `changes`, or `values` for all records of `filter`."""

    object: str
    changes: Sequence[Change] | None = None
    filter: str | None = None
    values: Mapping[str, Any] | None = None
    dry_run: bool = False


async def run_bulk(uow: UnitOfWork, asked: BulkAsked) -> dict[str, Any]:
    """{change, ids, changed}; for a dry run {count, problems}. Raises: as `write`, `records.too_many` above 5,000."""
    if (asked.changes is None) == (asked.values is None):
        raise invalid("records.invalid", [Problem("records.bulk_either", "changes")])
    changes = list(asked.changes) if asked.changes is not None else await _of_filter(uow, asked)
    if asked.dry_run:
        problems = await check_write(uow, changes)
        return {"count": len(changes), "problems": [problem.as_dict() for problem in problems[:200]]}
    result = await write(uow, changes)
    return {"change": str(result.change), "ids": [str(id) for id in result.ids], "changed": result.changed}


async def _of_filter(uow: UnitOfWork, asked: BulkAsked) -> list[Change]:
    if not asked.filter:
        raise invalid("records.invalid", [Problem("records.filter_missing", "filter")])
    page = await query(uow, Query(asked.object, fields=[], filter=asked.filter, limit=MOST_ROWS))
    if page.next is not None:
        raise invalid("records.too_many", most=MOST_ROWS)
    return [Change("update", asked.object, UUID(row["id"]), dict(asked.values or {})) for row in page.rows]
