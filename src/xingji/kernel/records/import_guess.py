"""Reads what people write into cells: "2026.3.5", "3月5日", "上周三", "15万左右", two phones in one cell, "待定". Pure.

Every reading that is more than the cell says is a `Guess`, so that a preview can mark it; nothing is guessed in silence.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xingji.kernel.records.field_kinds import Refused
from xingji.kernel.records.field_kinds.kind import Place
from xingji.kernel.records.fields import Field

UNKNOWN = frozenset(
    {"待定", "未定", "未知", "不详", "暂无", "无", "没有", "不清楚", "待确认", "待报价", "待补充", "待填", "tbd", "n/a", "na", "none",
     "-", "--", "—", "——", "/", "\\", "?", "？", "??", "空", "#n/a", "nan", "null"}
)  # fmt: skip
AHEAD = ("expected", "next", "due", "deadline", "plan")
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}
_MONTH_DAY = re.compile(r"^(\d{1,2})[月./-](\d{1,2})[日号]?$")
_FULL = re.compile(r"^(\d{2}|\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?\b")
_MONTH = re.compile(r"^(?:(\d{4})年)?(\d{1,2})月(初|上旬|中|中旬|底|末|下旬|份)?$")
_WEEK = re.compile(r"^(上上|上|本|这|下)(?:个)?(?:周|星期|礼拜)([一二三四五六日天末])?$")
_ABOUT = re.compile(r"^(?:大概|大约|约|预计|近|≈|~)|(?:左右|上下|以上|多|\+)$")
_RANGE = re.compile(r"^(\d[\d.,]*)(万|w|k|千|亿)?\s*[-~—至到]\s*(\d[\d.,]*)(万|w|k|千|亿)?(?:元)?$", re.IGNORECASE)
_SPLIT = re.compile(r"\s*[/、;；,，\n]\s*|\s+(?=1\d{10})")


@dataclass(frozen=True, slots=True)
class Guess:
    """What was read beyond the cell's words: year | day | about | first | unknown | serial."""

    kind: str
    text: str
    value: Any = None


Read = tuple[Any, Guess | None]


def read_cell(spec: Field, text: str, place: Place, today: date) -> Read:
    """The wire value of a cell and what was guessed for it. Raises: Refused when nothing sensible can be read."""
    reader = READERS.get(spec.kind.key)
    try:
        return spec.kind.from_cell(spec, text, place), None
    except Refused:
        if spec.kind.key not in TEXTS and is_unknown(text):
            return None, Guess("unknown", text)
        if reader is None:
            raise
        found = reader(spec, normal(text), place, today)
        if found is None:
            raise
        return found[0], found[1] and Guess(found[1].kind, text, found[0])


TEXTS = frozenset({"text", "long_text", "company", "url"})


def is_unknown(text: str) -> bool:
    """Whether a cell says that nobody knows yet."""
    return normal(text).lower() in UNKNOWN


def normal(text: str) -> str:
    """Full-width letters made narrow, spaces trimmed."""
    return unicodedata.normalize("NFKC", text).strip()


# ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def guess_day(text: str, today: date, *, ahead: bool = False) -> tuple[date, str | None] | None:
    """A day and what was guessed of it ("year", "day", None); `ahead` for days that are rather to come."""
    text = re.sub(r"\s+", "", normal(text)).rstrip("前。.")
    text = re.sub(r"(?:上午|下午|晚上|早上|中午)?(?:\d{1,2}[:：点]\d{0,2}.*)?$", "", text) if len(text) > 6 else text
    if found := _FULL.match(text):
        year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
        return _day(year, int(found[2]), int(found[3]), "year" if len(found[1]) == 2 else None)
    if found := _MONTH_DAY.match(text):
        return _near_year(int(found[1]), int(found[2]), today, ahead)
    if text in DAYS:
        return today + timedelta(days=DAYS[text]), "day"
    if found := _WEEK.match(text):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks={"上上": -2, "上": -1, "下": 1}.get(found[1], 0))
        return monday + timedelta(days=WEEKDAYS.get(found[2] or "", 4)), "day"
    if found := _MONTH.match(text):
        return _in_month(found, today, ahead)
    if text in ("月底", "本月底", "这个月底", "本月"):
        return _last_of(today.year, today.month), "day"
    if text in ("下月", "下个月", "下月初", "下个月初", "下月底", "下个月底", "下月中"):
        first = _last_of(today.year, today.month) + timedelta(days=1)
        return (_last_of(first.year, first.month) if text.endswith("底") else first.replace(day=15 if "中" in text else 1)), "day"
    if text in ("年底", "今年底"):
        return date(today.year, 12, 31), "day"
    if text in ("年后", "春节后"):
        return None
    if text.isdecimal() and len(text) == 8:
        return _day(int(text[:4]), int(text[4:6]), int(text[6:]), None)
    if text.isdecimal() and len(text) == 5 and 36_000 < int(text) < 60_000:
        return date(1899, 12, 30) + timedelta(days=int(text)), "serial"
    return None


def _day(year: int, month: int, day: int, guessed: str | None) -> tuple[date, str | None] | None:
    try:
        return date(year, month, day), guessed
    except ValueError:
        return None


def _near_year(month: int, day: int, today: date, ahead: bool) -> tuple[date, str | None] | None:
    """The year in which the day lies nearest: behind us, or within half a year on either side when it is to come."""
    found = [
        one[0] for year in (today.year - 1, today.year, today.year + 1) if (one := _day(year, month, day, None)) is not None
    ]
    if not found:
        return None
    if not ahead:
        past = [one for one in found if one <= today + timedelta(days=7)]
        return (max(past), "year") if past else None
    return min(found, key=lambda one: abs((one - today).days)), "year"


def _last_of(year: int, month: int) -> date:
    return (date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)


def _in_month(found: re.Match[str], today: date, ahead: bool) -> tuple[date, str | None] | None:
    month, part = int(found[2]), found[3] or ""
    if not 1 <= month <= 12:
        return None
    last = part in ("底", "末", "下旬")
    near = (_day(int(found[1]), month, 1, None) if found[1] else _near_year(month, 1, today, ahead))
    if near is None:
        return None
    first = near[0]
    return (_last_of(first.year, first.month) if last else first.replace(day=15 if "中" in part else 1)), "day"


def _read_date(spec: Field, text: str, place: Place, today: date) -> Read | None:
    found = guess_day(text, today, ahead=_is_ahead(spec))
    return (found[0].isoformat(), Guess(found[1], text) if found[1] else None) if found else None


def _read_instant(spec: Field, text: str, place: Place, today: date) -> Read | None:
    found = guess_day(text, today, ahead=_is_ahead(spec))
    if found is None:
        return None
    return spec.kind.from_cell(spec, found[0].isoformat(), place), Guess(found[1], text) if found[1] else None


def _is_ahead(spec: Field) -> bool:
    return any(word in spec.key for word in AHEAD)


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read_number(spec: Field, text: str, place: Place, today: date) -> Read | None:
    found, about = re.sub(r"\s+", "", text), False
    if match := _RANGE.match(found):
        found, about = f"{match[1]}{match[2] or match[4] or ''}", True
    shorter = _ABOUT.sub("", _ABOUT.sub("", found))
    about = about or shorter != found
    shorter = re.sub(r"(?:人民币|rmb|cny|元整|块|元)", "", shorter, flags=re.IGNORECASE)
    shorter = re.sub(r"w$", "万", shorter, flags=re.IGNORECASE)
    if match := re.fullmatch(r"([\d.,]+)(k|千|百万|千万|十万)", shorter, re.IGNORECASE):
        factor = {"k": 1e3, "千": 1e3, "十万": 1e5, "百万": 1e6, "千万": 1e7}[match[2].lower()]
        try:
            shorter = f"{float(match[1].replace(',', '')) * factor:.2f}"
        except ValueError:
            return None
    try:
        value = spec.kind.from_cell(spec, shorter, place)
    except Refused:
        return None
    return value, Guess("about", text) if about else None


def _read_phone(spec: Field, text: str, place: Place, today: date) -> Read | None:
    if re.fullmatch(r"1\d{10}\.0", text):
        return spec.kind.from_cell(spec, text[:-2], place), None
    parts = [part for part in _SPLIT.split(text) if part]
    numbers = re.findall(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)", text)
    for part in [*numbers, *parts]:
        try:
            return spec.kind.from_cell(spec, part, place), Guess("first", text)
        except Refused:
            continue
    return None


def _read_choice(spec: Field, text: str, place: Place, today: date) -> Read | None:
    """An option whose words begin or end the cell: "A类客户", "报价阶段"."""
    wanted = re.sub(r"(?:阶段|客户|状态|中)$", "", text)
    for option in spec.document.get("options", ()):
        labels = [str(one) for one in ((option.get("name") or {}).values())]
        words = {*labels, *map(str, option.get("aliases", ())), str(option["key"])}
        words |= {re.sub(r"(?:阶段|客户|状态|中)$", "", word) for word in words if len(word) > 1}
        if wanted and wanted.lower() in {word.lower() for word in words}:
            return option["key"], None
    return None


def _read_boolean(spec: Field, text: str, place: Place, today: date) -> Read | None:
    word = text.lower()
    if word in ("是", "有", "√", "✓", "y", "yes", "对", "1"):
        return True, None
    return (False, None) if word in ("否", "×", "n", "no", "错", "0") else None


def _read_email(spec: Field, text: str, place: Place, today: date) -> Read | None:
    for part in _SPLIT.split(text):
        if "@" in part:
            try:
                return spec.kind.from_cell(spec, part, place), Guess("first", text)
            except Refused:
                continue
    return None


Reader = Callable[[Field, str, Place, date], Read | None]
READERS: Mapping[str, Reader] = {
    "date": _read_date, "datetime": _read_instant, "money": _read_number, "number": _read_number, "percent": _read_number,
    "phone": _read_phone, "choice": _read_choice, "boolean": _read_boolean, "email": _read_email,
}  # fmt: skip
