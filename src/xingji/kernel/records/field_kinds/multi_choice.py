"""Several options of a list, kept as their keys."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import lists
from xingji.kernel.records.field_kinds.choices import check_options, find_option, one_of
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, fixed

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> list[str] | None:
    return lists.distinct(value, lambda item: one_of(spec, item))


def _read_text(spec: "Field", text: str, place: Place) -> list[str] | None:
    return lists.distinct(lists.split(text), lambda item: find_option(spec, item))


KIND = FieldKind(
    key="multi_choice",
    cel=CelKind.text_list,
    column=fixed("text[]"),
    parse=_parse,
    render=lists.render,
    read_text=_read_text,
    mask=lists.mask_list,
    check=check_options,
    to_text=lists.joined,
    from_text=lists.splitted,
    options=frozenset({"options"}),
    sortable=False,
    aggregates=("count",),
)
