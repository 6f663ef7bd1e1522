"""From a decoded payload to lead fields: JSON paths, transforms, and values in the form the records floor takes.

Pure. Owns the words of a source's mapping. Refuses a value with code, field and path; never guesses.

    mapping:
      name: $.user.name
      mobile: {path: $.tel, required: true}
      intent: {path: $.level, map: {高: A, 中: B}, default: C}
      industry: {path: $.tags, split: {by: "/", index: 0}}
      need: {join: [$.title, $.text], by: " · "}
      budget: {path: $.amount, unit: 万, on_error: drop}
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from xingji.features.leads.intake.words import problem
from xingji.features.leads.recognition.places import PROVINCES, province_in
from xingji.kernel.core.errors import Problem

SPEC_WORDS = {"path", "map", "split", "default", "join", "by", "const", "unit", "required", "on_error"}
_STEP = re.compile(r"\.([A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]*)|\[(\d+|\*)\]|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_AMOUNT = re.compile(r"^[¥￥$]?\s*([-+]?\d[\d,]*(?:\.\d+)?)\s*(亿|万|千|百|k|w|m)?\s*(?:元|块|rmb|cny|人民币)?$", re.I)
_SCALE = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "k": 1000, "w": 10**4, "m": 10**6, "元": 1, "分": Decimal("0.01")}
_CONTAINERS = frozenset((str, list, dict))


class BadPath(ValueError):
    """A path that is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """What values depend on: the workspace's zone and the digits of its currency."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    decimals: int = 2


def parse_path(text: Any) -> tuple[str | int | None, ...]:
    """The steps of a path such as $.a['b'][0] ([*] is None). Raises: BadPath."""
    if not isinstance(text, str):
        raise BadPath(text)
    return _parse_path(text)


@lru_cache(maxsize=10_000)
def _parse_path(text: str) -> tuple[str | int | None, ...]:
    if not text.startswith("$"):
        raise BadPath(text)
    steps: list[str | int | None] = []
    at = 1
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            raise BadPath(text)
        name, index, quoted, double = match.groups()
        steps.append((None if index == "*" else int(index)) if index is not None else next(s for s in (name, quoted, double) if s is not None))
        at = match.end()
    return tuple(steps)


def find(payload: Any, path: str) -> Any:
    """The value at a path, None when there is none; [*] gives a list. Raises: BadPath."""
    return _walk(payload, parse_path(path))


def _walk(value: Any, steps: Sequence[str | int | None]) -> Any:
    for number, step in enumerate(steps):
        if step is None:
            if not isinstance(value, list):
                return None
            return [found for item in value if (found := _walk(item, steps[number + 1 :])) is not None]
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            return None
    return value


def apply_mapping(
    payload: Any, mapping: Mapping[str, Any], kinds: Mapping[str, Mapping[str, Any]], place: Place
) -> tuple[dict[str, Any], list[Problem]]:
    """(field values, problems). `kinds` are the object's field documents by key; empty values are left out."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, spec in mapping.items():
        if key not in kinds:
            problems.append(problem("intake.unknown_field", f"mapping.{key}", field=key))
            continue
        try:
            if spec.__class__ is str:  # the usual case, and the hot path
                steps = _parse_path(spec)
                plain_step = len(steps) == 1 and steps[0].__class__ is str and payload.__class__ is dict
                value = payload.get(steps[0]) if plain_step else _walk(payload, steps)
                if not _empty(value) and not _empty(made := convert(value, kinds[key], place)):
                    values[key] = made
                continue
            spec = spec if isinstance(spec, Mapping) else {"path": spec}
            value = _value_of(payload, spec)
            if _empty(value):
                if spec.get("required"):
                    problems.append(problem("intake.required_missing", key, field=key, path=str(spec.get("path", ""))))
            elif not _empty(made := convert(value, kinds[key], place, unit=spec.get("unit"))):
                values[key] = made
        except BadPath:
            shown = spec.get("path") if isinstance(spec, Mapping) else spec
            problems.append(problem("intake.bad_path", f"mapping.{key}", field=key, path=str(shown)))
        except (ValueError, InvalidOperation, OverflowError):
            spec = spec if isinstance(spec, Mapping) else {"path": spec}
            if spec.get("on_error") != "drop":
                problems.append(_unfit(key, kinds[key], payload, spec))
    return values, problems


def _empty(value: Any) -> bool:
    return value is None or (value.__class__ in _CONTAINERS and not value)


def _unfit(key: str, document: Mapping[str, Any], payload: Any, spec: Mapping[str, Any]) -> Problem:
    shown = str(_value_of(payload, spec))[:60]
    return problem("intake.value_unfit", key, field=key, kind=document.get("kind"), value=shown, path=str(spec.get("path", "")))


def _value_of(payload: Any, spec: Mapping[str, Any]) -> Any:
    if "const" in spec:
        return spec["const"]
    if "join" in spec:
        parts = [find(payload, path) for path in spec["join"]]
        return str(spec.get("by", " ")).join(plain(part) for part in parts if not _empty(part))
    value = find(payload, spec["path"]) if "path" in spec else None
    if "split" in spec and isinstance(value, str):
        parts = value.split(str(spec["split"].get("by", " ")))
        index = int(spec["split"].get("index", 0))
        value = parts[index].strip() if -len(parts) <= index < len(parts) else None
    if "map" in spec and value is not None:
        value = spec["map"].get(plain(value), spec.get("default", value))
    return spec.get("default") if _empty(value) else value


def plain(value: Any) -> str:
    """One line of text for any JSON value."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(plain(item) for item in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping) else str(value)


def storable(value: Any) -> str:
    """`plain`, without the one character PostgreSQL cannot hold."""
    return plain(value).replace("\0", "")


def convert(value: Any, document: Mapping[str, Any], place: Place, unit: str | None = None) -> Any:
    """The value as the field's kind takes it. Raises: ValueError for what does not fit."""
    return _CONVERTERS.get(document.get("kind", "text"), _text)(value, document, place, unit)


def _text(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> Any:
    text = value if value.__class__ is str else plain(value)
    if "\0" in text:
        raise ValueError("nul character")
    return text.strip()


def amount_of(value: Any, unit: str | None = None) -> Decimal:
    """An amount in major units: 500000, "50万", "¥ 500,000元". Raises: ValueError."""
    if isinstance(value, bool):
        raise ValueError(value)
    scale = Decimal(_SCALE.get(unit, 1)) if unit else Decimal(1)
    if isinstance(value, (int, float)):
        return Decimal(str(value)) * scale
    match = _AMOUNT.match(unicodedata.normalize("NFKC", str(value)).strip())
    if match is None:
        raise ValueError(value)
    number = Decimal(match[1].replace(",", ""))
    return number * Decimal(_SCALE[match[2].lower()]) if match[2] else number * scale


def _money(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> int:
    amount = amount_of(value, unit)
    if not amount.is_finite() or abs(amount) > 10**15:
        raise ValueError(value)
    return int((amount * 10**place.decimals).to_integral_value())


def _number(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> int | float:
    amount = amount_of(value, unit)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _percent(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> float:
    text = str(value).strip()
    return float(Decimal(text[:-1]) / 100) if text.endswith("%") else float(Decimal(text))


def _boolean(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> bool:
    word = plain(value).strip().lower()
    if word in {"true", "1", "yes", "y", "on", "是", "有", "对"}:
        return True
    if word in {"false", "0", "no", "n", "off", "否", "无", "没有"}:
        return False
    raise ValueError(value)


def moment_of(value: Any, zone: ZoneInfo) -> datetime:
    """An instant: ISO 8601 (without offset in the given zone), or seconds or milliseconds since 1970."""
    if isinstance(value, bool):
        raise ValueError(value)
    text = str(value).strip()
    if isinstance(value, (int, float)) or text.isdigit():
        seconds = float(text)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
    moment = datetime.fromisoformat(text.replace("/", "-"))
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _datetime(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> str:
    return moment_of(value, place.zone).astimezone(UTC).isoformat()


def _date(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> str:
    text = str(value).strip().replace("/", "-")
    return date.fromisoformat(text).isoformat() if len(text) == 10 else moment_of(value, place.zone).astimezone(place.zone).date().isoformat()


def _choice(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> str:
    word = plain(value).strip()
    for option in document.get("options") or ():
        names = option.get("name") or {}
        if word == option["key"] or word.lower() in {str(name).lower() for name in names.values()}:
            return str(option["key"])
    raise ValueError(word)


def _choices(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> list[str]:
    return [_choice(item, document, place, unit) for item in _listed(value)]


def _tags(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> list[str]:
    return [text for item in _listed(value) if (text := plain(item).strip())]


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else re.split(r"[,,、;;|]+", plain(value))


def _region(value: Any, document: Mapping[str, Any], place: Place, unit: str | None) -> list[str]:
    return list(_region_of_text(value)) if value.__class__ is str else _region_of(value)


@lru_cache(maxsize=10_000)
def _region_of_text(text: str) -> tuple[str, ...]:
    return tuple(_region_of(text))


def _region_of(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = [value.get(part) for part in ("province", "city", "district")]
    parts = value if isinstance(value, list) else re.split(r"[\s/>|,,-]+", plain(value).strip())
    parts = [plain(part).strip() for part in parts if not _empty(part)]
    province = province_in(parts[0]) if parts else None
    if province is None:
        raise ValueError(value)
    rest = parts[0].removeprefix(province)
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
        rest = rest.removeprefix(ending)
    return [PROVINCES[province], *([rest] if rest and not rest.isdigit() else []), *parts[1:]][:3]


_CONVERTERS = {
    "money": _money, "number": _number, "percent": _percent, "boolean": _boolean, "datetime": _datetime, "date": _date,
    "choice": _choice, "multi_choice": _choices, "tags": _tags, "region": _region,
}  # fmt: skip
