"""Keeps days of records as columns for the figures asked most, and renews those that changed. Owns `kept_day`'s content.

A worker does it, a little at a time, newest days first. Only tables that are large have kept days: small ones are read
faster than anything could be kept. What changed since says a trigger on the table (`note_stale_day`), in the
transaction of the change itself, so nothing can be missed; whatever is noted is read from the records until it is renewed.
"""

import time
from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import nan
from typing import Any

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.records.compiler import Reading
from xingji.kernel.records.ddl import index_name, run_short
from xingji.kernel.records.kept_days import beginning, lasting_part, scoped_columns, signature
from xingji.kernel.records.levels import Rows
from xingji.kernel.records.query import Query
from xingji.kernel.records.schema import ObjectType, Schema, load_schema, quoted, table_of

LEAST = 20_000
"""Records a table must hold before any of its days are kept."""
BACK_DAYS = 400
BUDGET = 0.05
"""Seconds of a second that may go into it."""
YOUNG = "1 day"
"""Records younger than that are not noted when they change: the trigger costs intake a comparison. Real time, as noted."""
SETTLED = "30 hours"
"""Time since a kept day's end: enough for every transaction that began while the day was young."""
NOTED = {
    "insert": "new.created_at < now() - interval '{young}'",
    "update": "old.created_at < now() - interval '{young}' or new.created_at < now() - interval '{young}'",
    "delete": "old.deleted_at is null and old.created_at < now() - interval '{young}'",
}

#: Days to keep or to renew, newest first. Days are whole when their end is settled.
DUE = """with bounds as (select (least(clock_timestamp() - interval '{settled}', max(created_at) + interval '1 day') at time zone 'UTC')::date - 1 as last,
    (min(created_at) at time zone 'UTC')::date as first from {table})
  select d.day::date as day from bounds, generate_series(greatest(first, last - {back}), last, interval '1 day') d(day)
  where not exists (select 1 from kept_day k where k.object = $1 and k.day = d.day and k.brand is null and k.signature = $2)
    or exists (select 1 from kept_stale s where s.object = $1 and s.day = d.day)
  order by 1 desc limit 100"""

Queries = Callable[[UnitOfWork], Awaitable[Sequence[Query]]]


async def keep_days_once(database: Database, workspace: str, queries: Queries, *, least: int = LEAST, seconds: float = BUDGET) -> int:
    """Keeps or renews days for these queries, for about so many seconds; how many days."""
    await database.run(workspace, SYSTEM, _tidy)
    begun, count = time.monotonic(), 0
    while True:
        found = await database.run(workspace, SYSTEM, lambda uow: _keep_next(uow, queries, least))
        if found.bare is not None and database.owner_url is not None:
            await _note_changes(database, workspace, found.bare)
        elif not found.days:
            return count
        count += found.days
        if time.monotonic() - begun >= seconds:
            return count


@dataclass(slots=True)
class _Round:
    """What was done: so many days, or nothing because an object's table does not note its changes yet."""

    days: int = 0
    bare: str | None = None


async def _alone(uow: UnitOfWork) -> bool:
    """Whether no other worker is at it until this unit of work ends: what one looked at must not be overwritten, nor its notes dropped."""
    return bool(await uow.fetchval("select pg_try_advisory_xact_lock(hashtextextended($1, 12))", f"kept days {uow.workspace.schema}"))


async def _tidy(uow: UnitOfWork) -> None:
    """Gives up what a change of a calendar made wrong, days long gone, and notes of days that are not kept."""
    if not await _alone(uow):
        return
    if await uow.fetchval("select exists (select 1 from kept_stale where object = '*')"):
        # A change of a calendar that commits after this leaves its own note.
        await uow.execute("with gone as (delete from kept_stale where object = '*') delete from kept_day")
    await uow.execute("delete from kept_day k where k.day < (select max(l.day) from kept_day l where l.object = k.object) - $1::int", BACK_DAYS)
    await uow.execute("delete from kept_stale s where s.object <> '*' and not exists (select 1 from kept_day k where k.object = s.object and k.day = s.day)")


async def _keep_next(uow: UnitOfWork, queries: Queries, least: int) -> _Round:
    """The next day that is due of any object."""
    if not await _alone(uow):
        return _Round()
    schema = await load_schema(uow)
    for wanted in await queries(uow):
        kind = schema.objects.get(wanted.object)
        if kind is None:
            continue
        noting = await _is_noting(uow, kind)
        if not noting and not await _is_large(uow, kind, least):
            continue
        rows = _rows(uow, schema, kind, wanted)
        asked = signature(rows, scoped_columns(kind))
        if asked is None:
            continue
        if not noting:
            return _Round(bare=kind.key)
        if await _keep_next_of(uow, rows, asked):
            return _Round(1)
    return _Round()


def _rows(uow: UnitOfWork, schema: Schema, kind: ObjectType, wanted: Query) -> Rows:
    """What a query asks of each row, for nobody in particular."""
    reading = Reading(schema, kind, SYSTEM, uow.now)
    reading.sink.statement.many = True
    rows = Rows(reading, wanted.group)
    for n, spec in enumerate(wanted.aggregates):
        rows.figure(n, spec)
    return rows


async def _is_large(uow: UnitOfWork, kind: ObjectType, least: int) -> bool:
    return bool(await uow.fetchval("select greatest(reltuples, 0) >= $2 from pg_class where oid = to_regclass($1)", kind.table, float(least)))


async def _is_noting(uow: UnitOfWork, kind: ObjectType) -> bool:
    return bool(
        await uow.fetchval(
            "select count(*) = 3 from pg_trigger where tgrelid = to_regclass($1) and tgname = any ($2)", kind.table, [_trigger(kind.key, event) for event in NOTED]
        )
    )


def _trigger(object_key: str, event: str) -> str:
    return index_name(object_key, event, "stale")


async def _note_changes(database: Database, workspace: str, object_key: str) -> None:
    """From now on the object's table notes the days of records that change."""
    schema, table = await database.schema_of(workspace), quoted(table_of(object_key))
    literal = "'" + object_key.replace("'", "''") + "'"
    async with database.owner() as connection:
        await connection.execute("select set_config('search_path', $1, false)", schema)
        await run_short(
            connection,
            [
                f"create or replace trigger {quoted(_trigger(object_key, event))} after {event} on {table} for each row"
                f" when ({when.format(young=YOUNG)}) execute function note_stale_day({literal})"
                for event, when in NOTED.items()
            ],
        )


# ── one day ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Columns:
    """A day's rows of one brand, as columns."""

    cells: dict[str, int] = field(default_factory=dict)
    scopes: dict[str, int] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    scope_of: "array[int]" = field(default_factory=lambda: array("I"))
    measured: list["array[float]"] = field(default_factory=list)
    open: list[Any] = field(default_factory=list)


async def _keep_next_of(uow: UnitOfWork, rows: Rows, asked: str) -> bool:
    kind = rows.reading.kind
    due = await uow.fetch(uow.mark() + DUE.format(settled=SETTLED, back=BACK_DAYS, table=kind.table), kind.key, asked)
    if not due:
        return False
    await _keep_day(uow, rows, asked, due[0]["day"])
    return True


async def _keep_day(uow: UnitOfWork, rows: Rows, asked: str, day: date) -> None:
    """Reads first and writes last: a transaction that wrote holds every reader of the log back.

    The notes are read before the rows, so that each note dropped is of a change the rows show.
    """
    kind, scoped = rows.reading.kind, scoped_columns(rows.reading.kind)
    noted = await uow.fetch("select xid from kept_stale where object = $1 and day = $2", kind.key, day)
    brands: dict[str | None, _Columns] = {None: _Columns(measured=[array("d") for _ in rows.values])}
    sql, values = rows.reading.sink.statement.used(_day_sql(rows, scoped, day))
    for row in await uow.fetch(uow.mark() + sql, *values):
        columns = brands.get(row["brand"]) or brands.setdefault(row["brand"], _Columns(measured=[array("d") for _ in rows.values]))
        if row["open"]:
            columns.open.append(row["id"])
            continue
        if row["cell"] not in columns.cells:
            columns.cells[row["cell"]] = len(columns.cells)
            columns.numbers.append(0)
        columns.numbers[-1] += 1
        columns.scope_of.append(columns.scopes.setdefault(row["scope"], len(columns.scopes)))
        for n, values in enumerate(columns.measured):
            values.append(nan if (value := row[f"v{n}"]) is None else value)
    await uow.execute("delete from kept_day where object = $1 and day = $2", kind.key, day)
    await uow.executemany(
        "insert into kept_day (object, day, brand, signature, cells, numbers, scopes, scope_of, measured, open) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        [
            (kind.key, day, brand, asked, list(one.cells), one.numbers, list(one.scopes), one.scope_of.tobytes(), [v.tobytes() for v in one.measured], one.open)
            for brand, one in brands.items()
        ],
    )
    await uow.execute("delete from kept_stale where object = $1 and day = $2 and xid = any ($3)", kind.key, day, [row["xid"] for row in noted])


def _day_sql(rows: Rows, scoped: Sequence[str], day: date) -> str:
    """The rows of a day, ordered by cell and first value. What may hold later only is not counted as held: it is `open`."""
    reading, held, later = rows.reading, [], []
    for n, sql in enumerate(rows.conditions):
        whole, part = lasting_part(rows, sql) or (False, "true")
        if whole:
            held.append(f"case when {part} then {1 << n} else 0 end")
        else:
            later.append(part)
    groups = ", ".join([*(sql for sql, _ in rows.groups), f"({' + '.join(held) or '0'})"])
    scope = ", ".join(f"r.{quoted(str(reading.kind.fields[key].column))}" for key in scoped)
    columns = ["r.id", "r.brand", f"jsonb_build_array({groups})::text as cell", f"jsonb_build_array({scope})::text as scope"]
    columns += [f"({' or '.join(later) or 'false'}) is true as open"] + [f"({sql})::float8 as v{n}" for sql, n in rows.values.items()]
    since, until = (reading.sink.bind(beginning(one), "timestamptz") for one in (day, day + timedelta(days=1)))
    order = ", ".join(["x.cell", *(f"x.v{n}" for n in rows.values.values())])
    source = f"{reading.source} and r.created_at >= {since} and r.created_at < {until}"
    return f"{reading.sink.statement.before}select x.* from (select {', '.join(columns)} {source} offset 0) x order by {order}"
