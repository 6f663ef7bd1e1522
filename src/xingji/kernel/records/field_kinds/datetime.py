"""Instants, kept as timestamptz."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import ORDERED_AGGREGATES, FieldKind, Place, fixed
from xingji.kernel.records.field_kinds.times import date_of_sql, instant_of_text, read_instant, wire_of_instant

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> str:
    return wire_of_instant(read_instant(value))


def _render(spec: "Field", value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else wire_of_instant(value)


def _read_text(spec: "Field", text: str, place: Place) -> str:
    return wire_of_instant(instant_of_text(text, place.zone))


def _from_text(sql: str) -> str:
    return f"({date_of_sql(sql)}::timestamp at time zone 'Asia/Shanghai')"


KIND = FieldKind(
    key="datetime",
    cel=CelKind.timestamp,
    column=fixed("timestamptz"),
    parse=_parse,
    render=_render,
    read_text=_read_text,
    to_text="to_char({} at time zone 'Asia/Shanghai', 'YYYY-MM-DD\"T\"HH24:MI:SS')".format,
    from_text=_from_text,
    aggregates=ORDERED_AGGREGATES,
)
