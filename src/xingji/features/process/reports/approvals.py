"""How long each step of an approval takes, against its limit and the other steps, and on which days it is decided."""

import statistics
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork

MOST = 5_000
LEAST = 10
VOTES = """select a.flow, a.nodes, a.object, a.record, v.node, v.opened_at, v.at, v.due_at from approval_vote v join approval a on a.id = v.approval
  where v.state in ('yes', 'no') and v.at >= $1 and v.at < $2 order by v.at desc limit $3"""


async def approval_baseline(uow: UnitOfWork, since: datetime, until: datetime) -> dict[str, Any]:
    """{steps: [{flow, node, name, n, mean_days, median_days, extra_days, late, limit_hours, weekdays, weekend}], least, capped}, slowest first.

    `extra_days`: the mean less the mean of all other steps. Null below ten votes. Of records the reader sees.
    """
    rows = await uow.fetch(VOTES, since, until, MOST)
    seen = await _seen(uow, rows)
    steps: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        if row["record"] not in seen or row["node"] >= len(row["nodes"]):
            continue
        node = row["nodes"][row["node"]]
        one = steps.setdefault((row["flow"], node["key"]), {"name": node.get("name"), "limit_hours": node.get("hours"), "days": [], "late": 0, "weekdays": Counter()})
        one["days"].append((row["at"] - row["opened_at"]).total_seconds() / 86_400)
        one["late"] += row["due_at"] is not None and row["at"] > row["due_at"]
        one["weekdays"][row["at"].astimezone(uow.workspace.zone).isoweekday()] += 1
    told = []
    for (flow, key), one in steps.items():
        others = [day for place, other in steps.items() if place != (flow, key) for day in other["days"]]
        n = len(one["days"])
        mean = statistics.fmean(one["days"]) if n >= LEAST else None
        told.append({
            "flow": flow, "node": key, "name": one["name"], "n": n, "limit_hours": one["limit_hours"], "late": one["late"], "mean_days": mean,
            "median_days": statistics.median(one["days"]) if n >= LEAST else None, "extra_days": mean - statistics.fmean(others) if mean is not None and len(others) >= LEAST else None,
            "weekdays": {str(day): one["weekdays"].get(day, 0) for day in range(1, 8)}, "weekend": one["weekdays"].get(6, 0) + one["weekdays"].get(7, 0),
        })  # fmt: skip
    told.sort(key=lambda one: (-(one["mean_days"] or 0), one["flow"], one["node"]))
    return {"steps": told, "least": LEAST, "capped": len(rows) == MOST}


async def _seen(uow: UnitOfWork, rows: Any) -> set[UUID]:
    seen: set[UUID] = set()
    for object_key in {row["object"] for row in rows}:
        ids = list({row["record"] for row in rows if row["object"] == object_key})
        try:
            seen |= {UUID(one["id"]) for one in await records.get_records(uow, object_key, ids, ["id"])}
        except XingjiError:
            continue
    return seen
