"""Provinces by name and GB/T 2260 code, and the sales region a place belongs to. Pure; the regions come from access."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

PROVINCES: dict[str, str] = {
    "北京": "110000", "天津": "120000", "河北": "130000", "山西": "140000", "内蒙古": "150000",
    "辽宁": "210000", "吉林": "220000", "黑龙江": "230000", "上海": "310000", "江苏": "320000",
    "浙江": "330000", "安徽": "340000", "福建": "350000", "江西": "360000", "山东": "370000",
    "河南": "410000", "湖北": "420000", "湖南": "430000", "广东": "440000", "广西": "450000",
    "海南": "460000", "重庆": "500000", "四川": "510000", "贵州": "520000", "云南": "530000",
    "西藏": "540000", "陕西": "610000", "甘肃": "620000", "青海": "630000", "宁夏": "640000",
    "新疆": "650000", "台湾": "710000", "香港": "810000", "澳门": "820000",
}  # fmt: skip
_BY_CODE = {code[:2]: name for name, code in PROVINCES.items()}


@lru_cache(maxsize=20_000)
def province_in(text: str | None) -> str | None:
    """The short name of the province a text begins with or whose code it is: 江苏省苏州市 → 江苏, 320500 → 江苏."""
    if not text:
        return None
    text = text.strip()
    if text.isdigit() and len(text) == 6:
        return _BY_CODE.get(text[:2])
    text = text.removeprefix("中国")
    return next((name for name in PROVINCES if text.startswith(name)), None)


def province_code(text: str | None) -> str | None:
    """The six-digit code of the province a text names, or None."""
    name = province_in(text)
    return PROVINCES[name] if name else None


def sales_region(province: str | None, regions: Mapping[str, Sequence[str]]) -> str | None:
    """The key of the sales region whose provinces name this one; provinces may stand as names or codes."""
    name = province_in(province)
    if name is None:
        return None
    for key, provinces in regions.items():
        if any(province_in(str(other)) == name for other in provinces):
            return key
    return None
