"""Money: whole minor units of the workspace's one currency, exact."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import NUMERIC_AGGREGATES, FieldKind, Place, Refused, fixed
from xingji.kernel.records.field_kinds.numbers import LARGEST, decimal_of_text, number_of_sql, whole

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def _parse(spec: "Field", value: Any, place: Place) -> int:
    amount = whole(value)
    least = spec.document.get("min")
    if least is not None and amount < least:
        raise Refused("out_of_range", least=least)
    return amount


def _read_text(spec: "Field", text: str, place: Place) -> int:
    minor = decimal_of_text(text) * (Decimal(10) ** place.currency_decimals)
    if minor != minor.to_integral_value():
        raise Refused("too_many_decimals", most=place.currency_decimals)
    if abs(minor) > LARGEST:
        raise Refused("out_of_range", most=LARGEST)
    return _parse(spec, int(minor), place)


def _from_text(sql: str) -> str:
    # A number turned into money is read in major units; two decimals is the currency's default.
    return f"(round({number_of_sql(sql)} * 100)::bigint)"


KIND = FieldKind(
    key="money",
    cel=CelKind.money,
    column=fixed("bigint"),
    parse=_parse,
    read_text=_read_text,
    to_text="trim_scale(({})::numeric / 100)::text".format,
    from_text=_from_text,
    options=frozenset({"min"}),
    aggregates=NUMERIC_AGGREGATES,
)
