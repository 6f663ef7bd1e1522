"""Numbers: whole ones as bigint, with decimals as double precision."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import Problem
from xingji.kernel.records.field_kinds.kind import NUMERIC_AGGREGATES, FieldKind, Place, Refused, problem
from xingji.kernel.records.field_kinds.numbers import decimal_of_text, number_of_sql, real, whole

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field


def decimals_of(document: Mapping[str, Any]) -> int:
    decimals = document.get("decimals", 0)
    return decimals if isinstance(decimals, int) else 0


def _column(document: Mapping[str, Any]) -> str:
    return "double precision" if decimals_of(document) else "bigint"


def _parse(spec: "Field", value: Any, place: Place) -> int | float:
    decimals = decimals_of(spec.document)
    number = round(real(value), decimals) if decimals else whole(value)
    least, most = spec.document.get("min"), spec.document.get("max")
    if (least is not None and number < least) or (most is not None and number > most):
        raise Refused("out_of_range", least=least, most=most)
    return number


def _read_text(spec: "Field", text: str, place: Place) -> int | float:
    number = decimal_of_text(text)
    if not decimals_of(spec.document) and number != number.to_integral_value():
        raise Refused("not_whole")
    return _parse(spec, float(number) if decimals_of(spec.document) else int(number), place)


def _check(document: Mapping[str, Any], path: str) -> list[Problem]:
    decimals = document.get("decimals", 0)
    if not isinstance(decimals, int) or isinstance(decimals, bool) or not 0 <= decimals <= 6:
        return [problem("bad_option", f"{path}.decimals", "小数位须为 0 到 6", "decimals must be 0 to 6")]
    return []


def _from_text(sql: str) -> str:
    return number_of_sql(sql)


KIND = FieldKind(
    key="number",
    cel=CelKind.integer,
    column=_column,
    parse=_parse,
    read_text=_read_text,
    check=_check,
    from_text=_from_text,
    options=frozenset({"decimals", "min", "max"}),
    aggregates=NUMERIC_AGGREGATES,
)
