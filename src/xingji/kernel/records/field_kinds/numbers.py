"""Reading of numbers from JSON and from cells. Owns no field kind."""

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from xingji.kernel.records.field_kinds.kind import Refused

LARGEST = 9_007_199_254_740_991  # the largest whole number JSON readers keep exactly

WAN = {"万": 10_000, "亿": 100_000_000}


def whole(value: Any) -> int:
    """A whole number; 3.0 counts as 3. Raises: Refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused("not_a_number")
    if isinstance(value, float):
        if not value.is_integer():
            raise Refused("not_whole")
        value = int(value)
    if abs(value) > LARGEST:
        raise Refused("out_of_range", most=LARGEST)
    return value


def real(value: Any) -> float:
    """A finite number. Raises: Refused."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused("not_a_number")
    try:
        number = float(value)
    except OverflowError:
        raise Refused("out_of_range", most=LARGEST) from None
    if not math.isfinite(number) or abs(number) > 1e300:
        raise Refused("out_of_range", most=LARGEST)
    return number + 0.0


def decimal_of_text(text: str) -> Decimal:
    """A number as people write it in sheets: 1,234.5, ¥20, 20万, 12.5%. Raises: Refused."""
    text = text.strip().lstrip("¥￥$").removesuffix("元").replace(",", "").replace("，", "").strip()
    factor = Decimal(1)
    if text[-1:] in WAN:
        factor, text = Decimal(WAN[text[-1]]), text[:-1]
    elif text[-1:] in "%％" and text:
        factor, text = Decimal("0.01"), text[:-1]
    try:
        number = Decimal(text) * factor
    except InvalidOperation:
        raise Refused("not_a_number", text=text[:40]) from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise Refused("out_of_range", most=LARGEST)
    return number


NUMBER_PATTERN = r"'^\s*-?[0-9]{1,15}(\.[0-9]{1,15})?\s*$'"


def number_of_sql(sql: str) -> str:
    """SQL: the numeric value of a text, NULL when it is none."""
    return f"(case when {sql} ~ {NUMBER_PATTERN} then btrim({sql})::numeric end)"
