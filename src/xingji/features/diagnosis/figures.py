"""The five figures of the diagnosis as questions to the one query compiler: an object, a filter, a sum.

Every figure is the count of its rows: the same filter lists them. What a record does not say counts as unknown and is
told apart, never as fine. Days are wall clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from xingji.kernel.db import UnitOfWork
from xingji.kernel.records import Query, aggregate

DORMANT_DAYS = 45
LONG_CYCLE_DAYS = 365
OPEN = 'status == "open"'
SHORT_CYCLE = f"(purchase_cycle_days == null || purchase_cycle_days <= {LONG_CYCLE_DAYS})"


@dataclass(frozen=True, slots=True)
class Figure:
    """One question: which rows, what of them is summed, which rows cannot be judged, which are left out on purpose."""

    key: str
    object: str
    filter: str
    money: str
    unknown: str | None = None
    left_out: str | None = None
    of: str = "true"


def figures_at(now: datetime, today: date) -> list[Figure]:
    """The first four figures as of an instant; the fifth is a share and has code of its own."""
    line = before(now, DORMANT_DAYS)
    day = f'date("{today.isoformat()}")'
    cold = f"deals_open > 0 && last_touch_at != null && last_touch_at < {line}"
    return [
        Figure(
            "dormant", "customer", f"{cold} && {SHORT_CYCLE}", "deal_open", "deals_open > 0 && last_touch_at == null",
            f"{cold} && !{SHORT_CYCLE}", "deals_open > 0",
        ),
        Figure(
            "overdue", "deal", f"{OPEN} && expected_close_at != null && expected_close_at < {day}", "amount",
            f"{OPEN} && expected_close_at == null", None, OPEN,
        ),
        Figure("collided", "customer", "deals_by_others > 0 || contacts_by_others > 0", "deal_open", "owner == null"),
        Figure(
            "stepless", "deal", f'{OPEN} && (next_step == null || next_step == "") && (next_step_at == null || next_step_at < {day})',
            "amount", None, None, OPEN,
        ),
    ]  # fmt: skip


def before(now: datetime, days: float) -> str:
    """CEL for the instant so many days before another."""
    from datetime import timedelta

    return instant(now - timedelta(days=days))


def instant(at: datetime) -> str:
    """An instant as CEL."""
    return f'timestamp("{at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")}")'


async def diagnose(uow: UnitOfWork) -> dict[str, Any]:
    """The diagnosis of everything the reader may see: {at, figures, cannot, totals}. Amounts are minor units.

    A figure: {key, object, filter, count, money, of, unknown: {count, filter}, left_out: {count, filter, money}}; the
    fifth also {share, people: [{person, name, count, money}]}.
    """
    today = uow.now.astimezone(uow.workspace.zone).date()
    figures = figures_at(uow.now, today)
    found: list[dict[str, Any]] = []
    by_object: dict[str, dict[str, Any]] = {}
    for object_key in ("customer", "deal"):
        mine = [figure for figure in figures if figure.object == object_key]
        by_object[object_key] = await _measure(uow, object_key, mine)
    for figure in figures:
        row = by_object[figure.object]
        one = {
            "key": figure.key, "object": figure.object, "filter": figure.filter, "count": row[f"{figure.key}_n"],
            "money": row[f"{figure.key}_m"] or 0, "of": row[f"{figure.key}_of"],
        }  # fmt: skip
        if figure.unknown:
            one["unknown"] = {"count": row[f"{figure.key}_u"], "filter": figure.unknown}
        if figure.left_out:
            one["left_out"] = {"count": row[f"{figure.key}_l"], "filter": figure.left_out, "money": row[f"{figure.key}_lm"] or 0}
        found.append(one)
    found.append(await _concentration(uow))
    totals = {
        "customers": by_object["customer"]["rows"], "deals": by_object["deal"]["rows"],
        "open_deals": by_object["deal"]["overdue_of"], "open_money": by_object["deal"]["open_money"] or 0,
    }  # fmt: skip
    return {"at": uow.now, "figures": found, "totals": totals, "cannot": await cannot_say(uow, totals), "days": DORMANT_DAYS, "cycle": LONG_CYCLE_DAYS}


async def _measure(uow: UnitOfWork, object_key: str, figures: list[Figure]) -> dict[str, Any]:
    """All figures over one object in one statement."""
    asked: list[dict[str, Any]] = [{"as": "rows", "fn": "count"}]
    for figure in figures:
        asked += [
            {"as": f"{figure.key}_n", "fn": "count", "filter": figure.filter},
            {"as": f"{figure.key}_m", "fn": "sum", "expr": figure.money, "filter": figure.filter},
            {"as": f"{figure.key}_of", "fn": "count", "filter": figure.of},
        ]
        if figure.unknown:
            asked.append({"as": f"{figure.key}_u", "fn": "count", "filter": figure.unknown})
        if figure.left_out:
            asked.append({"as": f"{figure.key}_l", "fn": "count", "filter": figure.left_out})
            asked.append({"as": f"{figure.key}_lm", "fn": "sum", "expr": figure.money, "filter": figure.left_out})
    if object_key == "deal":
        asked.append({"as": "open_money", "fn": "sum", "expr": "amount", "filter": OPEN})
    rows = await aggregate(uow, Query(object_key, aggregates=asked))
    return rows[0]


async def _concentration(uow: UnitOfWork) -> dict[str, Any]:
    """How much of the open money the three who hold most of it hold."""
    rows = await aggregate(
        uow,
        Query(
            "deal", filter=f"{OPEN} && owner != null", group=["owner"],
            aggregates=[{"as": "n", "fn": "count"}, {"as": "money", "fn": "sum", "expr": "amount"}],
        ),
    )  # fmt: skip
    rows = sorted(rows, key=lambda row: (-(row["money"] or 0), -row["n"]))
    top, total = rows[:3], sum(row["money"] or 0 for row in rows)
    names = await names_of_people(uow, [row["owner"] for row in top])
    owners = ", ".join(f'"{row["owner"]}"' for row in top)
    unknown = f"{OPEN} && (owner == null || amount == null)"
    counted = await aggregate(uow, Query("deal", aggregates=[{"as": "n", "fn": "count", "filter": unknown}]))
    money = sum(row["money"] or 0 for row in top)
    return {
        "key": "top3", "object": "deal", "filter": f"{OPEN} && owner in [{owners}]" if top else "false",
        "count": sum(row["n"] for row in top), "money": money, "of": sum(row["n"] for row in rows),
        "share": money / total if total else None, "holders": len(rows),
        "people": [{"person": row["owner"], "name": names.get(str(row["owner"])), "count": row["n"], "money": row["money"] or 0} for row in top],
        "unknown": {"count": counted[0]["n"], "filter": unknown},
    }  # fmt: skip


async def names_of_people(uow: UnitOfWork, ids: list[Any]) -> dict[str, str]:
    """Names of persons by id."""
    rows = await uow.fetch("select id, name from person where id = any ($1::uuid[])", [str(one) for one in ids])
    return {str(row["id"]): row["name"] for row in rows}


#: What cannot be said, the records that keep it from being said, and how many of all there are.
GAPS: Mapping[str, tuple[str, str]] = {
    "no_dates": ("customer", "last_touch_at == null"),
    "no_amount": ("deal", f"{OPEN} && amount == null"),
    "no_expected": ("deal", f"{OPEN} && expected_close_at == null"),
    "no_cycle": ("customer", "purchase_cycle_days == null"),
    "no_lost_reason": ("deal", 'status == "lost" && lost_reason == null'),
    "no_closed_day": ("deal", '(status == "won" && won_at == null) || (status == "lost" && lost_at == null)'),
}


async def cannot_say(uow: UnitOfWork, totals: Mapping[str, int]) -> list[dict[str, Any]]:
    """What the records do not hold: {key, object, filter, count}; response times need leads that arrive by themselves."""
    counts: dict[str, int] = {}
    for object_key in ("customer", "deal"):
        asked = [{"as": key, "fn": "count", "filter": text} for key, (of, text) in GAPS.items() if of == object_key]
        counts |= (await aggregate(uow, Query(object_key, aggregates=asked)))[0]
    found = [
        {"key": key, "object": of, "filter": text, "count": counts[key]} for key, (of, text) in GAPS.items() if counts[key]
    ]
    heard = await aggregate(uow, Query("lead", aggregates=[{"as": "n", "fn": "count", "filter": "first_response_at != null"}]))
    if not heard[0]["n"]:
        found.append({"key": "no_response_times", "object": None, "filter": None, "count": None})
    return found
