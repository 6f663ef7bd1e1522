"""One option of a list, kept as its key."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.choices import check_options, find_option, one_of
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, fixed
from xingji.kernel.records.field_kinds.texts import same_text

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> str | None:
    return None if value == "" else one_of(spec, value)


def _read_text(spec: "Field", text: str, place: Place) -> str:
    return find_option(spec, text)


KIND = FieldKind(
    key="choice",
    cel=CelKind.text,
    column=fixed('text collate "C"'),
    parse=_parse,
    read_text=_read_text,
    check=check_options,
    to_text=same_text,
    from_text=same_text,
    options=frozenset({"options"}),
)
