"""Idle returns: leads without an effective follow-up go back to their pool, after warnings. Owns `pool_sweep`, `pool_warning`.

*SLA return* is for leads never responded to and belongs to rules; this is for the rest. Days are wall clock. A sweep
looks at every day since the last one in order, so that a jump of the clock leaves no warning out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.pools import return_to_pool
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.work import Notice, notify

EVERY = timedelta(hours=1)
STEP = timedelta(days=1)
MOST_STEPS = 120
MOST_A_SWEEP = 2_000
LAST = "(last_followup_at != null ? last_followup_at : (assigned_at != null ? assigned_at : created_at))"


async def run_pools_once(database: Database, workspace: str) -> int:
    """Warnings and returns that have become due; how many."""
    async with database.work(workspace) as uow:
        pools = (await load_published(uow)).of_kind("pool")
        now = uow.now
        marks = {row["pool"]: row["swept_at"] for row in await uow.fetch("select pool, swept_at from pool_sweep")}
    done = 0
    for key, document in pools.items():
        if not document.get("return"):
            continue
        last = marks.get(key)
        if last is not None and now - last < EVERY:
            continue
        for moment in moments(last, now):
            async with database.work(workspace, at=moment) as uow:
                done += await sweep(uow, key, document)
                await uow.execute(
                    "insert into pool_sweep (pool, swept_at) values ($1, $2) on conflict (pool) do update set swept_at = excluded.swept_at",
                    key, moment,
                )  # fmt: skip
    return done


def moments(last: datetime | None, now: datetime) -> list[datetime]:
    """The instants to look at: every day since the last sweep, and now."""
    if last is None or last >= now:
        return [now]
    found = [last + STEP * n for n in range(1, MOST_STEPS) if last + STEP * n < now]
    return [*found[-MOST_STEPS:], now]


async def sweep(uow: UnitOfWork, pool: str, document: Mapping[str, Any]) -> int:
    """One look at `uow.now`; how many leads were warned of or returned."""
    done = 0
    for rule in rules_of(document):
        name = f"{pool}.{rule['key']}"
        days = float(rule["idle_days"])
        due = await _idle(uow, document, rule, days)
        returned = await return_to_pool(uow, pool, {UUID(row["id"]): row for row in due}, reason="idle") if due else {}
        done += sum(1 for outcome in returned.values() if outcome == "returned")
        for left in sorted((int(n) for n in rule.get("warn_days") or ()), reverse=False):
            done += await _warn(uow, document, rule, name, days, left)
    return done


def rules_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The return rules in order; each is left to the ones before it, so that the first that matches counts."""
    found: list[dict[str, Any]] = []
    before: list[str] = []
    never = [str(source) for source in document.get("never_return") or ()]
    for number, rule in enumerate(document.get("return") or ()):
        when = str(rule.get("when", "true"))
        barred = [*never, *([str(rule["unless"])] if rule.get("unless") else [])]
        found.append({"key": f"r{number}", **rule, "when": when, "barred": barred, "before": list(before)})
        before.append(when)
    return found


def condition(rule: Mapping[str, Any], cut: str) -> str:
    """CEL of the leads a rule takes whose last action lies before `cut` (an expression).

    What was imported or brought over as history is left alone until somebody works on it.
    """
    parts = [
        'write_mode == "live"', 'owner != null', 'pool == null', 'status in ["assigned", "working", "qualified"]', 'first_response_at != null',
        f"{LAST} <= {cut}", "!(protected_until != null && protected_until > now)", f"({rule['when']})",
    ]  # fmt: skip
    # A condition whose answer is unknown keeps the lead where it is.
    parts += [f"(({source}) ? false : true)" for source in rule["before"]]
    parts += [f"(({source}) ? false : true)" for source in rule["barred"]]
    return " && ".join(parts)


def _cut(days: float) -> str:
    return f'now - duration("{round(days * 24 * 60)}m")'


async def _idle(uow: UnitOfWork, document: Mapping[str, Any], rule: Mapping[str, Any], days: float) -> list[dict[str, Any]]:
    query = records.Query(str(document.get("object", "lead")), filter=condition(rule, _cut(days)), sort=["created_at"], limit=MOST_A_SWEEP)
    try:
        return (await records.query(uow, query)).rows
    except XingjiError:
        return []  # a broken condition returns nothing; the definition's check names it


async def _warn(uow: UnitOfWork, document: Mapping[str, Any], rule: Mapping[str, Any], name: str, days: float, left: int) -> int:
    """Tells the owners of leads that return in `left` days; once per lead, rule, days and last action."""
    warned = 0
    notices = []
    for row in await _idle(uow, document, rule, days - left):
        since = datetime.fromisoformat(row.get("last_followup_at") or row.get("assigned_at") or row["created_at"])
        fresh = await uow.fetchval(
            "insert into pool_warning (record, rule, days, since) values ($1, $2, $3, $4) on conflict do nothing returning true",
            UUID(row["id"]), name, left, since,
        )  # fmt: skip
        real = (since + timedelta(days=days) - uow.now).total_seconds() / 86400
        if not fresh or real <= left - 1:
            continue
        warned += 1
        notices.append(Notice(
            UUID(row["owner"]), "pool_warning",
            {"zh": f"{{name}} {{company}} 将在 {left} 天后回公海", "en": f"{{name}} {{company}} returns to the pool in {left} days"},
            {"zh": "有一次有效跟进（客户有回应、接通电话或拜访）就会留下", "en": "One effective follow-up keeps it"},
            "lead", UUID(row["id"]), "strong" if left <= 1 else "normal", ("inbox",), f"pool:{name}:{row['id']}:{left}:{since.isoformat()}",
            values=row,
        ))  # fmt: skip
    await notify(uow, notices)
    return warned


async def try_pool(uow: UnitOfWork, document: Mapping[str, Any], until: datetime) -> dict[str, Any]:
    """What the draft's return rules would take back at an instant: {acts, samples by rule}."""
    found: dict[str, Any] = {"acts": 0, "rules": []}
    for rule in rules_of(document):
        rows = await _idle(uow, document, rule, float(rule["idle_days"]))
        samples = [{"id": row["id"], "title": row.get("name") or row.get("company"), "owner": row.get("owner")} for row in rows[:20]]
        found["rules"].append({"key": rule["key"], "acts": len(rows), "samples": samples})
        found["acts"] += len(rows)
    return found
