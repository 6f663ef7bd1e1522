"""Whether records lie within an actor's row scope. Owns the question for rows that are not stored yet."""

from collections.abc import Sequence

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Row
from xingji.kernel.records.schema import ObjectType, Schema
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.stage import stage_sql


async def created_out_of_reach(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> list[int]:
    """Numbers of the rows whose new state the actor may not create."""
    if not rows:
        return []
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor)
    condition, joins = scope_sql(sink, "create")
    if condition == "true":
        return []
    stage = stage_sql(sink, kind, rows)
    found = await uow.fetch(
        f"{uow.mark()}select r.n from {stage} r{joins} where not coalesce({condition}, false) order by r.n",
        *sink.values,
    )
    return [row["n"] for row in found]
