"""The sink of expressions that ask a record's log over time: first, last, how often, by how many people, at which pace.

Every count, sum, first or last that expressions ask of the record's own events becomes one column of one look at these
events. An event taken back is none of them. With `past` the row is a record at an instant of the past: `b.now` is now, and stored fields are read back.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from xingji.kernel.cel import Env, FunctionArg, Kind, Var, check, to_sql
from xingji.kernel.cel.environment import ALL, LOG_FUNCTIONS
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import Actor
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.fields import Field
from xingji.kernel.records.past_values import typed
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.sink import EVENT_NUMBER, RecordSink, Resolver
from xingji.kernel.records.statement import Statement

#: Stands for "the instant of this row"; never reaches the database.
EACH = datetime(1970, 1, 1, 0, 0, 0, 3, tzinfo=UTC)
DAY = 86_400.0
LEAST_GAPS = 4
HALF_A_YEAR = "interval '180 days'"


def over_time_env(schema: Schema, object_key: str, extra: dict[str, Var] | None = None) -> Env:
    """An object's full environment with the functions of the log."""
    plain = cel_env(schema, object_key, extra)
    return Env(plain.variables, ALL | LOG_FUNCTIONS, plain.zone, plain.money_scale)


class OverTimeSink(RecordSink):
    """A sink over one record now, or at an instant of the past."""

    def __init__(
        self, schema: Schema, object_key: str, *, now: datetime, past: bool = False, alias: str = "r",
        statement: Statement | None = None, names: dict[str, Resolver] | None = None, calendar: str = "office", actor: Actor | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            schema, object_key, now=EACH if past else now, alias=alias, statement=statement, names=names, calendar=calendar, actor=actor
        )
        self.past = past
        self.looks: dict[str, str] = {}
        self.types: set[str] = set()
        self.columns: dict[str, str] = {}

    def compile_over_time(self, source: str, env: Env, want: Kind | None = None, *, only_true: bool = False) -> str:
        """SQL of an expression of that environment. Raises: CelError."""
        return to_sql(check(source, env, want), self, only_true=only_true)

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder, or the row's own instant."""
        return "b.now" if value is EACH else super().bind(value, pg_type)

    @property
    def now_sql(self) -> str:
        """SQL of now."""
        return self.bind(self.now, "timestamptz")

    def events_join(self, *, few: bool, ids: str | None = None) -> str:
        """The one look at the events: per record for few records, one pass over the log for all, or over that of `ids` (SQL)."""
        if not self.looks:
            return ""
        values = ", ".join(f"{sql} as {name}" for sql, name in self.looks.items())
        types = self.bind(_Types(sorted(self.types)), "text[]")
        if self.past or (few and ids is None):
            of = f"e.record = {self.alias}.id and e.type = any ({types}) and e.occurred_at <= {self.now_sql} and {standing('e')}"
            return f" left join lateral (select {values} from event e where {of}) ev on true"
        assert self.kind is not None
        of = f"e.object = {self.bind(self.kind.key, 'text')} and e.type = any ({types}) and e.occurred_at <= {self.now_sql} and {standing('e')}{f' and e.record = any ({ids})' if ids else ''}"
        return f" left join (select e.record, {values} from event e where {of} group by e.record) ev on ev.record = {self.alias}.id"

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """SQL of a function: of the log here, of any other below."""
        found = LOOKS.get(name) or OVER_TIME.get(name)
        if found is None:
            return super().call(name, args)
        return found(self, args)

    def look(self, sql: str, types: tuple[str, ...], empty: str | None = None) -> str:
        """A column of the one look at the events."""
        self.types.update(types)
        name = f"ev.{self.looks.setdefault(sql, f'f{len(self.looks) + 1}')}"
        return f"coalesce({name}, {empty})" if empty else name

    def recorded(self, types: tuple[str, ...]) -> str:
        """How many such events there are that are not somebody's own word."""
        return self.look(f"count(*) filter (where {self.wanted(types)} and not e.claimed)", types, "0")

    def wanted(self, types: tuple[str, ...]) -> str:
        """The condition that an event is of these types."""
        return f"e.type = any ({self.bind(_Types(types), 'text[]')})"

    def within(self, arg: FunctionArg) -> str:
        """The condition that an event lies within a window before now."""
        return f"e.occurred_at > {self.now_sql} - {self.bind(arg.literal, 'interval')}"

    def _value(self, kind: ObjectType, alias: str, spec: Field) -> str:
        sql = super()._value(kind, alias, spec)
        if not self.past or alias != self.alias or spec.column is None or spec.key in ("id", "created_at", "owner", "brand"):
            return sql
        key = self.bind(spec.key, "text")
        joined = self._add_join(("past", spec.key), lambda new: (
            f" left join lateral (select e.data #> array['changes', {key}, '0'] as v from event e"
            f" where e.record = {alias}.id and e.occurred_at > b.now and (e.data -> 'changes') ? {key}"
            f" order by e.occurred_at, e.id limit 1) {new} on true"
        ))  # fmt: skip
        return f"(case when {joined}.v is not null then {typed(f'{joined}.v', spec.cel)} else {sql} end)"


class _Types(list):  # type: ignore[type-arg]
    """Types that are bound once."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self))


# ── columns of the one look ──────────────────────────────────────────────────────────────────────────────────────
Function = Callable[[OverTimeSink, tuple[FunctionArg, ...]], str]


def _types(arg: FunctionArg) -> tuple[str, ...]:
    return tuple(str(one) for one in (arg.literal if isinstance(arg.literal, tuple) else (arg.literal,)))


def _count(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    types = _types(args[0])
    window = f" and {sink.within(args[1])}" if len(args) > 1 else ""
    return sink.look(f"count(*) filter (where {sink.wanted(types)}{window})", types, "0")


def _sum(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    types = _types(args[0])
    number = EVENT_NUMBER.format(key=sink.bind(str(args[1].literal), "text"))
    window = f" and {sink.within(args[2])}" if len(args) > 2 else ""
    return sink.look(f"sum({number}) filter (where {sink.wanted(types)}{window})", types, "0")


def _last(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    types = _types(args[0])
    return sink.look(f"max(e.occurred_at) filter (where {sink.wanted(types)})", types)


def _first(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    types = _types(args[0])
    return sink.look(f"min(e.occurred_at) filter (where {sink.wanted(types)})", types)


def _change(sink: OverTimeSink, key: Any) -> tuple[str, tuple[str, ...]]:
    """The condition that an event moved a field from one value to another."""
    assert sink.kind is not None
    if str(key) not in sink.kind.fields:
        raise invalid("records.unknown_field", field=str(key))
    name, types = sink.bind(str(key), "text"), (f"{sink.kind.key}.updated",)
    pair = f"e.data -> 'changes' -> {name}"
    return f"{sink.wanted(types)} and jsonb_typeof({pair} -> 0) <> 'null' and jsonb_typeof({pair} -> 1) <> 'null'", types


def _count_changes(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    moved, types = _change(sink, args[0].literal)
    window = f" and {sink.within(args[1])}" if len(args) > 1 else ""
    return sink.look(f"count(*) filter (where {moved}{window})", types, "0")


def _last_change(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    assert sink.kind is not None
    types = (f"{sink.kind.key}.updated",)
    name = sink.bind(str(args[0].literal), "text")
    return sink.look(f"max(e.occurred_at) filter (where {sink.wanted(types)} and (e.data -> 'changes') ? {name})", types)


LOOKS: dict[str, Function] = {
    "count_events": _count, "sum_events": _sum, "last_event": _last, "first_event": _first, "count_changes": _count_changes,
    "last_change": _last_change,
}  # fmt: skip


# ── what needs a look of its own ─────────────────────────────────────────────────────────────────────────────────


def _days(later: str, earlier: str) -> str:
    return f"(date_part('epoch', {later} - {earlier}) / {DAY})"


def _days_since(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    return _days(sink.now_sql, args[0].sql)


def _days_from(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    return _days(args[1].sql, args[0].sql)


def _count_after(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    return (
        f"(select count(*) from event e where e.record = {sink.alias}.id and {sink.wanted(_types(args[0]))}"
        f" and e.occurred_at <= {sink.now_sql} and e.occurred_at > coalesce({args[1].sql}, '-infinity') and {standing('e')})"
    )


def _people_around(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    """Persons other than the owner with such events on the record, or on records that name it."""
    assert sink.kind is not None
    own = [f"select {sink.alias}.id"]
    for other in sink.schema.objects.values():
        for field in other.fields.values():
            if field.kind.key == "relation" and field.to == sink.kind.key and field.column is not None:
                own.append(f"select x.id from {other.table} x where x.{quoted(field.column)} = {sink.alias}.id and x.deleted_at is null")
    return (
        f"(select count(distinct e.person) from event e where e.record in ({' union all '.join(own)}) and {sink.wanted(_types(args[0]))}"
        f" and e.person is distinct from {sink.alias}.owner and e.occurred_at <= {sink.now_sql} and {sink.within(args[1])}"
        f" and {standing('e')})"
    )


def _count_related(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    other_key, _, relation = str(args[0].literal).partition(".")
    other = sink.schema.object(other_key)
    column = other.field(relation).column
    born = f" and x.created_at <= {sink.now_sql}" if sink.past else ""
    return f"(select count(*) from {other.table} x where x.{quoted(str(column))} = {args[1].sql} and x.deleted_at is null{born})"


def _usual_gap_days(sink: OverTimeSink, args: tuple[FunctionArg, ...]) -> str:
    """The median distance between the days with such events in the last half year; none below four distances."""
    days = (
        f"select distinct e.occurred_at::date as day from event e where e.record = {sink.alias}.id and {sink.wanted(_types(args[0]))}"
        f" and e.occurred_at <= {sink.now_sql} and e.occurred_at > {sink.now_sql} - {HALF_A_YEAR} and {standing('e')}"
    )
    return (
        f"(select case when count(g.gap) >= {LEAST_GAPS} then percentile_cont(0.5) within group (order by g.gap) end::float8"
        f" from (select d.day - lag(d.day) over (order by d.day) as gap from ({days}) d) g)"
    )


OVER_TIME: dict[str, Function] = {
    "days_since": _days_since, "days_from": _days_from, "count_after": _count_after, "people_around": _people_around,
    "count_related": _count_related, "usual_gap_days": _usual_gap_days,
}  # fmt: skip
