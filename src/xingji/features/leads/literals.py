"""Ids as CEL literals, and reads by a list of values."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.db import UnitOfWork


def repr_id(text: object) -> str:
    """A record id as a CEL literal."""
    return f'"{UUID(str(text))}"'


async def rows_where_in(
    uow: UnitOfWork, object_key: str, field: str, values: Iterable[Any], *, fields: Sequence[str], more: str | None = None
) -> list[dict[str, Any]]:
    """Rows whose field has one of these values (any number), oldest first; `more` narrows further (CEL)."""
    wanted = sorted(set(values), key=str)
    if not wanted:
        return []
    query = records.Query(object_key, fields=list(fields), filter=more, where_in=(field, wanted), sort=["created_at"], limit=5_000)
    return (await records.query(uow, query)).rows
