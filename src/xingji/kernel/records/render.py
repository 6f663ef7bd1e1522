"""Stored values as JSON, masked where the policy says so, with names of people and titles of related records."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.field_kinds import FIELD_KINDS
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.statement import Statement
from xingji.kernel.records.visibility import visible_fields


def render_row(record: Any, specs: Sequence[Field], levels: Mapping[str, str], actor: Actor) -> dict[str, Any]:
    """A record as clients get it: values by field, and `can`."""
    row: dict[str, Any] = {}
    veiled = record["veiled"]
    for spec in specs:
        value = record["f_" + spec.key]
        value = render_value(spec.cel, value) if spec.column is None else spec.kind.render(spec, value)
        row[spec.key] = mask(spec, value) if levels.get(spec.key) == "masked" or spec.key in veiled else value
    if veiled:
        row["masked"] = list(veiled)
    may_write = (
        actor.scopes is None or "*" in actor.scopes or any(scope.startswith("records.write") for scope in actor.scopes)
    )
    row["can"] = {verb: bool(record[f"can_{verb}"] and may_write) for verb in ("update", "delete")}
    return row


def mask(spec: Field, value: Any) -> Any:
    """A value of which only so much is shown that people recognise it."""
    return spec.kind.mask(spec, value)


def render_value(kind: Kind, value: Any) -> Any:
    """A computed value as JSON; durations in seconds."""
    if value is None:
        return None
    if kind is Kind.duration:
        return float(value) / 1_000_000
    if kind is Kind.timestamp:
        return wire_of_instant(value)
    if kind is Kind.date:
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and kind in (Kind.integer, Kind.money) else float(value)
    if isinstance(value, (list, tuple)):
        return [str(item) if isinstance(item, UUID) else item for item in value]
    return value


async def names_of(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, specs: Sequence[Field], rows: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, str], dict[str, str | None]]:
    """Names of the people in these rows, and titles of related records the reader may see; one statement."""
    people: set[str] = set()
    targets: dict[str, set[str]] = {}
    for spec in specs:
        if spec.kind.key == "person":
            people |= {row[spec.key] for row in rows if row.get(spec.key)}
        elif spec.kind.key == "relation" and spec.to in schema.objects:
            targets.setdefault(str(spec.to), set()).update(row[spec.key] for row in rows if row.get(spec.key))
    return await names(uow, schema, people, targets)


async def names(
    uow: UnitOfWork, schema: Schema, people: set[str], targets: Mapping[str, set[str]]
) -> tuple[dict[str, str], dict[str, str | None]]:
    """{person id: name} and {record id: title}; records out of reach are left out."""
    statement = Statement()
    parts = []
    if people:
        wanted = statement.bind([UUID(one) for one in sorted(people)], "uuid[]")
        parts.append(f"select '@person' as target, id, name as title from person where id = any ({wanted})")
    for target, ids in targets.items():
        if ids and (part := _titles_sql(uow, schema, statement, target, ids)):
            parts.append(part)
    if not parts:
        return {}, {}
    found = await uow.fetch(uow.mark() + " union all ".join(parts), *statement.values)
    named = {str(row["id"]): row["title"] for row in found if row["target"] == "@person"}
    related: dict[str, str | None] = {}
    for row in found:
        if row["target"] != "@person":
            kind = schema.objects[row["target"]]
            related[str(row["id"])] = _shown_title(schema, uow.actor, kind, row["title"])
    return named, related


def _titles_sql(uow: UnitOfWork, schema: Schema, statement: Statement, target: str, ids: set[str]) -> str | None:
    kind = schema.objects[target]
    title = kind.fields[kind.title]
    if uow.actor.policy is not None and uow.actor.policy.rows(target, "read").nothing:
        return None
    if title.key not in visible_fields(schema, uow.actor, target) or title.column is None:
        return None
    alias = statement.alias()
    sink = RecordSink(schema, target, now=uow.now, actor=uow.actor, alias=alias, statement=statement)
    condition, joins = scope_sql(sink, "read")
    wanted = statement.bind([UUID(one) for one in sorted(ids)], "uuid[]")
    return (
        f"select {statement.bind(target, 'text')} as target, {alias}.id, {alias}.{quoted(title.column)}::text as title"
        f" from {kind.table} {alias}{joins} where {alias}.id = any ({wanted}) and {alias}.deleted_at is null and {condition}"
    )


def _shown_title(schema: Schema, actor: Actor, target: ObjectType, title: str | None) -> str | None:
    spec = target.fields[target.title]
    if visible_fields(schema, actor, target.key).get(spec.key) == "masked":
        return mask(spec, title) if spec.kind.key in FIELD_KINDS else "***"
    return title
