"""Free tags."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import lists
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.texts import clean
from xingji.kernel.records.search_tokens import text_tokens

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

LONGEST = 60


def _one(item: Any) -> str:
    text = clean(item, LONGEST, one_line=True)
    if text is None:
        raise Refused("empty_tag")
    return text


def _parse(spec: "Field", value: Any, place: Place) -> list[str] | None:
    return lists.distinct(value, _one)


def _read_text(spec: "Field", text: str, place: Place) -> list[str] | None:
    return lists.distinct(lists.split(text), _one)


def _tokens(value: Any) -> Iterable[str]:
    return {token for tag in value for token in text_tokens(tag)}


KIND = FieldKind(
    key="tags",
    cel=CelKind.text_list,
    column=fixed("text[]"),
    parse=_parse,
    render=lists.render,
    read_text=_read_text,
    mask=lists.mask_list,
    tokens=_tokens,
    to_text=lists.joined,
    from_text=lists.splitted,
    sortable=False,
    aggregates=("count",),
)
