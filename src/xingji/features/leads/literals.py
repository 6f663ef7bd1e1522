"""Values as CEL literals, and reads by a list of values in portions that fit an expression's limits."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.db import UnitOfWork

PORTION = 80  # eighty ids stay below the 4,096 bytes an expression may have


def repr_id(text: object) -> str:
    """A record id as a CEL literal."""
    return f'"{UUID(str(text))}"'


def repr_text(text: object) -> str:
    """A text as a CEL literal; what it contains cannot leave it."""
    return json.dumps(str(text), ensure_ascii=False)


async def rows_where_in(
    uow: UnitOfWork, object_key: str, field: str, literals: Iterable[str], *, fields: Sequence[str], more: str = "", limit: int = 5_000
) -> list[dict[str, Any]]:
    """Rows whose field is one of these literals, oldest first within a portion; `more` narrows further (CEL)."""
    wanted = sorted(set(literals))
    found: list[dict[str, Any]] = []
    for start in range(0, len(wanted), PORTION):
        listed = f"{field} in [{', '.join(wanted[start : start + PORTION])}]"
        query = records.Query(object_key, fields=list(fields), filter=f"{listed} && ({more})" if more else listed, sort=["created_at"], limit=limit)
        found += (await records.query(uow, query)).rows
    return found
