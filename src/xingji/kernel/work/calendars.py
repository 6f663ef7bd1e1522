"""The workspace's calendars in the database: public holidays, and each calendar laid out as spans for SQL.

Owns `public_holiday` and `calendar_span`. The arithmetic is `core.calendar`; the words are `calendar_document`.
A calendar is laid out when it is published, when a public holiday changes, and by `calendar_care` every hour,
so that the end of what is laid out stays ten years away.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.errors import invalid, not_found
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.work.calendar_document import read_calendar
from xingji.kernel.work.public_holidays import PublicHolidays, seed_public_holidays

FIRST_YEAR = 2010
YEARS_AHEAD = 10

SEED = """insert into public_holiday as held (day, works, name)
  select * from unnest($1::date[], $2::boolean[], $3::text[])
  on conflict (day) do update set works = excluded.works, name = excluded.name
  where held.origin = 'seed' and (held.works, held.name) is distinct from (excluded.works, excluded.name)"""


async def load_calendar(uow: UnitOfWork, key: str) -> WorkingCalendar:
    """The published calendar of that key. Raises: `calendar.unknown`, `calendar.broken`."""
    name = ("calendar", uow.workspace.key, uow.workspace.definitions_rev)
    held = uow.database.cache.setdefault(name, {})
    if key not in held:
        document = (await load_published(uow)).get("calendar", key)
        if document is None:
            raise not_found("calendar.unknown", key=key)
        held[key] = await _read(uow, key, document)
    return held[key]


async def materialise_calendar(uow: UnitOfWork, key: str, document: Mapping[str, Any]) -> WorkingCalendar:
    """Lays a calendar out for SQL, in place of what was laid out before; the calendar. Raises: `calendar.broken`."""
    await seed_holidays(uow)
    calendar = await _read(uow, key, document)
    rows = layout(calendar, FIRST_YEAR, uow.now.year + YEARS_AHEAD)
    held = await uow.fetch("select opens, before_us from calendar_span where calendar = $1 order by opens", key)
    # Opening and time before it say everything but the last closing, which the end row's time before it says.
    if [(row["opens"], row["before_us"]) for row in held] != [(row[1], row[3]) for row in rows]:
        await uow.execute("delete from calendar_span where calendar = $1", key)
        await uow.copy("calendar_span", rows, ["calendar", "opens", "closes", "before_us"])
    return calendar


def layout(calendar: WorkingCalendar, first: int, last: int) -> list[tuple[str, datetime, datetime, int]]:
    """Rows of `calendar_span` for the local years first to last, with the two rows that mark begin and end."""
    begin, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (first, last + 1))
    rows, before = [(calendar.key, begin, begin, 0)], 0
    for year in range(first, last + 1):
        for opens, closes in calendar.spans(year):
            if begin < opens and closes <= end:
                rows.append((calendar.key, opens, closes, before))
                before += round((closes - opens).total_seconds() * 1e6)
    return [*rows, (calendar.key, end, datetime.max.replace(tzinfo=UTC), before)]


async def drop_calendar(uow: UnitOfWork, key: str) -> None:
    """Removes what was laid out for a retired calendar."""
    await uow.execute("delete from calendar_span where calendar = $1", key)


async def seed_holidays(uow: UnitOfWork) -> None:
    """Brings the installed holiday data into the table; days entered by hand stay as they are."""
    seed = seed_public_holidays()
    held = await uow.fetchval("select count(*) from public_holiday where origin = 'seed'")
    if held >= len(seed.off | seed.makeup):
        return
    days = sorted(seed.off | seed.makeup)
    works = [day in seed.makeup for day in days]
    await uow.execute(SEED, days, works, [seed.names.get(day, "") for day in days])


async def load_public_holidays(uow: UnitOfWork) -> PublicHolidays:
    """The workspace's own table; a year is known when at least one of its days off is in it."""
    rows = await uow.fetch("select day, works, name from public_holiday order by day")
    return PublicHolidays(
        off=frozenset(row["day"] for row in rows if not row["works"]),
        makeup=frozenset(row["day"] for row in rows if row["works"]),
        years_known=frozenset(row["day"].year for row in rows if not row["works"]),
        names={row["day"]: row["name"] for row in rows},
    )


async def set_public_holidays(uow: UnitOfWork, days: Iterable[tuple[date, bool | None, str]]) -> None:
    """Enters days as (day, works, name); works None removes the day. All calendars are laid out anew.

    Timers already armed keep their due instants; new ones follow the new days.
    """
    for day, works, name in days:
        if works is None:
            await uow.execute("delete from public_holiday where day = $1", day)
            continue
        await uow.execute(
            "insert into public_holiday (day, works, name, origin) values ($1, $2, $3, 'hand')"
            " on conflict (day) do update set works = excluded.works, name = excluded.name, origin = 'hand'",
            day,
            works,
            name,
        )
    await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")
    await lay_out_all(uow)


async def lay_out_all(uow: UnitOfWork) -> list[str]:
    """Lays out every published calendar anew; their keys. What has not changed is not written."""
    documents = (await load_published(uow)).of_kind("calendar")
    for key, document in sorted(documents.items()):
        await materialise_calendar(uow, key, document)
    return sorted(documents)


async def _read(uow: UnitOfWork, key: str, document: Mapping[str, Any]) -> WorkingCalendar:
    calendar, problems = read_calendar(key, document, await load_public_holidays(uow))
    if calendar is None:
        raise invalid("calendar.broken", problems, key=key)
    return calendar
