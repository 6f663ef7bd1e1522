"""Company names, as written; full-width letters and brackets are made narrow."""

import unicodedata
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import ORDERED_AGGREGATES, FieldKind, Place, fixed
from xingji.kernel.records.field_kinds.texts import clean, mask_text, same_text, text_within, tokens_of_name

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

LONGEST = 200


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    text = clean(value, LONGEST, one_line=True)
    return " ".join(unicodedata.normalize("NFKC", text).split()) if text else None


KIND = FieldKind(
    key="company",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    mask=mask_text,
    tokens=tokens_of_name,
    to_text=same_text,
    from_text=text_within(LONGEST),
    aggregates=ORDERED_AGGREGATES,
)
