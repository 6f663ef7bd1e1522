"""Counting facts of the log by person and time: how many there are, and how many of them hold. Owns no fact."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db.database import UnitOfWork

#: What facts can be split by → the SQL of the group, over the columns `person` and `at` (wall clock of the workspace).
DIMENSIONS = {
    "owner": "person::text",
    "day": "to_char(at at time zone $1, 'YYYY-MM-DD')",
    "week": "to_char(date_trunc('week', at at time zone $1), 'YYYY-MM-DD')",
    "month": "to_char(at at time zone $1, 'YYYY-MM')",
}


async def count_facts(
    uow: UnitOfWork, facts: str, since: datetime | None, until: datetime | None, by: Sequence[str],
    people: Sequence[UUID] | None, *arguments: Any,
) -> list[dict[str, Any]]:  # fmt: skip
    """[{*by, n, held}] of `facts`: SQL with person, at, held between $2 and $3 of the people $4 (null: all); its own start at $5."""
    groups = [f"{DIMENSIONS[name]} as {name}" for name in by]
    order = f" group by {', '.join(str(n + 1) for n in range(len(by)))} order by {', '.join(str(n + 1) for n in range(len(by)))}" if by else ""
    sql = f"select {', '.join([*groups, 'count(*)::int as n', 'count(*) filter (where held)::int as held'])} from ({facts}) fact where $1::text is not null{order}"
    rows = await uow.fetch(
        uow.mark() + sql, str(uow.workspace.zone), since or datetime.min.replace(tzinfo=uow.now.tzinfo), until or uow.now, None if people is None else list(people), *arguments
    )
    return [dict(row) for row in rows]
