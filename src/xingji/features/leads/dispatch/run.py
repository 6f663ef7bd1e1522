"""Dispatching a batch of leads: load, decide, store, append the events. The deciding itself is in `decide`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.decide import Roster, decide_batch
from xingji.features.leads.dispatch.judged import Decision
from xingji.features.leads.dispatch.ledger import entry_of, write_ledger
from xingji.features.leads.dispatch.match import WISHES, CompiledTable, Matched, compiled_table, match_rows
from xingji.features.leads.dispatch.members import LeadFacts
from xingji.features.leads.dispatch.roster import Organisation, load_roster, organisation
from xingji.features.leads.dispatch.table import Row
from xingji.features.leads.pool_entries import cooled_owners, enter_pool
from xingji.kernel import records
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.behalf import on_behalf

DISPATCH_LOCK = 0x64697370  # one dispatcher at a time per workspace: counts must not be read twice
TAKEN = ("converted", "invalid")


async def dispatch(uow: UnitOfWork, table_key: str, leads: Sequence[UUID]) -> dict[UUID, Decision]:
    """The decision on each lead, stored. Leads with an owner, converted or invalid ones are left alone (and left out).

    Emits: lead.assigned, lead.pooled; lead.updated by the write path. Raises: `dispatch.unknown_table`.
    """
    compiled = await compiled_table(uow, table_key)
    await uow.execute("select pg_advisory_xact_lock($1, hashtext($2))", DISPATCH_LOCK, uow.workspace.schema)
    matched = await match_rows(uow, compiled, leads)
    waiting = [m for id in dict.fromkeys(leads) if (m := matched.get(id)) and _waits(m)]
    if not waiting:
        return {}
    facts, roster = await weigh_up(uow, compiled, waiting)
    decisions = decide_batch(compiled.table, roster, facts)
    await _store(uow, compiled, decisions, matched, roster)
    return {decision.lead: decision for decision in decisions}


def _waits(lead: Matched) -> bool:
    return lead.facts.get("owner") is None and lead.facts.get("status") not in TAKEN


async def weigh_up(uow: UnitOfWork, compiled: CompiledTable, waiting: Sequence[Matched]) -> tuple[list[LeadFacts], Roster]:
    """What deciding needs: the facts of each lead and the roster of everybody a matching row may name."""
    table = compiled.table
    org = await organisation(uow)
    hit = {number for lead in waiting for number in lead.hits}
    hit |= {n for number in hit if table.rows[number].otherwise and (n := table.index(str(table.rows[number].otherwise))) is not None}
    named = {id for number in hit for id in _named(table.rows[number], org)}
    named |= {id for lead in waiting for id in lead.persons.values() if id is not None}
    calendars = {row.calendar for row in table.rows if row.calendar} | ({table.calendar} if table.calendar else set())
    cooled = await cooled_owners(uow, [lead.id for lead in waiting])
    roster = await load_roster(uow, table, org, named, calendars)
    return [_facts(lead, table.rows, org, cooled) for lead in waiting], roster


def _named(row: Row, org: Organisation) -> Sequence[UUID]:
    target = row.target
    if target.kind in ("person", "people"):
        return [org.by_key[key] for key in target.keys if key in org.by_key]
    if target.kind == "head":
        return [*(org.heads[key] for key in target.keys if key in org.heads), *org.region_heads.values()]
    if target.kind == "pool":
        return []
    return [id for team in target.teams for id in org.teams.get(team, ())] if target.teams else list(org.people)


def _facts(lead: Matched, rows: Sequence[Row], org: Organisation, cooled: dict[UUID, frozenset[UUID]]) -> LeadFacts:
    wishes = frozenset(str(lead.facts[name]) for name in WISHES if lead.facts.get(name))
    heads = {
        number: org.region_heads.get(str(lead.facts.get("region")))
        for number in lead.hits if rows[number].target.kind == "head" and rows[number].target.keys == ("region",)
    }  # fmt: skip
    return LeadFacts(lead.id, lead.hits, wishes, lead.persons, heads, cooled.get(lead.id, frozenset()), lead.facts.get("owner"))


async def _store(
    uow: UnitOfWork, compiled: CompiledTable, decisions: Sequence[Decision], matched: dict[UUID, Matched], roster: Roster
) -> None:
    now = uow.now.isoformat()
    changes, events, pooled, entries = [], [], [], []
    for decision in decisions:
        previous = matched[decision.lead].facts.get("owner")
        brand = matched[decision.lead].facts.get("brand")
        entries.append(entry_of(compiled.table, compiled.version, decision, roster, previous, compiled.broken))
        if decision.chosen is not None:
            values: dict[str, Any] = {"owner": str(decision.chosen), "assigned_at": now, "status": "assigned", "pool": None}
            changes.append(records.Change("update", compiled.table.object, decision.lead, values))
            data = {"owner": str(decision.chosen), "previous": str(previous) if previous else None, "by": "dispatch",
                    "table": compiled.table.key, "row": decision.row.key if decision.row else None}  # fmt: skip
            events.append(NewEvent("lead.assigned", compiled.table.object, decision.lead, data, brand=brand))
        elif decision.pool is not None:
            changes.append(records.Change("update", compiled.table.object, decision.lead, {"pool": decision.pool}))
            pooled.append((decision.lead, decision.pool, previous))
            data = {"pool": decision.pool, "reason": decision.code}
            events.append(NewEvent("lead.pooled", compiled.table.object, decision.lead, data, brand=brand))
    if changes:
        await records.write(on_behalf(uow), changes, owned=True)
    await enter_pool(uow, compiled.table.object, pooled, None, {"code": "dispatch"})
    await append_events(uow, events)
    await write_ledger(uow, entries)
