"""Compiles published rules: one statement per object and stage answers which rules match which events of a batch.

Owns the rule set of a revision and the SQL of matching; runs nothing. Rules stand in stages: a rule whose condition
reads what an earlier rule of the same events writes is matched after that one acted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.cel import Checked, Kind
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.definitions.published import Published
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.statement import Statement
from xingji.kernel.rules.actions import ACTIONS
from xingji.kernel.rules.derived import Derived, derived_rules
from xingji.kernel.rules.document import Rule, read_rule
from xingji.kernel.rules.environment import BatchSink, checked_rule

ALL = frozenset({"*"})
MAX_FACTS = 8
OF_THE_EVENT = {"changed"}  # functions that look at the event alone, which no rule changes

# The batch straight from the log: positions of each lane, lower bound excluded, upper bound included. The types are
# asked outside the fence: with the index on types at hand the planner would walk every event of a type there ever was.
FROM_LOG = """select e.id, e.lane, e.xid::text::bigint as xid, e.received_at, e.type, e.record, e.person,
    e.occurred_at as at, e.data, e.source, e.claimed, e.duration_sec, e.change, e.depth, e.cause,
    {now}::timestamptz as now
  from unnest({lanes}::smallint[], {from_xid}::text[], {from_id}::bigint[], {received}::timestamptz[],
      {to_xid}::text[], {to_id}::bigint[]) as l(lane, from_xid, from_id, received_from, to_xid, to_id)
  cross join lateral (select e.id, e.lane, e.xid, e.received_at, e.type, e.record, e.person, e.occurred_at, e.data,
      e.source, e.claimed, e.duration_sec, e.change, e.depth, e.cause, e.mode, e.object from event e
      where e.lane = l.lane and (e.xid, e.id) > (l.from_xid::xid8, l.from_id)
      and (e.xid, e.id) <= (l.to_xid::xid8, l.to_id) and e.received_at >= l.received_from offset 0) e
  where e.type = any ({types}::text[]) and e.mode = 'live'{of_object}"""

# A window of the past, a page at a time; each event's own instant is its now.
FROM_WINDOW = """select e.id, e.lane, e.xid::text::bigint as xid, e.received_at, e.type, e.record, e.person,
    e.occurred_at as at, e.data, e.source, e.claimed, e.duration_sec, e.change, e.depth, e.cause, e.occurred_at as now
  from event e where e.type = any ({types}::text[]) and e.occurred_at >= {since}::timestamptz
    and e.occurred_at < {until}::timestamptz and (e.occurred_at, e.id) > ({since}::timestamptz, {after}::bigint)
    and e.mode = 'live'{of_object} order by e.occurred_at, e.id limit {limit}"""

# The batch as arrays: hits whose expressions are evaluated, timers that are due.
FROM_ARRAYS = """select b.ord as id, b.rule, b.type, b.record, b.person, b.at, b.data::jsonb as data, null::text as source,
    false as claimed, null::float8 as duration_sec, b.now
  from unnest({ords}::bigint[], {rules}::text::text[], {types}::text::text[], {records}::uuid[], {persons}::uuid[],
      {ats}::timestamptz[], {datas}::text::text[], {nows}::text::timestamptz[]) as b(ord, rule, type, record, person, at, data, now)"""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement with its bound values; the first `arguments` of them are given at each run."""

    sql: str
    values: tuple[Any, ...]
    arguments: int


@dataclass(frozen=True, slots=True)
class Stage:
    """Rules matched by one statement. The statement's numbers are places in `rules`."""

    object: str | None
    rules: tuple[Rule, ...]
    types: frozenset[str]
    statement: Compiled


@dataclass
class RuleSet:
    """All rules in force at one revision, compiled. `broken` could not be and are to be quarantined."""

    rev: int
    schema: Schema
    rules: dict[str, Rule]
    stages: dict[str | None, list[Stage]]
    starts: dict[tuple[str | None, str], list[Rule]] = field(default_factory=dict)
    cancels: dict[tuple[str | None, str], list[Rule]] = field(default_factory=dict)
    broken: dict[str, Problem] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)  # documents of rules that other definitions brought
    unfit: dict[str, Problem] = field(default_factory=dict)  # of these, what cannot run

    def once(self, key: Any, build: Any) -> Any:
        """What `build` makes, made once for this rule set."""
        if key not in self.memo:
            self.memo[key] = build()
        return self.memo[key]


async def load_rules(uow: UnitOfWork) -> RuleSet:
    """The compiled rules in force; cached per revision."""
    published = await load_published(uow)
    schema = await load_schema(uow)
    cache, name = uow.database.cache, ("rules", uow.workspace.key)
    held = cache.get(name)
    if held is None or held.rev != published.rev or held.schema is not schema:
        held = cache[name] = build_rules(published, schema, await derived_rules(uow))
    return held


def build_rules(published: Published, schema: Schema, derived: Sequence[Derived] = ()) -> RuleSet:
    """The rule set of a snapshot; a rule that does not compile is left out and noted, and so is a derived one.

    What brought a derived rule stays in force: it was checked, only one of an older version may name what is gone.
    """
    found = RuleSet(published.rev, schema, {}, {}, derived={one.key: one.document for one in derived})
    for one in derived:
        try:
            rule = read_rule(one.key, one.version, one.document)
            try_out(schema, rule)
            found.rules[one.key] = rule
        except Exception as error:  # as below
            found.unfit[one.key] = problem_of(error)
    for key, document in published.of_kind("rule").items():
        if document.get("enabled") is False:
            continue
        try:
            rule = read_rule(key, published.versions["rule", key], document)
            try_out(schema, rule)
            found.rules[key] = rule
        except Exception as error:  # whatever a rule does to its compiler, it must not take the others along
            found.broken[key] = problem_of(error)
    _lay_out(found)
    return found


def try_out(schema: Schema, rule: Rule) -> None:
    """Compiles everything of one rule. Raises whatever is wrong with it."""
    if rule.trigger == "event":
        compile_stage(schema, rule.object, [rule])
    else:
        compile_conditions(schema, rule.object, [rule])
    compile_values(schema, rule.object, checked_facts(schema, rule))
    for step in range(len(rule.steps)):
        compile_values(schema, rule.object, checked_values(schema, rule, step))


def problem_of(error: Exception) -> Problem:
    """The problem by which a rule that failed is quarantined."""
    problems = getattr(error, "problems", None)
    if problems and isinstance(problems[0], Problem):
        return problems[0]
    detail = str(error)[:300]
    message = {"zh": f"规则无法执行：{detail}", "en": f"The rule cannot run: {detail}"}
    return Problem("rules.cannot_run", "when", {"error": type(error).__name__, "detail": detail}, message)


def _lay_out(found: RuleSet) -> None:
    by_object: dict[str | None, list[Rule]] = {}
    for rule in sorted(found.rules.values(), key=lambda rule: (rule.order, rule.key)):
        if rule.trigger == "event":
            by_object.setdefault(rule.object, []).append(rule)
        if rule.since:
            for kind in rule.events:
                found.starts.setdefault((rule.object, kind), []).append(rule)
            for kind in rule.since.cancel:
                found.cancels.setdefault((rule.object, kind), []).append(rule)
    for object_key, rules in by_object.items():
        stages = stages_of(found.schema, rules)
        found.stages[object_key] = [compile_stage(found.schema, object_key, stage) for stage in stages]


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────


def stages_of(schema: Schema, rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules in the order they act, split where a condition reads what an earlier rule of the same event may write."""
    places: list[int] = []
    for place, rule in enumerate(rules):
        reads = reads_of(schema, rule)
        stage = max(places, default=0)
        for before, earlier in enumerate(rules[:place]):
            if set(rule.events) & set(earlier.events) and _meet(reads, writes_of(earlier)):
                stage = max(stage, places[before] + 1)
        places.append(stage)
    found: list[list[Rule]] = [[] for _ in range(max(places, default=-1) + 1)]
    for rule, stage in zip(rules, places, strict=True):
        found[stage].append(rule)
    return found


def reads_of(schema: Schema, rule: Rule) -> frozenset[str]:
    """Fields of the record a rule's condition reads; "*" where a computed one may read any."""
    checked = condition_of(schema, rule)
    if checked is None or rule.object is None:
        return frozenset()
    kind = schema.object(rule.object)
    heads = {path[0] for path in checked.references} & set(kind.fields)
    computed = any(kind.fields[head].column is None for head in heads)
    asks = {call.name for call in checked.functions} - OF_THE_EVENT
    return frozenset(heads) | (ALL if computed or asks else frozenset())


def writes_of(rule: Rule) -> frozenset[str]:
    """Fields a rule's steps may write; "*" for any."""
    found: frozenset[str] = frozenset()
    for step in rule.steps:
        writes = getattr(ACTIONS.get(str(step.get("action"))), "writes", None)
        found |= frozenset(writes(step)) if writes else ALL
    return found


def _meet(reads: frozenset[str], writes: frozenset[str]) -> bool:
    if not reads or not writes:
        return False
    return bool(reads & writes) or "*" in writes or "*" in reads


# ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────


def condition_of(schema: Schema, rule: Rule) -> Checked | None:
    """The checked condition, None for a rule without one. Raises: CelError."""
    return checked_rule(schema, rule.object, rule.when, Kind.boolean) if rule.when else None


LOG_NAMES = ("lanes", "from_xid", "from_id", "received", "to_xid", "to_id", "now", "types")
WINDOW_NAMES = ("types", "since", "until", "after", "limit")


def compile_stage(schema: Schema, object_key: str | None, rules: Sequence[Rule], *, past: bool = False) -> Stage:
    """The statement of a stage: CASE by event type, then an array of the rules that match.

    `past`: over a window of the log instead of a batch, with each record as it was at the event (the dry run).
    """
    statement = Statement()
    types = frozenset(kind for rule in rules for kind in rule.events)
    template, names = (FROM_WINDOW, WINDOW_NAMES) if past else (FROM_LOG, LOG_NAMES)
    batch, arguments = _arguments(template, statement, names)
    sink = BatchSink(schema, object_key, statement, as_of=past)
    of_object = f" and e.object = {statement.bind(object_key, 'text')}" if object_key else ""
    branches = []
    for kind in sorted(types):
        cases = [
            f"case when {condition} then {place} end"
            for place, rule in enumerate(rules) if kind in rule.events
            for condition in [_matches(schema, sink, rule)]
        ]  # fmt: skip
        branches.append(
            f"when {statement.bind(kind, 'text')} then array_remove(array[{', '.join(cases)}]::int[], null)"
        )
    sql = (
        f"{sink.materialise(batch.replace('{of_object}', of_object))}"
        " select s.* from (select j.id, j.lane, j.xid, j.type, j.record, j.person, j.at, j.data, j.change, j.depth, j.cause,"
        f" case j.type {' '.join(branches)} end as hits from joined j{_alive(object_key)} offset 0) s"
        " where cardinality(s.hits) > 0 order by s.lane, s.xid, s.id"
    )
    return Stage(object_key, tuple(rules), types, Compiled(sql, tuple(statement.values), arguments))


def _alive(object_key: str | None) -> str:
    return " where (j.alive or j.type like '%.deleted')" if object_key else ""


def _matches(schema: Schema, sink: BatchSink, rule: Rule) -> str:
    parts = []
    if rule.changed:
        parts.append(f"(j.data -> 'changes') ?| {sink.bind(list(rule.changed), 'text[]')}")
    checked = condition_of(schema, rule)
    if checked is not None:
        parts.append(sink.compile(checked, only_true=True))
    return " and ".join(f"({part})" for part in parts) or "true"


def compile_conditions(
    schema: Schema, object_key: str | None, rules: Sequence[Rule], *, past: bool = False
) -> Compiled:
    """Over arrays: the places (`id`) whose own rule's condition holds at their own `now` (`past`: as it was then)."""
    statement = Statement()
    batch, arguments = _arguments(FROM_ARRAYS, statement, ARRAY_NAMES)
    sink = BatchSink(schema, object_key, statement, as_of=past)
    cases = [f"when {statement.bind(rule.key, 'text')} then {_matches(schema, sink, rule)}" for rule in rules]
    sql = (
        f"{sink.materialise(batch)}"
        f" select j.id from joined j where {'j.alive and ' if object_key else ''}"
        f"(case j.rule {' '.join(cases)} end) order by j.id"
    )
    return Compiled(sql, tuple(statement.values), arguments)


ARRAY_NAMES = ("ords", "rules", "types", "records", "persons", "ats", "datas", "nows")


Wanted = dict[str, tuple[Checked, Kind | None]]
"""Checked expressions by name, each with the kind its value must have."""


def compile_values(schema: Schema, object_key: str | None, wanted: Wanted, *, past: bool = False) -> Compiled | None:
    """Over arrays: the values of expressions as columns v0, v1, …, in their order; None when there are none."""
    if not wanted:
        return None
    statement = Statement()
    batch, arguments = _arguments(FROM_ARRAYS, statement, ARRAY_NAMES)
    sink = BatchSink(schema, object_key, statement, as_of=past)
    columns = ", ".join(
        f"{_value(schema, sink, one, want)} as v{place}" for place, (one, want) in enumerate(wanted.values())
    )
    sql = f"{sink.materialise(batch)} select j.id, {columns} from joined j order by j.id"
    return Compiled(sql, tuple(statement.values), arguments)


def checked_values(schema: Schema, rule: Rule, step: int) -> Wanted:
    """A step's expressions, checked. Raises: CelError, `rules.unknown_action`."""
    document = rule.steps[step]
    action = ACTIONS.get(str(document.get("action")))
    if action is None:
        raise XingjiError("rules.unknown_action", action=document.get("action"))
    found: Wanted = {}
    for name, given in action.expressions(document).items():
        source, want = given if isinstance(given, tuple) else (given, None)
        kind = (
            field_kind(schema, rule.object, want[6:]) if isinstance(want, str) and want.startswith("field:") else want
        )
        found[name] = (checked_rule(schema, rule.object, source, kind), kind)
    return found


def field_kind(schema: Schema, object_key: str | None, name: str) -> Kind | None:
    """The kind of a field's value: "budget" of the rule's object, or "task.due_at". None for a region's codes."""
    other, _, key = name.rpartition(".")
    kind = schema.object(other or str(object_key)).field(key).cel
    return None if kind is Kind.region else kind


def checked_facts(schema: Schema, rule: Rule) -> Wanted:
    """What the condition reads of the record, its brand, and the key of `once_per`: for the trace and the limits."""
    found: Wanted = {}
    if rule.object is not None:
        found["brand"] = (checked_rule(schema, rule.object, "brand", None), None)
    checked = condition_of(schema, rule)
    for path in sorted(checked.references) if checked else ():
        if path[0] not in ("now", "me", "event", "old") and len(found) <= MAX_FACTS:
            try:
                found[f"fact.{'.'.join(path)}"] = (checked_rule(schema, rule.object, ".".join(path), None), None)
            except XingjiError:
                continue  # a name space such as a region; its parts are facts of their own
    if rule.once_per not in ("none", "record", "record_day"):
        found["once"] = (checked_rule(schema, rule.object, rule.once_per, None), None)
    return found


def _value(schema: Schema, sink: BatchSink, checked: Checked, want: Kind | None) -> str:
    sql = sink.compile(checked)
    if want is Kind.money and checked.result in (Kind.integer, Kind.double):
        return f"round(({sql})::numeric * {10**schema.place.currency_decimals})::bigint"
    return sql


def _arguments(template: str, statement: Statement, names: Sequence[str]) -> tuple[str, int]:
    """The batch with placeholders for what is given at each run, which come first among the values."""
    statement.values += [None] * len(names)
    places = {name: f"${place}" for place, name in enumerate(names, 1)}
    return template.format(**places, of_object="{of_object}"), len(names)
