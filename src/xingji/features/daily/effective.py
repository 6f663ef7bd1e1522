"""Effective entries: what people type that sets a next step going. Facts of the log for the metric kind; changes nothing.

An entry is one contact or note somebody logged by hand and has not taken back. What makes it effective is the word of the
metric in force: a response or an effective follow-up (it stopped or restarted a clock), a rule that acted on it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.facts import count_facts
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.metrics import LogFacts

METRIC = "entry_effective"
NAME = {"zh": "有效录入占比", "en": "Share of effective entries"}
COUNTS = {
    "touch.response": {"zh": "停住了响应时限", "en": "It stopped the response clock"},
    "touch.followup": {"zh": "算有效跟进", "en": "It counts as a follow-up"},
    "rule": {"zh": "触发了规则的动作", "en": "A rule acted on it"},
}
FACTS = f"""select e.person, min(e.occurred_at) as at, bool_or(e.type = any($5::text[])
      or ('rule' = any($5::text[]) and exists (select from rule_run r where r.record = e.record and r.event = e.id and r.outcome = 'acted'))) as held
    from event e where e.type like 'touch.%' and e.claimed and e.mode = 'live' and ($4::uuid[] is null or e.person = any($4::uuid[]))
      and e.person is not null and e.occurred_at >= $2 and e.occurred_at <= $3 and {standing("e")} group by e.person, e.change, e.record"""


async def count_entries(
    uow: UnitOfWork, counts: Sequence[str], since: datetime | None, until: datetime | None, by: Sequence[str], people: Sequence[UUID] | None
) -> list[dict[str, Any]]:
    """[{*by, n, held}]: entries and the effective ones."""
    return await count_facts(uow, FACTS, since, until, by, people, list(counts))


ENTRIES = LogFacts("entries", {"zh": "手工录入", "en": "Entries by hand"}, "effective", {"zh": "带来下一步", "en": "Set a next step going"}, COUNTS, count_entries)


async def entry_figure(uow: UnitOfWork, people: Sequence[UUID], since: datetime, until: datetime) -> dict[str, Any]:
    """As the other figures of a day: value 0..1, None without an entry; `entries` and `effective` are what it is made of."""
    document = (await load_published(uow)).get("metric", METRIC) or {}
    (row,) = await count_entries(uow, document.get("counts") or tuple(COUNTS), since, until, (), people)
    value = row["held"] / row["n"] if row["n"] else None
    return {
        "key": METRIC, "name": document.get("name") or NAME, "unit": "%", "value": value, "object": "event", "filter": "",
        "entries": row["n"], "effective": row["held"],
    }  # fmt: skip
