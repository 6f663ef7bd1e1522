"""Limits learned from the organisation's own won records, with how many stand behind each. Owns the table `risk_limit`."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.features.radar.document import STATUS, WON, Limit, Risk, quantile
from xingji.kernel import records
from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records import Schema
from xingji.kernel.records.over_time import OverTimeSink, over_time_env
from xingji.kernel.records.schema import quoted

Learned = Mapping[tuple[str, str], Mapping[str, tuple[float, int]]]
"""By rule and limit: the value and the number of cases of each group."""
ALL = ""
SINCE = "interval '730 days'"

STAYS = f"""select s.stage as grp, s.days as value from (
    select e.record, e.data ->> 'from' as stage, e.occurred_at,
      date_part('epoch', e.occurred_at - coalesce(lag(e.occurred_at) over w, r.created_at)) / 86400 as days
    from event e join {{table}} r on r.id = e.record
    where e.type = $1::text || '.stage_moved' and r.deleted_at is null and r.{{status}} = $2 and e.occurred_at > $3::timestamptz - {{since}} and {standing("e")}
    window w as (partition by e.record order by e.occurred_at, e.id)) s
  where s.stage is not null and s.days >= 0"""


async def load_limits(uow: UnitOfWork) -> Learned:
    """What history says at present."""
    found: dict[tuple[str, str], dict[str, tuple[float, int]]] = {}
    for row in await uow.fetch("select rule, key, grp, value, n from risk_limit"):
        found.setdefault((row["rule"], row["key"]), {})[row["grp"]] = (row["value"], row["n"])
    return found


def in_force(risk: Risk, limit: Limit, learned: Learned) -> dict[str, float]:
    """The limit by group; "" is what stands for all others."""
    if limit.fixed is not None:
        return {ALL: limit.fixed}
    groups = learned.get((risk.key, limit.key), {}) if limit.learn else {}
    kept = {group: min(max(value, limit.low), limit.high) for group, (value, n) in groups.items() if n >= limit.least}
    return {ALL: limit.default, **kept}


async def learn(uow: UnitOfWork, risks: Sequence[Risk]) -> int:
    """Computes every learned limit anew; how many values were kept, those with too few cases among them."""
    schema = await records.load_schema(uow)
    rows: list[tuple[str, str, str, float, int]] = []
    for risk in risks:
        for limit in risk.limits:
            if limit.learn is None:
                continue
            try:
                groups = await _groups(uow, schema, risk, limit)
            except XingjiError:
                continue
            at = float(limit.learn.get("at", 0.8))
            rows += [(risk.key, limit.key, group, quantile(sorted(values), at), len(values)) for group, values in groups.items() if values]
    await uow.execute("delete from risk_limit")
    if rows:
        columns = list(zip(*rows, strict=True))
        await uow.execute(
            """insert into risk_limit (rule, key, grp, value, n, at) select *, $6::timestamptz
                 from unnest($1::text[], $2::text[], $3::text[], $4::float8[], $5::int[])""",
            *map(list, columns), uow.now,
        )  # fmt: skip
    return len(rows)


async def _groups(uow: UnitOfWork, schema: Schema, risk: Risk, limit: Limit) -> dict[str, list[float]]:
    kind = schema.object(risk.object)
    assert limit.learn is not None
    if STATUS not in kind.fields:
        return {}
    if limit.learn.get("stays"):
        sql = STAYS.format(table=kind.table, status=quoted(str(kind.field(STATUS).column)), since=SINCE)
        found = await uow.fetch(uow.mark() + sql, risk.object, WON, uow.now)
    else:
        sink = OverTimeSink(schema, risk.object, now=uow.now, calendar=risk.calendar)
        env = over_time_env(schema, risk.object)
        value = sink.compile_over_time(str(limit.learn["value"]), env, Kind.double)
        group = sink.compile_over_time(str(limit.learn["by"]), env, Kind.text) if limit.learn.get("by") else "''"
        won = sink.compile_over_time(f'{STATUS} == "{WON}"', env, Kind.boolean, only_true=True)
        join = sink.events_join(few=False)
        found = await uow.fetch(
            f"{uow.mark()}select coalesce({group}, '') as grp, {value} as value from {kind.table} r{sink.from_joins}{join}"
            f" where r.deleted_at is null and {won}", *sink.values,
        )  # fmt: skip
    groups: dict[str, list[float]] = {}
    for row in found:
        if row["value"] is not None:
            groups.setdefault(row["grp"], []).append(row["value"])
    return groups


def limit_names(risk: Risk, learned: Learned, by_sql: Any) -> Any:
    """The resolver of `limit.<key>`: a CASE over the group, the default for every other."""

    def resolve(sink: OverTimeSink, path: tuple[str, ...]) -> str:
        limit = next(one for one in risk.limits if one.key == path[0])
        values = in_force(risk, limit, learned)
        rest = sink.bind(values[ALL], "float8")
        groups = [(group, value) for group, value in values.items() if group != ALL]
        if not groups or limit.by is None:
            return rest
        cases = " ".join(f"when {sink.bind(group, 'text')} then {sink.bind(value, 'float8')}" for group, value in sorted(groups))
        return f"(case {by_sql(limit.by)} {cases} else {rest} end)"

    return resolve
