"""Lists of short texts: distinct, in the order given. Owns no field kind."""

import re
from collections.abc import Iterable
from typing import Any

from xingji.kernel.records.field_kinds.kind import Refused

MOST = 200
_SEPARATOR = re.compile(r"[,，;；、|\n]+")


def distinct(value: Any, one: Any) -> list[str] | None:
    """The list without repetitions, None when empty. Raises: Refused."""
    if not isinstance(value, list):
        raise Refused("not_a_list")
    if len(value) > MOST:
        raise Refused("too_many", most=MOST)
    return list(dict.fromkeys(one(item) for item in value)) or None


def split(text: str) -> list[str]:
    """The parts of a cell: a,b；c、d."""
    return [part.strip() for part in _SEPARATOR.split(text) if part.strip()]


def mask_list(spec: Any, value: Any) -> Any:
    """Masked lists tell not even their length."""
    return ["***"] if value else value


def joined(sql: str) -> str:
    """SQL: a list as text."""
    return f"array_to_string({sql}, ',')"


def splitted(sql: str) -> str:
    """SQL: a text as a list."""
    return f"(case when btrim({sql}) <> '' then string_to_array({sql}, ',') end)"


def render(spec: Any, value: Any) -> list[str] | None:
    """An empty list and none are the same."""
    return [str(item) for item in value] if value else None


def nothing(value: Any) -> Iterable[str]:
    return ()
