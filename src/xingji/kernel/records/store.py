"""Puts rows into their table, thousands in one statement. Owns the INSERT and UPDATE; the decisions are made before."""

from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Row
from xingji.kernel.records.ddl import wanted_indexes
from xingji.kernel.records.fields import Field
from xingji.kernel.records.old_state import translate_unique
from xingji.kernel.records.schema import ObjectType, quoted
from xingji.kernel.records.search_tokens import tagged
from xingji.kernel.records.stage import recordset
from xingji.kernel.records.statement import Statement

AT_ONCE = 5_000
STAMPS = ("created_at", "updated_at", "created_by", "updated_by", "version", "write_mode")


async def insert_rows(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row]) -> None:
    """Stores new records. Raises: `records.not_unique` (conflict) when another transaction was faster."""
    keys = {key for row in rows for key, value in row.new.items() if value is not None}
    fields = [kind.fields[key] for key in (*STAMPS, *sorted(keys - set(STAMPS)))]
    names = ", ".join(quoted(str(spec.column)) for spec in fields)
    searched = searched_fields(kind)
    for part in parts_of(rows):
        data = [{"id": str(row.id), "search": search_of(searched, row), **_columns(fields, row)} for row in part]
        statement = Statement()
        source = recordset(statement, fields, data, extra="id uuid, search text[]")
        sql = f"{uow.mark()}insert into {kind.table} (id, search, {names}) select id, search, {names} from {source}"
        try:
            await uow.execute(sql, *statement.values)
        except asyncpg.UniqueViolationError as error:
            raise translate_unique(kind, error.constraint_name) from None


async def update_rows(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row]) -> None:
    """Stores changed records; every row writes the fields that any of them changes, with its own merged values."""
    stamped = [one for one in STAMPS if one not in ("created_at", "created_by")]
    keys = sorted({key for row in rows for key in row.differing()} - set(stamped))  # in history mode they come along too
    renamed = any(kind.fields[key].searchable or key == kind.title for key in keys)
    # A change of an indexed field writes every index anew, that of search too: the tokens still owed come with it. They come
    # with whatever a person changes as well, who may look for it the next moment.
    late = uow.actor.person is None and indexed_fields(kind).isdisjoint(keys)
    owed = not late and any(row.unsearched for row in rows)
    searched = searched_fields(kind) if renamed or owed else []
    fields = [kind.fields[key] for key in (*stamped, *keys)]
    sets = [f"{quoted(str(spec.column))} = s.{quoted(str(spec.column))}" for spec in fields]
    if searched:
        sets.append("search = s.search")
    for part in parts_of(rows):
        data = [{"id": str(row.id), **_columns(fields, row)} for row in part]
        if searched:
            for record, row in zip(data, part, strict=True):
                record["search"] = search_of(searched, row)
        await _apply(uow, kind, fields, data, sets, "id uuid, search text[]")


async def bury_rows(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row], *, restore: bool) -> None:
    """Marks records deleted, or brings them back."""
    fields = [kind.fields[key] for key in STAMPS if key not in ("created_at", "created_by")]
    sets = [f"{quoted(str(spec.column))} = s.{quoted(str(spec.column))}" for spec in fields]
    sets.append("deleted_at = null" if restore else "deleted_at = s.updated_at")
    for part in parts_of(rows):
        data = [{"id": str(row.id), **_columns(fields, row)} for row in part]
        await _apply(uow, kind, fields, data, sets, "id uuid")


async def _apply(
    uow: UnitOfWork, kind: ObjectType, fields: Sequence[Field], data: list[dict[str, Any]], sets: list[str], extra: str
) -> None:
    statement = Statement()
    source = recordset(statement, fields, data, extra=extra)
    sql = f"{uow.mark()}update {kind.table} t set {', '.join(sets)} from {source} where t.id = s.id"
    try:
        await uow.execute(sql, *statement.values)
    except asyncpg.UniqueViolationError as error:
        raise translate_unique(kind, error.constraint_name) from None


def parts_of(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in portions that fit one statement."""
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def _columns(fields: Sequence[Field], row: Row) -> dict[str, Any]:
    return {str(spec.column): row.value(spec.key) for spec in fields}


def searched_fields(kind: ObjectType) -> list[Field]:
    """Fields by which records of the object are found, its title first."""
    return [f for f in kind.stored if f.key == kind.title or f.searchable]


def indexed_fields(kind: ObjectType) -> frozenset[str]:
    """Fields whose change touches an index of the object's table."""
    return frozenset({"owner", "unit", *(name for index in wanted_indexes(kind.document, kind.fields) for name in index.fields)})


def search_of(searched: Sequence[Field], row: Row) -> list[str]:
    """The tokens by which the record is found."""
    tokens: list[str] = []
    for spec in searched:
        if value := row.value(spec.key):
            tokens += tagged(spec.key, spec.kind.tokens(value))
    return tokens
