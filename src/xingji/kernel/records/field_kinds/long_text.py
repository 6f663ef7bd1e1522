"""Text of several lines."""

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import texts
from xingji.kernel.records.field_kinds.kind import FieldKind, fixed

KIND = FieldKind(
    key="long_text",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=texts.parse_long,
    tokens=texts.tokens_of_text,
    to_text=texts.same_text,
    from_text=texts.text_within(texts.LONG),
    options=frozenset({"max"}),
    sortable=False,
)
