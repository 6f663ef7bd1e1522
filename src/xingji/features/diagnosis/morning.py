"""The page of 8:30: who needs me, what slipped, three figures, and what time itself changed overnight. Reads only."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from xingji.features.diagnosis.figures import DORMANT_DAYS, OPEN, SHORT_CYCLE, figures_at, instant
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records import Query, aggregate, query

AT = time(8, 30)
SHOWN = 5
AHEAD = 7


def morning_at(uow: UnitOfWork, *, tomorrow: bool) -> datetime:
    """The 8:30 the page is about: today's, or tomorrow's for a look ahead."""
    today = uow.now.astimezone(uow.workspace.zone).date()
    return datetime.combine(today + timedelta(days=int(tomorrow)), AT, tzinfo=uow.workspace.zone)


def crossed(at: datetime) -> Mapping[str, tuple[str, str, str]]:
    """What passes a line by itself in the day before: (object, filter, what is summed)."""
    line, day = at - timedelta(days=DORMANT_DAYS), at.date()
    yesterday = day - timedelta(days=1)
    return {
        "went_cold": ("customer", f"deals_open > 0 && last_touch_at != null && last_touch_at < {instant(line)}"
                      f" && last_touch_at >= {instant(line - timedelta(days=1))} && {SHORT_CYCLE}", "deal_open"),
        "slipped": ("deal", f'{OPEN} && expected_close_at == date("{yesterday.isoformat()}")', "amount"),
        "step_missed": ("deal", f'{OPEN} && next_step_at == date("{yesterday.isoformat()}")', "amount"),
        "due_today": ("deal", f'{OPEN} && next_step_at == date("{day.isoformat()}")', "amount"),
        "task_overdue": ("task", f'{OPEN} && due_at != null && due_at < {instant(at)} && due_at >= {instant(at - timedelta(days=1))}', ""),
    }  # fmt: skip


async def morning(uow: UnitOfWork, *, tomorrow: bool = False) -> dict[str, Any]:
    """{at, changed, coming, needs_me, figures}. `changed`: what crossed a line by itself since the morning before, most
    money first; where nothing did, `coming` says what will within a week."""
    at = morning_at(uow, tomorrow=tomorrow)
    changed = await _crossings(uow, at)
    coming = []
    if not changed:
        for days in range(1, AHEAD + 1):
            if found := await _crossings(uow, at + timedelta(days=days)):
                coming = [{**one, "in_days": days} for one in found]
                break
    figures = []
    for figure in figures_at(at, at.date()):
        if figure.key == "collided":
            continue
        row = (
            await aggregate(
                uow,
                Query(
                    figure.object,
                    aggregates=[
                        {"as": "n", "fn": "count", "filter": figure.filter},
                        {"as": "money", "fn": "sum", "expr": figure.money, "filter": figure.filter},
                    ],
                ),
            )
        )[0]
        figures.append({"key": figure.key, "object": figure.object, "filter": figure.filter, "count": row["n"], "money": row["money"] or 0})
    return {"at": at, "changed": changed, "coming": coming, "needs_me": await _needs_me(uow, at), "figures": figures}


async def _crossings(uow: UnitOfWork, at: datetime) -> list[dict[str, Any]]:
    found = []
    for key, (object_key, condition, money) in crossed(at).items():
        asked: list[dict[str, Any]] = [{"as": "n", "fn": "count"}]
        if money:
            asked.append({"as": "money", "fn": "sum", "expr": money})
        row = (await aggregate(uow, Query(object_key, filter=condition, aggregates=asked)))[0]
        if not row["n"]:
            continue
        title = "title" if object_key == "task" else "name"
        page = await query(uow, Query(object_key, [title, "owner"], filter=condition, limit=SHOWN, names=True))
        rows = [{"id": one["id"], "title": one.get(title), "owner": page.people.get(one.get("owner"))} for one in page.rows]
        found.append({"key": key, "object": object_key, "filter": condition, "count": row["n"], "money": row.get("money") or 0, "rows": rows})
    return sorted(found, key=lambda one: (-one["money"], -one["count"]))


async def _needs_me(uow: UnitOfWork, at: datetime) -> list[dict[str, Any]]:
    """The largest deals that are past their day and have no next step: whoever leads decides about these."""
    day = at.date().isoformat()
    condition = f'{OPEN} && expected_close_at != null && expected_close_at < date("{day}") && amount != null'
    page = await query(uow, Query("deal", ["name", "amount", "owner", "expected_close_at", "customer"], filter=condition, sort=["-amount"], limit=SHOWN, names=True))
    return [
        {"id": row["id"], "title": row.get("name"), "money": row.get("amount"), "owner": page.people.get(row.get("owner")), "day": row.get("expected_close_at")}
        for row in page.rows
    ]  # fmt: skip
