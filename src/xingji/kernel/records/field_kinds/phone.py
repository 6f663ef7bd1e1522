"""Telephone numbers: Chinese ones as digits, others with their country code."""

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.texts import clean, same_text
from xingji.kernel.records.search_tokens import phone_tokens

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

_ORNAMENT = re.compile(r"[\s().\-–—·]+")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#)(\d{1,6})$", re.IGNORECASE)
_NUMBER = re.compile(r"^\+?\d{3,15}$")


def normalise_phone(text: str) -> str:
    """138 0000 0000, +86-13800000000, ０２１-6666 8888 转 12 in one spelling. Raises: Refused."""
    plain = unicodedata.normalize("NFKC", text)
    plain = _ORNAMENT.sub("", plain)
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    if plain.startswith("00") and len(plain) > 10:
        plain = "+" + plain[2:]
    if plain.startswith("+86"):
        plain = plain[3:]
    elif len(plain) == 13 and plain.startswith("861"):
        plain = plain[2:]
    if not _NUMBER.match(plain):
        raise Refused("not_a_phone", value=text[:40])
    return f"{plain}-{extension[1]}" if extension else plain


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    text = clean(value, 60, one_line=True)
    return normalise_phone(text) if text else None


def mask_phone(spec: "Field", value: Any) -> Any:
    """138****5678; short numbers keep two digits."""
    if not value:
        return value
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 11 else f"{value[:1]}****{value[-2:]}"


def _tokens(value: Any) -> Iterable[str]:
    return phone_tokens(value)


def _from_text(sql: str) -> str:
    digits = rf"regexp_replace({sql}, '[^0-9+]', '', 'g')"
    return rf"(case when {digits} ~ '^\+?[0-9]{{3,15}}$' then regexp_replace({digits}, '^\+86', '') end)"


KIND = FieldKind(
    key="phone",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    mask=mask_phone,
    tokens=_tokens,
    to_text=same_text,
    from_text=_from_text,
    options=frozenset({"unique"}),
)
