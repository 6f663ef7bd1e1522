"""SQL of the names in an expression about records: columns, joins, bound values, functions.

Owns aliases, joins and placeholders of one statement; several expressions about the same row share one sink. Others
(rules, metrics, dispatch) make one over an alias of their own and put `from_joins` behind their FROM item.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.cel import FunctionArg, Kind, Var, check, to_sql
from xingji.kernel.core.errors import invalid
from xingji.kernel.core.protocols import Actor
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.field_kinds.provinces import PROVINCES
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.statement import Statement
from xingji.kernel.records.working_sql import working_minutes_sql

Resolver = Callable[[tuple[str, ...], Var], str]
"""SQL of the rest of a path behind a name the caller brings (event, old)."""
Function = Callable[["RecordSink", tuple[FunctionArg, ...]], str]

PERSON_COLUMNS = frozenset({"id", "key", "name", "title", "tags", "roles", "joined_on", "unit", "manager"})
UNIT_COLUMNS = frozenset({"id", "key", "name", "region", "brand"})
REGION_PARTS = {"province": 1, "city": 2, "district": 3}
MAX_OPEN = 6


class RecordSink:
    """The sink of expressions about one row. `object_key` None: only the names handed in.

    `actor` gives `me`. With `guarded` (expressions from a request) relations lead only to records the actor may read.
    """

    def __init__(
        self,
        schema: Schema,
        object_key: str | None,
        *,
        now: datetime,
        actor: Actor | None = None,
        alias: str = "r",
        statement: Statement | None = None,
        guarded: bool = False,
        names: Mapping[str, Resolver] | None = None,
        functions: Mapping[str, Function] | None = None,
        calendar: str = "office",
    ) -> None:
        self.schema = schema
        self.kind = schema.object(object_key) if object_key is not None else None
        self.now = now
        self.actor = actor
        self.alias = alias
        self.statement = statement or Statement()
        self.guarded = guarded
        self.names = dict(names or {})
        self.functions = dict(functions or {})
        self.calendar = calendar
        self.joins: dict[tuple[Any, ...], tuple[str, str]] = {}
        self._open: list[tuple[str, str]] = []

    @property
    def values(self) -> list[Any]:
        """Bound values in the order of their placeholders."""
        return self.statement.values

    @property
    def from_joins(self) -> str:
        """The joins that the expressions compiled so far need, to stand behind the row's FROM item."""
        return "".join(sql for _, sql in self.joins.values())

    def compile(self, source: str, want: Kind | None = None, *, only_true: bool = False) -> str:
        """SQL of an expression in the object's full environment. Raises: CelError."""
        key = self.kind.key if self.kind else None
        return to_sql(check(source, cel_env(self.schema, key), want), self, only_true=only_true)

    def sibling(self, object_key: str, alias: str, *, guarded: bool = False) -> "RecordSink":
        """A sink over another row of the same statement: binds shared, joins its own."""
        return RecordSink(
            self.schema, object_key, now=self.now, actor=self.actor, alias=alias, statement=self.statement,
            guarded=guarded, calendar=self.calendar,
        )  # fmt: skip

    # ── the faces of cel.Sink ────────────────────────────────────────────────────────────────────────────────────

    def bind(self, value: Any, pg_type: str) -> str:
        """A placeholder with its cast."""
        return self.statement.bind(value, pg_type)

    def column(self, path: tuple[str, ...], var: Var) -> str:
        """SQL of a variable or member."""
        head = path[0]
        if path == ("now",):
            return self.bind(self.now, "timestamptz")
        if head in self.names:
            return self.names[head](path[1:], var)
        if head == "me":
            return self._me(path[1])
        if self.kind is None:
            raise KeyError(head)
        return self._member(self.kind, self.alias, path)

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """SQL of a function of ours; those handed in come first."""
        if name in self.functions:
            return self.functions[name](self, args)
        if name not in FUNCTIONS:
            raise invalid("cel.function_not_here", function=name)
        return FUNCTIONS[name](self, args)

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────────────

    def field_sql(self, key: str) -> str:
        """SQL of a field of the row, computed ones included."""
        assert self.kind is not None
        return self._value(self.kind, self.alias, self.kind.field(key))

    def relation(self, key: str) -> str:
        """The alias under which the record behind a relation (or person) field is joined."""
        assert self.kind is not None
        return self._join(self.kind, self.alias, self.kind.field(key))

    def veil(self, key: str) -> str | None:
        """The condition under which a row mask covers a field of the row for this actor; None when none does."""
        assert self.kind is not None
        return self._veil(self.kind, self.alias, key)

    def _veil(self, kind: ObjectType, alias: str, key: str) -> str | None:
        policy = self.actor.policy if self.actor else None
        masks = [m for m in self.schema.masks.get(kind.key, ()) if key in m.fields]
        if policy is None or not masks or policy.rows(kind.key, "read").everything:
            return None
        parts = []
        for mask in masks:
            if mask.unless_right is not None and policy.may(mask.unless_right):
                continue
            inner = self.sibling(kind.key, alias)
            parts.append(f"coalesce({inner.compile(mask.when, Kind.boolean, only_true=True)}, false)")
            if inner.joins:
                self.joins.setdefault(("veil", alias, mask.when), ("", inner.from_joins))
        return f"({' or '.join(parts)})" if parts else None

    def _me(self, member: str) -> str:
        actor = self.actor
        if member == "id":
            return self.bind(actor.person if actor else None, "uuid")
        value = list(getattr(actor, member, None) or ()) if actor else []
        return self.bind(_Frozen(value), "text[]" if member in ("regions", "brands", "roles") else "uuid[]")

    def _member(self, kind: ObjectType, alias: str, path: tuple[str, ...]) -> str:
        spec = kind.fields[path[0]]
        if len(path) == 1:
            return self._value(kind, alias, spec)
        if spec.cel is Kind.region:
            return f"({alias}.{quoted(str(spec.column))})[{REGION_PARTS[path[1]]}]"
        if path[1:] == ("id",) and not self.guarded:
            return f"{alias}.{quoted(str(spec.column))}"
        joined = self._join(kind, alias, spec)
        if spec.kind.key == "person":
            return self._person(joined, path[1:])
        if spec.kind.key == "unit":
            return _plain(joined, path[1:], UNIT_COLUMNS)
        return self._member(self.schema.object(str(spec.to)), joined, path[1:])

    def _person(self, alias: str, path: tuple[str, ...]) -> str:
        if len(path) == 1:
            return _plain(alias, path, PERSON_COLUMNS)
        table, columns = ("unit", UNIT_COLUMNS) if path[0] == "unit" else ("person", PERSON_COLUMNS)
        joined = self._add_join(
            (alias, path[0]), lambda new: f" left join {table} {new} on {new}.id = {alias}.{path[0]}"
        )
        return _plain(joined, path[1:], columns)

    def _value(self, kind: ObjectType, alias: str, spec: Field) -> str:
        if spec.column is not None:
            sql = f"{alias}.{quoted(spec.column)}"
            veil = self._veil(kind, alias, spec.key) if self.guarded else None
            return f"(case when {veil} then null else {sql} end)" if veil else sql
        if (kind.key, spec.key) in self._open or len(self._open) >= MAX_OPEN:
            raise invalid("records.formula_cycle", object=kind.key, field=spec.key)
        self._open.append((kind.key, spec.key))
        try:
            if spec.kind.key == "formula":
                return self._formula(kind, alias, spec)
            from xingji.kernel.records.rollups import rollup_sql

            return rollup_sql(self, kind, alias, spec)
        finally:
            self._open.pop()

    def _formula(self, kind: ObjectType, alias: str, spec: Field) -> str:
        checked = check(str(spec.document.get("expr", "")), cel_env(self.schema, kind.key), spec.cel)
        if alias == self.alias:
            sink, names = self, self.names
        else:
            sink, names = self.sibling(kind.key, alias, guarded=self.guarded), {}
            sink.joins, sink._open = self.joins, self._open
        # What a caller calls `event` or `old` has no meaning inside an administrator's formula.
        sink.names = {}
        try:
            sql = to_sql(checked, sink)
        finally:
            sink.names = names
        if checked.result is not spec.cel and spec.cel is Kind.money:
            return f"round(({sql})::numeric * {10**self.schema.place.currency_decimals})::bigint"
        return sql

    # ── joins ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _join(self, kind: ObjectType, alias: str, spec: Field) -> str:
        source = f"{alias}.{quoted(str(spec.column))}"
        if spec.kind.key in ("person", "unit"):
            return self._add_join(
                (alias, spec.key), lambda new: f" left join {spec.kind.key} {new} on {new}.id = {source}"
            )
        target = self.schema.object(str(spec.to))
        return self._add_join((alias, spec.key, self.guarded), lambda new: self._record_join(target, source, new))

    def _record_join(self, target: ObjectType, source: str, alias: str) -> str:
        condition = f"{alias}.id = {source} and {alias}.deleted_at is null"
        scope = scope_sql(self.sibling(target.key, "x"), "read") if self.guarded else ("true", "")
        if scope[0] == "true":
            return f" left join {target.table} {alias} on {condition}"
        inner = (
            f"select x.* from {target.table} x{scope[1]} where x.id = {source} and x.deleted_at is null and {scope[0]}"
        )
        return f" left join lateral ({inner.replace('x.*', _columns(target, 'x'))}) {alias} on true"

    def _add_join(self, key: tuple[Any, ...], build: Callable[[str], str]) -> str:
        if key not in self.joins:
            alias = self.statement.alias()
            self.joins[key] = (alias, "")  # taken before its own text is built
            self.joins[key] = (alias, build(alias))
        return self.joins[key][0]


class _Frozen(list):  # type: ignore[type-arg]
    """A list that can be recognised when it is bound twice."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self))


def _plain(alias: str, path: tuple[str, ...], columns: frozenset[str]) -> str:
    if len(path) != 1 or path[0] not in columns:
        raise KeyError(".".join(path))
    return f"{alias}.{path[0]}"


def _columns(kind: ObjectType, alias: str) -> str:
    """Columns by name: `select *` fails on every connection when one is added."""
    names = [f.column for f in kind.fields.values() if f.column is not None]
    return ", ".join(f"{alias}.{quoted(name)}" for name in names) + f", {alias}.deleted_at"


def scope_sql(sink: RecordSink, verb: str) -> tuple[str, str]:
    """Which rows of the sink's object its actor reaches: a condition ("true", "false", …) and the joins it needs."""
    actor = sink.actor
    assert sink.kind is not None
    if actor is None or actor.policy is None:
        return "true", ""
    scope = actor.policy.rows(sink.kind.key, verb)
    if scope.everything:
        return "true", ""
    if scope.cel is None:
        return "false", ""
    # Scopes are the administrator's words about the whole record: full environment, relations unguarded.
    inner = RecordSink(
        sink.schema, sink.kind.key, now=sink.now, actor=actor, alias=sink.alias, statement=sink.statement,
        calendar=sink.calendar,
    )  # fmt: skip
    sql = inner.compile(scope.cel, Kind.boolean, only_true=True)
    return f"({sql})", inner.from_joins


# ── functions of ours ────────────────────────────────────────────────────────────────────────────────────────────


def _working_minutes_since(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    return _working_minutes(sink, args[0].sql, sink.bind(sink.now, "timestamptz"))


def _working_minutes_between(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    return _working_minutes(sink, args[0].sql, args[1].sql)


def _working_minutes(sink: RecordSink, since: str, until: str) -> str:
    calendar = sink.bind(sink.calendar, "text")
    spans = sink.statement.spans(calendar, sink.bind(sink.now, "timestamptz")) if sink.statement.many else None
    return working_minutes_sql(calendar, since, until, spans)


def _in_team(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    team = sink.bind(args[1].literal, "text")
    return (
        "exists (select 1 from person p join unit_reach w on w.unit = p.unit join unit u on u.id = w.ancestor"
        f" where p.id = {args[0].sql} and u.key = {team})"
    )


def _in_region(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    region = sink.bind(args[1].literal, "text")
    place = args[0].sql
    if args[0].kind is Kind.uuid:
        return (
            "exists (select 1 from person p join unit_reach w on w.unit = p.unit join unit u on u.id = w.ancestor"
            f" where p.id = {place} and u.region = {region})"
        )
    codes = sink.bind(_Frozen(PROVINCES), "text[]")
    names = sink.bind(_Frozen(PROVINCES.values()), "text[]")
    named = f"({names})[array_position({codes}, {place})]"
    return (
        f"({place} = {region} or exists (select 1 from region g where g.key = {region}"
        f" and ({place} = any (g.provinces) or {named} = any (g.provinces))))"
    )


def _event_types(sink: RecordSink, arg: FunctionArg) -> str:
    wanted = arg.literal if isinstance(arg.literal, tuple) else (arg.literal,)
    return sink.bind(_Frozen(wanted), "text[]")


def _count_events(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    window = ""
    if len(args) > 1:
        since = f"{sink.bind(sink.now, 'timestamptz')} - ({args[1].sql}) * interval '1 microsecond'"
        window = f" and e.occurred_at > {since}"
    return (
        f"(select count(*) from event e where e.record = {sink.alias}.id and e.type = any ({_event_types(sink, args[0])})"
        f" and e.occurred_at <= {sink.bind(sink.now, 'timestamptz')}{window} and {standing('e')})"
    )


#: A number in an event's data, 0 where there is none: a sum never raises.
EVENT_NUMBER = "case when jsonb_typeof(e.data -> {key}) = 'number' then least(greatest((e.data ->> {key})::numeric, -1e15), 1e15)::float8 else 0 end"


def _sum_events(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    now = sink.bind(sink.now, "timestamptz")
    window = f" and e.occurred_at > {now} - ({args[2].sql}) * interval '1 microsecond'" if len(args) > 2 else ""
    number = EVENT_NUMBER.format(key=sink.bind(args[1].literal, "text"))
    return (
        f"(select coalesce(sum({number}), 0) from event e where e.record = {sink.alias}.id"
        f" and e.type = any ({_event_types(sink, args[0])}) and e.occurred_at <= {now}{window} and {standing('e')})"
    )


def _last_event(sink: RecordSink, args: tuple[FunctionArg, ...]) -> str:
    return (
        f"(select max(e.occurred_at) from event e where e.record = {sink.alias}.id"
        f" and e.type = any ({_event_types(sink, args[0])}) and e.occurred_at <= {sink.bind(sink.now, 'timestamptz')} and {standing('e')})"
    )


FUNCTIONS: Mapping[str, Function] = {
    "working_minutes_since": _working_minutes_since,
    "working_minutes_between": _working_minutes_between,
    "in_team": _in_team,
    "in_region": _in_region,
    "count_events": _count_events,
    "sum_events": _sum_events,
    "last_event": _last_event,
}
