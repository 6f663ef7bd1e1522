"""Object tables follow their documents while traffic runs. Owns when columns come, change and go; never a record's value.

Before a publish flips (`prepare`): missing tables, columns and indexes are made; a field whose kind changes gets a new
column, filled in chunks and kept in step by a trigger. After it (`finish`): columns nobody uses any more are renamed,
emptied in chunks and kept for the next field of their type, because a table refuses columns after about 1,600.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from xingji.kernel.core.errors import invalid
from xingji.kernel.db import Database
from xingji.kernel.records import ddl
from xingji.kernel.records.field_kinds import FIELD_KINDS
from xingji.kernel.records.fields import SYSTEM_FIELDS, Field
from xingji.kernel.records.kind_change import fill_column, is_converted, start_sync, stop_syncs
from xingji.kernel.records.reindex import needs_reindex, reindex
from xingji.kernel.records.schema import build_schema, quoted, table_of

CHUNK = 5_000
LARGE = 10_000
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A row of `object_column`."""

    name: str
    field: str | None
    pg_type: str
    state: str


class SchemaChanger:
    """The definitions floor's port for documents of kind object. Both steps may run again and then change nothing."""

    async def prepare(self, database: Database, workspace: str, old: Document | None, new: Document) -> None:
        """The table serves the new document as well as the old one. Raises: `records.duplicates_present`."""
        async with _owner_of(database, workspace, new["key"]) as connection:
            await prepare_object(connection, old, new)

    async def finish(self, database: Database, workspace: str, old: Document | None, new: Document | None) -> None:
        """Gives up what only the old document needed; a retired object keeps its table."""
        if new is None:
            return
        async with _owner_of(database, workspace, new["key"]) as connection:
            await finish_object(connection, new)
            if needs_reindex(old, new):
                columns = await read_columns(connection, new["key"])
                placed = {f.key: c.name for f in stored_fields(new) if (c := _serving(columns, f))}
                await reindex(connection, new, placed)


@asynccontextmanager
async def _owner_of(database: Database, workspace: str, object_key: str) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection in the workspace's schema, alone with this object."""
    schema = await database.schema_of(workspace)
    async with database.owner() as connection:
        await connection.execute("select set_config('search_path', $1, false)", schema)
        lock = f"object {schema} {object_key}"
        await connection.execute("select pg_advisory_lock(hashtextextended($1, 11))", lock)
        try:
            yield connection
        finally:
            await connection.execute("select pg_advisory_unlock(hashtextextended($1, 11))", lock)


async def prepare_object(connection: asyncpg.Connection, old: Document | None, new: Document) -> None:
    """See `SchemaChanger.prepare`; the search path is the workspace's."""
    key = new["key"]
    fields = stored_fields(new)
    if not await connection.fetchval("select to_regclass($1)", quoted(table_of(key))):
        await _create(connection, new, fields)
    columns = await read_columns(connection, key)
    placed: dict[str, Field] = {}
    for spec in fields:
        column = _serving(columns, spec)
        if column is None:
            column = await _make_column(connection, key, spec, columns)
            columns.append(column)
            await _take_over(connection, key, spec, column, columns, old)
        elif column.state == "kept":
            # The kind goes back: the column serves again, brought up to what was written in the meantime.
            await connection.execute(
                "update object_column set state = 'live' where object = $1 and column_name = $2", key, column.name
            )
            await _take_over(connection, key, spec, column, columns, old, overwrite=True)
        placed[spec.key] = _placed(spec, column.name)
    await _ensure_indexes(connection, new, placed)


async def finish_object(connection: asyncpg.Connection, new: Document) -> None:
    """See `SchemaChanger.finish`."""
    key = new["key"]
    wanted = {(spec.key, spec.pg_type) for spec in stored_fields(new)}
    await stop_syncs(connection, key)
    for column in await read_columns(connection, key):
        if column.state == "clearing":
            await _clear(connection, key, column.name)
        elif column.field is not None and (column.field, column.pg_type) not in wanted:
            if column.field in {name for name, _ in wanted} and await _keeps_values(connection, key, column):
                continue
            await _set_free(connection, key, column)


def stored_fields(document: Document) -> list[Field]:
    """The fields of a document that need a column, named as they would be on an empty table."""
    return build_schema({document["key"]: document}).objects[document["key"]].stored


async def read_columns(connection: asyncpg.Connection, key: str) -> list[Column]:
    """The physical columns of an object's table that serve or served fields."""
    rows = await connection.fetch(
        "select column_name, field, pg_type, state from object_column where object = $1 order by column_name", key
    )
    return [Column(row["column_name"], row["field"], row["pg_type"], row["state"]) for row in rows]


def _serving(columns: list[Column], spec: Field) -> Column | None:
    return next((c for c in columns if c.field == spec.key and c.pg_type == spec.pg_type), None)


def _placed(spec: Field, column: str) -> Field:
    return Field(spec.key, spec.kind, spec.document, column, spec.cel, server_owned=spec.server_owned)


async def _create(connection: asyncpg.Connection, new: Document, fields: list[Field]) -> None:
    key = new["key"]
    async with connection.transaction():
        for statement in ddl.create_table(key, fields):
            await connection.execute(statement)
        await connection.executemany(
            "insert into object_column (object, column_name, field, pg_type) values ($1, $2, $3, $4)",
            [(key, spec.column, spec.key, spec.pg_type) for spec in fields],
        )
        # An empty table is indexed at once; nobody can be reading it yet.
        for index in ddl.wanted_indexes(new, {**SYSTEM_FIELDS, **{spec.key: spec for spec in fields}}):
            await connection.execute(ddl.index_sql(index, concurrently=False))


async def _make_column(connection: asyncpg.Connection, key: str, spec: Field, columns: list[Column]) -> Column:
    """A free column of the type under a new name, else a new column; recorded in the same transaction."""
    table, pg_type = quoted(table_of(key)), str(spec.pg_type)
    taken = {column.name for column in columns}
    name = spec.key if spec.key not in taken else f"{spec.key}__{ddl.SHORT_TYPES[pg_type]}"
    free = next((c for c in columns if c.state == "free" and c.pg_type == pg_type), None)
    await connection.execute("delete from object_column where object = $1 and column_name = $2", key, name)
    record = (
        "insert into object_column (object, column_name, field, pg_type) values "
        f"({literal(key)}, {literal(name)}, {literal(spec.key)}, {literal(pg_type)})"
    )
    if free is None:
        await ddl.run_short(connection, [f"alter table {table} add column {quoted(name)} {pg_type}", record])
    else:
        columns.remove(free)
        forget = f"delete from object_column where object = {literal(key)} and column_name = {literal(free.name)}"
        rename = f"alter table {table} rename column {quoted(free.name)} to {quoted(name)}"
        await ddl.run_short(connection, [rename, forget, record])
    return Column(name, spec.key, pg_type, "live")


async def _take_over(
    connection: asyncpg.Connection,
    key: str,
    spec: Field,
    column: Column,
    columns: list[Column],
    old: Document | None,
    *,
    overwrite: bool = False,
) -> None:
    """Fills the new column of a field that had another kind, and keeps it in step until the flip."""
    before = next((s for s in stored_fields(old) if s.key == spec.key), None) if old else None
    served = _serving(columns, before) if before is not None else None
    if before is None or served is None or spec.kind.from_text is None:
        return
    await start_sync(connection, key, served.name, before.kind, column.name, spec.kind)
    await fill_column(connection, key, served.name, before.kind, column.name, spec.kind, overwrite=overwrite)


async def _keeps_values(connection: asyncpg.Connection, key: str, column: Column) -> bool:
    """Whether a column of a changed field holds values that did not convert; they stay until confirmed."""
    live = await connection.fetchrow(
        "select column_name, pg_type from object_column where object = $1 and field = $2 and column_name <> $3"
        " and state = 'live' order by column_name desc limit 1", key, column.field, column.name,
    )  # fmt: skip
    if live is None or await is_converted(connection, key, column.name, live["column_name"]):
        return False
    await connection.execute(
        "update object_column set state = 'kept' where object = $1 and column_name = $2", key, column.name
    )
    return True


async def confirm_lost_values(database: Database, workspace: str, object_key: str, field_key: str) -> int:
    """Gives up the values of a changed field that did not convert; how many columns were freed."""
    async with _owner_of(database, workspace, object_key) as connection:
        kept = [c for c in await read_columns(connection, object_key) if c.field == field_key and c.state == "kept"]
        for column in kept:
            await _set_free(connection, object_key, column)
        return len(kept)


async def _set_free(connection: asyncpg.Connection, key: str, column: Column) -> None:
    table = quoted(table_of(key))
    rows = await connection.fetch("select column_name from object_column where object = $1", key)
    taken = {row["column_name"] for row in rows}
    name = next(n for n in (ddl.free_name(i, column.pg_type) for i in range(1, 10_000)) if n not in taken)
    drops = await _indexes_of(connection, key, column.name)
    record = (
        f"update object_column set column_name = {literal(name)}, field = null, state = 'clearing'"
        f" where object = {literal(key)} and column_name = {literal(column.name)}"
    )
    rename = f"alter table {table} rename column {quoted(column.name)} to {quoted(name)}"
    await ddl.run_short(connection, [rename, *drops, record])
    await _clear(connection, key, name)


async def _indexes_of(connection: asyncpg.Connection, key: str, column: str) -> list[str]:
    """Statements that drop the indexes a column stands in: renamed with it, they would serve the wrong field."""
    rows = await connection.fetch(
        "select distinct i.indexrelid::regclass::text as name from pg_index i join pg_attribute a"
        " on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = to_regclass($1) and a.attname = $2",
        quoted(table_of(key)), column,
    )  # fmt: skip
    return [f"drop index if exists {row['name']}" for row in rows]


async def _clear(connection: asyncpg.Connection, key: str, name: str) -> None:
    """Empties a freed column in chunks, so that no lock is held long, then offers it for the next field."""
    table, column = quoted(table_of(key)), quoted(name)
    while True:
        tag = await connection.execute(
            f"update {table} set {column} = null where id = any (array("
            f"select id from {table} where {column} is not null limit {CHUNK} for update skip locked))"
        )
        if tag.endswith(" 0") and not await connection.fetchval(
            f"select 1 from {table} where {column} is not null limit 1"
        ):
            break
    await connection.execute(
        "update object_column set state = 'free' where object = $1 and column_name = $2", key, name
    )


async def _ensure_indexes(connection: asyncpg.Connection, new: Document, placed: Mapping[str, Field]) -> None:
    for index in ddl.wanted_indexes(new, {**SYSTEM_FIELDS, **placed}):
        try:
            await ddl.ensure_index(connection, index)
        except asyncpg.UniqueViolationError:
            await connection.execute(f"drop index if exists {quoted(index.name)}")
            raise invalid("records.duplicates_present", object=new["key"], field=index.fields[0]) from None


def literal(text: str) -> str:
    """A text of the registry as an SQL literal, for statements that take no bound values."""
    return "'" + text.replace("'", "''") + "'"


assert set(ddl.SHORT_TYPES) >= {kind.column({}) for kind in FIELD_KINDS.values() if kind.column({})}
