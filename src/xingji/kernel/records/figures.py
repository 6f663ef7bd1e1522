"""Figures with the names of what they are grouped by: people, and titles of related records the reader may see."""

from typing import Any

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.query import Query, aggregate
from xingji.kernel.records.render import names_of
from xingji.kernel.records.schema import load_schema


async def named_figures(uow: UnitOfWork, wanted: Query) -> dict[str, Any]:
    """{rows, people, related} of an aggregate; one statement more when a group is a person or a relation."""
    rows = await aggregate(uow, wanted)
    schema = await load_schema(uow)
    kind = schema.object(wanted.object)
    specs = [kind.fields[key] for key in wanted.group if key in kind.fields]
    people, related = await names_of(uow, schema, kind, specs, rows)
    return {"rows": rows, "people": people, "related": related}
