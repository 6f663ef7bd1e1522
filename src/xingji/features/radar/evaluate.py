"""Raising and clearing: one statement per object looks at the records and keeps what changed. Owns the table `risk`.

Emits: `risk.raised` and `risk.cleared` on the record.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.radar.compile import compile_now
from xingji.features.radar.document import Risk, read_risk
from xingji.features.radar.limits import load_limits
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.events import append_events

# {seen} answers id, owner, brand, stage, d1…; ${…}: places of keys, versions, levels, now, object, ids.
# What holds meets what is open once, before anything is written, in a full join: it is never a nested loop, and rows that
# this statement itself writes are not walked again for every further one.
KEEP = """with seen as materialized ({seen}),
  hits as materialized (
    select s.id, s.owner, s.brand, s.stage, k.rule, k.version, k.level, p.facts
      from seen s cross join lateral (values {pairs}) p(n, facts)
      join unnest(${keys}::text[], ${versions}::int[], ${levels}::text[]) with ordinality k(rule, version, level, n) on k.n = p.n
     where p.facts is not null),
  hushed as materialized (
    select distinct on (x.record, x.rule) x.record, x.rule, x.silenced_until, x.silenced_reason, x.silenced_by, x.silenced_at
      from risk x where x.object = ${object} and x.silenced_until > ${now}{among} order by x.record, x.rule, x.raised_at desc),
  met as materialized (
    select h.id, h.owner, h.brand, h.stage, h.rule, h.version, h.level, h.facts, o.id as risk, o.record, o.rule as open_rule,
           (o.facts, o.stage, o.owner, o.level) is distinct from (h.facts, h.stage, h.owner, h.level) as differs
      from hits h full join (select * from risk x where x.object = ${object} and x.cleared_at is null{among}) o on o.record = h.id and o.rule = h.rule),
  raised as (
    insert into risk (rule, version, object, record, level, stage, owner, facts, raised_at, silenced_until, silenced_reason, silenced_by, silenced_at)
    select h.rule, h.version, ${object}, h.id, h.level, h.stage, h.owner, h.facts, ${now}, q.silenced_until, q.silenced_reason, q.silenced_by, q.silenced_at
      from met h left join hushed q on q.record = h.id and q.rule = h.rule where h.risk is null
    on conflict do nothing returning id, rule, record, level, facts),
  renewed as (
    update risk x set facts = h.facts, stage = h.stage, owner = h.owner, level = h.level, version = h.version
      from met h where x.id = h.risk and h.id is not null and h.differs),
  cleared as (
    update risk x set cleared_at = ${now}, cleared_why = case when not h.open_rule = any (${keys}::text[]) then 'rule_off'
        when h.record in (select id from seen) then 'eased' else 'closed' end
      from met h where x.id = h.risk and h.id is null and x.cleared_at is null
    returning x.id, x.rule, x.record, x.level, x.cleared_why)
  select 'raised' as what, r.id, r.rule, r.record, r.level, r.facts, null::text as why, s.brand from raised r left join seen s on s.id = r.record
  union all select 'cleared', c.id, c.rule, c.record, c.level, null, c.cleared_why, s.brand from cleared c left join seen s on s.id = c.record"""
MOST_AT_ONCE = 20_000


async def risks_of(uow: UnitOfWork) -> Mapping[str, list[Risk]]:
    """The published risks by object, in the order of their keys."""
    return (await load_published(uow)).memo("radar.risks", _in_force)


def _in_force(published: Published) -> dict[str, list[Risk]]:
    def compile_one(key: str, document: Mapping[str, Any]) -> Risk:
        return read_risk(key, published.versions["risk", key], document)

    found: dict[str, list[Risk]] = {}
    for key, risk in published.compiled("risk", compile_one).items():
        if published.of_kind("risk")[key].get("enabled") is not False:
            found.setdefault(risk.object, []).append(risk)
    return found


async def refresh_risks(uow: UnitOfWork, object_key: str, ids: Sequence[UUID] | None = None) -> dict[str, int]:
    """Looks at these records (all of the object without ids): {raised, cleared}. One statement however many records."""
    risks = (await risks_of(uow)).get(object_key, [])
    schema = await records.load_schema(uow)
    if object_key not in schema.objects:
        return {"raised": 0, "cleared": 0}
    compiled = compile_now(schema, object_key, risks, await load_limits(uow), uow.now, ids)
    values, n = compiled.values, len(compiled.values)
    places = {name: n + at for at, name in enumerate(("keys", "versions", "levels", "now", "object", "ids"), 1)}
    held = compiled.risks
    pairs = ", ".join(f"({at}, s.d{at})" for at in range(1, len(held) + 1)) or "(0, null::jsonb)"
    sql = KEEP
    for name, place in places.items():
        sql = sql.replace("${" + name + "}", f"${place}" + {"now": "::timestamptz", "object": "::text"}.get(name, ""))
    among = f" and x.record = any (${places['ids']}::uuid[])" if ids is not None else ""
    sql = uow.mark() + sql.replace("{among}", among).replace("{seen}", compiled.sql).replace("{pairs}", pairs)
    rows = await uow.fetch(
        sql, *values, [one.key for one in held], [one.version for one in held], [one.level for one in held], uow.now, object_key,
        *([list(ids)] if ids is not None else []),
    )  # fmt: skip
    await _tell(uow, object_key, rows)
    return {what: sum(row["what"] == what for row in rows) for what in ("raised", "cleared")}


async def _tell(uow: UnitOfWork, object_key: str, rows: Sequence[Any]) -> None:
    events = []
    for row in rows:
        data = {"risk": str(row["id"]), "rule": row["rule"], "level": row["level"]}
        data |= {"why": row["why"]} if row["what"] == "cleared" else {}  # its facts are for those who may see what they are made of
        events.append(NewEvent(f"risk.{row['what']}", object_key, row["record"], data, brand=row["brand"]))
    for start in range(0, len(events), MOST_AT_ONCE):
        await append_events(uow, events[start : start + MOST_AT_ONCE])
