"""The 34 provinces with their codes of GB/T 2260. Owns the table; cities and districts are kept as given."""

PROVINCES = {
    "110000": "北京", "120000": "天津", "130000": "河北", "140000": "山西", "150000": "内蒙古", "210000": "辽宁",
    "220000": "吉林", "230000": "黑龙江", "310000": "上海", "320000": "江苏", "330000": "浙江", "340000": "安徽",
    "350000": "福建", "360000": "江西", "370000": "山东", "410000": "河南", "420000": "湖北", "430000": "湖南",
    "440000": "广东", "450000": "广西", "460000": "海南", "500000": "重庆", "510000": "四川", "520000": "贵州",
    "530000": "云南", "540000": "西藏", "610000": "陕西", "620000": "甘肃", "630000": "青海", "640000": "宁夏",
    "650000": "新疆", "710000": "台湾", "810000": "香港", "820000": "澳门",
}  # fmt: skip
_BY_NAME = {name: code for code, name in PROVINCES.items()}
_ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区", "省", "市")


def province_code(text: str) -> str | None:
    """The code of a province given by code or name (江苏, 江苏省); None when there is no such province."""
    if text in PROVINCES:
        return text
    for ending in _ENDINGS:
        if text.endswith(ending) and text[: -len(ending)] in _BY_NAME:
            return _BY_NAME[text[: -len(ending)]]
    return _BY_NAME.get(text)
