"""What a draft would have done in a past window of the log: the statement that matches, read by nobody who acts.

Changes nothing. Each record is read as it was at that instant, from the old values in the log; what lies behind a
relation is read as it is today, and said so. Limits of the rule (once, cool-down) are counted, those of chains are not.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import invalid
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.events.withdrawn import timed
from xingji.kernel.records import get_records
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.rules.act import run_arrays
from xingji.kernel.rules.actions import Hit
from xingji.kernel.rules.compile import checked_rule, compile_conditions, compile_stage, compile_values, condition_of
from xingji.kernel.rules.cron import read_cron
from xingji.kernel.rules.cron_runs import compile_scan
from xingji.kernel.rules.document import Rule, read_rule
from xingji.kernel.rules.environment import bound_values
from xingji.kernel.rules.limits import CRON, once_key

PAGE = 5_000
MOST_EVENTS = 200_000
MOST_TIMES = 60
SAMPLES = 20

# Start events whose time came in the window before anything stopped it or started it anew.
FIRED = f"""select e.id, e.type, e.record, e.person, e.occurred_at as at, e.data, d.due from event e
  cross join lateral (select case when $4::float8 is null then e.occurred_at + make_interval(secs => $3::float8)
    else add_working_minutes($5, e.occurred_at, $4) end as due) d
  where e.type = any ($1::text[]) and e.object = $2 and e.mode = 'live' and e.record is not null and {timed("e")}
    and d.due >= $6 and d.due < $7 and e.occurred_at >= $6::timestamptz - make_interval(days => $9::int) and e.occurred_at < $7
    and not exists (select from event s where s.record = e.record and s.type = any ($8::text[])
      and (s.occurred_at, s.id) > (e.occurred_at, e.id) and s.occurred_at <= d.due and {timed("s")})
  order by d.due, e.id limit $10"""


@dataclass(frozen=True, slots=True)
class Would:
    """One time the rule would have acted."""

    record: UUID | None
    at: datetime
    type: str


async def dry_run_rule(
    uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
) -> dict[str, Any]:
    """How often a rule would have acted in [since, until), on whom, with samples.

    {acted, records, held_back: {once, cooled_down}, looked_at, by_person: [{person, name, count}], by_day: {day: n},
    samples: [{record, title, owner, at, type}], today: [names read as they are today], truncated}.
    Raises: `rules.bad_window`, CelError.
    """
    until = min(until, uow.now + timedelta(microseconds=1))
    if since >= until:
        raise invalid("rules.bad_window")
    rule = read_rule(str(document.get("key") or "draft"), 0, document)
    schema = await load_schema(uow)
    found, looked_at, truncated = await _matches(uow, schema, rule, since, until)
    acted, held_back = _limited(uow, rule, found)
    return {
        "acted": len(acted),
        "records": len({would.record for would in acted}),
        "held_back": held_back,
        "looked_at": looked_at,
        "by_day": dict(Counter(would.at.astimezone(uow.workspace.zone).date().isoformat() for would in acted)),
        **await _people_and_samples(uow, schema, rule, acted),
        "today": _today(schema, rule),
        "truncated": truncated,
    }


async def _matches(
    uow: UnitOfWork, schema: Schema, rule: Rule, since: datetime, until: datetime
) -> tuple[list[Would], int, bool]:
    if rule.since:
        return await _fired(uow, schema, rule, since, until)
    if rule.cron:
        return await _at_times(uow, schema, rule, since, until)
    return await _answered(uow, schema, rule, since, until)


async def _answered(
    uow: UnitOfWork, schema: Schema, rule: Rule, since: datetime, until: datetime
) -> tuple[list[Would], int, bool]:
    stage = compile_stage(schema, rule.object, [rule], past=True)
    values = bound_values(stage.statement.values[stage.statement.arguments :], uow.now)
    types, found, start, after, looked_at = sorted(stage.types), [], since, 0, 0
    while looked_at < MOST_EVENTS:
        page = await uow.fetch(PAGE_ENDS, types, start, until, after, PAGE, rule.object)
        if not page or page[0]["n"] == 0:
            return found, looked_at, False
        rows = await uow.fetch(uow.mark() + stage.statement.sql, types, start, until, after, PAGE, *values)
        found += [Would(row["record"] if rule.object else None, row["at"], row["type"]) for row in rows]
        start, after = page[0]["at"], page[0]["id"]
        looked_at += page[0]["n"]
    return found, looked_at, True


PAGE_ENDS = """select count(*) as n, max(occurred_at) as at, (array_agg(id order by occurred_at desc, id desc))[1] as id
  from (select e.occurred_at, e.id from event e where e.type = any ($1::text[]) and e.occurred_at >= $2
    and e.occurred_at < $3 and (e.occurred_at, e.id) > ($2, $4::bigint) and e.mode = 'live'
    and ($6::text is null or e.object = $6) order by e.occurred_at, e.id limit $5) p"""


async def _fired(
    uow: UnitOfWork, schema: Schema, rule: Rule, since: datetime, until: datetime
) -> tuple[list[Would], int, bool]:
    assert rule.since is not None
    wall = timedelta(seconds=rule.since.seconds or 0.0)
    days = wall.days + 1 if rule.since.working is None else int(rule.since.working / 60 / 2) + 30
    rows = await uow.fetch(
        FIRED, list(rule.events), rule.object, rule.since.seconds, rule.since.working, rule.since.calendar, since, until,
        sorted(rule.types), days, MOST_EVENTS,
    )  # fmt: skip
    found: list[Would] = []
    compiled = compile_conditions(schema, rule.object, [rule], past=True)
    for first in range(0, len(rows), PAGE):
        page = rows[first : first + PAGE]
        hits = [_hit(rule, row) for row in page]
        matched = await run_arrays(uow, compiled, [rule.key] * len(page), hits, [row["due"] for row in page])
        found += [Would(page[row["id"]]["record"], page[row["id"]]["due"], "since") for row in matched]
    return found, len(rows), len(rows) >= MOST_EVENTS


def _hit(rule: Rule, row: Any) -> Hit:
    return Hit(
        rule.key, 0, row["record"], rule.object, row["id"], None, row["type"], row["data"], row["person"], row["at"]
    )


async def _at_times(
    uow: UnitOfWork, schema: Schema, rule: Rule, since: datetime, until: datetime
) -> tuple[list[Would], int, bool]:
    compiled = compile_scan(schema, rule, past=True)
    cron, at, times = read_cron(str(rule.cron)), since - timedelta(seconds=1), 0
    found: list[Would] = []
    while times < MOST_TIMES:
        following = cron.next(at, uow.workspace.zone)
        if following is None or following >= until:
            return found, times, False
        at, times = following, times + 1
        if compiled is None:
            found.append(Would(None, at, CRON))
            continue
        values = bound_values(compiled.values[compiled.arguments :], at)
        rows = await uow.fetch(uow.mark() + compiled.sql, at, rule.fan_out, *values)
        found += [Would(row["record"], at, CRON) for row in rows]
    return found, times, True


def _limited(uow: UnitOfWork, rule: Rule, found: Sequence[Would]) -> tuple[list[Would], dict[str, int]]:
    """What the rule's own limits would have let through, in order of time."""
    acted: list[Would] = []
    held_back: Counter[str] = Counter()
    seen: set[str] = set()
    last: dict[UUID | None, datetime] = {}
    pause = timedelta(minutes=rule.cool_down or 0)
    known = rule.once_per in ("record", "record_day")
    for would in sorted(found, key=lambda would: would.at):
        day = would.at.astimezone(uow.workspace.zone).date().isoformat()
        key = once_key(rule, would.record, day, None) if known else None
        if rule.cool_down and would.record in last and would.at < last[would.record] + pause:
            held_back["cooled_down"] += 1
        elif key is not None and key in seen:
            held_back["once"] += 1
        else:
            acted.append(would)
            last[would.record] = would.at
            seen.add(key or "")
    return acted, dict(held_back)


async def _people_and_samples(uow: UnitOfWork, schema: Schema, rule: Rule, acted: Sequence[Would]) -> dict[str, Any]:
    if rule.object is None or not acted:
        return {"by_person": [], "samples": [_sample(would, {}) for would in acted[:SAMPLES]]}
    owners = await _owners(uow, schema, rule, acted)
    known = sorted({owner for owner in owners if owner is not None})
    names = {
        row["id"]: row["name"] for row in await uow.fetch("select id, name from person where id = any ($1)", known)
    }
    counts = Counter(owners).most_common()
    people = [{"person": str(p) if p else None, "name": names.get(p), "count": n} for p, n in counts]  # type: ignore[arg-type]
    kind = schema.object(rule.object)
    first = list(zip(acted, owners, strict=True))[:SAMPLES]
    shown = await get_records(uow, rule.object, [would.record for would, _ in first if would.record], [kind.title])
    titles = {str(row["id"]): row.get(kind.title) for row in shown}
    return {
        "by_person": people,
        "samples": [
            _sample(would, {"title": titles[str(would.record)], "owner": names.get(owner)})  # type: ignore[arg-type]
            for would, owner in first if str(would.record) in titles
        ],
    }  # fmt: skip


async def _owners(uow: UnitOfWork, schema: Schema, rule: Rule, acted: Sequence[Would]) -> list[UUID | None]:
    """Who owned each record at that instant."""
    wanted = {"owner": (checked_rule(schema, rule.object, "owner", None), None)}
    compiled = compile_values(schema, rule.object, wanted, past=True)
    assert compiled is not None
    owners: list[UUID | None] = [None] * len(acted)
    for first in range(0, len(acted), PAGE):
        page = acted[first : first + PAGE]
        hits = [Hit(rule.key, 0, w.record, rule.object, None, None, w.type, {}, None, w.at) for w in page]
        rows = await run_arrays(uow, compiled, [rule.key] * len(page), hits, [would.at for would in page])
        for row in rows:
            owners[first + row["id"]] = row["v0"]
    return owners


def _sample(would: Would, more: Mapping[str, Any]) -> dict[str, Any]:
    record = str(would.record) if would.record else None
    return {"record": record, "at": would.at.isoformat(), "type": would.type, **more}


def _today(schema: Schema, rule: Rule) -> list[str]:
    checked = condition_of(schema, rule)
    if checked is None or rule.object is None:
        return []
    fields = schema.object(rule.object).fields
    return sorted(
        ".".join(path) for path in checked.references
        if path[0] in fields and (len(path) > 1 or fields[path[0]].column is None)
    )  # fmt: skip
