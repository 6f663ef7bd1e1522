"""Cuts a cell full of follow-up notes into dated entries: "2026.3.5 电话…;3月12日 拜访…". Pure.

An entry begins with a date; what stands before the first one stays undated. A date without a year belongs to the year
of the entry before it, or to the next one where it would go back in time.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xingji.kernel.records.import_guess import guess_day

LONGEST = 4000
_DATE = re.compile(
    r"(?:^|(?<=[;；。\n\r,，、|)】\]])|(?<=\s))[\s【\[(（]*"
    r"((?:20\d{2}|\d{2})[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|(?:1[0-2]|0?[1-9])[./](?:3[01]|[12]\d|0?[1-9])(?![\d.]))"
    r"[】\])）]*[\s:：,，、-]*"
)
KINDS: Sequence[tuple[str, str]] = (
    ("visit", "拜访|上门|面谈|到访|来访|参观|考察|走访|展会|吃饭"), ("meeting", "会议|开会|例会|交流会|腾讯会议"),
    ("call", "电话|致电|来电|通话|回访|打过去|去电|语音"), ("message", "微信|短信|邮件|发了|发资料|发送|寄|报价|推送|朋友圈"),
)  # fmt: skip
_FAILED = re.compile(r"没接|未接|无人接|没人接|不接|没打通|未通|关机|停机|没回|未回|不回|空号|占线|不在")


@dataclass(frozen=True, slots=True)
class Note:
    """One entry: its day (None: undated), whether the year was guessed, what kind of touch, and its words."""

    day: date | None
    guessed: bool
    kind: str
    answered: bool
    text: str


def cut_notes(text: str, today: date) -> list[Note]:
    """The entries of a cell, in the order of the cell; undated words first where there are any."""
    found = list(_DATE.finditer(text))
    days = _days([match[1] for match in found], today)
    marks = [(match.start(), match.end(), day) for match, day in zip(found, days, strict=True) if day is not None]
    notes: list[Note] = []
    if before := _clean(text[: marks[0][0]] if marks else text):
        notes += notes_of(before, None, guessed=False)
    for n, (_, end, (day, guessed)) in enumerate(marks):
        until = marks[n + 1][0] if n + 1 < len(marks) else len(text)
        words = _clean(text[end:until])
        notes += notes_of(words, day, guessed=guessed)
    return notes


def notes_of(text: str, day: date | None, *, guessed: bool) -> list[Note]:
    """An entry with what its words say about the kind of touch; one longer than an entry may be becomes several."""
    kind = next((kind for kind, words in KINDS if re.search(words, text)), "note")
    answered = kind in ("visit", "meeting") or (kind != "note" and not _FAILED.search(text))
    return [Note(day, guessed, kind, answered, text[at : at + LONGEST]) for at in range(0, max(len(text), 1), LONGEST)]


def _clean(text: str) -> str:
    return text.strip(" \t\r\n;；,，、|。")


def _days(texts: Sequence[str], today: date) -> list[tuple[date, bool] | None]:
    """Days of the dates as they stand; years are carried from entry to entry, newest first or oldest first."""
    read = [guess_day(text, today) for text in texts]
    known = [one is not None and one[1] is None for one in read]
    days: list[tuple[date, bool] | None] = [(one[0], not sure) if one else None for one, sure in zip(read, known, strict=True)]
    months = [one[0] for one in days if one]
    falling = len(months) > 1 and sum(a > b for a, b in itertools.pairwise(months)) * 2 > len(months) - 1
    order = range(len(days) - 1, -1, -1) if falling else range(len(days))
    last: date | None = None
    for n in order:
        one = days[n]
        if one is None:
            continue
        if not known[n] and last is not None:
            days[n] = one = (_after(one[0], last, today), True)
        if known[n] or last is None or one[0] >= last:
            last = one[0]
    return days


def _after(day: date, last: date, today: date) -> date:
    """The same day and month in the year that follows `last` most closely, never in the future."""
    for year in (last.year, last.year + 1):
        try:
            moved = day.replace(year=year)
        except ValueError:
            continue
        if last <= moved <= today + timedelta(days=1):
            return moved
    return day
