"""Shares as double precision: 0.12 is 12 %."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.numbers import decimal_of_text, number_of_sql, real

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> float:
    share = real(value)
    least, most = spec.document.get("min", -100), spec.document.get("max", 100)
    if not least <= share <= most:
        raise Refused("out_of_range", least=least, most=most)
    return share


def _read_text(spec: "Field", text: str, place: Place) -> float:
    return _parse(spec, float(decimal_of_text(text)), place)


KIND = FieldKind(
    key="percent",
    cel=CelKind.percent,
    column=fixed("double precision"),
    parse=_parse,
    read_text=_read_text,
    from_text=number_of_sql,
    options=frozenset({"min", "max"}),
    aggregates=("count", "avg", "min", "max", "median"),
)
