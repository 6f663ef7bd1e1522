"""Which rows of a table a lead matches, for a whole batch in one statement. Owns the compiled tables; decides nothing.

The records floor compiles the conditions; a row that does not compile is left out and named, the others run on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.table import Table, read_table
from xingji.kernel.cel import CelError, Kind
from xingji.kernel.core.errors import XingjiError, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records import RecordSink, Schema, Staged, Statement, load_schema

WISHES = ("product_line", "industry", "region", "source", "channel", "intent")
FACTS = ("owner", "status", "pool", "brand", "region", "name", "company", "protected_until")


@dataclass(slots=True)
class CompiledTable:
    """A table with its one statement. `now` and `ids` are the places of those values among the bound ones."""

    table: Table
    version: int
    sql: str
    values: list[Any]
    now: list[int]
    broken: dict[str, str] = field(default_factory=dict)
    persons: tuple[int, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """A lead with the rows it matches, the persons that rows' expressions named, and the fields dispatch needs."""

    id: UUID
    hits: Sequence[int]
    persons: dict[int, UUID | None]
    facts: dict[str, Any]


async def compiled_table(uow: UnitOfWork, key: str) -> CompiledTable:
    """The published table of that key, compiled once per revision. Raises: `dispatch.unknown_table`."""
    published = await load_published(uow)
    document = published.get("dispatch", key)
    if document is None:
        raise not_found("dispatch.unknown_table", table=key)
    schema = await load_schema(uow)
    version = published.versions[("dispatch", key)]
    build = lambda: compile_table(schema, read_table(key, document), version, uow)  # noqa: E731
    return schema.memo(("leads.dispatch", key, version), build)


def compile_table(
    schema: Schema, table: Table, version: int, uow: UnitOfWork, staged: Staged | None = None
) -> CompiledTable:
    """The one statement of a table: $1 the ids, then whatever the conditions bind. `staged`: asked of a lead not stored."""
    statement = Statement()
    ids = statement.bind(_IDS, "uuid[]")
    kind = schema.object(table.object)
    sink = RecordSink(schema, table.object, now=uow.now, statement=statement)
    conditions, persons, broken = [], [], {}
    for number, row in enumerate(table.rows):
        try:
            conditions.append(f"case when {sink.compile(row.when, Kind.boolean, only_true=True)} then {number} end")
            if row.target.expression:
                persons.append((number, sink.compile(row.target.expression)))
        except (CelError, XingjiError, KeyError) as error:
            broken[row.key] = str(error)[:200]
    facts = tuple(name for name in dict.fromkeys((*FACTS, *WISHES)) if name in kind.fields)
    columns = [f"{sink.field_sql(name)} as f{place}" for place, name in enumerate(facts)]
    columns += [f"({sql}) as p{number}" for number, sql in persons]
    hits = f"array_remove(array[{', '.join(conditions)}]::int[], null)" if conditions else "'{}'::int[]"
    sql = (
        f"select r.id, {hits} as hits, {', '.join(columns)} from {staged.sql(sink) if staged else kind.table} r{sink.from_joins}"
        f" where r.id = any({ids}){'' if staged else ' and r.deleted_at is null'}"
    )
    now = [place for place, value in enumerate(statement.values) if value is uow.now]
    return CompiledTable(table, version, sql, list(statement.values), now, broken, tuple(n for n, _ in persons), facts)


class _Ids:
    """Stands for the ids of a batch among the bound values."""


_IDS: Any = _Ids()


async def match_rows(uow: UnitOfWork, compiled: CompiledTable, ids: Sequence[UUID]) -> dict[UUID, Matched]:
    """The leads of a batch with the rows they match, in one statement; missing and deleted ones are left out."""
    values = [list(ids), *compiled.values[1:]]
    for place in compiled.now:
        values[place] = uow.now
    rows = await uow.fetch(uow.mark() + compiled.sql, *values)
    found = {}
    for row in rows:
        facts = {name: row[f"f{place}"] for place, name in enumerate(compiled.facts)}
        persons = {number: row[f"p{number}"] for number in compiled.persons}
        found[row["id"]] = Matched(row["id"], row["hits"], persons, facts)
    return found
