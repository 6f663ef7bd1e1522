"""The SQL that makes and changes object tables. Owns the statements; `schema_changer` decides when they run."""

import asyncio
import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from xingji.kernel.db.migrate import APP_ROLE
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import quoted, table_of

LOCK_TIMEOUT = "50ms"
ATTEMPTS = 400

SYSTEM_COLUMNS = """
    id uuid primary key,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    created_by uuid,
    updated_by uuid,
    version bigint not null default 1,
    deleted_at timestamptz,
    owner uuid,
    unit uuid,
    brand text collate "C",
    write_mode text collate "C" not null default 'live',
    search text[] not null default '{}'"""

FENCE = (
    "brand is null or (select current_setting('xingji.brands', true)) = '*'"
    " or brand = any (string_to_array((select current_setting('xingji.brands', true)), ','))"
)
#: The part of a column's name that tells its type, where the field's own name is taken.
SHORT_TYPES = {
    'text collate "C"': "text", "bigint": "int8", "double precision": "float8", "timestamptz": "timestamptz",
    "date": "date", "boolean": "bool", "uuid": "uuid", "text[]": "texts", "uuid[]": "uuids",
}  # fmt: skip


def create_table(object_key: str, fields: Iterable[Field]) -> list[str]:
    """Statements that make an object's table with its indexes, grants and brand fence."""
    name = table_of(object_key)
    table = quoted(name)
    columns = "".join(f",\n    {quoted(f.column)} {f.pg_type}" for f in fields if f.column)
    return [
        f"create table {table} ({SYSTEM_COLUMNS}{columns}\n)"
        " with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.02)",
        f"create index {quoted(index_name(object_key, 'newest'))} on {table} (created_at desc, id desc)",
        f"create index {quoted(index_name(object_key, 'owner'))} on {table} (owner, created_at desc, id desc)",
        # What nobody owns but a unit does: team scopes ask for it beside the owners.
        f"create index {quoted(index_name(object_key, 'unowned'))} on {table} (unit, created_at desc, id desc)"
        " where owner is null and unit is not null",
        f"create index {quoted(index_name(object_key, 'search'))} on {table} using gin (search)",
        f"create index {quoted(index_name(object_key, 'deleted'))} on {table} (deleted_at) where deleted_at is not null",
        f"alter table {table} enable row level security",
        f"create policy brand_fence on {table} using ({FENCE}) with check ({FENCE})",
        f"grant select, insert, update, delete on {table} to {APP_ROLE}",
    ]


@dataclass(frozen=True, slots=True)
class Index:
    """An index an object wants: its name, what stands after `on`, whether unique, and the fields it is of."""

    name: str
    definition: str
    unique: bool
    fields: tuple[str, ...]


INDEXED_KINDS = frozenset({"relation", "phone", "email", "uscc", "company"})


def wanted_indexes(document: Mapping[str, Any], fields: Mapping[str, Field]) -> list[Index]:
    """Indexes of an object. Where the document lists `indexes`, only relations seen from their other side are added."""
    listed = document.get("indexes")
    wanted = [tuple(names) for names in listed or () if names and set(names) <= set(fields)]
    for spec in fields.values():
        if spec.column is None or spec.system or any(names[0] == spec.key for names in wanted):
            continue
        automatic = spec.kind.key in INDEXED_KINDS if listed is None else bool(spec.document.get("inverse"))
        if (automatic or spec.document.get("index")) and not spec.unique:
            wanted.append((spec.key,))
    table = quoted(table_of(document["key"]))
    indexes = []
    for names in dict.fromkeys(wanted):
        columns = [str(fields[name].column) for name in names if fields[name].column]
        only = f" where {quoted(columns[0])} is not null" if len(columns) == 1 else ""
        described = f"{table} ({', '.join(map(quoted, columns))}){only}"
        indexes.append(Index(index_name(document["key"], "_".join(columns), "i"), described, False, names))
    for spec in fields.values():
        if spec.unique and spec.column and not spec.system:
            described = f"{table} ({quoted(spec.column)}) where deleted_at is null"
            indexes.append(Index(index_name(document["key"], spec.column, "u"), described, True, (spec.key,)))
    return indexes


def index_name(object_key: str, part: str, ending: str = "x") -> str:
    """A name of at most 63 bytes, the same for the same parts."""
    name = f"{table_of(object_key)}_{part}_{ending}"
    if len(name) <= 60:
        return name
    return f"{name[:48]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}_{ending}"


def free_name(number: int, pg_type: str) -> str:
    """The name of a column that waits for its next field."""
    return f"free_{number}__{SHORT_TYPES[pg_type]}"


async def run_short(connection: asyncpg.Connection, statements: Iterable[str]) -> None:
    """Runs statements that need a table's lock for an instant: gives up after 50 ms of waiting, and tries again.

    Raises: LockNotAvailableError when even the last attempt found the table busy.
    """
    wanted = list(statements)
    for attempt in range(ATTEMPTS):
        try:
            async with connection.transaction():
                await connection.execute(f"set local lock_timeout = '{LOCK_TIMEOUT}'")
                for statement in wanted:
                    await connection.execute(statement)
            return
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(random.uniform(0.01, 0.06))


def index_sql(index: Index, *, concurrently: bool) -> str:
    """The statement that builds an index."""
    how = f"create {'unique ' if index.unique else ''}index {'concurrently ' if concurrently else ''}"
    return f"{how}{quoted(index.name)} on {index.definition}"


async def ensure_index(connection: asyncpg.Connection, index: Index) -> None:
    """Builds an index beside running traffic; an invalid one left by a broken attempt is dropped and built again."""
    for attempt in range(3):
        valid = await connection.fetchval(
            "select i.indisvalid from pg_index i where i.indexrelid = to_regclass($1)", quoted(index.name)
        )
        if valid:
            return
        if valid is False:
            await connection.execute(f"drop index concurrently if exists {quoted(index.name)}")
        try:
            await connection.execute(index_sql(index, concurrently=True))
            return
        except (asyncpg.DeadlockDetectedError, asyncpg.QueryCanceledError):
            if attempt == 2:
                raise
