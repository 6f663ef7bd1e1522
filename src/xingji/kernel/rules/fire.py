"""Firing timers that are due: claimed with SKIP LOCKED, checked once more, acted on in one transaction. Never early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db.database import Database, UnitOfWork
from xingji.kernel.events.withdrawn import timed
from xingji.kernel.rules.act import act, run_arrays
from xingji.kernel.rules.actions import Hit
from xingji.kernel.rules.compile import RuleSet, compile_conditions, load_rules, problem_of
from xingji.kernel.rules.cron_runs import arm_cron, cron_hits
from xingji.kernel.rules.document import Rule
from xingji.kernel.rules.rerun import must_rerun, put_out_of_order

BATCH = 2_000

# `due <= now` with now bound: the index serves it, and it is the workspace's clock that must have come.
CLAIM = """select t.id, t.kind, t.key, t.object, t.record, t.due, t.until, t.started, t.event, t.event_received, t.depth,
    e.type, e.data, e.person, e.change, e.cause
  from timer t left join lateral (select e.type, e.data, e.person, e.change, e.cause from event e
    where e.id = t.event and e.received_at = t.event_received) e on true
  where t.ctid = any (array(select ctid from timer where due <= $1 order by due, id limit $2 for update skip locked))
  order by t.due, t.id"""

# Events up to the due instant that stop it, though the batch reader has not come to them yet.
STOPPED = f"""select t.id from unnest($1::bigint[], $2::uuid[], $3::timestamptz[], $4::bigint[], $5::timestamptz[], $6::text[])
    as t(id, record, started, event, due, ends)
  where exists (select from event e where e.record = t.record and e.type = any (string_to_array(t.ends, ' '))
    and e.occurred_at >= t.started and (e.occurred_at, e.id) > (t.started, t.event) and e.occurred_at <= t.due and {timed("e")}
    offset 0)"""

DELETE = "delete from timer where id = any ($1)"
POSTPONE = "update timer set due = until where id = any ($1)"


@dataclass(frozen=True, slots=True)
class Ripe:
    """A timer that is due, with its rule and the hit it means."""

    id: int
    due: datetime
    rule: Rule
    hit: Hit


async def run_timers_once(database: Database, workspace: str, *, limit: int = BATCH) -> int:
    """Fires what is due on the workspace's clock; how many timers were taken up. 0: nothing is due."""

    async def command(uow: UnitOfWork) -> int:
        return await fire_due(uow, uow.now, limit)

    return await database.run(workspace, SYSTEM, command)


async def fire_due(uow: UnitOfWork, now: datetime, limit: int = BATCH) -> int:
    """Fires timers due by `now`, in the rules' order; how many rows were dealt with."""
    rows = await uow.fetch(CLAIM, now, limit)
    if not rows:
        return 0
    rules = await load_rules(uow)
    sorted_out = await sort_out(uow, rules, rows)
    for row in sorted_out.crons:
        await fire_cron(uow, rules, row)
    ripe = sorted_out.ripe
    await fire(uow, rules, await matching_of(uow, rules, ripe, [uow.now] * len(ripe)))
    await drop(uow, [timer.id for timer in ripe])
    return len(rows) - sorted_out.busy


@dataclass(slots=True)
class SortedOut:
    """Claimed rows by what becomes of them; those put off, stopped or without a rule are dealt with already."""

    crons: list[Any]
    ripe: list[Ripe]
    busy: int


async def sort_out(uow: UnitOfWork, rules: RuleSet, rows: Sequence[Any]) -> SortedOut:
    """Puts off what is not due yet, drops what was stopped or has no rule or record any more.

    A record somebody is changing may just be getting its answer: its timers are left for the next round (busy).
    """
    put_off = [row["id"] for row in rows if row["until"] > row["due"]]
    if put_off:
        await uow.execute(POSTPONE, put_off)
    due = [row for row in rows if row["until"] <= row["due"]]
    crons = [row for row in due if row["kind"] == "cron" and _trigger(rules, row) == "cron"]
    since = [row for row in due if row["kind"] == "since" and _trigger(rules, row) == "since"]
    known = {row["id"] for row in (*crons, *since)}
    await drop(uow, [row["id"] for row in due if row["id"] not in known])
    free, gone = await _lock_records(uow, rules, since)
    await drop(uow, [row["id"] for row in since if row["record"] in gone])
    held = [row for row in since if row["record"] in free]
    stopped = await _stopped(uow, rules, held)
    await drop(uow, sorted(stopped))
    ripe = [ripe_of(rules.rules[row["key"]], row) for row in held if row["id"] not in stopped]
    return SortedOut(crons, ripe, sum(row["record"] not in free and row["record"] not in gone for row in since))


def _trigger(rules: RuleSet, row: Any) -> str | None:
    rule = rules.rules.get(row["key"])
    return rule.trigger if rule else None


def ripe_of(rule: Rule, row: Any) -> Ripe:
    """The timer of a claimed row."""
    hit = Hit(
        rule.key, rule.version, row["record"], row["object"], row["event"], row["id"], row["type"] or "timer", row["data"] or {},
        row["person"], row["started"] or row["due"], row["depth"], row["cause"], row["change"],
    )  # fmt: skip
    return Ripe(row["id"], row["until"], rule, hit)


async def matching_of(uow: UnitOfWork, rules: RuleSet, ripe: Sequence[Ripe], nows: Sequence[datetime]) -> list[Ripe]:
    """Those whose rule's condition holds at their own instant, in the order given; records that are gone never do."""
    found: set[int] = set()
    for object_key in {timer.rule.object for timer in ripe}:
        part = [(timer, now) for timer, now in zip(ripe, nows, strict=True) if timer.rule.object == object_key]
        found |= await _match_object(uow, rules, object_key, part)
    return [timer for timer in ripe if timer.id in found]


async def _match_object(
    uow: UnitOfWork, rules: RuleSet, object_key: str | None, part: list[tuple[Ripe, datetime]]
) -> set[int]:
    involved = sorted({timer.rule.key for timer, _ in part})
    try:
        return await _run_conditions(uow, rules, object_key, involved, part)
    except asyncpg.PostgresError as error:
        if await must_rerun(uow, error):
            raise
        found: set[int] = set()
    for key in involved:
        alone = [(timer, now) for timer, now in part if timer.rule.key == key]
        try:
            found |= await _run_conditions(uow, rules, object_key, [key], alone)
        except asyncpg.PostgresError as error:
            if await must_rerun(uow, error):
                raise
            await put_out_of_order(uow, key, problem_of(error))
    return found


async def _run_conditions(
    uow: UnitOfWork, rules: RuleSet, object_key: str | None, keys: list[str], part: list[tuple[Ripe, datetime]]
) -> set[int]:
    compiled = rules.once(
        ("conditions", tuple(keys)),
        lambda: compile_conditions(rules.schema, object_key, [rules.rules[key] for key in keys]),
    )
    timers = [timer for timer, _ in part]
    async with uow.connection.transaction():
        rows = await run_arrays(
            uow,
            compiled,
            [timer.rule.key for timer in timers],
            [timer.hit for timer in timers],
            [now for _, now in part],
        )
    return {timers[row["id"]].id for row in rows}


async def fire(uow: UnitOfWork, rules: RuleSet, ripe: Sequence[Ripe]) -> None:
    """Has the rules act on their timers: in the rules' order, all timers of a rule at once."""
    by_rule: dict[str, list[Hit]] = {}
    for timer in ripe:
        by_rule.setdefault(timer.rule.key, []).append(timer.hit)
    for rule in sorted((rules.rules[key] for key in by_rule), key=lambda rule: (rule.order, rule.key)):
        await act(uow, rules, rule, by_rule[rule.key])


async def drop(uow: UnitOfWork, ids: list[int]) -> None:
    """Removes timers."""
    if ids:
        await uow.execute(DELETE, ids)


async def _stopped(uow: UnitOfWork, rules: RuleSet, rows: Sequence[Any]) -> set[int]:
    if not rows:
        return set()
    found = await uow.fetch(
        STOPPED,
        [row["id"] for row in rows],
        [row["record"] for row in rows],
        [row["started"] for row in rows],
        [row["event"] for row in rows],
        [row["until"] for row in rows],
        [" ".join(rules.rules[row["key"]].types) for row in rows],
    )
    return {row["id"] for row in found}


async def _lock_records(uow: UnitOfWork, rules: RuleSet, rows: Sequence[Any]) -> tuple[set[UUID], set[UUID]]:
    """Records of these timers now locked by us, and those that are no more."""
    free: set[UUID] = set()
    there: set[UUID] = set()
    for object_key in {row["object"] for row in rows}:
        ids = sorted({row["record"] for row in rows if row["object"] == object_key})
        kind = rules.schema.objects.get(object_key)
        if kind is None:
            continue
        select = f"{uow.mark()}select r.id from {kind.table} r where r.id = any ($1) order by r.id"
        locked = {row["id"] for row in await uow.fetch(f"{select} for no key update skip locked", ids)}
        free |= locked
        there |= {row["id"] for row in await uow.fetch(select, ids)} if len(locked) < len(ids) else locked
    return free, {row["record"] for row in rows} - there


async def fire_cron(uow: UnitOfWork, rules: RuleSet, row: Any) -> None:
    """Has a cron rule act on every record its condition holds for, and arms its next time."""
    rule = rules.rules[row["key"]]
    hits = await cron_hits(uow, rules, rule, row["id"])
    if hits:
        await act(uow, rules, rule, hits)
    await arm_cron(uow, rule.key, str(rule.cron), after=max(row["due"], uow.now))
