"""E-mail addresses, in lower case."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.texts import clean, same_text, tokens_of_text

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

_ADDRESS = re.compile(r"^[^@\s<>\"',;:\\]{1,64}@[^@\s<>\"',;:\\.]+(\.[^@\s<>\"',;:\\.]+)+$")


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    text = clean(value, 254, one_line=True)
    if text is None:
        return None
    address = (text if text.isascii() else unicodedata.normalize("NFKC", text)).lower()
    if not _ADDRESS.match(address):
        raise Refused("not_an_email", value=text[:60])
    return address


def _mask(spec: "Field", value: Any) -> Any:
    if not value:
        return value
    name, _, domain = value.partition("@")
    return f"{name[:1]}***@{domain}"


def _from_text(sql: str) -> str:
    return rf"(case when btrim({sql}) ~ '^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$' then lower(btrim({sql})) end)"


KIND = FieldKind(
    key="email",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    mask=_mask,
    tokens=tokens_of_text,
    to_text=same_text,
    from_text=_from_text,
    options=frozenset({"unique"}),
)
