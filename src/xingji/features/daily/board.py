"""The board of a team: each person's load under the reader's policy, and the figures that ask for something to be done.

Every figure carries the filter of its rows, so that the list it opens is the list it counted.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.features.daily.effective import entry_figure
from xingji.kernel import records
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.metrics.measure import drill, measure

OPEN = 'status in ["assigned", "working", "qualified"]'
WAITING = 'status in ["new", "assigned", "working"] && first_response_at == null'
FIGURES = ("lead_unassigned_72h", "lead_follow_48h", "lead_follow_72h", "lead_on_time", "lead_first_response")
PEOPLE = """select p.id, p.name, p.capacity, p.roles, p.title, a.ends as back from person p
  left join lateral (select ends from absence where person = p.id and starts <= $2 and ends > $2 order by ends desc limit 1) a on true
  where p.id = any($1::uuid[]) and (p.left_on is null or p.left_on > $3) order by p.name"""


async def team_board(uow: UnitOfWork) -> dict[str, Any]:
    """People with their load, and the team's figures of the last thirty days."""
    local = uow.now.astimezone(uow.workspace.zone)
    midnight = datetime.combine(local.date(), time(), uow.workspace.zone).astimezone(UTC).isoformat()
    count = {"as": "n", "fn": "count"}
    aggregates = [
        {"as": "open", "fn": "count", "filter": OPEN},
        {"as": "waiting", "fn": "count", "filter": WAITING},
        {"as": "today", "fn": "count", "filter": f'assigned_at != null && assigned_at >= timestamp("{midnight}")'},
        {"as": "good", "fn": "count", "filter": f'{OPEN} && intent == "A"'},
    ]
    rows = await records.aggregate(uow, records.Query("lead", filter="owner != null", group=["owner"], aggregates=[count, *aggregates]))
    held = {UUID(str(row["owner"])): row for row in rows}
    below = {person for person in uow.actor.people if person != uow.actor.person}
    default = capacity(await load_published(uow))
    people = []
    for person in await uow.fetch(PEOPLE, sorted({*held, *below}, key=str), uow.now, local.date()):
        figures: Mapping[str, Any] = held.get(person["id"], {})
        mine = f'owner == "{person["id"]}"'
        people.append({
            "person": str(person["id"]), "name": person["name"], "title": person["title"], "capacity": person["capacity"] or default, "on_leave_until": person["back"],
            **{name: figures.get(name, 0) for name in ("open", "waiting", "today", "good")},
            "filters": {"open": f"{mine} && {OPEN}", "waiting": f"{mine} && {WAITING}", "today": f'{mine} && assigned_at >= timestamp("{midnight}")', "good": f'{mine} && {OPEN} && intent == "A"'},
        })  # fmt: skip
    given = sum(person["today"] for person in people)
    for person in people:
        person["share"] = person["today"] / given if given else None
    since = uow.now - timedelta(days=30)
    figures = [*await figures_of(uow, list(FIGURES), since), await entry_figure(uow, sorted({*held, *below}, key=str), since, uow.now)]
    return {"people": people, "given_today": given, "figures": figures}


def capacity(published: Any) -> int | None:
    """Open leads at most, as the published dispatch table says for whoever has no number of their own."""
    for document in published.of_kind("dispatch").values():
        limits = document.get("capacity")
        if isinstance(limits, Mapping) and isinstance(limits.get("open"), int):
            return limits["open"]
    return None


async def figures_of(uow: UnitOfWork, keys: list[str], since: datetime) -> list[dict[str, Any]]:
    """Metrics over a window up to now, each with the filter of its rows; one that is not published is left out."""
    published = (await load_published(uow)).of_kind("metric")
    found = []
    held = [key for key in keys if key in published]
    try:
        values = (await measure(uow, held, since, uow.now) or [{}])[0] if held else {}
    except XingjiError:
        return []
    for key in held:
        point = await drill(uow, key, since, uow.now, {})
        document = published[key]
        found.append({"key": key, "name": document.get("name"), "unit": document.get("unit"), "value": values.get(key), "object": point.object, "filter": point.filter})
    return found
