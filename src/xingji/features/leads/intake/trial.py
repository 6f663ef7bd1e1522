"""A source's draft tried on the deliveries of a past window: how many would be leads, which are refused. Stores nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from xingji.features.leads.intake.ground import lead_ground, opened
from xingji.features.leads.intake.prepare import Item, prepare
from xingji.features.leads.intake.receipt import delivery_of, sees_payloads, veiled_problem
from xingji.kernel.db import UnitOfWork

MOST = 2_000
SAMPLES = 20


async def try_mapping(uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
    """{deliveries, leads, refused, samples}; payloads that lie in files are left out and counted.

    Values stand only for those who may read what deliveries say.
    """
    key = str(document.get("key", ""))
    sees = sees_payloads(uow)
    ground = await lead_ground(uow)
    ground = replace(ground, sources={**ground.sources, key: document}, settings={**ground.settings, key: opened(key, document)}, defaults={}, sealed=ground.sealed - {key})
    rows = await uow.fetch(
        "select * from receipt where source = $1 and occurred_at >= $2 and occurred_at < $3 order by id desc limit $4",
        key, since, until, MOST,
    )  # fmt: skip
    found: dict[str, Any] = {"deliveries": len(rows), "acts": 0, "refused": 0, "left_out": 0, "samples": []}
    for row in rows:
        if row["body"] is None:
            found["left_out"] += 1
            continue
        prepared = prepare(Item(key, delivery_of(row, bytes(row["body"])), row["id"]), ground)
        found["refused" if prepared.problems else "acts"] += 1
        if len(found["samples"]) < SAMPLES:
            found["samples"].append({
                "receipt": str(row["id"]), "was": row["status"], "values": prepared.values if sees else None,
                "problems": [p.as_dict() if sees else veiled_problem(p.as_dict()) for p in prepared.problems],
            })  # fmt: skip
    return found
