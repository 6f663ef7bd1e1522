"""What a rule's expressions may name, and the SQL of those names over a batch. Owns `event`, `old`, `changed`.

A batch is materialised first: every field an expression reads becomes one column of it, every count or last of events
one join for the whole batch. Conditions then read those columns alone, so nothing is computed per rule and row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from xingji.kernel.cel import Checked, Env, FunctionArg, Kind, Var, check, to_sql
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.env import cel_env, record_var
from xingji.kernel.records.past_values import typed
from xingji.kernel.records.schema import Schema
from xingji.kernel.records.sink import EVENT_NUMBER, RecordSink
from xingji.kernel.records.statement import Statement

# Stands for "the instant of this row" where the records floor binds a value; never reaches the database.
NOW = datetime(1970, 1, 1, 0, 0, 0, 1, tzinfo=UTC)

EVENT = Var(
    Kind.record,
    nullable=False,
    fields={
        "type": Var(Kind.text, nullable=False),
        "at": Var(Kind.timestamp, nullable=False),
        "person": Var(Kind.uuid),
        "source": Var(Kind.text),
        "claimed": Var(Kind.boolean, nullable=False),
        "duration_sec": Var(Kind.double),
        "data": Var(Kind.text_map, nullable=False),
    },
)


def rule_env(schema: Schema, object_key: str | None) -> Env:
    """The environment of a rule about an object (or about events alone)."""
    key = object_key if object_key in schema.objects else None
    return schema.memo(("rules.env", key), lambda: _build(schema, key))


def _build(schema: Schema, object_key: str | None) -> Env:
    extra = {"event": EVENT}
    if object_key is not None:
        extra["old"] = record_var(schema, object_key)
    return cel_env(schema, object_key, extra)


@dataclass
class BatchSink:
    """Where SQL of a rule's names comes from. `inner` is the records floor's sink over the row `r`.

    Columns and windows gather what the batch must materialise; expressions read it under the alias `j`.
    """

    schema: Schema
    object: str | None
    statement: Statement
    calendar: str = "office"
    as_of: bool = False  # stored fields as they were at the row's `now`, read back from the log
    columns: dict[str, str] = field(default_factory=dict)
    windows: dict[tuple[Any, ...], tuple[str, str]] = field(default_factory=dict)
    past: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inner = RecordSink(
            self.schema, self.object, now=NOW, alias="r", statement=self.statement, calendar=self.calendar
        )

    def compile(self, checked: Checked, *, only_true: bool = False) -> str:
        """SQL of a checked expression over the materialised batch."""
        return to_sql(checked, self, only_true=only_true)

    # ── the faces of cel.Sink ────────────────────────────────────────────────────────────────────────────────────

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder with its cast."""
        return self.statement.bind(value, pg_type)

    def column(self, path: tuple[str, ...], var: Var) -> str:
        """SQL of a name: a column of the batch."""
        if path == ("now",):
            return "j.now"
        if path[0] == "event":
            if path[1] == "data":
                return f"(j.data ->> {self.bind(path[2], 'text')})"
            return f"j.{path[1]}"
        if path[0] == "old":
            return self._old(path[1], var)
        sql = self.inner.column(path, var)
        if self.as_of and len(path) == 1 and self._is_stored(path[0]):
            sql = self._past(path[0], sql, var)
        return self._materialised(sql)

    def _is_stored(self, key: str) -> bool:
        kind = self.inner.kind
        return kind is not None and key in kind.fields and kind.fields[key].column is not None

    def _past(self, key: str, sql: str, var: Var) -> str:
        """The first change after the row's instant knows what the field held until then."""
        if key not in self.past:
            alias, name = f"p{len(self.past) + 1}", self.bind(key, "text")
            self.past[key] = (
                alias,
                f" left join lateral (select e.data #> array['changes', {name}, '0'] as v from event e"
                f" where e.record = b.record and e.occurred_at > b.now and (e.data -> 'changes') ? {name}"
                f" order by e.occurred_at, e.id limit 1) {alias} on true",
            )
        alias = self.past[key][0]
        return f"(case when {alias}.v is not null then {typed(f'{alias}.v', var.kind)} else {sql} end)"

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """SQL of one of our functions."""
        if name == "changed":
            return f"coalesce((j.data -> 'changes') ? {self.bind(str(args[0].literal), 'text')}, false)"
        if name in ("count_events", "last_event"):
            return self._window(name, args)
        if name == "sum_events":
            return self._summed_by_row(args)
        if name == "working_minutes_since":
            return f"working_minutes({self.bind(self.calendar, 'text')}, {args[0].sql}, j.now)"
        return self.inner.call(name, args)

    # ── what is materialised ─────────────────────────────────────────────────────────────────────────────────────

    def _materialised(self, sql: str) -> str:
        return f"j.{self.columns.setdefault(sql, f'c{len(self.columns) + 1}')}"

    def _old(self, key: str, var: Var) -> str:
        name = self.bind(key, "text")
        value = f"(j.data #> array['changes', {name}, '0'])"
        now = self._materialised(self.inner.column((key,), var))
        return f"(case when (j.data -> 'changes') ? {name} then {typed(value, var.kind)} else {now} end)"

    def _window(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        types = args[0].literal if isinstance(args[0].literal, tuple) else (args[0].literal,)
        length = args[1].literal if len(args) > 1 else None
        if len(args) > 1 and length is None:
            return self._counted_by_row(types, args[1].sql)
        key = (name, types, length)
        if key not in self.windows:
            alias = f"w{len(self.windows) + 1}"
            self.windows[key] = (alias, self._window_sql(name, types, length))
        alias = self.windows[key][0]
        return f"coalesce(j.{alias}, 0)" if name == "count_events" else f"j.{alias}"

    def _window_sql(self, name: str, types: tuple[Any, ...], length: Any) -> str:
        """One aggregate for all subjects of the batch; the index on (record, occurred_at) serves it."""
        value = "count(*)" if name == "count_events" else "max(e.occurred_at)"
        since = "" if length is None else f" and e.occurred_at > s.now - {self.bind(length, 'interval')}"
        return (
            f"select s.record, s.now, {value} as n from (select distinct record, now from batch) s"
            f" join event e on e.record = s.record and e.type = any ({self.bind(list(types), 'text[]')})"
            f" and e.occurred_at <= s.now{since} and {standing('e')} group by s.record, s.now"
        )

    def _summed_by_row(self, args: tuple[FunctionArg, ...]) -> str:
        types = args[0].literal if isinstance(args[0].literal, tuple) else (args[0].literal,)
        since = f" and e.occurred_at > j.now - ({args[2].sql}) * interval '1 microsecond'" if len(args) > 2 else ""
        number = EVENT_NUMBER.format(key=self.bind(args[1].literal, "text"))
        return (
            f"(select coalesce(sum({number}), 0) from event e where e.record = j.record"
            f" and e.type = any ({self.bind(list(types), 'text[]')}) and e.occurred_at <= j.now{since} and {standing('e')})"
        )

    def _counted_by_row(self, types: tuple[Any, ...], length: str) -> str:
        return (
            f"(select count(*) from event e where e.record = j.record and e.type = any ({self.bind(list(types), 'text[]')})"
            f" and e.occurred_at <= j.now and e.occurred_at > j.now - ({length}) * interval '1 microsecond' and {standing('e')})"
        )

    def materialise(self, batch: str) -> str:
        """The WITH list: `batch` as given, each window, and `joined` with every column the expressions read."""
        parts = [f"batch as materialized ({batch})"]
        parts += [f"{alias} as materialized ({sql})" for alias, sql in self.windows.values()]
        values = [f"{sql} as {name}" for sql, name in self.columns.items()]
        joins = ""
        if self.inner.kind is not None:
            joins = f" join {self.inner.kind.table} r on r.id = b.record" + self.inner.from_joins
            joins += "".join(sql for _, sql in self.past.values())
            values.append("r.deleted_at is null as alive")
        for alias, _ in self.windows.values():
            values.append(f"{alias}.n as {alias}")
            joins += f" left join {alias} on {alias}.record = b.record and {alias}.now = b.now"
        columns = "".join(f", {value}" for value in values)
        return f"with {', '.join(parts)}, joined as materialized (select b.*{columns} from batch b{joins})"


def checked_rule(schema: Schema, object_key: str | None, source: str, want: Kind | None) -> Checked:
    """A rule's expression, checked. Raises: CelError."""
    return check(source, rule_env(schema, object_key), want)


def bound_values(values: Sequence[Any], now: datetime) -> list[Any]:
    """The values of a compiled statement with the unit of work's now in place of its stand-in."""
    return [now if value is NOW else value for value in values]
