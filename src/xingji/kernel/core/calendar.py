"""Working time: which instants count, how many minutes lie between two of them, where a span of minutes ends.

Owns the `WorkingCalendar` value and its arithmetic, exact to the microsecond. Knows nothing of documents, of
public-holiday data or of the database: those parts make the value and hand it in.

Every answer is a bisection in a table of one local year (built when a year is first touched and kept with the
calendar), so the cost does not grow with the distance in days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Interval = tuple[int, int]
"""Opening and closing in minutes of the local day; a closing above 1440 lies on the next day."""

Absence = tuple[datetime, datetime]
"""From (included) and to (excluded) of a time in which one person does not work."""

MINUTES_OF_DAY = 1440
MICROSECONDS_OF_MINUTE = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_YEARS_TO_SEARCH = 50


class NeverOpen(ValueError):
    """The calendar has no working time within fifty years after the instant."""

    code = "calendar.never_open"


@dataclass(slots=True)
class _Year:
    """The open spans of one local year in microseconds since 1970, and the working time before each of them."""

    opens: list[int]
    closes: list[int]
    before: list[int]
    total: int

    def worked_until(self, instant: int) -> int:
        at = bisect_right(self.opens, instant) - 1
        return 0 if at < 0 else self.before[at] + min(instant, self.closes[at]) - self.opens[at]


@dataclass(frozen=True)
class WorkingCalendar:
    """Weekly hours in a time zone, with the days that differ from them.

    weekly: seven tuples of intervals, Monday first. exceptions: the hours of single days, empty = closed.
    holiday_years: years whose public holidays are known; None when the calendar does not follow them.
    """

    key: str
    weekly: tuple[tuple[Interval, ...], ...]
    zone: str = "Asia/Shanghai"
    exceptions: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    holiday_years: frozenset[int] | None = None
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def hours_of(self, day: date) -> tuple[Interval, ...]:
        """The intervals of a local day that start on it."""
        found = self.exceptions.get(day)
        return self.weekly[day.weekday()] if found is None else found

    def years_without_data(self, start: datetime, end: datetime) -> list[int]:
        """Local years from start to end that are counted as plain weekdays for want of holiday data."""
        if self.holiday_years is None:
            return []
        zone = ZoneInfo(self.zone)
        first, last = start.astimezone(zone).year, end.astimezone(zone).year
        return [year for year in range(first, last + 1) if year not in self.holiday_years]

    def spans(self, year: int) -> list[tuple[datetime, datetime]]:
        """The open spans of a local year in order, as instants in UTC; an overnight span is cut at midnight."""
        table = self._year(year)
        return [(_to_datetime(a), _to_datetime(b)) for a, b in zip(table.opens, table.closes, strict=True)]

    def _year(self, year: int) -> _Year:
        table = self._years.get(year)
        if table is None:
            table = self._years[year] = _build_year(self, year)
        return table

    def _local_year(self, instant: datetime) -> int:
        return instant.astimezone(ZoneInfo(self.zone)).year


def working_minutes(calendar: WorkingCalendar, start: datetime, end: datetime, absent: Iterable[Absence] = ()) -> float:
    """Working minutes from start to end, negative when end lies before start; absences do not count."""
    return working_microseconds(calendar, start, end, absent) / MICROSECONDS_OF_MINUTE


def working_microseconds(
    calendar: WorkingCalendar, start: datetime, end: datetime, absent: Iterable[Absence] = ()
) -> int:
    """The same as `working_minutes`, as whole microseconds."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end < start:
        return -working_microseconds(calendar, end, start, absent)
    worked = _between(calendar, start, end)
    for gone, back in _merged(absent):
        if gone < end and back > start:
            worked -= _between(calendar, max(gone, start), min(back, end))
    return worked


def add_working(calendar: WorkingCalendar, start: datetime, minutes: float, absent: Iterable[Absence] = ()) -> datetime:
    """The earliest instant, in UTC, by which `minutes` of working time have passed since start.

    Zero or fewer minutes answer start itself; a span that ends with the day answers the closing, not the next
    opening. Raises: NeverOpen.
    """
    start = start.astimezone(UTC)
    wanted = round(minutes * MICROSECONDS_OF_MINUTE)
    due = _advance(calendar, start, wanted)
    for gone, back in _merged(absent):
        if gone >= due:
            break
        if back > start:
            wanted += _between(calendar, max(gone, start), back)
            due = _advance(calendar, start, wanted)
    return due


def is_open(calendar: WorkingCalendar, instant: datetime) -> bool:
    """Whether the instant is working time; the opening belongs to it, the closing does not."""
    return next_open(calendar, instant) == instant


def next_open(calendar: WorkingCalendar, instant: datetime) -> datetime:
    """The instant itself when it is working time, else the next opening, in UTC. Raises: NeverOpen."""
    moment = _to_microseconds(instant)
    first = calendar._local_year(instant)
    for year in range(first, min(first + _YEARS_TO_SEARCH, 9998)):
        table = calendar._year(year)
        at = bisect_right(table.opens, moment) - 1
        if at >= 0 and moment < table.closes[at]:
            return instant.astimezone(UTC)
        if at + 1 < len(table.opens):
            return _to_datetime(table.opens[at + 1])
    raise NeverOpen(calendar.key)


def working_days_back(calendar: WorkingCalendar, instant: datetime, days: int) -> datetime:
    """Midnight, in UTC, that begins the last `days` working days up to and including the day of the instant.

    Raises: NeverOpen.
    """
    zone = ZoneInfo(calendar.zone)
    day = instant.astimezone(zone).date()
    left = days
    for _ in range(days * 7 + 366):
        left -= 1 if calendar.hours_of(day) else 0
        if left <= 0:
            return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        day -= timedelta(days=1)
    raise NeverOpen(calendar.key)


def overlap_in(hours: Sequence[Sequence[Interval]]) -> tuple[Interval, Interval] | None:
    """Two intervals that could cover the same minute, on one day or over midnight; None when there are none.

    A make-up day may put any two of the given days next to each other, so an overnight interval is compared with
    the earliest opening of all days.
    """
    for day in hours:
        ordered = sorted(day)
        for earlier, later in pairwise(ordered):
            if later[0] < earlier[1]:
                return earlier, later
    starts = sorted(interval for day in hours for interval in day)
    ends = sorted((interval for day in hours for interval in day), key=lambda interval: interval[1])
    if ends and ends[-1][1] - MINUTES_OF_DAY > starts[0][0]:
        return ends[-1], starts[0]
    return None


def _advance(calendar: WorkingCalendar, start: datetime, wanted: int) -> datetime:
    if wanted <= 0:
        return start.astimezone(UTC)
    first = calendar._local_year(start)
    wanted += calendar._year(first).worked_until(_to_microseconds(start))
    empty = 0
    for year in range(first, 9998):
        table = calendar._year(year)
        if wanted <= table.total:
            at = bisect_left(table.before, wanted) - 1
            return _to_datetime(table.opens[at] + wanted - table.before[at])
        wanted -= table.total
        empty = 0 if table.total else empty + 1
        if empty >= _YEARS_TO_SEARCH:
            break
    raise NeverOpen(calendar.key)


def _between(calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
    first, last = calendar._local_year(start), calendar._local_year(end)
    whole = sum(calendar._year(year).total for year in range(first, last))
    until_end = calendar._year(last).worked_until(_to_microseconds(end))
    return whole + until_end - calendar._year(first).worked_until(_to_microseconds(start))


def _build_year(calendar: WorkingCalendar, year: int) -> _Year:
    zone = ZoneInfo(calendar.zone)
    table = _Year([], [], [], 0)
    day, end = date(year, 1, 1), date(year + 1, 1, 1)
    yesterday = calendar.hours_of(day - timedelta(days=1))
    while day < end:
        today = calendar.hours_of(day)
        for opening, closing in _cut_at_midnight(yesterday, today):
            opens = _instant(day, opening, zone)
            # A zone that skips an hour can push an opening behind the closing before it, or a whole span away.
            opens = max(opens, table.closes[-1]) if table.closes else opens
            closes = _instant(day, closing, zone)
            if closes > opens:
                table.opens.append(opens)
                table.closes.append(closes)
                table.before.append(table.total)
                table.total += closes - opens
        yesterday, day = today, day + timedelta(days=1)
    return table


def _cut_at_midnight(yesterday: Sequence[Interval], today: Sequence[Interval]) -> list[Interval]:
    parts = [(0, closing - MINUTES_OF_DAY) for _, closing in yesterday if closing > MINUTES_OF_DAY]
    parts += [(opening, min(closing, MINUTES_OF_DAY)) for opening, closing in today]
    return sorted(parts)


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    if minute == MINUTES_OF_DAY:
        day, minute = day + timedelta(days=1), 0
    return _to_microseconds(datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone))


def _merged(absent: Iterable[Absence]) -> list[Absence]:
    merged: list[Absence] = []
    for gone, back in sorted((gone.astimezone(UTC), back.astimezone(UTC)) for gone, back in absent):
        if merged and gone <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], back))
        elif back > gone:
            merged.append((gone, back))
    return merged


def _to_microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _to_datetime(moment: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment)
