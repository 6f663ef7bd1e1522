"""The ledger: for each lead why this person and why not the others. Owns the tables `ledger` and `dispatch_day`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.candidates import MOST, packed, unpacked
from xingji.features.leads.dispatch.decide import Roster
from xingji.features.leads.dispatch.judged import Decision
from xingji.features.leads.dispatch.table import Table
from xingji.features.leads.dispatch.words import explain_outcome
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published

INSERT = """insert into ledger (lead, at, action, table_key, table_version, row_key, chosen, pool, previous, reason, candidates, mode)
  select lead, $1, action, table_key, table_version, row_key, chosen, pool, previous, reason, candidates->'v', $2
  from unnest($3::uuid[], $4::text[], $5::text[], $6::int[], $7::text[], $8::uuid[], $9::text[], $10::uuid[], $11::jsonb[], $12::jsonb[])
    with ordinality as n(lead, action, table_key, table_version, row_key, chosen, pool, previous, reason, candidates, ord) order by ord"""
COUNT = """insert into dispatch_day (person, day, received, last)
  select person, $2, count(*)::int, max(turn) from (select person, nextval('dispatch_turn') as turn
    from unnest($1::uuid[]) as person offset 0) given group by person order by person
  on conflict (person, day) do update set received = dispatch_day.received + excluded.received, last = excluded.last"""
# Lines about what was taken back stay to be read, and count no more.
TAKE_BACK = """update ledger l set reason = l.reason || '{"taken_back": true}' from event e
  where e.record = any($1) and e.change = $2 and e.type = any($3) and l.lead = e.record and l.at = e.occurred_at and not l.reason ? 'taken_back'
  returning l.chosen, l.action, l.at"""
UNCOUNT = """update dispatch_day d set received = greatest(d.received - n.n, 0)
  from (select person, day, count(*)::int as n from unnest($1::uuid[], $2::date[]) as g(person, day) group by person, day) n
  where d.person = n.person and d.day = n.day"""
COUNTED = ("dispatched", "picked", "reassigned")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: dispatched | reassigned | returned | picked | held | transferred | pooled."""

    lead: UUID
    action: str
    chosen: UUID | None = None
    pool: str | None = None
    previous: UUID | None = None
    reason: Mapping[str, Any] = field(default_factory=dict)
    candidates: Sequence[Mapping[str, Any]] = ()
    table_key: str | None = None
    table_version: int | None = None
    row_key: str | None = None


async def write_ledger(uow: UnitOfWork, entries: Sequence[Entry]) -> None:
    """Appends lines, and counts the leads each person received today."""
    if not entries:
        return
    rows = [
        (e.lead, e.action, e.table_key, e.table_version, e.row_key, e.chosen, e.pool, e.previous, dict(e.reason), {"v": list(e.candidates)})  # a list in an array would count as a dimension
        for e in entries
    ]  # fmt: skip
    await uow.execute(INSERT, uow.now, uow.mode.value, *map(list, zip(*rows, strict=True)))
    received = [e.chosen for e in entries if e.chosen is not None and e.action in COUNTED]
    if received:
        day: date = uow.now.astimezone(uow.workspace.zone).date()
        await uow.execute(COUNT, received, day)


async def take_back_lines(uow: UnitOfWork, leads: Sequence[UUID], change: UUID, types: Sequence[str]) -> None:
    """Marks the lines a change wrote about leads as taken back; whoever received one that day received one less."""
    rows = await uow.fetch(TAKE_BACK, list(dict.fromkeys(leads)), change, list(types))
    given = [row for row in rows if row["chosen"] is not None and row["action"] in COUNTED]
    await uow.execute(UNCOUNT, [row["chosen"] for row in given], [row["at"].astimezone(uow.workspace.zone).date() for row in given])


def entry_of(table: Table, version: int, decision: Decision, roster: Roster, previous: UUID | None, broken: Mapping[str, str]) -> Entry:
    """The line of a decision."""
    row = decision.row
    name = roster.members[decision.chosen].name if decision.chosen else None
    reason: dict[str, Any] = {"code": decision.code, **explain_outcome(decision.code, row.name if row else None, decision.pool, name)}
    if decision.passed:
        reason["passed"] = decision.passed
    if broken:
        reason["broken_rows"] = sorted(broken)
    candidates = packed(decision)
    if decision.candidates > MOST:
        reason["more_candidates"] = decision.candidates - MOST
    action = "dispatched" if decision.chosen else "pooled" if decision.pool else "held"
    return Entry(
        decision.lead, action, decision.chosen, decision.pool, previous, reason, candidates, table.key, version,
        row.key if row else None,
    )  # fmt: skip


async def read_ledger(uow: UnitOfWork, lead: UUID, limit: int = 100) -> dict[str, Any]:
    """The lines of a lead, newest first, with row names and the people they name."""
    rows = await uow.fetch(
        "select id, at, action, table_key, table_version, row_key, chosen, pool, previous, reason, candidates, mode from ledger"
        " where lead = $1 order by id desc limit $2", lead, limit,
    )  # fmt: skip
    published = await load_published(uow)
    people: set[str] = set()
    found = []
    for row in rows:
        document = published.get("dispatch", row["table_key"]) if row["table_key"] else None
        names = {r.get("key"): r.get("name") for r in (document or {}).get("rows") or ()}
        candidates = unpacked(row["candidates"], str(row["reason"].get("code")))
        found.append({**dict(row), "candidates": candidates, "row_name": names.get(row["row_key"])})
        people |= {str(id) for id in (row["chosen"], row["previous"]) if id is not None}
        people |= {candidate["person"] for candidate in candidates}
    named = await uow.fetch("select id, name from person where id = any($1::uuid[])", sorted(people))
    return {"rows": found, "people": {str(row["id"]): row["name"] for row in named}}
