"""Rules that all text kinds share: length, no NUL, trimmed; bigrams for search. Owns no field kind."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xingji.kernel.records.field_kinds.kind import Place, Refused
from xingji.kernel.records.search_tokens import name_tokens, text_tokens

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SHORT = 1_000
LONG = 100_000


def parse_line(spec: "Field", value: Any, place: Place) -> str | None:
    """One line of text, trimmed; an empty one is no value."""
    return clean(value, spec.document.get("max", SHORT), one_line=True)


def parse_long(spec: "Field", value: Any, place: Place) -> str | None:
    """Text of several lines."""
    return clean(value, spec.document.get("max", LONG), one_line=False)


def clean(value: Any, most: int, *, one_line: bool) -> str | None:
    """The text without surrounding space and control characters. Raises: Refused."""
    if not isinstance(value, str):
        raise Refused("not_text")
    if "\0" in value:
        raise Refused("control_character")
    if not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Refused("control_character") from None
    text = value.strip()
    if one_line and not text.isprintable() and _CONTROL.search(text):
        text = " ".join(_CONTROL.sub(" ", text).split())
    if len(text) > most:
        raise Refused("too_long", most=most, length=len(text))
    return text or None


def mask_text(spec: "Field", value: Any) -> Any:
    """First character, then stars: 张**."""
    return f"{value[0]}**" if value else value


def tokens_of_name(value: Any) -> Iterable[str]:
    """Bigrams and pinyin initials."""
    return name_tokens(value)


def tokens_of_text(value: Any) -> Iterable[str]:
    """Bigrams of the first 2,000 characters."""
    return text_tokens(value[:2000])


def same_text(sql: str) -> str:
    """A text column as it is."""
    return sql


def text_within(most: int) -> Any:
    """SQL that keeps texts up to a length."""
    return lambda sql: f"(case when length({sql}) <= {most} then nullif(btrim({sql}), '') end)"
