"""The state a write starts from: records locked and read, references looked up, owners' units known.

Owns the questions asked of the database before anything is stored; each is one statement, however many records.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, XingjiError, conflict, forbidden, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Row
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.search_tokens import UNSEARCHED
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.statement import Statement
from xingji.kernel.records.validate import target_of
from xingji.kernel.records.visibility import visible_fields

VERBS = {"create": "create", "update": "update", "delete": "delete", "restore": "delete"}
MOST_NAMED = 50


async def lock_rows(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], fields: Iterable[Field], *, scoped: bool
) -> None:
    """Locks the records of these rows in the order of their ids and fills `old` and `version`.

    Raises: `records.not_found`, `access.denied` for records out of the actor's reach, `records.version_conflict`
    with what differs; in every case before any row was changed.
    """
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor)
    wanted = [spec for spec in fields if spec.column is not None and spec.key != "id"]
    columns = "".join(f", r.{quoted(str(spec.column))}" for spec in wanted)
    verbs = sorted({VERBS[row.op] for row in rows})
    reaches = {verb: scope_sql(sink, verb) if scoped else ("true", "") for verb in ["read", *verbs]}
    allowed = ", ".join(f"coalesce({sql}, false)" for sql, _ in reaches.values())
    # Scopes of several verbs may need the same join under other names: aliases never repeat within a statement.
    joins = "".join(joins for _, joins in reaches.values())
    found = await uow.fetch(
        f"{uow.mark()}select r.id as _id, r.deleted_at is not null as _gone, array[{allowed}] as _reach, r.search = '{{{UNSEARCHED}}}' as _unsearched{columns}"
        f" from {kind.table} r{joins} where r.id = any ({sink.bind([row.id for row in rows], 'uuid[]')})"
        " order by r.id for update of r",
        *sink.values,
    )
    states = {record["_id"]: record for record in found}
    _refuse(kind, rows, states, list(reaches))
    for row in rows:
        record = states[row.id]
        row.old = {spec.key: spec.kind.render(spec, record[str(spec.column)]) for spec in wanted}
        row.version = row.old["version"]
        row.unsearched = record["_unsearched"]
    _refuse_stale(uow, schema, kind, rows)


def _refuse(kind: ObjectType, rows: Sequence[Row], states: dict[UUID, Any], verbs: list[str]) -> None:
    missing, denied = [], []
    for row in rows:
        state = states.get(row.id)
        reach = dict(zip(verbs, state["_reach"], strict=True)) if state else {}
        if state is None or not reach["read"] or state["_gone"] != (row.op == "restore"):
            missing.append(row)
        elif not reach[VERBS[row.op]]:
            denied.append(row)
    if missing:
        problems = [Problem("records.not_found", row.path, {"id": str(row.id)}) for row in missing[:MOST_NAMED]]
        error = not_found("records.not_found", object=kind.key, id=str(missing[0].id), count=len(missing))
        error.problems = problems
        raise error
    if denied:
        row = denied[0]
        raise forbidden(
            "access.denied", object=kind.key, id=str(row.id), verb=VERBS[row.op], count=len(denied), who="owner"
        )


def _refuse_stale(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> None:
    stale = [row for row in rows if row.change.expected_version not in (None, row.version)]
    if not stale:
        return
    levels = visible_fields(schema, uow.actor, kind.key)
    row = stale[0]
    diff = {
        key: {"current": row.old.get(key), "yours": value}
        for key, value in row.new.items()
        if levels.get(key) in ("read", "write") and row.old.get(key) != value
    }
    raise conflict(
        "records.version_conflict", object=kind.key, id=str(row.id), expected=row.change.expected_version,
        version=row.version, diff=diff, count=len(stale), updated_by=row.old.get("updated_by"),
        updated_at=row.old.get("updated_at"),
    )  # fmt: skip


async def check_references(
    uow: UnitOfWork, schema: Schema, rows: Sequence[Row], referred: dict[str, set[UUID]], *, scoped: bool
) -> list[Problem]:
    """Problems for ids that lead nowhere, or to what the actor may not read; both look the same."""
    for row in rows:
        if row.op == "create" and row.kind.key in referred:
            referred[row.kind.key].discard(row.id)
    referred = {target: ids for target, ids in referred.items() if ids}
    if not referred:
        return []
    statement = Statement()
    parts = [_known_ids(uow, schema, statement, target, ids, scoped) for target, ids in sorted(referred.items())]
    known = {
        (row["target"], row["id"]) for row in await uow.fetch(uow.mark() + " union all ".join(parts), *statement.values)
    }
    missing = {(target, str(one)) for target, ids in referred.items() for one in ids if (target, one) not in known}
    return list(_dangling(rows, missing)) if missing else []


def _known_ids(uow: UnitOfWork, schema: Schema, statement: Statement, target: str, ids: set[UUID], scoped: bool) -> str:
    wanted = statement.bind(sorted(ids), "uuid[]")
    name = statement.bind(target, "text")
    if target == "@person":
        return f"select {name} as target, id from person where id = any ({wanted})"
    if target == "@file":
        known = f"select {name} as target, id from file where id = any ({wanted}) and deleted_at is null"
        if not scoped:
            return known
        return f"{known} and (record is not null or created_by is not distinct from {statement.bind(uow.actor.person, 'uuid')})"
    kind = schema.object(target)
    alias = statement.alias()
    sink = RecordSink(schema, target, now=uow.now, actor=uow.actor, alias=alias, statement=statement)
    condition, joins = scope_sql(sink, "read") if scoped else ("true", "")
    return (
        f"select {name} as target, {alias}.id from {kind.table} {alias}{joins}"
        f" where {alias}.id = any ({wanted}) and {alias}.deleted_at is null and {condition}"
    )


def _dangling(rows: Sequence[Row], missing: set[tuple[str, str]]) -> Iterable[Problem]:
    for row in rows:
        for key, value in row.new.items():
            target = target_of(row.kind.fields[key])
            for one in value if isinstance(value, list) else [value]:
                if target and (target, one) in missing:
                    yield Problem("records.value.not_found", f"{row.path}.{key}", {"field": key, "value": one})


async def units_of_people(uow: UnitOfWork) -> dict[str, tuple[str | None, str | None]]:
    """For every person: unit and brand (their own only one, else their unit's or the nearest above it)."""
    state = uow.workspace
    key = ("records.units", state.key, state.access_rev)
    cache = uow.database.cache
    if key not in cache:
        for old in [k for k in cache if k[:2] == key[:2]]:
            del cache[old]
        cache[key] = {
            str(row["id"]): (row["unit"] and str(row["unit"]), row["brand"]) for row in await uow.fetch(PEOPLE)
        }
    return cache[key]


PEOPLE = """
with recursive branded(id, brand) as (
    select id, brand from unit where parent is null
    union all select u.id, coalesce(u.brand, b.brand) from unit u join branded b on u.parent = b.id)
select p.id, p.unit, case when cardinality(p.brands) = 1 then p.brands[1] else b.brand end as brand
from person p left join branded b on b.id = p.unit"""


async def check_unique(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row]) -> list[Problem]:
    """Problems for values of unique fields that another record holds already; says so without naming the record."""
    problems: list[Problem] = []
    for spec in (f for f in kind.stored if f.unique):
        asked = {row.new[spec.key]: row for row in rows if row.new.get(spec.key) and spec.key in row.differing()}
        doubled = [row for row in rows if row.new.get(spec.key) and asked.get(row.new[spec.key]) not in (None, row)]
        if not asked:
            continue
        column = quoted(str(spec.column))
        found = await uow.fetch(
            f"{uow.mark()}select r.id, r.{column} as value from {kind.table} r"
            f" where r.{column} = any ($1::text[]) and r.deleted_at is null",
            list(asked),
        )
        taken = [asked[record["value"]] for record in found if asked[record["value"]].id != record["id"]]
        problems += [
            Problem("records.not_unique", f"{row.path}.{spec.key}", {"field": spec.key, "name": dict(spec.name)})
            for row in [*doubled, *taken]
        ]
    return problems


def translate_unique(kind: ObjectType, constraint: str | None) -> XingjiError:
    """The refusal for two writers that stored the same unique value at the same time."""
    return conflict("records.not_unique", object=kind.key, constraint=constraint)
