"""Text of one line."""

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import texts
from xingji.kernel.records.field_kinds.kind import ORDERED_AGGREGATES, FieldKind, fixed

KIND = FieldKind(
    key="text",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=texts.parse_line,
    mask=texts.mask_text,
    tokens=texts.tokens_of_name,
    to_text=texts.same_text,
    from_text=texts.text_within(texts.SHORT),
    options=frozenset({"max", "unique"}),
    aggregates=ORDERED_AGGREGATES,
)
