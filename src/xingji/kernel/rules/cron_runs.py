"""Rules by the time of day: their next instant as a timer row, and the records they act on. Owns timers of kind cron."""

from datetime import datetime

from xingji.kernel.cel import Kind
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records.schema import Schema
from xingji.kernel.records.statement import Statement
from xingji.kernel.rules.actions import Hit
from xingji.kernel.rules.compile import Compiled, RuleSet, checked_rule
from xingji.kernel.rules.cron import read_cron
from xingji.kernel.rules.document import Rule
from xingji.kernel.rules.environment import BatchSink, bound_values
from xingji.kernel.rules.limits import CRON

BEYOND = 20_000
"""How many records past its limit a cron rule still counts, to say how far it overshot."""

EVERY_RECORD = """select 0::bigint as id, t.id as record, 'cron'::text as type, null::uuid as person, $1::timestamptz as at,
    '{{}}'::jsonb as data, null::text as source, false as claimed, null::float8 as duration_sec, $1::timestamptz as now
  from {table} t where t.deleted_at is null and t.created_at <= $1"""

ARM = """insert into timer (kind, key, due, until) values ('cron', $1, $2, $2)
  on conflict (kind, key, record) do update set due = excluded.due, until = excluded.until"""


async def arm_cron(uow: UnitOfWork, key: str, cron: str, *, after: datetime) -> datetime | None:
    """Arms the next time of a cron rule; None (and no timer) when there is none."""
    due = read_cron(cron).next(after, uow.workspace.zone)
    if due is None:
        await disarm_cron(uow, key)
    else:
        await uow.execute(ARM, key, due)
    return due


async def disarm_cron(uow: UnitOfWork, key: str) -> None:
    """Ends the times of a rule."""
    await uow.execute("delete from timer where kind = 'cron' and key = $1", key)


async def cron_hits(uow: UnitOfWork, rules: RuleSet, rule: Rule, timer: int) -> list[Hit]:
    """A hit for each record the rule's condition holds for now; one without a record for a rule about none."""
    compiled = rules.once(("cron", rule.key), lambda: compile_scan(rules.schema, rule))
    records = [None]
    if compiled is not None:
        values = bound_values(compiled.values[compiled.arguments :], uow.now)
        rows = await uow.fetch(uow.mark() + compiled.sql, uow.now, rule.fan_out + BEYOND, *values)
        records = [row["record"] for row in rows]
    return [
        Hit(rule.key, rule.version, record, rule.object, None, timer, CRON, {}, None, uow.now) for record in records
    ]


def compile_scan(schema: Schema, rule: Rule, *, past: bool = False) -> Compiled | None:
    """The statement that finds a cron rule's records; None for a rule about no object. `past`: as they were then."""
    if rule.object is None:
        return None
    statement = Statement()
    statement.values += [None, None]
    sink = BatchSink(schema, rule.object, statement, as_of=past)
    condition = "true"
    if rule.when:
        condition = sink.compile(checked_rule(schema, rule.object, rule.when, Kind.boolean), only_true=True)
    batch = EVERY_RECORD.format(table=schema.object(rule.object).table)
    sql = f"{sink.materialise(batch)} select j.record from joined j where {condition} order by j.record limit $2"
    return Compiled(sql, tuple(statement.values), 2)
