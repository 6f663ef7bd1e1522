"""Cron: five fields (minute, hour, day, month, weekday) read in the workspace's zone. Pure; never looks at a clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
DAYS_TO_SEARCH = 366 * 5


@dataclass(frozen=True, slots=True)
class Cron:
    """When a rule runs. `either_day`: both day fields are limited, and one that fits suffices."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def next(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """The first instant after `after`, in UTC; None when there is none within five years.

        A local time that a change of clocks leaves out is skipped; one that comes twice counts once.
        """
        day = after.astimezone(zone).date()
        for _ in range(DAYS_TO_SEARCH):
            if self._fits(day.day, day.month, day.isoweekday() % 7):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                        instant = local.astimezone(UTC)
                        if instant > after and instant.astimezone(zone).replace(tzinfo=None) == local.replace(
                            tzinfo=None
                        ):
                            return instant
            day += timedelta(days=1)
        return None

    def _fits(self, day: int, month: int, weekday: int) -> bool:
        if month not in self.months:
            return False
        if self.either_day:
            return day in self.days or weekday in self.weekdays
        return day in self.days and weekday in self.weekdays


def read_cron(text: str) -> Cron:
    """The times a text such as "0 8 * * 1-5" says. Raises ValueError naming the field."""
    parts = text.split()
    if len(parts) != len(FIELDS):
        raise ValueError(f"five fields are needed, {len(parts)} are given")
    sets = [_field(part, *limits) for part, limits in zip(parts, FIELDS, strict=True)]
    weekdays = frozenset(day % 7 for day in sets[4])
    return Cron(sets[0], sets[1], sets[2], sets[3], weekdays, parts[2] != "*" and parts[4] != "*")


def _field(text: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step_text = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            start, end = low, high
        elif first.isdecimal() and (last.isdecimal() or "-" not in span):
            start = int(first)
            end = int(last) if last else high if step_text else start
        else:
            raise ValueError(f"{name}: {part!r}")
        if not (low <= start <= end <= high) or (step_text and (not step_text.isdecimal() or int(step_text) == 0)):
            raise ValueError(f"{name}: {part!r}")
        found.update(range(start, end + 1, int(step_text or 1)))
    return frozenset(found)
