"""Reading and writing of dates and instants. Owns no field kind."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from xingji.kernel.records.field_kinds.kind import Refused

_DATE_TEXT = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_CLOCK_TEXT = re.compile(r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
FIRST_YEAR = 1900


def wire_of_instant(value: datetime) -> str:
    """ISO in UTC with Z; fractions only where there are any."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(value: object) -> datetime:
    """An instant with an offset. Raises: Refused."""
    if not isinstance(value, str) or len(value) > 40:
        raise Refused("not_an_instant")
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise Refused("not_an_instant") from None
    if instant.tzinfo is None:
        raise Refused("no_offset")
    return _in_range(instant)


def read_date(value: object) -> date:
    """A day as YYYY-MM-DD. Raises: Refused."""
    if not isinstance(value, str) or not _DATE.match(value):
        raise Refused("not_a_date")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise Refused("not_a_date") from None
    if day.year < FIRST_YEAR:
        raise Refused("out_of_range", least=f"{FIRST_YEAR}-01-01")
    return day


def date_of_text(text: str) -> date:
    """A day as sheets write it: 2026-01-31, 2026/1/31, 2026年1月31日, with a clock time or without. Raises: Refused."""
    found = _DATE_TEXT.match(text) or _DATE_TEXT.match(text.replace("T", " ").split(" ")[0])
    if not found:
        raise Refused("not_a_date", text=text[:40])
    return read_date(f"{int(found[1]):04}-{int(found[2]):02}-{int(found[3]):02}")


def instant_of_text(text: str, zone: ZoneInfo) -> datetime:
    """An instant as sheets write it; without an offset it is the zone's wall time. Raises: Refused."""
    try:
        return read_instant(text)
    except Refused:
        pass
    found = _CLOCK_TEXT.match(text)
    if found:
        day = date_of_text(found[1])
        hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
        if hour > 23 or minute > 59 or second > 59:
            raise Refused("not_an_instant", text=text[:40])
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    day = date_of_text(text)
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _in_range(instant: datetime) -> datetime:
    try:
        instant = instant.astimezone(UTC)
    except OverflowError:
        raise Refused("out_of_range", least=f"{FIRST_YEAR}-01-01") from None
    if instant.year < FIRST_YEAR:
        raise Refused("out_of_range", least=f"{FIRST_YEAR}-01-01")
    return instant


DATE_PATTERN = r"'^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'"


def date_of_sql(sql: str) -> str:
    """SQL: the date at the start of a text, NULL when there is none or the month has no such day."""
    day = f"substr({sql}, 1, 10)"
    last = f"date_part('day', (substr({sql}, 1, 7) || '-01')::date + interval '1 month - 1 day')"
    return (
        f"(case when {sql} ~ {DATE_PATTERN} then case when substr({sql}, 9, 2)::int <= {last}"
        f" and substr({sql}, 1, 4) >= '{FIRST_YEAR}' then {day}::date end end)"
    )
