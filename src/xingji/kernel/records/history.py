"""What happened to a record: its changes and its timeline, read from the log under today's field policy.

Owns those reads. A field that is hidden today is hidden in the past too; a record out of reach has no history.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.query import Query, query
from xingji.kernel.records.render import mask, names
from xingji.kernel.records.schema import ObjectType, load_schema
from xingji.kernel.records.visibility import visible_fields

MOST = 500
CHANGE_VERBS = ("created", "updated", "deleted", "restored")
#: Records that are now one keep every event: those of the merged ones are read with it.
MERGED = (
    "(e.record = $1 or e.record in (select merged from merge where kept = $1 and undone_at is null"
    " union select m2.merged from merge m1 join merge m2 on m2.kept = m1.merged and m2.undone_at is null"
    " where m1.kept = $1 and m1.undone_at is null))"
)
COLUMNS = (
    "e.id, e.type, e.occurred_at, e.person, e.claimed, e.source, e.depth, e.cause, e.mode, e.change, e.duration_sec, e.data,"
    " e.object, e.record"
)


@dataclass(slots=True)
class Events:
    """A page of a record's log, newest first; `next` leads to older ones."""

    rows: list[dict[str, Any]]
    next: str | None = None
    people: dict[str, str] = field(default_factory=dict)
    related: dict[str, str | None] = field(default_factory=dict)


async def timeline(uow: UnitOfWork, object_key: str, id: UUID, *, limit: int = 50, after: str | None = None) -> Events:
    """Everything that happened to a record. Raises: `records.not_found`, `records.bad_cursor`."""
    return await _read(uow, object_key, id, limit, after, changes_only=False)


async def history(uow: UnitOfWork, object_key: str, id: UUID, *, limit: int = 50, after: str | None = None) -> Events:
    """Every change of a record: old and new value per field, who and when. Raises: as `timeline`."""
    return await _read(uow, object_key, id, limit, after, changes_only=True)


async def _read(
    uow: UnitOfWork, object_key: str, id: UUID, limit: int, after: str | None, *, changes_only: bool
) -> Events:
    schema = await load_schema(uow)
    kind = schema.object(object_key)
    veiled = {key for mask_ in schema.masks.get(object_key, ()) for key in mask_.fields}
    levels = visible_fields(schema, uow.actor, object_key)
    found = await query(uow, Query(object_key, fields=sorted(veiled & set(levels)), ids=[id], limit=1))
    if not found.rows:
        raise not_found("records.not_found", object=object_key, id=str(id))
    levels = {**levels, **dict.fromkeys(found.rows[0].get("masked", ()), "masked")}
    values: list[Any] = [id]
    where = [MERGED]
    if changes_only:
        values.append([f"{object_key}.{verb}" for verb in CHANGE_VERBS])
        where.append("e.type = any ($2::text[])")
    if after is not None:
        at, last = _read_cursor(after)
        values += [at, last]
        where.append(f"(e.occurred_at, e.id) < (${len(values) - 1}::text::timestamptz, ${len(values)}::bigint)")
    limit = max(1, min(limit, MOST))
    rows = await uow.fetch(
        f"select {COLUMNS} from event e where {' and '.join(where)}"
        f" order by e.occurred_at desc, e.id desc limit {limit + 1}",
        *values,
    )
    shown = [_entry(kind, levels, row, changes_only=changes_only) for row in rows[:limit]]
    page = Events([entry for entry in shown if entry is not None])
    if len(rows) > limit:
        page.next = _make_cursor(rows[limit - 1])
    page.people, page.related = await names(uow, schema, *_mentioned(kind, page.rows))
    return page


def _entry(kind: ObjectType, levels: Mapping[str, str], row: Any, *, changes_only: bool) -> dict[str, Any] | None:
    at, person = wire_of_instant(row["occurred_at"]), row["person"] and str(row["person"])
    data = clean_data(kind, levels, row["data"])
    change = row["change"] and str(row["change"])
    if changes_only:
        changes = data.get("changes") or {}
        if row["type"].endswith(".updated") and not changes:
            return None  # only hidden fields changed: nothing that this reader could be told
        return {
            "id": row["id"], "at": at, "person": person, "type": row["type"], "changes": changes, "change": change,
            "mode": row["mode"], "cause": row["cause"],
        }  # fmt: skip
    if row["type"] == f"{kind.key}.updated" and not data.get("changes"):
        return None
    return {
        "id": row["id"], "type": row["type"], "occurred_at": at, "person": person, "claimed": row["claimed"], "data": data,
        "source": row["source"], "depth": row["depth"], "cause": row["cause"], "mode": row["mode"], "change": change,
        "duration_sec": row["duration_sec"], "record": row["record"] and str(row["record"]),
    }  # fmt: skip


def clean_data(kind: ObjectType, levels: Mapping[str, str], data: Any) -> Any:
    """An event's data as the reader may see it: whatever stands under a field's name follows that field's policy."""
    if isinstance(data, Mapping):
        cleaned: dict[str, Any] = {}
        for key, value in data.items():
            spec = kind.fields.get(key)
            if spec is None or key in ("id", "version"):
                cleaned[key] = clean_data(kind, levels, value)
            elif levels.get(key) == "masked":
                cleaned[key] = [_masked(spec, one) for one in value] if _is_pair(value) else _masked(spec, value)
            elif key in levels:
                cleaned[key] = value
        return cleaned
    if isinstance(data, list):
        return [clean_data(kind, levels, item) for item in data]
    return data


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


def _masked(spec: Any, value: Any) -> Any:
    try:
        return mask(spec, value)
    except (TypeError, AttributeError, IndexError, KeyError):
        return "***"


def _mentioned(kind: ObjectType, rows: Sequence[Mapping[str, Any]]) -> tuple[set[str], dict[str, set[str]]]:
    """Ids of people and related records that the rows' changes name."""
    people = {row["person"] for row in rows if row["person"]}
    targets: dict[str, set[str]] = {}
    for row in rows:
        changes = row.get("changes") or (row.get("data") or {}).get("changes") or {}
        for key, pair in changes.items():
            spec = kind.fields.get(key)
            ids = {one for one in pair if _is_id(one)} if _is_pair(pair) else set()
            if spec is not None and spec.kind.key == "person":
                people |= ids
            elif spec is not None and spec.to:
                targets.setdefault(spec.to, set()).update(ids)
        for value in (row.get("data") or {}).values():
            if _is_id(value):
                people.add(value)  # an owner, a manager: only ids of people find a name
    return people, targets


def _is_id(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 36:
        return False
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _make_cursor(row: Any) -> str:
    content = json.dumps([wire_of_instant(row["occurred_at"]), row["id"]])
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[str, int]:
    from xingji.kernel.records.field_kinds.kind import Refused
    from xingji.kernel.records.field_kinds.times import read_instant

    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(last, int) or abs(last) > 2**62:
            raise ValueError
        return wire_of_instant(read_instant(at)), last
    except (ValueError, TypeError, Refused):
        raise invalid("records.bad_cursor") from None
