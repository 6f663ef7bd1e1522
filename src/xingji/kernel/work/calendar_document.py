"""Reads a calendar definition into a `WorkingCalendar`. Owns its words and refusals; stores nothing.

    days: 周一-周五              # or mon-fri, 周六, 每天, a list of them
    hours: ["08:30-12:00", "13:00-17:30"]
    weekly: {周六: ["09:00-12:00"]}       # single weekdays that differ from `hours`
    zone: Asia/Shanghai
    holidays: 国家法定+调休              # or cn, none (none = weekdays only)
    makeup_like: 周一                    # whose hours a make-up working day takes
    exceptions: [{date: 2026-08-01, hours: [], name: 盘点(演示)}]

A person's word wins over the public holidays: `exceptions` are laid over them.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xingji.kernel.core.calendar import MINUTES_OF_DAY, Interval, WorkingCalendar, overlap_in
from xingji.kernel.core.errors import Problem
from xingji.kernel.work.public_holidays import PublicHolidays

FOLLOWS = {"国家法定+调休", "国家法定", "法定节假日", "cn", "china"}
IGNORES = {"", "none", "无", "不休", "含节假日"}
_EVERY_DAY = {"每天", "每天含节假日", "daily", "every day", "周一-周日", "mon-sun"}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("周一 星期一 mon monday", "周二 星期二 tue tuesday", "周三 星期三 wed wednesday", "周四 星期四 thu thursday",
         "周五 星期五 fri friday", "周六 星期六 sat saturday", "周日 周天 星期日 星期天 sun sunday")
    )
    for name in names.split()
}  # fmt: skip
_HOURS = re.compile(r"^\s*(\d{1,2})[::](\d{2})\s*[-–—~至]\s*(次日)?\s*(\d{1,2})[::](\d{2})\s*$")

MESSAGES = {
    "calendar.days_unknown": {
        "zh": "看不懂工作日“{value}”:请写“周一-周五”这样的范围或列表。",
        "en": "The days “{value}” are not understood: give a range such as mon-fri, or a list.",
    },
    "calendar.hours_malformed": {
        "zh": "看不懂时段“{value}”:请写成“08:30-12:00”。",
        "en": "The hours “{value}” are not understood: write them as “08:30-12:00”.",
    },
    "calendar.hours_overlap": {
        "zh": "时段 {first} 与 {second} 重叠,同一分钟会算两次。",
        "en": "{first} and {second} overlap: a minute would count twice.",
    },
    "calendar.no_hours": {
        "zh": "这个日历没有任何工作时段,计时永远不会走。",
        "en": "This calendar has no working hours: no clock on it would ever run.",
    },
    "calendar.zone_unknown": {"zh": "没有时区“{value}”。", "en": "There is no time zone “{value}”."},
    "calendar.holidays_unknown": {
        "zh": "看不懂节假日规则“{value}”:可写“国家法定+调休”或“无”。",
        "en": "The holiday rule “{value}” is not understood: write “cn” or “none”.",
    },
    "calendar.exception_malformed": {
        "zh": "第 {number} 个例外日不完整:需要 date(如 2026-05-01)和 hours。",
        "en": "Exception {number} is incomplete: it needs a date (2026-05-01) and hours.",
    },
    "calendar.year_without_data": {
        "zh": "{year} 年的法定节假日与调休尚无数据,按普通工作日计算。",
        "en": "There is no public-holiday data for {year}: its days count as plain weekdays.",
    },
}


def calendar_problem(code: str, path: str = "", severity: str = "error", **params: Any) -> Problem:
    """A problem with both texts filled in."""
    message = {language: text.format(**params) for language, text in MESSAGES[code].items()}
    return Problem(code=code, path=path, params=params, message=message, severity=severity)


def read_calendar(
    key: str, document: Mapping[str, Any], public: PublicHolidays
) -> tuple[WorkingCalendar | None, list[Problem]]:
    """The calendar a document describes and every problem of it; no calendar when one of them is an error."""
    problems: list[Problem] = []
    weekly = _weekly(document, problems)
    follows = _follows(document, problems)
    zone = _zone(document, problems)
    exceptions: dict[date, tuple[Interval, ...]] = {}
    if follows:
        like = _makeup_hours(document, weekly, problems)
        exceptions.update(dict.fromkeys(public.off, ()))
        exceptions.update(dict.fromkeys(public.makeup, like))
    own = _exceptions(document, problems)
    exceptions.update(own)
    if (both := overlap_in([*weekly, *own.values()])) is not None:
        first, second = (_written(interval) for interval in both)
        problems.append(calendar_problem("calendar.hours_overlap", "hours", first=first, second=second))
    if not any(weekly) and not any(p.severity == "error" for p in problems):
        problems.append(calendar_problem("calendar.no_hours", "hours"))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    years = public.years_known if follows else None
    return WorkingCalendar(key, weekly, zone, exceptions, years), problems


def parse_hours(text: str) -> Interval | None:
    """Minutes of the day of "08:30-12:00"; a closing not after the opening lies on the next day. None: unreadable."""
    match = _HOURS.match(text)
    if match is None:
        return None
    opening = int(match[1]) * 60 + int(match[2])
    closing = int(match[4]) * 60 + int(match[5])
    if opening >= MINUTES_OF_DAY or closing > MINUTES_OF_DAY or int(match[2]) > 59 or int(match[5]) > 59:
        return None
    if match[3] or closing <= opening:
        closing += MINUTES_OF_DAY
    return (opening, closing) if closing - opening <= MINUTES_OF_DAY else None


def _weekly(document: Mapping[str, Any], problems: list[Problem]) -> tuple[tuple[Interval, ...], ...]:
    week: list[tuple[Interval, ...]] = [()] * 7
    if "hours" in document:
        hours = _hours(document["hours"], "hours", problems)
        for day in _days(document.get("days", "周一-周五"), "days", problems):
            week[day] = hours
    per_day = document.get("weekly")
    for name, given in (per_day if isinstance(per_day, Mapping) else {}).items():
        path = f"weekly.{name}"
        hours = _hours(given, path, problems)
        for day in _days(name, path, problems):
            week[day] = hours
    return tuple(week)


def _days(given: Any, path: str, problems: list[Problem]) -> list[int]:
    words = given if isinstance(given, list) else re.split(r"[,,、\s]+", str(given).strip())
    if str(given).strip().lower() in _EVERY_DAY:
        return list(range(7))
    days: list[int] = []
    for word in (str(word).strip().lower() for word in words):
        if word in _EVERY_DAY:
            return list(range(7))
        first, _, last = re.sub(r"[–—~至到]", "-", word).partition("-")
        start, end = _WEEKDAYS.get(first.strip()), _WEEKDAYS.get((last or first).strip())
        if start is None or end is None:
            problems.append(calendar_problem("calendar.days_unknown", path, value=word))
            continue
        days.extend((start + step) % 7 for step in range((end - start) % 7 + 1))
    return days


def _hours(given: Any, path: str, problems: list[Problem]) -> tuple[Interval, ...]:
    intervals: list[Interval] = []
    for text in given if isinstance(given, list) else [given]:
        interval = parse_hours(str(text))
        if interval is None:
            problems.append(calendar_problem("calendar.hours_malformed", path, value=str(text)))
        else:
            intervals.append(interval)
    return tuple(sorted(intervals))


def _follows(document: Mapping[str, Any], problems: list[Problem]) -> bool:
    rule = str(document.get("holidays") or "").strip().lower()
    if rule not in FOLLOWS and rule not in IGNORES:
        problems.append(calendar_problem("calendar.holidays_unknown", "holidays", value=rule))
    return rule in FOLLOWS


def _zone(document: Mapping[str, Any], problems: list[Problem]) -> str:
    zone = str(document.get("zone") or "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        problems.append(calendar_problem("calendar.zone_unknown", "zone", value=zone))
    return zone


def _makeup_hours(
    document: Mapping[str, Any], weekly: tuple[tuple[Interval, ...], ...], problems: list[Problem]
) -> tuple[Interval, ...]:
    if "makeup_like" in document:
        days = _days(document["makeup_like"], "makeup_like", problems)
        return weekly[days[0]] if days else ()
    return next((hours for hours in weekly if hours), ())


def _exceptions(document: Mapping[str, Any], problems: list[Problem]) -> dict[date, tuple[Interval, ...]]:
    found: dict[date, tuple[Interval, ...]] = {}
    given = document.get("exceptions")
    for number, entry in enumerate(given if isinstance(given, list) else [], start=1):
        path = f"exceptions.{number - 1}"
        first = _date(entry.get("date") or entry.get("from")) if isinstance(entry, Mapping) else None
        last = _date(entry.get("to")) or first if isinstance(entry, Mapping) else None
        if first is None or last is None or not 0 <= (last - first).days <= 366 or "hours" not in entry:
            problems.append(calendar_problem("calendar.exception_malformed", path, number=number))
            continue
        hours = _hours(entry["hours"] or [], f"{path}.hours", problems)
        found.update({first + timedelta(days=step): hours for step in range((last - first).days + 1)})
    return found


def _date(given: Any) -> date | None:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        return None


def _written(interval: Interval) -> str:
    opening, closing = interval
    ending = closing if closing <= MINUTES_OF_DAY else closing - MINUTES_OF_DAY
    return f"{opening // 60:02d}:{opening % 60:02d}-{ending // 60:02d}:{ending % 60:02d}"
