"""Web addresses; only http and https, so that a link on a screen never runs anything."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.texts import clean, same_text, tokens_of_text

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

_BARE = re.compile(r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+([/?#].*)?$")


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    text = clean(value, 2_000, one_line=True)
    if text is None:
        return None
    address = f"https://{text}" if _BARE.match(text) else text
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        raise Refused("not_a_url", value=text[:60]) from None
    if parts.scheme.lower() not in ("http", "https") or not host or " " in address:
        raise Refused("not_a_url", value=text[:60])
    return address


def _from_text(sql: str) -> str:
    return rf"(case when {sql} ~* '^https?://[^\s/]+' then {sql} end)"


KIND = FieldKind(
    key="url",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    tokens=tokens_of_text,
    to_text=same_text,
    from_text=_from_text,
)
