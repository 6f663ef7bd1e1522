"""How long customers were left alone, by the days of their follow-up records. Reads the log of records the reader sees."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records import Query, query

DAYS = 30
YEAR = 365
MOST_CUSTOMERS = 5_000

GAPS = f"""select record, person, at, before from (
    select e.record, e.person, e.occurred_at as at,
      lag(e.occurred_at) over (partition by e.record order by e.occurred_at, e.id) as before
    from event e where e.record = any ($1::uuid[]) and e.type = any ($2::text[]) and e.occurred_at >= $3 and {standing("e")}
  ) t where before is not null and at - before > $4::interval"""


async def silences(uow: UnitOfWork) -> dict[str, Any]:
    """{times, customers, looked_at, people: [{person, name, count}]}: how often a month passed between two touches.

    A silence is counted with the one who broke it; looks at 5,000 customers at most and says how many it looked at.
    """
    page = await query(uow, Query("customer", ["id"], limit=MOST_CUSTOMERS, sort=["id"]))
    ids = [UUID(row["id"]) for row in page.rows]
    types = ["touch.response", "touch.followup", "touch.note"]
    rows = await uow.fetch(GAPS, ids, types, uow.now - timedelta(days=YEAR), timedelta(days=DAYS))
    counts = Counter(row["person"] for row in rows if row["person"])
    people = await uow.fetch("select id, name from person where id = any ($1::uuid[])", list(counts))
    names = {row["id"]: row["name"] for row in people}
    return {
        "days": DAYS, "times": len(rows), "customers": len({row["record"] for row in rows}), "looked_at": len(ids),
        "people": [{"person": str(one), "name": names.get(one), "count": n} for one, n in counts.most_common(5)],
    }  # fmt: skip
