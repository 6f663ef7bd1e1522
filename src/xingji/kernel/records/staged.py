"""A record that is not stored, as SQL reads one: for trying conditions on values typed on a screen. Stores nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change, Row
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.sink import RecordSink
from xingji.kernel.records.stage import stage_sql
from xingji.kernel.records.validate import Writer, read_changes


@dataclass(frozen=True, slots=True)
class Staged:
    """One record on no shelf."""

    row: Row

    @property
    def id(self) -> UUID:
        return self.row.id

    def sql(self, sink: RecordSink) -> str:
        """The FROM item that holds it, with the columns of its object's table."""
        return stage_sql(sink, self.row.kind, [self.row])


async def staged(uow: UnitOfWork, object_key: str, values: Mapping[str, Any]) -> Staged:
    """The record these values would make, whether or not anything required is missing. Raises: `records.invalid`."""
    schema = await load_schema(uow)
    writer = Writer(schema, uow.actor, uow.mode)
    rows, problems = read_changes(writer, [Change("create", object_key, uuid7(), dict(values))])
    if wrong := [problem for problem in problems if problem.code != "records.required"]:
        raise invalid("records.invalid", wrong)
    now = uow.now.isoformat()
    rows[0].stamp = {"created_at": now, "updated_at": now, "version": 1}
    return Staged(rows[0])


async def evaluate(
    uow: UnitOfWork, schema: Schema, object_key: str, conditions: Sequence[str], id: UUID | None, one: Staged | None
) -> list[bool]:
    """Whether each condition holds for a stored record, or for a staged one; one statement. Raises: CelError."""
    kind = schema.object(object_key)
    sink = RecordSink(schema, object_key, now=uow.now, actor=uow.actor)
    columns = [f"coalesce({sink.compile(source, Kind.boolean, only_true=True)}, false)" for source in conditions]
    source = one.sql(sink) if one is not None else kind.table
    wanted = sink.bind(one.id if one is not None else id, "uuid")
    sql = f"{uow.mark()}select array[{', '.join(columns)}] as holds from {source} r{sink.from_joins} where r.id = {wanted}"
    row = await uow.fetchrow(sql, *sink.values)
    return list(row["holds"]) if row else [False] * len(conditions)
