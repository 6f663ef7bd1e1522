"""Reads that span objects: a relation from its other side, and one search over everything."""

from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.query import Page, Query, query, suggest
from xingji.kernel.records.schema import load_schema
from xingji.kernel.records.visibility import visible_fields


async def read_related(
    uow: UnitOfWork, object_key: str, id: UUID, inverse: str, *, limit: int = 50, after: str | None = None
) -> tuple[str, Page]:
    """The other object's key and the page of its records that lead to this one. Raises: `records.unknown_relation`."""
    schema = await load_schema(uow)
    found = schema.object(object_key).inverses.get(inverse)
    if found is None or found.field not in visible_fields(schema, uow.actor, found.object):
        raise not_found("records.unknown_relation", object=object_key, relation=inverse[:80])
    if not (await query(uow, Query(object_key, fields=[], ids=[id], limit=1))).rows:
        raise not_found("records.not_found", object=object_key, id=str(id))
    page = await query(
        uow, Query(found.object, filter=f'{found.field} == "{UUID(str(id))}"', limit=limit, after=after, names=True)
    )
    return found.object, page


async def search_everything(uow: UnitOfWork, text: str, limit: int = 5) -> list[dict[str, Any]]:
    """Up to `limit` records of each object the reader reaches: [{object, id, title}]."""
    schema = await load_schema(uow)
    found: list[dict[str, Any]] = []
    for key in schema.objects:
        if uow.actor.policy is not None and uow.actor.policy.rows(key, "read").nothing:
            continue
        found += [{"object": key, **row} for row in await suggest(uow, key, text, limit)]
    return found
