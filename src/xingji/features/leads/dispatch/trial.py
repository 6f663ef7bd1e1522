"""A dispatch table's draft tried on the leads of a past window: who would have got which, row by row. Stores nothing."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.leads.behalf import on_behalf
from xingji.features.leads.dispatch.decide import decide_batch
from xingji.features.leads.dispatch.match import compile_table, match_rows
from xingji.features.leads.dispatch.run import weigh_up
from xingji.features.leads.dispatch.table import read_table
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork

MOST = 1_000
SAMPLES = 20


async def try_table(uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
    """{leads, acts, by_row, by_person, pooled, held, broken, samples} for the newest leads of the window (1,000 at most)."""
    table = read_table(str(document.get("key", "draft")), document)
    inside = on_behalf(uow)
    window = f'created_at >= timestamp("{since.isoformat()}") && created_at < timestamp("{until.isoformat()}")'
    query = records.Query(table.object, fields=["name", "company", "owner"], filter=window, sort=["-created_at"], limit=MOST)
    rows = {UUID(row["id"]): row for row in (await records.query(inside, query)).rows}
    compiled = compile_table(await records.load_schema(uow), table, 0, uow)
    matched = list((await match_rows(uow, compiled, list(rows))).values()) if rows else []
    facts, roster = await weigh_up(uow, compiled, matched)
    for member in roster.members.values():
        # Today's counts say nothing about then: the trial begins with everybody's hands empty.
        member.open = member.today = member.window = 0
    decisions = decide_batch(table, roster, facts)
    names = {id: member.name for id, member in roster.members.items()}
    samples = [
        {
            "id": str(d.lead), "title": rows[d.lead].get("name") or rows[d.lead].get("company"), "row": d.row.key if d.row else None,
            "person": names.get(d.chosen) if d.chosen else None, "pool": d.pool, "owner_now": rows[d.lead].get("owner"),
        }
        for d in decisions[:SAMPLES]
    ]  # fmt: skip
    return {
        "leads": len(rows), "acts": sum(1 for d in decisions if d.chosen or d.pool),
        "by_row": dict(Counter(d.row.key if d.row else "" for d in decisions)),
        "by_person": dict(Counter(names[d.chosen] for d in decisions if d.chosen)),
        "pooled": sum(1 for d in decisions if d.pool), "held": sum(1 for d in decisions if not d.chosen and not d.pool),
        "broken": compiled.broken, "samples": samples,
    }  # fmt: skip
