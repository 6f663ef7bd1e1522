"""Days without a time."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import ORDERED_AGGREGATES, FieldKind, Place, fixed
from xingji.kernel.records.field_kinds.times import date_of_sql, date_of_text, read_date

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> str:
    return read_date(value).isoformat()


def _render(spec: "Field", value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else value.isoformat()


def _read_text(spec: "Field", text: str, place: Place) -> str:
    return date_of_text(text).isoformat()


KIND = FieldKind(
    key="date",
    cel=CelKind.date,
    column=fixed("date"),
    parse=_parse,
    render=_render,
    read_text=_read_text,
    from_text=date_of_sql,
    aggregates=ORDERED_AGGREGATES,
)
