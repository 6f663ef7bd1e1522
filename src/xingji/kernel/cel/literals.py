"""Reads the texts inside timestamp("…"), duration("…"), date("…") and time zones. Microseconds are the finest step."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import available_timezones

MAX_DURATION = timedelta(seconds=315_576_000_000)
_TIMESTAMP = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DURATION = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|us|ns|m|s))+|[+-]?0")
_STEP = re.compile(r"(\d+\.?\d*|\.\d+)(h|ms|us|ns|m|s)")
_NANOSECONDS = {"h": 3600 * 10**9, "m": 60 * 10**9, "s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
_OFFSET = re.compile(r"([+-]?)(\d{2}):(\d{2})")


def read_timestamp(text: str) -> datetime | None:
    """The instant of an RFC 3339 text, in UTC; None when it is none or finer than a microsecond."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None or (match[3] and match[3][7:].strip("0")):
        return None
    zone = "+00:00" if match[4] in "Zz" else match[4]
    try:
        found = datetime.fromisoformat(f"{match[1]}T{match[2]}{(match[3] or '.0')[:7].ljust(7, '0')}{zone}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_date(text: str) -> date | None:
    """The date of a text like 2026-01-31."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_duration(text: str) -> timedelta | None:
    """The duration of a text like 1h30m; None when it is none, too long or finer than a microsecond."""
    if not _DURATION.fullmatch(text):
        return None
    nanoseconds = 0
    for number, unit in _STEP.findall(text):
        whole, _, part = number.partition(".")
        scale = _NANOSECONDS[unit]
        nanoseconds += int(whole or 0) * scale + (int(part) * scale // 10 ** len(part) if part else 0)
    microseconds, rest = divmod(nanoseconds, 1000)
    if rest or microseconds > MAX_DURATION // timedelta(microseconds=1):
        return None
    return timedelta(microseconds=-microseconds if text.startswith("-") else microseconds)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def read_zone(text: str) -> str | timedelta | None:
    """A zone's name or its fixed distance from UTC; None when it is neither."""
    match = _OFFSET.fullmatch(text)
    if match:
        hours, minutes = int(match[2]), int(match[3])
        if hours > 14 or minutes > 59:
            return None
        distance = timedelta(hours=hours, minutes=minutes)
        return -distance if match[1] == "-" else distance
    return text if text in _zones() else None
