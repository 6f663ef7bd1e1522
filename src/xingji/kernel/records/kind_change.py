"""A field changes its kind: the new column is filled in chunks, a trigger keeps it in step until the flip.

Owns the conversion of stored values; what does not convert stays NULL in the new column and is listed.
"""

import asyncio
from typing import Any

import asyncpg

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.ddl import index_name, run_short
from xingji.kernel.records.field_kinds import FieldKind
from xingji.kernel.records.schema import load_schema, quoted, table_of

CHUNK = 5_000
GRACE_SECONDS = 0.3
SAMPLES = 100


def conversion(source: str, before: FieldKind, after: FieldKind) -> str:
    """SQL of the old column's value as the new kind, NULL where it does not fit; never raises."""
    assert after.from_text is not None
    return after.from_text(f"({before.to_text(source)})")


def _trigger_name(key: str, column: str) -> str:
    return index_name(key, column, "sync")


async def start_sync(
    connection: asyncpg.Connection, key: str, source: str, before: FieldKind, target: str, after: FieldKind
) -> None:
    """From now on a write of the old column also writes the new one."""
    table, name = quoted(table_of(key)), quoted(_trigger_name(key, source))
    value = conversion(f"new.{quoted(source)}", before, after)
    await run_short(
        connection,
        [
            f"create or replace function {name}() returns trigger language plpgsql as $sync$ begin"
            f" if tg_op = 'INSERT' or new.{quoted(source)} is distinct from old.{quoted(source)} then"
            f" new.{quoted(target)} := {value}; end if; return new; end $sync$",
            f"create or replace trigger {name} before insert or update on {table}"
            f" for each row execute function {name}()",
        ],
    )


async def stop_syncs(connection: asyncpg.Connection, key: str) -> None:
    """Ends every `start_sync` of an object, those of publishes that were given up included.

    Waits a moment first: units of work begun before the flip still write the old column, and last milliseconds.
    """
    rows = await connection.fetch(
        "select tgname from pg_trigger where tgrelid = to_regclass($1) and not tgisinternal and tgname like $2",
        quoted(table_of(key)), "%\\_sync",
    )  # fmt: skip
    if not rows:
        return
    await asyncio.sleep(GRACE_SECONDS)
    for row in rows:
        name = quoted(row["tgname"])
        await run_short(
            connection,
            [f"drop trigger if exists {name} on {quoted(table_of(key))}", f"drop function if exists {name}()"],
        )


async def fill_column(
    connection: asyncpg.Connection,
    key: str,
    source: str,
    before: FieldKind,
    target: str,
    after: FieldKind,
    *,
    overwrite: bool = False,
) -> None:
    """Converts what is there already, by ascending id, each chunk in a transaction of its own.

    With `overwrite` values in the target give way to what converts.
    """
    table, old, new = quoted(table_of(key)), quoted(source), quoted(target)
    value = conversion(f"t.{old}", before, after)
    which = f"{value} is not null" if overwrite else f"t.{new} is null"
    last: Any = None
    while True:
        last = await connection.fetchval(
            f"with chunk as (select id from {table} where ($1::uuid is null or id > $1) and {old} is not null"
            f" order by id limit {CHUNK} for update), filled as (update {table} t set {new} = {value}"
            f" from chunk where t.id = chunk.id and {which} returning 1)"
            " select id from chunk order by id desc limit 1",
            last,
        )
        if last is None:
            return


async def is_converted(connection: asyncpg.Connection, key: str, source: str, target: str) -> bool:
    """Whether no old value lacks its new one."""
    table, old, new = quoted(table_of(key)), quoted(source), quoted(target)
    return not await connection.fetchval(f"select 1 from {table} where {old} is not null and {new} is null limit 1")


async def unconverted(uow: UnitOfWork, object_key: str, field_key: str) -> dict[str, Any]:
    """Values of a changed field that did not convert: {count, samples: [{id, value}]}, at most 100 samples."""
    schema = await load_schema(uow)
    spec = schema.object(object_key).field(field_key)
    kept = await uow.fetchval(
        "select column_name from object_column where object = $1 and field = $2 and state = 'kept'",
        object_key,
        field_key,
    )
    if kept is None or spec.column is None:
        return {"count": 0, "samples": []}
    table = quoted(table_of(object_key))
    where = f"from {table} where {quoted(kept)} is not null and {quoted(spec.column)} is null and deleted_at is null"
    rows = await uow.fetch(f"{uow.mark()}select id, {quoted(kept)}::text as value {where} order by id limit {SAMPLES}")
    count = await uow.fetchval(f"{uow.mark()}select count(*) {where}")
    return {"count": count, "samples": [{"id": str(row["id"]), "value": row["value"]} for row in rows]}
