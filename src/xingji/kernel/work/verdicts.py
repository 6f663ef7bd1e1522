"""Sorts messages about to leave by whether their people may be disturbed now. Loads what `disturbing` judges by."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.work.calendars import load_calendar
from xingji.kernel.work.disturbing import Verdict, judge, settings_of

OFFICE = "office"
BEFORE = """select person, kind, count(*) as n from inbox where person = any($1::uuid[]) and kind = any($2::text[]) and at > $3
  group by person, kind"""


async def verdicts_of(
    uow: UnitOfWork, people: Mapping[UUID, Mapping[str, Any]], notices: Sequence[Any]
) -> dict[tuple[int, str], Verdict]:
    """The verdict on each channel of each notice, by the notice's place. Ask before the notices stand in the inbox."""
    leaving = [(place, notice) for place, notice in enumerate(notices) if any(channel != "inbox" for channel in notice.via)]
    if not leaving:
        return {}
    ids, kinds = sorted({n.person for _, n in leaving}), sorted({n.kind for _, n in leaving})
    rows = await uow.fetch(BEFORE, ids, kinds, uow.now - timedelta(hours=1))
    before = {(row["person"], row["kind"]): row["n"] for row in rows}
    hours = {person: await _hours(uow, people[person]) for person in ids}
    now = uow.now.astimezone(uow.workspace.zone)
    found: dict[tuple[int, str], Verdict] = {}
    for place, notice in leaving:
        settings, key = settings_of(people[notice.person]["notices"]), (notice.person, notice.kind)
        for channel in notice.via:
            if channel != "inbox":
                found[place, channel] = judge(
                    settings, notice.kind, channel, now, hours[notice.person], before.get(key, 0),
                    breaks=notice.breaks_quiet, strong=notice.urgency == "strong",
                )  # fmt: skip
        before[key] = before.get(key, 0) + 1
    return found


async def _hours(uow: UnitOfWork, person: Mapping[str, Any]) -> WorkingCalendar | None:
    """The person's working calendar, when their quiet hours ask for it."""
    if (settings_of(person["notices"])["quiet"] or {}).get("mode") != "outside_hours":
        return None
    try:
        return await load_calendar(uow, person["calendar"] or OFFICE)
    except XingjiError:
        return None
