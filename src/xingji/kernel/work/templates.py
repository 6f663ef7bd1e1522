"""Fills the blanks of message texts: `{name}`, `{customer.name}`, `{{` for a brace. The one template renderer.

A template can name values and nothing else: no attribute, no index, no format. A blank without a value shows “—”,
so that a message never fails to go out for want of a field.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_BLANK = re.compile(r"\{\{|\}\}|\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}")
MISSING = "—"
LONGEST = 4000
Text = str | Mapping[str, str]


def pick_language(text: Text, language: str) -> str:
    """The text in a language, else in Chinese, else in whatever there is."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("zh") or next(iter(text.values()), "")


def template_fields(text: Text) -> set[str]:
    """The dotted names a template uses, in all its languages."""
    variants = [text] if isinstance(text, str) else text.values()
    return {name for variant in variants for name in _names(variant)}


@lru_cache(maxsize=2_048)
def _names(template: str) -> frozenset[str]:
    return frozenset(match[1] for match in _BLANK.finditer(template) if match[1])


def render(template: str, values: Mapping[str, Any], zone: ZoneInfo) -> str:
    """The template with its blanks filled; times are shown in `zone`. At most 4,000 characters."""

    def fill(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else written(look_up(values, match[1]), zone)

    return _BLANK.sub(fill, template)[:LONGEST]


def look_up(values: Mapping[str, Any], name: str) -> Any:
    """The value of a dotted name: as one key, or through nested mappings; None when there is none."""
    if name in values:
        return values[name]
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def written(value: Any, zone: ZoneInfo) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    if isinstance(value, (list, tuple, set, frozenset)):
        return "、".join(written(item, zone) for item in value) or MISSING
    return str(value)
