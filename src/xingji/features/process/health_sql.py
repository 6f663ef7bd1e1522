"""The one statement that says what is done of a playbook's actions, for all its records. Owns that SQL; weighs nothing.

The records floor compiles the expressions and names the table; here they become one array per record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from xingji.features.process.document import Action, Playbook
from xingji.kernel.cel import Kind
from xingji.kernel.records import RecordSink, Schema
from xingji.kernel.records.schema import ObjectType, quoted

# Stands for "now" while the statement is compiled once and kept.
NOW = datetime(1970, 1, 1, 0, 0, 0, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL answering id, stage, owner, brand, minutes and done (one boolean an action, null where it does not concern)."""

    sql: str
    values: list[Any]
    limits: tuple[float | None, ...]

    def bound(self, now: datetime, ids: Sequence[UUID] | None) -> list[Any]:
        """The values with this instant and these ids."""
        return [now if value is NOW else (list(ids) if ids is not None else None) if value == "ids" else value for value in self.values]


def compile_health(schema: Schema, book: Playbook) -> Compiled:
    """The statement of one playbook version. Raises: CelError when one of its expressions does not hold any more."""
    kind = schema.object(book.object)
    sink = RecordSink(schema, book.object, now=NOW, alias="r", calendar=book.calendar)
    ids = sink.bind("ids", "uuid[]")
    done = ", ".join(_done(sink, kind, action) for action in book.actions)
    types = sorted({name for action in book.actions if action.evidence for name in action.evidence.events})
    said = (
        "left join lateral (select array_agg(a.action) filter (where a.state in ('claimed', 'evidence', 'confirmed')) as said,"
        " array_agg(a.action) filter (where a.state = 'confirmed') as confirmed, array_agg(a.action) filter (where a.state = 'na') as na,"
        " jsonb_object_agg(a.action, (select count(*) from jsonb_array_elements(a.evidence) x where coalesce(x -> 'flags', '[]') = '[]')) as shown"
        " from process_action a where a.record = r.id) p on true"
    )
    happened = (
        " left join lateral (select jsonb_object_agg(t.type, t.n) as n from (select e.type, count(*) as n from event e"
        f" where e.record = r.id and e.type = any ({sink.bind(types, 'text[]')}) and not e.claimed group by e.type) t) v on true"
    ) if types else ""  # fmt: skip
    column = lambda key: f"r.{quoted(str(kind.field(key).column))}"  # noqa: E731
    open_ = f" and coalesce({column(book.status)}, '') <> all ({sink.bind([*book.won, *book.lost], 'text[]')})" if book.status else ""
    minutes = f"working_minutes({sink.bind(book.calendar, 'text')}, {column('stage_since')}, {sink.bind(NOW, 'timestamptz')})"
    sql = (
        f"select r.id, {column(book.field)} as stage, r.owner, r.brand, {minutes} as minutes, array[{done}]::boolean[] as done"
        f" from {kind.table} r{sink.from_joins} {said}{happened}"
        f" where r.deleted_at is null and {column('playbook')} = {sink.bind(book.key, 'text')}"
        f" and {column('playbook_version')} = {sink.bind(book.version, 'bigint')}{open_} and ({ids} is null or r.id = any ({ids}))"
    )
    return Compiled(sql, list(sink.values), tuple(action.limit_hours * 60 if action.limit_hours else _stage_limit(book, action) for action in book.actions))


def _stage_limit(book: Playbook, action: Action) -> float | None:
    hours = book.stages[book.index(action.stage)].limit_hours
    return hours * 60 if hours else None


def _done(sink: RecordSink, kind: ObjectType, action: Action) -> str:
    key = sink.bind(action.key, "text")
    parts = []
    for name in action.need:
        value = sink.field_sql(name)
        parts.append(f"({value} is not null" + (f" and {value} <> '')" if kind.field(name).cel is Kind.text else ")"))
    if action.evidence:
        counts = [f"coalesce((p.shown ->> {key})::int, 0)"]
        counts += [f"coalesce((v.n ->> {sink.bind(name, 'text')})::int, 0)" for name in action.evidence.events]
        parts.append(f"({' + '.join(counts)} >= {sink.bind(action.evidence.least, 'int')})")
    if action.fingerprint:
        parts.append(f"coalesce({sink.compile(action.fingerprint, Kind.boolean, only_true=True)}, false)")
    if action.approval:
        flow = sink.bind(action.approval, "text")
        parts.append(f"exists (select 1 from approval q where q.record = r.id and q.flow = {flow} and q.status = 'approved')")
    if action.claimable:
        parts.append(f"coalesce({key} = any (p.said), false)")
    if action.confirm:
        parts.append(f"coalesce({key} = any (p.confirmed), false)")
    done = f"(coalesce({key} = any (p.na), false) or ({' and '.join(parts)}))"
    if action.when:
        return f"(case when coalesce({sink.compile(action.when, Kind.boolean, only_true=True)}, false) then {done} end)"
    return done
