"""Timers of `since` rules: armed and stopped by the events of a batch, fired when due. Owns the table `timer`.

The due instant is counted once, when the timer is armed. A rule's condition is not asked then but when it fires, about
the record as it is by then: a lead whose intent changes meanwhile is under the rule of its new intent.
A timer against the event that stops it: the row is the judge. Whoever records a stopping event deletes the row in that
same transaction; whoever fires holds the row, and looks at the log once more for events up to the due instant.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.definitions.published import Published
from xingji.kernel.events.withdrawn import CARRIED, WITHDRAWN, standing, timed
from xingji.kernel.records.import_effects import tick_of
from xingji.kernel.rules.compile import RuleSet
from xingji.kernel.rules.document import Rule, read_rule

CALM_MINUTES = 60.0
"""A timer at least this long breaks a chain of rules that trigger each other: it is no runaway."""

# Arms only when no later event has started it anew or stopped it, and leaves a later start alone. A timer put off
# keeps its indexed `due` and moves `until`; it is armed again when it comes up early.
# The log is asked record by record (offset 0): joined, the planner would rather read all of it.
# Leads assigned together are due together: each working instant is counted once a batch, however many wait for it.
ARM = f"""with asked as materialized (
    select * from unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[], $5::bigint[], $6::timestamptz[],
      $7::smallint[], $8::float8[], $9::float8[], $10::text[], $11::text[])
      as w(key, object, record, started, event, event_received, depth, seconds, minutes, calendar, ends)),
  instants as materialized (select calendar, started, minutes, add_working_minutes(calendar, started, minutes) as at
    from (select distinct calendar, started, minutes from asked where minutes is not null offset 0) d),
  stopped as materialized (select * from (select distinct record, started, event, ends from asked offset 0) w
    where exists (select from event e where e.record = w.record and e.type = any (string_to_array(w.ends, ' '))
      and e.occurred_at >= w.started and (e.occurred_at, e.id) > (w.started, w.event) and {timed("e")} offset 0)),
  wanted as (
    select w.*, case when w.minutes is null then w.started + make_interval(secs => w.seconds) else i.at end as at
    from asked w left join instants i
      on i.calendar = w.calendar and i.started = w.started and i.minutes = w.minutes
    where not exists (select from stopped s where (s.record, s.started, s.event, s.ends) = (w.record, w.started, w.event, w.ends))),
  armed as (insert into timer as held (kind, key, object, record, due, until, started, event, event_received, depth)
    select 'since', key, object, record, at, at, started, event, event_received, depth from wanted where at is not null
    order by key, record
    on conflict (kind, key, record) do update set until = excluded.until, due = least(held.due, excluded.due),
      started = excluded.started, event = excluded.event, event_received = excluded.event_received, depth = excluded.depth
    where held.started is null or held.started <= excluded.started)
  select key, record, event from wanted where at is null"""

CANCEL = """delete from timer t using unnest($1::text[], $2::uuid[], $3::timestamptz[]) as c(key, record, at)
  where t.kind = 'since' and t.key = c.key and t.record = c.record and t.started <= c.at"""

# Where a stopping event was taken back: the last start of each rule that still stands and that no run has answered.
STARTED = f"""select w.key, s.* from unnest($1::text[], $2::uuid[], $3::text[]) as w(key, record, starts)
  cross join lateral (select e.id, e.received_at, e.occurred_at, e.object, e.record, e.depth from event e
    where e.record = w.record and e.type = any (string_to_array(w.starts, ' ')) and e.mode = 'live' and {timed("e")}
    order by e.occurred_at desc, e.id desc limit 1) s
  where not exists (select from rule_run r where r.rule = w.key and r.record = w.record and r.event = s.id)"""

# Times that an event started which was taken back since.
FORGET = f"""delete from timer t using event e where t.kind = 'since' and t.record = any ($1::uuid[])
  and e.id = t.event and e.received_at = t.event_received and not ({standing("e")})"""


@dataclass(slots=True)
class Wanted:
    """What the events of a batch ask of timers: the last word for each rule and record."""

    arm: dict[tuple[str, UUID], tuple[Rule, Any]] = field(default_factory=dict)
    cancel: dict[tuple[str, UUID], datetime] = field(default_factory=dict)

    def start(self, rule: Rule, row: Any) -> None:
        """An event that starts a rule's time; a later one starts it anew."""
        key = (rule.key, row["record"])
        held = self.arm.get(key)
        if held is None or held[1]["occurred_at"] <= row["occurred_at"]:
            self.arm[key] = (rule, row)

    def stop(self, rule: Rule, row: Any) -> None:
        """An event that stops it, when it did not happen before the start."""
        key, at = (rule.key, row["record"]), row["occurred_at"]
        held = self.arm.get(key)
        if held is not None and held[1]["occurred_at"] <= at:
            del self.arm[key]
        self.cancel[key] = max(at, self.cancel.get(key, at))


def ticked(rule: Rule, fire: Sequence[str] | None) -> bool:
    """Whether a rule may answer an event: always, unless it follows from an import that ticked nothing the rule does."""
    if fire is None or rule.since is not None:
        return fire is None or "sla" in fire
    return any(tick_of(str(step.get("action")), False) in fire for step in rule.steps)


async def follow_timers(uow: UnitOfWork, rules: RuleSet, rows: Sequence[Mapping[str, Any]]) -> None:
    """Stops and arms timers for the events of a batch (ordered within each record)."""
    wanted = Wanted()
    for row in rows:
        if row["record"] is None or row.get("carried"):
            continue
        key = (row["object"], row["type"])
        for rule in rules.cancels.get(key, ()):
            wanted.stop(rule, row)
        if row["mode"] == "live":
            for rule in rules.starts.get(key, ()):
                if ticked(rule, row.get("fire")):
                    wanted.start(rule, row)
    await _cancel(uow, wanted.cancel)
    await arm_timers(uow, list(wanted.arm.values()))
    await _start_again(uow, rules, [(row["object"], row["record"]) for row in rows if row["type"] == WITHDRAWN and row["record"]])


async def _start_again(uow: UnitOfWork, rules: RuleSet, subjects: Sequence[tuple[str | None, UUID]]) -> None:
    """Puts times back that an event had moved or stopped which was taken back since: as from their own start, nothing is gained by it."""
    if not subjects:
        return
    await uow.execute(FORGET, [record for _, record in subjects])
    asked = [
        (rule, record) for object_key, record in dict.fromkeys(subjects)
        for rule in rules.rules.values() if rule.since and rule.object == object_key
    ]  # fmt: skip
    keys, records = [rule.key for rule, _ in asked], [record for _, record in asked]
    found = await uow.fetch(STARTED, keys, records, [" ".join(rule.events) for rule, _ in asked])
    await arm_timers(uow, [(rules.rules[row["key"]], row) for row in found])


async def arm_timers(uow: UnitOfWork, starts: Sequence[tuple[Rule, Any]]) -> list[tuple[str, UUID]]:
    """Arms (or puts off) timers from their start events; (rule, record) of those whose calendar has no such time.

    An event here has id, received_at, occurred_at, object, record, depth.
    """
    if not starts:
        return []
    columns = [
        (
            rule.key, row["object"], row["record"], row["occurred_at"], row["id"], row["received_at"],
            depth_of(rule, row["depth"]), rule.since.seconds, rule.since.working, rule.since.calendar,
            " ".join(rule.types),
        )
        for rule, row in starts if rule.since
    ]  # fmt: skip
    rows = await uow.fetch(ARM, *map(list, zip(*columns, strict=True)))
    return [(row["key"], row["record"]) for row in rows]


def depth_of(rule: Rule, depth: int) -> int:
    """The depth a timer carries on: none after an hour or more."""
    assert rule.since is not None
    minutes = rule.since.working if rule.since.working is not None else (rule.since.seconds or 0.0) / 60.0
    return 0 if minutes >= CALM_MINUTES else depth


async def _cancel(uow: UnitOfWork, cancels: Mapping[tuple[str, UUID], datetime]) -> None:
    if cancels:
        keys = sorted(cancels)
        await uow.execute(
            CANCEL, [key for key, _ in keys], [record for _, record in keys], [cancels[key] for key in keys]
        )


async def stop_timers_of(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Stops timers in the very transaction that records what stops them. An append hook, joined in `app.py`."""
    if not any(event.record for event in events):
        return
    stops = (await load_published(uow)).memo("rules.stops", stops_of)
    cancels: dict[tuple[str, UUID], datetime] = {}
    for event in events:
        for key in stops.get((event.object, event.type), ()) if CARRIED not in event.data else ():
            if event.record is not None:
                at = event.occurred_at or uow.now
                cancels[key, event.record] = max(at, cancels.get((key, event.record), at))
    await _cancel(uow, cancels)


def stops_of(published: Published) -> dict[tuple[str | None, str], list[str]]:
    """Keys of the rules whose timers an (object, event type) stops; read from the documents, nothing is compiled.

    A type that also starts the rule is left to the batch, which moves the row instead of making another.
    """
    found: dict[tuple[str | None, str], list[str]] = {}
    for key, document in published.of_kind("rule").items():
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            rule = read_rule(key, 0, document)
            for kind in set(rule.since.cancel) - set(rule.events) if rule.since else ():
                found.setdefault((rule.object, kind), []).append(key)
    return found
