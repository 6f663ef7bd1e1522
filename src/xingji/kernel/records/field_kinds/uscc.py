"""Unified social credit codes (GB 32100-2015): 18 characters with a check character."""

import unicodedata
from typing import TYPE_CHECKING, Any

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.texts import clean, same_text
from xingji.kernel.records.search_tokens import code_tokens

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    text = clean(value, 60, one_line=True)
    if text is None:
        return None
    try:
        return uscc.validate(unicodedata.normalize("NFKC", text).upper())
    except ValidationError:
        raise Refused("not_a_uscc", value=text[:40]) from None


def _mask(spec: "Field", value: Any) -> Any:
    return f"{value[:2]}**************{value[-2:]}" if value else value


def _from_text(sql: str) -> str:
    return f"(case when upper(btrim({sql})) ~ '^[0-9A-HJ-NP-RT-UW-Y]{{18}}$' then upper(btrim({sql})) end)"


KIND = FieldKind(
    key="uscc",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    mask=_mask,
    tokens=code_tokens,
    to_text=same_text,
    from_text=_from_text,
    options=frozenset({"unique"}),
)
