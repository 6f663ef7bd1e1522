"""The one statement that judges the health of all records of a playbook version and keeps it. Owns that SQL.

What was said, shown and approved is gathered in one pass each, a bit per action or flow; what happened is one look at
the log, shared with the expressions, so that both leave out what was taken back. The records floor compiles the
expressions and names the table; weighing happens where the rows are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from xingji.features.process.document import Action, Playbook
from xingji.kernel.cel import Kind
from xingji.kernel.records import Schema
from xingji.kernel.records.over_time import OverTimeSink
from xingji.kernel.records.schema import ObjectType, quoted

# Stands for "now" while the statement is compiled once and kept.
NOW = datetime(1970, 1, 1, 0, 0, 0, 2, tzinfo=UTC)
IDS = "ids"
WEIGHTS = {"completeness": 0.6, "timeliness": 0.25, "collaboration": 0.15}
BANDS = {"green": 0.9, "red": 0.7}
NAMED_MISSING = 3
SETTLED = "(coalesce(said.confirmed, 0) | coalesce(said.na, 0))"
SHOWN = "a.evidence @? '$[*] ? (!exists (@.flags[*]))'"
# Between steps of the weighing: without it the planner writes every expression out wherever its name is used, nested.
FENCE = " offset 0"
COLUMNS = (
    "object, playbook, version, stage, owner, due, done, gaps, stage_minutes, limit_minutes, completeness, timeliness, score, band, missing, at"
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL and its values; `few` is for named records, else for all."""

    sql: str
    values: list[Any]

    def bound(self, now: datetime, ids: Sequence[UUID] | None) -> list[Any]:
        """The values with this instant and these ids."""
        return bound(self.values, now, ids)


def bound(values: Sequence[Any], now: datetime, ids: Sequence[UUID] | None) -> list[Any]:
    """Values with this instant and these ids in place of their stand-ins."""
    return [now if value is NOW else list(ids or ()) if value is IDS else value for value in values]


def compile_done(schema: Schema, book: Playbook, *, few: bool, closed: bool = False, bits: bool = False) -> tuple[str, OverTimeSink]:
    """SQL of the records of a playbook version: id, stage, owner, brand, status, minutes and done, one boolean an action in
    their order (null where it does not concern); with `bits` as three numbers, a bit an action: `ready` (nothing lacks but
    perhaps a confirmation), `settled` (confirmed, or not applicable) and `concerned`, and without what is unverified yet.
    Open ones, or with `closed` those that ended. Raises: CelError."""
    kind = schema.object(book.object)
    sink = OverTimeSink(schema, book.object, now=NOW, alias="r", calendar=book.calendar)
    ids = sink.bind(IDS, "uuid[]") if few else None
    parts = _gathered(sink, book, ids)
    ready = [_ready(sink, kind, n, action, parts) for n, action in enumerate(book.actions)]
    concerned = [_concerned(sink, action) for action in book.actions]
    done = _as_bits(ready, concerned) if bits else _as_array(book.actions, ready, concerned)
    column = lambda key: f"r.{quoted(str(kind.field(key).column))}"  # noqa: E731
    state = f"coalesce({column(book.status)}, '')" if book.status else "''"
    which = f" and {state} {'= any' if closed else '<> all'} ({sink.bind([*book.won, *book.lost], 'text[]')})" if book.status else ""
    # What was brought in from elsewhere is judged from its next move on: until then nobody here could do what it lacks.
    which += f" and {column('unverified')} is not true" if bits else ""
    joins = "".join(f" left join {name} on {name}.record = r.id" for name in parts.tables)
    sql = (
        f"select r.id, {column(book.field)} as stage, {state} as status, r.owner, r.brand, {_minutes(sink, book, column('stage_since'))} as minutes,"
        f" {done} from {kind.table} r{sink.from_joins}{joins}{sink.events_join(few=few, ids=ids)} {_spans(sink, book, column('stage_since'))}"
        f" where r.deleted_at is null and {column('playbook')} = {sink.bind(book.key, 'text')}"
        f" and {column('playbook_version')} = {sink.bind(book.version, 'bigint')}{which}{_among('r.id', ids)}"
    )
    tables = ", ".join(f"{name} as materialized ({text})" for name, text in parts.tables.items())
    return (f"with {tables} {sql}" if tables else sql), sink


def compile_health(schema: Schema, book: Playbook, *, few: bool) -> Compiled:
    """The statement that keeps `process_health` of a version: one row {total} and one per record whose band changed."""
    done, sink = compile_done(schema, book, few=few, bits=True)
    ids = sink.bind(IDS, "uuid[]") if few else None
    judged = _judged(sink, book)
    now, object_key = sink.bind(NOW, "timestamptz"), sink.bind(book.object, "text")
    key, version = sink.bind(book.key, "text"), sink.bind(book.version, "int")
    update = ", ".join(f"excluded.{name.strip()}" for name in COLUMNS.split(","))
    # "not in" is looked up in a hash whatever the planner thinks of the table: "not exists" compared each with each while the
    # table had grown faster than its statistics.
    sql = (
        f"with seen as materialized ({done}), judged as materialized ({judged}),"
        f" kept as (insert into process_health as h (record, {COLUMNS}) select id, {object_key}, {key}, {version}, stage, owner, due, kept, gaps, minutes,"
        f" limit_minutes, completeness, timeliness, score, band, missing, {now} from judged on conflict (record) do update set ({COLUMNS}) = ({update})),"
        f" gone as (delete from process_health h where h.object = {object_key} and h.playbook = {key} and h.version = {version}"
        f"{_among('h.record', ids)} and h.record not in (select id from judged))"
        " select null::uuid as id, (select count(*) from judged) as total, null::text as brand, null::text as before, null::text as band, null::float8 as score, null::jsonb as missing"
        " union all select j.id, 0, j.brand, o.band, j.band, j.score, j.missing from judged j left join process_health o on o.record = j.id"
        " where coalesce(o.band, 'green') <> j.band"
    )
    return Compiled(sql, list(sink.values))


# ── gathering ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Gathered:
    tables: dict[str, str]
    flows: Mapping[str, int]


def _among(column: str, ids: str | None) -> str:
    """A condition of its own shape for named records: with "or all" in it the planner would walk the table for one."""
    return f" and {column} = any ({ids})" if ids else ""


def _gathered(sink: OverTimeSink, book: Playbook, ids: str | None) -> _Gathered:
    """One pass each over what was said and what was approved: bits, and counts where one is not enough."""
    actions = list(book.actions)
    flows = {name: n for n, name in enumerate(sorted({action.approval for action in actions if action.approval}))}
    bits = ", ".join(f"({sink.bind(action.key, 'text')}, {1 << n}::bigint)" for n, action in enumerate(actions))
    several = [(n, action) for n, action in enumerate(actions) if action.evidence and action.evidence.least > 1]
    counted = "".join(
        f", sum((select count(*) from jsonb_array_elements(a.evidence) x where coalesce(x -> 'flags', '[]') = '[]')) filter (where a.action = {sink.bind(action.key, 'text')}) as shown_{n}"
        for n, action in several
    )
    found = {
        "said": f"select a.record, bit_or(k.bit) filter (where a.state in ('claimed', 'evidence', 'confirmed')) as said, bit_or(k.bit) filter (where a.state = 'confirmed') as confirmed,"
        f" bit_or(k.bit) filter (where a.state = 'na') as na, bit_or(k.bit) filter (where a.evidence <> '[]' and {SHOWN}) as shown{counted}"
        f" from process_action a join (values {bits}) k(action, bit) on k.action = a.action where true{_among('a.record', ids)} group by a.record"
    }
    if flows:
        names = ", ".join(f"({sink.bind(name, 'text')}, {1 << n}::bigint)" for name, n in flows.items())
        found["agreed"] = (
            f"select q.record, bit_or(k.bit) as flows from approval q join (values {names}) k(flow, bit) on k.flow = q.flow"
            f" where q.status = 'approved'{_among('q.record', ids)} group by q.record"
        )
    return _Gathered(found, flows)


def _spans(sink: OverTimeSink, book: Playbook, since: str) -> str:
    """The working time before the stage was entered: a look at the laid-out calendar, not a function call per row."""
    return (
        " left join lateral (select case when s.closes < 'infinity' then s.before_us + round(date_part('epoch', least("
        f"{since}, s.closes) - s.opens) * 1e6)::bigint end as us from calendar_span s where s.calendar = {sink.bind(book.calendar, 'text')} collate \"C\""
        f" and s.opens <= {since} order by s.opens desc limit 1) span on true"
    )


def _minutes(sink: OverTimeSink, book: Playbook, since: str) -> str:
    now, calendar = sink.bind(NOW, "timestamptz"), sink.bind(book.calendar, "text")
    until = (
        f"(select case when s.closes < 'infinity' then s.before_us + round(date_part('epoch', least({now}, s.closes) - s.opens) * 1e6)::bigint end"
        f' from calendar_span s where s.calendar = {calendar} collate "C" and s.opens <= {now} order by s.opens desc limit 1)'
    )
    return f"(({until} - span.us) / 60e6)::float8"


def _ready(sink: OverTimeSink, kind: ObjectType, n: int, action: Action, parts: _Gathered) -> str:
    bit = f"{1 << n}::bigint"
    holds = []
    for name in action.need:
        value = sink.field_sql(name)
        holds.append(f"({value} is not null" + (f" and {value} <> '')" if kind.field(name).cel is Kind.text else ")"))
    if action.evidence:
        holds.append(_shown(sink, n, action))
    if action.fingerprint:
        holds.append(f"coalesce({sink.compile(action.fingerprint, Kind.boolean, only_true=True)}, false)")
    if action.approval:
        holds.append(f"coalesce(agreed.flows & {1 << parts.flows[action.approval]}::bigint <> 0, false)")
    if action.claimable:
        holds.append(f"coalesce(said.said & {bit} <> 0, false)")
    return f"(coalesce(said.na & {bit} <> 0, false) or ({' and '.join(holds) or 'true'}))"


def _concerned(sink: OverTimeSink, action: Action) -> str | None:
    """The condition under which an action concerns a record at all; none for all."""
    return f"coalesce({sink.compile(action.when, Kind.boolean, only_true=True)}, false)" if action.when else None


def _as_array(actions: Sequence[Action], ready: Sequence[str], concerned: Sequence[str | None]) -> str:
    done = [f"({one} and {SETTLED} & {1 << n}::bigint <> 0)" if action.confirm else one for n, (action, one) in enumerate(zip(actions, ready, strict=True))]
    held = (f"(case when {of} then {one} end)" if of else one for one, of in zip(done, concerned, strict=True))
    return f"array[{', '.join(held)}]::boolean[] as done"


def _as_bits(ready: Sequence[str], concerned: Sequence[str | None]) -> str:
    """Twenty booleans weighed one by one cost more than reading the record; as bits of a number they cost nothing."""
    always = sum(1 << n for n, of in enumerate(concerned) if of is None)
    some = "".join(f" + case when {of} then {1 << n}::bigint else 0 end" for n, of in enumerate(concerned) if of)
    return f"{' + '.join(_bit(one, n) for n, one in enumerate(ready)) or '0::bigint'} as ready, {SETTLED} as settled, {always}::bigint{some} as concerned"


def _bit(condition: str, n: int) -> str:
    return f"case when {condition} then {1 << n}::bigint else 0 end"


def _shown(sink: OverTimeSink, n: int, action: Action) -> str:
    """Enough was shown, or recorded by something else than the rep's own word."""
    assert action.evidence is not None
    types = action.evidence.events
    seen = sink.recorded(types) if types else "0"
    if action.evidence.least > 1:
        return f"(coalesce(said.shown_{n}, 0) + {seen} >= {action.evidence.least})"
    return f"(coalesce(said.shown & {1 << n}::bigint <> 0, false){f' or {seen} > 0' if types else ''})"


# ── weighing ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _judged(sink: OverTimeSink, book: Playbook) -> str:
    """From done to score and band. Formula and defaults stand in `health`."""
    at = "case s.stage " + " ".join(f"when {sink.bind(stage.key, 'text')} then {n}" for n, stage in enumerate(book.stages)) + " else 0 end"
    order = {stage.key: n for n, stage in enumerate(book.stages)}
    limits = " ".join(f"when {n} then {stage.limit_hours * 60}" for n, stage in enumerate(book.stages) if stage.limit_hours)
    confirms, missing = 0, []
    for n, action in enumerate(book.actions):
        if not action.required:
            continue
        if action.confirm:
            confirms |= 1 << n
        missing.append(f"case when c.lacking & {1 << n}::bigint <> 0 then {_told(sink, n, action)} end")
    first = f"to_jsonb((array_remove(array[{', '.join(missing) or 'null'}]::jsonb[], null))[1:{NAMED_MISSING}])"

    def count(mask: str) -> str:
        return f"bit_count(({mask})::bit(64))::int"

    weights = {**WEIGHTS, **(book.health.get("weights") or {})}
    bands = {**BANDS, **(book.health.get("bands") or {})}
    whole = sum(weights.values()) or 1.0
    counted = (
        f"select c.*, {count('c.owed')} as due, {count('c.owed & c.done')} as kept, {count(f'c.owed & {confirms}::bigint')} as confirmations,"
        f" {count(f'c.lacking & {confirms}::bigint')} as gaps, case when c.lacking = 0 then '[]'::jsonb else {first} end as missing"
        f" from (select d.*, d.owed & ~d.done as lacking from (select s.*, s.concerned & ({_owed(book, order)}) as owed"
        f" from (select s.*, s.ready & (s.settled | {~confirms}::bigint) as done, {at} as at from seen s{FENCE}) s{FENCE}) d{FENCE}) c{FENCE}"
    )
    limit = f"case c.at {limits} end::float8" if limits else "null::float8"
    parts = (
        f"select c.*, {limit} as limit_minutes, case when c.due > 0 then c.kept::float8 / c.due else 1 end as completeness,"
        f" case when c.confirmations > 0 then 1 - c.gaps::float8 / c.confirmations else 1 end as together from ({counted}) c{FENCE}"
    )
    timely = "case when p.limit_minutes is null or coalesce(p.minutes, 0) = 0 or p.minutes <= p.limit_minutes then 1 else p.limit_minutes / p.minutes end::float8"
    score = f"(({weights['completeness']} * q.completeness + {weights['timeliness']} * q.timeliness + {weights['collaboration']} * q.together) / {whole})::float8"
    return (
        f"select w.*, case when w.score > {bands['green']} then 'green' when w.score < {bands['red']} then 'red' else 'yellow' end as band"
        f" from (select q.*, {score} as score from (select p.*, {timely} as timeliness from ({parts}) p{FENCE}) q{FENCE}) w"
    )


def _told(sink: OverTimeSink, n: int, action: Action) -> str:
    """A missing action with whose turn it is: nobody confirms what is not done yet."""

    def told(**more: Any) -> str:
        return f"{sink.bind(msgspec.json.encode({'stage': action.stage, 'action': action.key, **more}).decode(), 'text')}::jsonb"

    if not action.confirm:
        return told(who=action.by)
    return f"case when c.ready & {1 << n}::bigint <> 0 then {told(who=action.confirm.role, confirms=True)} else {told(who=action.by)} end"


def _owed(book: Playbook, order: Mapping[str, int]) -> str:
    """The bits of the actions that should be done by now: of the stages left behind, and late ones of the present stage."""
    cases, behind = [], 0
    for place, stage in enumerate(book.stages):
        late = []
        for n, action in enumerate(book.actions):
            limit = action.limit_hours or stage.limit_hours
            if action.required and order[action.stage] == place and limit:
                late.append(f"case when s.minutes > {limit * 60} then {1 << n}::bigint else 0 end")
        cases.append(f"when {place} then {' + '.join([f'{behind}::bigint', *late])}")
        behind |= sum(1 << n for n, action in enumerate(book.actions) if action.required and order[action.stage] == place)
    return f"case s.at {' '.join(cases)} else 0 end" if cases else "0::bigint"
