"""Reading records: lists, single records, figures. Owns what a read asks and answers; the SQL is the compiler's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.cel import SQL_TYPES, Kind
from xingji.kernel.core.errors import Problem, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.compiler import Reading, SortKey, make_cursor
from xingji.kernel.records.fields import Field
from xingji.kernel.records.levels import NUMBERS
from xingji.kernel.records.render import names_of, render_row, render_value
from xingji.kernel.records.schema import ObjectType, Schema, load_schema, quoted
from xingji.kernel.records.search_tokens import query_words
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.store import searched_fields
from xingji.kernel.records.visibility import reach, visible_fields

CAPPED = 1_000
MOST_ROWS = 5_000
MOST_GROUPS = 10_000
ALWAYS = ("id", "version")


@dataclass(frozen=True, slots=True)
class Query:
    """What to read. `filter`, `group` and expressions of aggregates are CEL over the object's fields.

    fields: None = every stored field and formula the reader sees; roll-ups only when named. sort: "-created_at".
    aggregates: {as, fn: count|count_distinct|sum|avg|min|max|median|share, field | expr, filter}. count: None | "capped"
    (up to 1,000) | "exact". where_in: (field, values), any number of them, beside the filter. names: also bring names of people and titles of related records. verb: read | export.
    """

    object: str
    fields: Sequence[str] | None = None
    filter: str | None = None
    sort: Sequence[str] = ()
    search: str | None = None
    group: Sequence[str] = ()
    aggregates: Sequence[Mapping[str, Any]] = ()
    limit: int = 50
    after: str | None = None
    count: str | None = None
    ids: Sequence[UUID] | None = None
    where_in: tuple[str, Sequence[Any]] | None = None
    names: bool = False
    verb: str = "read"


@dataclass(slots=True)
class Page:
    """Rows as JSON-ready dicts with `id`, `version` and `can`; `next` is the cursor of the following page."""

    rows: list[dict[str, Any]]
    next: str | None = None
    count: int | None = None
    count_capped: bool = False
    people: dict[str, str] = field(default_factory=dict)
    related: dict[str, str | None] = field(default_factory=dict)


async def query(uow: UnitOfWork, wanted: Query) -> Page:
    """One page of records, in one statement (one more for a count, one more for names).

    Raises: CelError, `records.invalid` for fields or orders the reader does not have, `records.bad_cursor`,
    `access.denied`.
    """
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, wanted.object, wanted.verb)
    reading = narrowed(uow, schema, kind, wanted)
    keys = reading.sort_keys(list(wanted.sort) or [reading.usual_sort])
    reading.after(keys, wanted.after)
    limit = max(1, min(wanted.limit, MOST_ROWS))
    specs = _selected(schema, uow, kind, wanted.fields)
    sql, display = _list_sql(uow, reading, keys, limit, specs)
    await plan_by_values(uow)
    try:
        records = await uow.fetch(uow.mark() + sql, *display.values)
    except asyncpg.DataError:
        if wanted.after is None:
            raise
        raise invalid("records.bad_cursor") from None
    page = Page([render_row(record, specs, reading.levels, uow.actor) for record in records[:limit]])
    if len(records) > limit:
        page.next = make_cursor(kind, keys, [records[limit - 1][f"c{n}"] for n in range(len(keys))])
    if wanted.count:
        page.count, page.count_capped = await _count(uow, schema, kind, wanted)
    if wanted.names:
        page.people, page.related = await names_of(uow, schema, kind, specs, page.rows)
    return page


async def plan_by_values(uow: UnitOfWork) -> None:
    """Plans this transaction's statements for their values: a plan made for ten owners is wrong for one, or for a thousand.

    One statement per unit of work. Without it the server turns to a general plan after five runs (1 ms became 700 ms).
    """
    if "records.planned" not in uow.memo:
        uow.memo["records.planned"] = True
        await uow.execute("set local plan_cache_mode = force_custom_plan")


def narrowed(uow: UnitOfWork, schema: Schema, kind: ObjectType, wanted: Query) -> Reading:
    """The reading of what a query asks for, its order left out."""
    reading = Reading(schema, kind, uow.actor, uow.now, verb=wanted.verb)
    reading.narrow(wanted.filter)
    reading.search(wanted.search)
    if wanted.ids is not None:
        reading.only(wanted.ids)
    if wanted.where_in is not None:
        reading.among(*wanted.where_in)
    return reading


def _selected(schema: Schema, uow: UnitOfWork, kind: ObjectType, fields: Sequence[str] | None) -> list[Field]:
    levels = visible_fields(schema, uow.actor, kind.key)
    if fields is None:
        keys = [key for key, spec in kind.fields.items() if key in levels and spec.kind.key != "rollup"]
    else:
        unknown = [name for name in fields if name not in levels]
        if unknown:
            problems = [Problem("records.unknown_field", "fields", {"field": str(name)[:80]}) for name in unknown]
            raise invalid("records.invalid", problems)
        keys = list(dict.fromkeys([*ALWAYS, *fields]))
    return [kind.fields[key] for key in keys]


def _list_sql(
    uow: UnitOfWork, reading: Reading, keys: list[SortKey], limit: int, specs: Sequence[Field]
) -> tuple[str, RecordSink]:
    """The page first, by index, then what is shown of its rows: computed fields cost for the page alone."""
    kind = reading.kind
    page = reading.page(keys, limit + 1)
    display = reading.sink.sibling(kind.key, "d", guarded=reading.sink.guarded)
    # A stored value is brought as it is and masked when rendered; computed ones see through the sink what is masked.
    columns = [
        f"{'d.' + quoted(spec.column) if spec.column else display.field_sql(spec.key)} as {quoted('f_' + spec.key)}"
        for spec in specs
    ]
    veils = {spec.key: veil for spec in specs if display.guarded and spec.column and (veil := display.veil(spec.key))}
    columns.append(f"array_remove(array[{', '.join(_veiled(veils))}]::text[], null) as veiled")
    can, joins = [], ""
    for verb in ("update", "delete"):
        condition, more = scope_sql(display, verb)
        can.append(f"coalesce({condition}, false) as can_{verb}")
        joins += more
    cursor = [f"p.c{n}" for n in range(len(keys))]
    order = ", ".join(key.order(f"p.k{n}") for n, key in enumerate(keys))
    sql = (
        f"select {', '.join([*columns, *can, *cursor])} from {page} p join {kind.table} d on d.id = p.id"
        f"{display.from_joins}{joins} order by {order}"
    )
    return sql, display


def _veiled(veils: Mapping[str, str]) -> list[str]:
    return [f"case when {veil} then '{key}' end" for key, veil in veils.items()]


async def _count(uow: UnitOfWork, schema: Schema, kind: ObjectType, wanted: Query) -> tuple[int, bool]:
    reading = narrowed(uow, schema, kind, wanted)
    limit = f" limit {CAPPED + 1}" if wanted.count == "capped" else ""
    sql = f"{uow.mark()}select count(*) from (select 1 {reading.source}{limit}) c"
    found = await uow.fetchval(sql, *reading.sink.values)
    return (CAPPED, True) if limit and found > CAPPED else (found, False)


async def get_record(uow: UnitOfWork, object_key: str, id: UUID, fields: Sequence[str] | None = None) -> dict[str, Any]:
    """One record with every field the reader sees, roll-ups included. Raises: `records.not_found`."""
    return (await get_record_page(uow, object_key, id, fields, names=False))[0]


async def get_record_page(
    uow: UnitOfWork, object_key: str, id: UUID, fields: Sequence[str] | None = None, *, names: bool = True
) -> tuple[dict[str, Any], Page]:
    """One record, and the page it stands on with names of people and related records. Raises: `records.not_found`."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key)
    if fields is None:
        fields = list(visible_fields(schema, uow.actor, object_key))
    page = await query(uow, Query(kind.key, fields, ids=[UUID(str(id))], limit=1, sort=["id"], names=names))
    if not page.rows:
        raise not_found("records.not_found", object=object_key, id=str(id))
    return page.rows[0], page


async def get_records(
    uow: UnitOfWork, object_key: str, ids: Sequence[UUID], fields: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """The records of these ids that the reader may see, in the order of the ids."""
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key)
    if fields is None:
        fields = list(visible_fields(schema, uow.actor, object_key))
    wanted = [UUID(str(one)) for one in ids]
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), MOST_ROWS):
        part = wanted[start : start + MOST_ROWS]
        page = await query(uow, Query(kind.key, fields, ids=part, limit=len(part), sort=["id"]))
        found |= {row["id"]: row for row in page.rows}
    return [found[str(one)] for one in wanted if str(one) in found]


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def aggregate(uow: UnitOfWork, wanted: Query) -> list[dict[str, Any]]:
    """One row per combination of `group` (fields or CEL) with every aggregate under its `as`; in the groups' order.

    Sums of money are in minor units, durations in seconds. Raises: as `query`.
    """
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, wanted.object, wanted.verb)
    reading = narrowed(uow, schema, kind, wanted)
    reading.sink.statement.many = bool(wanted.group)
    groups = [reading.expression(source) for source in wanted.group]
    figures = [_figure(reading, n, spec) for n, spec in enumerate(wanted.aggregates)]
    columns = [f"{sql} as g{n}" for n, (sql, _) in enumerate(groups)]
    columns += [f"{sql} as a{n}" for n, (sql, _) in enumerate(figures)]
    numbers = ", ".join(str(n + 1) for n in range(len(groups)))
    tail = f" group by {numbers} order by {numbers} limit {MOST_GROUPS}" if groups else ""
    sql = f"{reading.sink.statement.before}select {', '.join(columns or ['1'])} {reading.source}{tail}"
    rows = await uow.fetch(uow.mark() + sql, *reading.sink.values)
    names = [*((f"g{n}", name, kind_) for n, (name, (_, kind_)) in enumerate(zip(wanted.group, groups, strict=True)))]
    names += [(f"a{n}", _name_of(spec), figures[n][1]) for n, spec in enumerate(wanted.aggregates)]
    return [{name: render_value(kind_, row[column]) for column, name, kind_ in names} for row in rows]


def _name_of(spec: Mapping[str, Any]) -> str:
    return str(spec.get("as") or f"{spec.get('fn', 'count')}_{spec.get('field') or 'all'}")


_FUNCTIONS = {
    "sum": "sum({})", "avg": "avg({})", "min": "min({})", "max": "max({})", "count_distinct": "count(distinct {})",
    "median": "percentile_cont(0.5) within group (order by ({})::float8)", "count": "count({})",
}  # fmt: skip


def _figure(reading: Reading, n: int, spec: Mapping[str, Any]) -> tuple[str, Kind]:
    """SQL of an aggregate and the kind of its value. Raises: `records.invalid`, CelError."""
    fn = spec.get("fn", "count")
    source = spec.get("expr") or spec.get("field")
    where = reading.expression(str(spec["filter"]), Kind.boolean)[0] if spec.get("filter") else None
    only = f" filter (where {where})" if where else ""
    if fn == "count" and source is None:
        return f"count(*){only}", Kind.integer
    if source is None or fn not in (*_FUNCTIONS, "share"):
        raise invalid("records.invalid", [Problem("records.bad_aggregate", f"aggregates.{n}", {"fn": str(fn)[:40]})])
    sql, kind = reading.expression(str(source), Kind.boolean if fn == "share" else None)
    if fn == "share":
        held = f"({where}) and ({sql})" if where else sql
        return f"(count(*) filter (where {held}))::float8 / nullif(count(*){only}, 0)", Kind.double
    if fn in ("sum", "avg", "median") and kind not in NUMBERS:
        raise invalid(
            "records.invalid", [Problem("records.bad_aggregate", f"aggregates.{n}", {"fn": fn, "type": kind.value})]
        )
    value = _FUNCTIONS[fn].format(sql) + only
    if fn in ("count", "count_distinct"):
        return value, Kind.integer
    if kind is Kind.duration:
        return f"({value})::float8", Kind.duration
    if fn in ("avg", "median"):
        return (
            (f"round(({value})::numeric)::bigint", Kind.money)
            if kind is Kind.money
            else (f"({value})::float8", Kind.double)
        )
    return (
        (f"({value})::{SQL_TYPES[kind]}", kind) if fn == "sum" and kind in (Kind.integer, Kind.money) else (value, kind)
    )


async def suggest(uow: UnitOfWork, object_key: str, text: str, limit: int = 10) -> list[dict[str, Any]]:
    """Records a text may mean, for a search box: [{id, title, note, matched}].

    note: the company, where there is one. matched: {field, value} of another field that held the text, else None.
    """
    schema = await load_schema(uow)
    kind = reach(schema, uow.actor, object_key)
    levels = visible_fields(schema, uow.actor, object_key)
    notes = [
        key for key, spec in kind.fields.items() if spec.kind.key == "company" and key in levels and key != kind.title
    ][:1]
    shown = [*([kind.title] if kind.title in levels else []), *notes]
    others = [f for f in searched_fields(kind) if levels.get(f.key) in ("read", "write") and f.key not in shown]
    page = await query(uow, Query(object_key, [*shown, *(spec.key for spec in others)], search=text, limit=limit))
    first = [kind.fields[key] for key in shown]
    return [
        {
            "id": row["id"],
            "title": row.get(kind.title),
            "note": row.get(notes[0]) if notes else None,
            "matched": None if _holding(first, row, text) else _holding(others, row, text),
        }
        for row in page.rows
    ]


def _holding(specs: Sequence[Field], row: Mapping[str, Any], text: str) -> dict[str, Any] | None:
    """The first field whose value holds a word of the text."""
    asked = [set(tokens) for word in query_words(text) for tokens in word]
    for spec in specs:
        value = row.get(spec.key)
        if value and (held := set(spec.kind.tokens(value))) and any(tokens <= held for tokens in asked):
            return {"field": spec.key, "value": str(value)[:80]}
    return None
