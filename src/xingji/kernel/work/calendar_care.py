"""Looks after the calendars as time passes: lays them out ahead, and announces a year without holiday data.

Run by the worker every hour. Never changes a calendar's definition.
"""

from uuid import UUID

from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.work.calendar_document import FOLLOWS, MESSAGES
from xingji.kernel.work.calendars import lay_out_all, load_public_holidays
from xingji.kernel.work.notices import Notice, notify

ANNOUNCE_FROM_MONTH = 12
HOW = {
    "zh": "请在公布后录入放假与调休（设置 → 日历）。",
    "en": "Enter the days off and make-up days once they are announced (settings, calendars).",
}


async def refresh_calendars(uow: UnitOfWork) -> list[int]:
    """Lays every calendar out anew and tells those who keep definitions of a year without data; those years."""
    await lay_out_all(uow)
    missing = await years_without_data(uow)
    keepers = await _keepers(uow) if missing else []
    title = MESSAGES["calendar.year_without_data"]
    await notify(
        uow,
        [
            Notice(person, "system", title, HOW, values={"year": year}, dedupe=f"calendar.year_without_data:{year}")
            for year in missing
            for person in keepers
        ],
    )
    return missing


async def years_without_data(uow: UnitOfWork) -> list[int]:
    """Of this year, and from December on the next, those whose public holidays are not known though a calendar follows them."""
    published = await load_published(uow)
    if not any(str(d.get("holidays", "")).lower() in FOLLOWS for d in published.of_kind("calendar").values()):
        return []
    known = (await load_public_holidays(uow)).years_known
    today = uow.now.astimezone(uow.workspace.zone)
    years = [today.year] + ([today.year + 1] if today.month >= ANNOUNCE_FROM_MONTH else [])
    return [year for year in years if year not in known]


async def _keepers(uow: UnitOfWork) -> list[UUID]:
    roles = (await load_published(uow)).of_kind("role")
    keep = [key for key, role in roles.items() if {"*", "definitions.write"} & set(role.get("rights") or ())]
    today = uow.now.astimezone(uow.workspace.zone).date()
    rows = await uow.fetch(
        "select id from person where roles && $1 and (left_on is null or left_on > $2) order by id", keep, today
    )
    return [row["id"] for row in rows]
