"""Attached files, kept as ids; `multiple: true` allows more than one."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import lists
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _one(item: Any) -> str:
    try:
        return str(UUID(str(item)))
    except ValueError:
        raise Refused("not_an_id") from None


def _parse(spec: "Field", value: Any, place: Place) -> list[str] | None:
    found = lists.distinct([value] if isinstance(value, (str, UUID)) else value, _one)
    if found and len(found) > 1 and not spec.document.get("multiple"):
        raise Refused("too_many", most=1)
    return found


KIND = FieldKind(
    key="file",
    cel=CelKind.uuid_list,
    column=fixed("uuid[]"),
    parse=_parse,
    render=lists.render,
    mask=lists.mask_list,
    options=frozenset({"multiple"}),
    sortable=False,
    aggregates=("count",),
)
