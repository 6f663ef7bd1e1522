"""What publishing an object would do to its table. Reads only; `schema_changer` does it."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.field_kinds import FieldKind
from xingji.kernel.records.kind_change import conversion
from xingji.kernel.records.schema import load_schema, quoted, table_of
from xingji.kernel.records.schema_changer import stored_fields

SAMPLES = 5


async def preview_schema_change(uow: UnitOfWork, document: Mapping[str, Any]) -> dict[str, Any]:
    """{added: [field], removed: [{field, values}], changed: [{field, from, to, values, lost, samples}]}; counts of filled values."""
    schema = await load_schema(uow)
    current = schema.objects.get(str(document.get("key")))
    new = {spec.key: spec for spec in stored_fields(document)}
    if current is None:
        return {"added": sorted(new), "removed": [], "changed": []}
    old = {spec.key: spec for spec in current.stored}
    table = quoted(table_of(current.key))
    removed, changed = [], []
    for key, spec in old.items():
        column = quoted(str(spec.column))
        if key not in new:
            count = await uow.fetchval(f"{uow.mark()}select count({column}) from {table}")
            removed.append({"field": key, "values": count})
        elif new[key].pg_type != spec.pg_type:
            after = new[key].kind
            fits = f"count({conversion('t.' + column, spec.kind, after)})" if after.from_text else "0::bigint"
            row = await uow.fetchrow(f"{uow.mark()}select count({column}) as filled, {fits} as fits from {table} t")
            assert row is not None
            changed.append(
                {
                    "field": key,
                    "from": spec.kind.key,
                    "to": after.key,
                    "values": row["filled"],
                    "lost": row["filled"] - row["fits"],
                    "samples": await _that_do_not_fit(uow, table, column, spec.kind, after) if row["filled"] > row["fits"] else [],
                }
            )
    return {"added": sorted(set(new) - set(old)), "removed": removed, "changed": changed}


async def _that_do_not_fit(uow: UnitOfWork, table: str, column: str, before: FieldKind, after: FieldKind) -> list[str]:
    """A few values that would be lost, as text."""
    fits = conversion("t." + column, before, after) if after.from_text else "null"
    rows = await uow.fetch(
        f"{uow.mark()}select distinct left({before.to_text('t.' + column)}, 60) as value from {table} t"
        f" where t.{column} is not null and {fits} is null order by 1 limit {SAMPLES}"
    )
    return [row["value"] for row in rows]
