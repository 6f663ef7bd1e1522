"""How strongly shared keys speak for one and the same, and the words for it. Pure."""

from collections.abc import Iterable
from typing import Any

STRENGTH = {"credit": 0.98, "phone": 0.6, "email": 0.6, "wechat": 0.6, "company": 0.5, "company_core": 0.3}
WORDS = {
    "credit": ("统一社会信用代码相同", "the same unified social credit code"),
    "phone": ("电话相同（总机、代理或家人也可能共用）", "the same phone (switchboards, agents and families share one)"),
    "email": ("邮箱相同", "the same e-mail address"),
    "wechat": ("微信号相同", "the same WeChat id"),
    "company": ("公司名相同（不计后缀、全半角、简繁）", "the same company name (legal form, width and script aside)"),
    "company_core": ("公司名除地名外相同", "the same company name but for the place before it"),
    "former_name": ("与曾用名相同", "the same as a former name"),
}


def reasons_of(matches: Iterable[tuple[str, str, str]]) -> tuple[float, list[dict[str, Any]]]:
    """(score 0..1, reasons) of matches (kind, field of the one, field of the other); independent reasons add up."""
    kinds: dict[str, tuple[str, str]] = {}
    for kind, field, other in matches:
        kinds.setdefault(kind, (field, other))
    if "company" in kinds:
        kinds.pop("company_core", None)
    doubt = 1.0
    reasons = []
    for kind, (field, other) in sorted(kinds.items(), key=lambda item: -STRENGTH.get(item[0], 0)):
        doubt *= 1 - STRENGTH.get(kind, 0.2)
        code = "former_name" if kind.startswith("company") and other == "former_names" else kind
        zh, en = WORDS[code]
        reasons.append({"code": code, "field": field, "other_field": other, "zh": zh, "en": en})
    return round(1 - doubt, 3), reasons
