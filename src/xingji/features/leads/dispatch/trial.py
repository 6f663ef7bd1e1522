"""A dispatch table's draft tried on the leads of a past window: who would have got which, row by row. Stores nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.decide import decide_batch
from xingji.features.leads.dispatch.judged import Decision
from xingji.features.leads.dispatch.match import CompiledTable, compile_table, match_rows
from xingji.features.leads.dispatch.run import weigh_up
from xingji.features.leads.dispatch.table import read_table
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.behalf import on_behalf

MOST = 1_000
SAMPLES = 20


async def try_table(uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
    """{leads, acts, by_row, by_person, pooled, held, broken, changed, moves, samples} for the newest leads of the window.

    1,000 at most. changed: leads the published table of that key would have given to somebody else; None without one.
    moves: {"from → to": count}. Names of leads stand only for those the actor may read.
    """
    table = read_table(str(document.get("key", "draft")), document)
    inside = on_behalf(uow)
    window = f'created_at >= timestamp("{since.isoformat()}") && created_at < timestamp("{until.isoformat()}")'
    query = records.Query(table.object, fields=["owner"], filter=window, sort=["-created_at"], limit=MOST)
    owners = {UUID(row["id"]): row["owner"] for row in (await records.query(inside, query)).rows}
    schema = await records.load_schema(uow)
    compiled = compile_table(schema, table, 0, uow)
    decisions, names = await _decide(uow, compiled, list(owners))
    before = await _published(uow, schema, table.key, list(owners))
    targets = {d.lead: _target(d, names) for d in decisions}
    differing = [d for d in decisions if before is not None and before.get(d.lead) != targets[d.lead]]
    shown = [*differing[:SAMPLES], *(d for d in decisions if d not in differing)][:SAMPLES]
    titles = await _titles(uow, table.object, [d.lead for d in shown])
    samples = [
        {
            "id": str(d.lead), "title": titles.get(d.lead), "row": d.row.key if d.row else None,
            "person": names.get(d.chosen) if d.chosen else None, "pool": d.pool, "owner_now": owners[d.lead],
            **({"before": before.get(d.lead)} if before is not None else {}),
        }
        for d in shown
    ]  # fmt: skip
    moves = Counter(f"{(before or {}).get(d.lead) or '—'} → {targets[d.lead] or '—'}" for d in differing)
    return {
        "leads": len(owners), "acts": sum(1 for d in decisions if d.chosen or d.pool),
        "by_row": dict(Counter(d.row.key if d.row else "" for d in decisions)),
        "by_person": dict(Counter(names[d.chosen] for d in decisions if d.chosen)),
        "pooled": sum(1 for d in decisions if d.pool), "held": sum(1 for d in decisions if not d.chosen and not d.pool),
        "broken": compiled.broken, "changed": None if before is None else len(differing), "moves": dict(moves.most_common(20)),
        "samples": samples,
    }  # fmt: skip


async def _decide(uow: UnitOfWork, compiled: CompiledTable, leads: list[UUID]) -> tuple[list[Decision], dict[UUID, str]]:
    """Everybody's lead by a table that begins with empty hands, and the names of the people."""
    matched = list((await match_rows(uow, compiled, leads)).values()) if leads else []
    facts, roster = await weigh_up(uow, compiled, matched)
    for member in roster.members.values():
        # Today's counts say nothing about then: the trial begins with everybody's hands empty.
        member.open = member.today = member.window = 0
    return decide_batch(compiled.table, roster, facts), {id: member.name for id, member in roster.members.items()}


async def _published(uow: UnitOfWork, schema: records.Schema, key: str, leads: list[UUID]) -> dict[UUID, str | None] | None:
    """Where the table in force would have sent each of them; None when none is in force."""
    document = (await load_published(uow)).get("dispatch", key)
    if document is None:
        return None
    decisions, names = await _decide(uow, compile_table(schema, read_table(key, document), 0, uow), leads)
    return {d.lead: _target(d, names) for d in decisions}


def _target(decision: Decision, names: Mapping[UUID, str]) -> str | None:
    return names.get(decision.chosen) if decision.chosen else decision.pool


async def _titles(uow: UnitOfWork, object_key: str, ids: list[UUID]) -> dict[UUID, str]:
    """What the leads are called, as far as the actor reads them."""
    try:
        fields = [key for key in ("name", "company") if key in (await records.load_schema(uow)).object(object_key).fields]
        found = await records.get_records(uow, object_key, ids, fields)
    except XingjiError:
        return {}
    return {UUID(row["id"]): str(row.get("company") or row.get("name") or "") for row in found}
