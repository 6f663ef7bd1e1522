"""The chance to win from a stage, learned from the organisation's own closed records. Changes nothing.

A closed record counts for every stage it ever stood in, within two years. chance = (won + W·prior) / (n + W) with W = 10
(a Beta prior that weighs as much as ten records; without a prior W = 0), and beside it Wilson's score interval of the raw
share at 90 % (E. B. Wilson, JASA 22, 1927).
"""

import math
import time
from typing import Any

from xingji.features.process.document import Playbook
from xingji.kernel import records
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.schema import quoted

PRIOR_WEIGHT = 10
LEAST = 5  # fewer closed records than this say nothing, and only the prior stands
Z_90 = 1.6449
KEPT_SECONDS = 600.0
SINCE = "interval '730 days'"

REACHED = f"""select s.stage, count(*) as n, count(*) filter (where r.{{status}} = any ($4::text[])) as won
  from (select e.record, e.data ->> 'to' as stage from event e where e.type = $1::text || '.stage_moved' and e.occurred_at > $2::timestamptz - {{since}} and {standing("e")}
    union select e.record, e.data ->> 'from' from event e where e.type = $1::text || '.stage_moved' and e.occurred_at > $2::timestamptz - {{since}} and {standing("e")}) s
  join {{table}} r on r.id = s.record and r.deleted_at is null and r.{{playbook}} = $3 and r.{{status}} = any ($5::text[])
  where s.stage is not null group by s.stage"""


async def chances_of(uow: UnitOfWork, book: Playbook) -> dict[str, dict[str, Any]]:
    """By stage {chance, low, high, n, won}: shares 0 to 1; `n` closed records that stood there. Stages without one are absent.

    Of the reader's brands alone where brands are fenced off. Counted anew every ten minutes in a process: history moves
    slowly, and a page asks for it each time.
    """
    key = ("process.chances", uow.workspace.key, book.key, book.version, uow.actor.brands)
    held = uow.database.cache.get(key)
    if held is None or held[0] < time.monotonic():
        held = uow.database.cache[key] = (time.monotonic() + KEPT_SECONDS, await _learn(uow, book))
    return held[1]


async def _learn(uow: UnitOfWork, book: Playbook) -> dict[str, dict[str, Any]]:
    kind = (await records.load_schema(uow)).object(book.object)
    if book.status is None or book.status not in kind.fields or not book.won:
        return {}
    sql = REACHED.format(
        since=SINCE, table=kind.table, status=quoted(str(kind.field(book.status).column)), playbook=quoted(str(kind.field("playbook").column))
    )  # fmt: skip
    rows = await uow.fetch(uow.mark() + sql, book.object, uow.now, book.key, list(book.won), [*book.won, *book.lost])
    priors = {stage.key: stage.chance for stage in book.stages}
    return {
        row["stage"]: learned(row["won"], row["n"], priors[row["stage"]]) for row in rows if row["stage"] in priors and row["n"] >= LEAST
    }


def learned(won: int, n: int, prior: float | None) -> dict[str, Any]:
    """{chance, low, high, n, won} of `won` among `n` > 0 closed records. Pure."""
    weight = PRIOR_WEIGHT if prior is not None else 0
    share, square = won / n, Z_90**2 / n
    middle, half = (share + square / 2) / (1 + square), Z_90 / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    chance = (won + weight * (prior or 0.0)) / (n + weight)
    return {"chance": chance, "low": max(middle - half, 0.0), "high": min(middle + half, 1.0), "n": n, "won": won}
