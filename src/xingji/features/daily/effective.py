"""The share of effective entries: what people type that sets a next step going. Reads the log, changes nothing.

An entry is one contact or note somebody logged by hand and has not taken back. It is effective when it stopped or
restarted a clock (a response, an effective follow-up) or a rule acted on it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing

NAME = {"zh": "有效录入占比", "en": "Share of effective entries"}
SHARE = f"""select count(*) as entries, count(*) filter (where effective) as effective from (
    select bool_or(e.type in ('touch.response', 'touch.followup')
      or exists (select from rule_run r where r.record = e.record and r.event = e.id and r.outcome = 'acted')) as effective
    from event e where e.person = any($1::uuid[]) and e.type like 'touch.%' and e.claimed and e.mode = 'live'
      and e.occurred_at >= $2 and e.occurred_at <= $3 and {standing("e")} group by e.change, e.record) entry"""


async def entry_figure(uow: UnitOfWork, people: Sequence[UUID], since: datetime, until: datetime) -> dict[str, Any]:
    """As the other figures of a day: value 0..1, None without an entry; `entries` and `effective` are what it is made of."""
    row = await uow.fetchrow(SHARE, list(people), since, until)
    value = row["effective"] / row["entries"] if row["entries"] else None
    return {
        "key": "entry_effective", "name": NAME, "unit": "%", "value": value, "object": "event", "filter": "",
        "entries": row["entries"], "effective": row["effective"],
    }  # fmt: skip
