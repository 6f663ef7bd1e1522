"""The one query compiler: object, filter, search, order and page become SQL, with row scope and field policy inside.

Every read of records is compiled here, so no list, export, aggregate, search or drill-down can leave the policy out.
What a request names (filter, order, groups) is checked in the reader's environment: a hidden or masked field is as
unknown there as one that does not exist.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.cel import SQL_TYPES, Kind, check, to_sql
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.protocols import Actor
from xingji.kernel.records.checks import SORT
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.search_tokens import query_words, tagged
from xingji.kernel.records.sink import RecordSink, scope_sql
from xingji.kernel.records.store import searched_fields
from xingji.kernel.records.visibility import visible_fields

MOST_FOUND = 5_000
MOST_SORTS = 5
LONGEST_SEARCH = 200
NEVER_NULL = frozenset({"id", "created_at", "updated_at", "version", "write_mode"})


@dataclass(frozen=True, slots=True)
class SortKey:
    """One part of an order: SQL over the row, its type, its direction, and whether it can be NULL."""

    sql: str
    pg_type: str
    descending: bool
    nullable: bool

    def order(self, sql: str) -> str:
        """The ORDER BY item; what cannot be NULL names no place for it, so that the index fits."""
        return f"{sql}{' desc' if self.descending else ''}{' nulls last' if self.nullable else ''}"


class Reading:
    """One read of an object's rows by an actor: collects conditions, joins and bound values for a statement."""

    def __init__(self, schema: Schema, kind: ObjectType, actor: Actor, now: datetime, *, verb: str = "read") -> None:
        self.schema = schema
        self.kind = kind
        self.actor = actor
        self.levels = visible_fields(schema, actor, kind.key)
        self.env = cel_env(schema, kind.key, policy=actor.policy)
        self.sink = RecordSink(schema, kind.key, now=now, actor=actor, guarded=actor.policy is not None)
        self.conditions: list[str] = ["r.deleted_at is null"]
        self._scope_joins = ""
        scope, self._scope_joins = scope_sql(self.sink, verb)
        if scope != "true":
            self.conditions.append(scope)

    # ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────

    def narrow(self, source: str | None) -> None:
        """Rows for which a CEL condition of the request holds. Raises: CelError with positions."""
        if source is not None and source.strip():
            checked = check(source, self.env, Kind.boolean)
            self.conditions.append(to_sql(checked, self.sink, only_true=True))

    def only(self, ids: Sequence[UUID]) -> None:
        """Rows with these ids."""
        self.conditions.append(f"r.id = any ({self.sink.bind(list(ids), 'uuid[]')})")

    def among(self, field: str, values: Sequence[Any]) -> None:
        """Rows whose stored field is one of these wire values. Raises: `records.invalid` for a field not seen."""
        spec = self.kind.fields.get(field)
        if spec is None or spec.column is None or self.levels.get(field) not in ("read", "write"):
            raise invalid("records.invalid", [Problem("records.unknown_field", "where_in", {"field": str(field)[:80]})])
        texts = self.sink.bind([str(value) for value in values], "text[]")
        element = str(spec.pg_type).replace(' collate "C"', "")
        self.conditions.append(f"{self.sink.field_sql(field)} = any ({texts}::{element}[])")

    def search(self, text: str | None) -> None:
        """Rows found by a text in fields the reader sees: two adjacent characters on, initials, ends of numbers."""
        if text is None or not text.strip():
            return
        text = text[:LONGEST_SEARCH]
        fields = [spec.key for spec in searched_fields(self.kind) if self.levels.get(spec.key) in ("read", "write")]
        veiled = {key: veil for key in fields if (veil := self.sink.veil(key))}
        found = [self._found(text, [key for key in fields if key not in veiled])]
        if veiled:
            # What a row mask covers is found only in the rows where it does not.
            shown = " and ".join(f"not {veil}" for veil in dict.fromkeys(veiled.values()))
            found.append(f"({self._found(text, fields)} and {shown})")
        self.conditions.append(f"({' or '.join(found)})")

    def _found(self, text: str, fields: Sequence[str]) -> str:
        words = [
            [tagged(key, tokens) for key in fields for tokens in alternatives] for alternatives in query_words(text)
        ]
        if not words or not fields:
            return "false"
        # An id-list step of its own, as the owner's function: the GIN index is out of reach under row level security.
        asked = self.sink.bind(json.dumps(words, ensure_ascii=False), "text")
        name = self.sink.bind(self.kind.key, "text")
        return f"r.id = any ((select search_ids({name}, {asked}::jsonb, {MOST_FOUND}))::uuid[])"

    def expression(self, source: str, want: Kind | None = None) -> tuple[str, Kind]:
        """SQL and kind of an expression of the request."""
        checked = check(source, self.env, want)
        return to_sql(checked, self.sink), checked.result

    # ── order and pages ──────────────────────────────────────────────────────────────────────────────────────────

    def sort_keys(self, sort: Sequence[str]) -> list[SortKey]:
        """The order of a list, ending with the id. Raises: `records.invalid` naming a part that is no order."""
        if len(sort) > MOST_SORTS:
            raise invalid("records.invalid", [Problem("records.too_many_sorts", "sort", {"most": MOST_SORTS})])
        keys: list[SortKey] = []
        for n, part in enumerate(sort):
            found = SORT.match(part) if isinstance(part, str) else None
            spec = self.kind.fields.get(found[2]) if found else None
            if spec is None or self.levels.get(spec.key) not in ("read", "write") or not spec.kind.sortable:
                name = part.lstrip("-") if isinstance(part, str) else ""
                raise invalid("records.invalid", [Problem("records.unknown_field", f"sort.{n}", {"field": name[:80]})])
            sql, pg_type = self._sorted_by(spec)
            keys.append(SortKey(sql, pg_type, bool(found and found[1]), spec.key not in NEVER_NULL))
            if spec.key == "id":
                return keys
        descending = keys[-1].descending if keys else True
        return [*keys, SortKey("r.id", "uuid", descending, False)]

    @property
    def usual_sort(self) -> str:
        """The object's own order, or the newest first for a reader who does not see the field it is by."""
        return self.kind.sort if self.levels.get(self.kind.sort.lstrip("-")) in ("read", "write") else "-id"

    def _sorted_by(self, spec: Field) -> tuple[str, str]:
        if spec.kind.key == "choice":
            options = self.sink.bind(tuple(spec.option_keys), "text[]")
            return f"array_position({options}, {self.sink.field_sql(spec.key)})", "int"
        if spec.kind.key == "person":
            return f"{self.sink.relation(spec.key)}.name", "text"
        if spec.kind.key == "relation":
            target = self.schema.object(str(spec.to))
            title = target.fields[target.title]
            seen = visible_fields(self.schema, self.actor, target.key).get(title.key)
            if title.column is not None and seen in ("read", "write") and title.cel is Kind.text:
                return f"{self.sink.relation(spec.key)}.{quoted(title.column)}", "text"
        return self.sink.field_sql(spec.key), SQL_TYPES.get(spec.cel, "text")

    def after(self, keys: Sequence[SortKey], cursor: str | None) -> None:
        """Rows behind the last one of the page before. Raises: `records.bad_cursor`."""
        if cursor is None:
            return
        values = read_cursor(cursor, self.kind, keys)
        binds = [
            None if value is None else f"({self.sink.bind(value, 'text')})::{key.pg_type}"
            for key, value in zip(keys, values, strict=True)
        ]
        if not any(key.nullable for key in keys) and len({key.descending for key in keys}) == 1:
            left, right = ", ".join(key.sql for key in keys), ", ".join(str(bind) for bind in binds)
            self.conditions.append(f"({left}) {'<' if keys[0].descending else '>'} ({right})")
            return
        choices, equal = [], []
        for key, bind in zip(keys, binds, strict=True):
            if bind is None:
                equal.append(f"{key.sql} is null")
                continue
            later = f"{key.sql} {'<' if key.descending else '>'} {bind}"
            later = f"({later} or {key.sql} is null)" if key.nullable else later
            choices.append(" and ".join([*equal, later]))
            equal.append(f"{key.sql} = {bind}")
        self.conditions.append(f"({' or '.join(f'({choice})' for choice in choices)})")

    # ── the statement ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def source(self) -> str:
        """FROM and WHERE of the rows, as compiled so far."""
        joins = f"{self.sink.from_joins}{self._scope_joins}"
        return f"from {self.kind.table} r{joins} where {' and '.join(self.conditions)}"

    def page(self, keys: Sequence[SortKey], limit: int) -> str:
        """A subquery with `id`, the order's keys as k0, k1, … and their texts c0, c1, … for the cursor."""
        columns = [f"{key.sql} as k{n}, ({key.sql})::text as c{n}" for n, key in enumerate(keys)]
        order = ", ".join(key.order(key.sql) for key in keys)
        return f"(select r.id, {', '.join(columns)} {self.source} order by {order} limit {int(limit)})"


def make_cursor(kind: ObjectType, keys: Sequence[SortKey], values: Sequence[str | None]) -> str:
    """Where a page ends, as text without meaning to others."""
    content = json.dumps([_signature(kind, keys), list(values)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_cursor(cursor: str, kind: ObjectType, keys: Sequence[SortKey]) -> list[str | None]:
    """The values of a cursor made for this object and order. Raises: `records.bad_cursor`."""
    try:
        content = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        signature, values = content
        good = signature == _signature(kind, keys) and len(values) == len(keys)
        good = good and all(value is None or isinstance(value, str) for value in values)
        good = good and all(value is not None or key.nullable for key, value in zip(keys, values, strict=True))
    except (ValueError, TypeError, binascii.Error, UnicodeError):
        good, values = False, []
    if not good or any(value and "\0" in value for value in values):
        raise invalid("records.bad_cursor")
    return list(values)


def _signature(kind: ObjectType, keys: Sequence[SortKey]) -> str:
    described = [kind.key, *(f"{key.sql}{key.descending}" for key in keys)]
    return hashlib.sha256("|".join(described).encode()).hexdigest()[:12]
