"""Quick capture: fields recognised in a pasted text (a chat message, a business card). Pure; stores nothing."""

import re
import unicodedata
from typing import Any

from xingji.features.leads.intake.payload import amount_of
from xingji.features.leads.recognition.normalise import credit_code_of, email_of, phone_of
from xingji.features.leads.recognition.places import PROVINCES, sales_region

LONGEST = 5_000
_PHONE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[-\s]?)?(1[3-9]\d(?:[-\s]?\d{4}){2})(?!\d)|(?<!\d)(0\d{2,3}[-\s]?\d{7,8})(?!\d)|(?<!\d)([48]00[-\s]?\d{3}[-\s]?\d{4})(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_COMPANY = re.compile(r"[\u4e00-\u9fffA-Za-z0-9()（）&·]{2,40}?(?:有限责任公司|股份有限公司|有限公司|集团|公司|工厂|研究院|事务所|厂)(?:\([^()]{1,8}\)|（[^（）]{1,8}）)?")
_LABELS = {
    "name": r"(?:姓名|联系人|称呼|客户)", "company": r"(?:公司|单位|企业)(?:名称)?", "wechat": r"(?:微信号?|wechat|wx)",
    "need": r"(?:需求|咨询内容?|留言|想要|需要|诉求)", "budget": r"(?:预算)", "industry": r"(?:行业)", "area": r"(?:地区|地址|所在地|城市)",
    "mobile": r"(?:手机号?|电话|联系方式|tel)",
}  # fmt: skip
_TITLED = re.compile(r"(?:^|[\s,,。;;::、])([\u4e00-\u9fff]{1,3}(?:总|经理|工|先生|女士|小姐|老师|主任|厂长|老板))(?=$|[\s,,。;;、\d(（]|电|手)")
_BUDGET = re.compile(r"预算[^\d¥￥]{0,6}([¥￥]?\s*\d[\d,.]*\s*(?:亿|万|千|k|w)?)\s*(?:元|块|左右)?", re.I)
_WECHAT = re.compile(r"(?:微信号?|wechat|wx)\s*[::]?\s*([A-Za-z][-_A-Za-z0-9]{5,19})", re.I)
_TALK = re.compile(r"(想要|需要|咨询|询价|采购|想买|想了解|要一批|求购)[^。;;\n]{2,120}")


def recognise_text(text: str, decimals: int = 2, regions: dict[str, Any] | None = None) -> dict[str, Any]:
    """Lead fields found in a text, in wire form; what is not recognised stays in `need`."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("\0", "")
    fields: dict[str, Any] = {}
    labelled = _labelled(plain)
    if match := _PHONE.search(plain):
        fields["mobile"] = re.sub(r"[\s-]", "", next(group for group in match.groups() if group))
    if match := _EMAIL.search(plain):
        fields["email"] = email_of(match[0])
    for match in _CODE.finditer(plain.upper()):
        if code := credit_code_of(match[0]):
            fields["uscc"] = code
    if match := _WECHAT.search(plain):
        fields["wechat"] = match[1]
    if company := labelled.get("company") or _first(_COMPANY, plain):
        fields["company"] = re.sub(r"^(?:我是|我们是|这里是|来自|公司名?称?是?)", "", company).strip()
    if name := labelled.get("name") or _first(_TITLED, plain, 1):
        fields["name"] = name[:40]
    _budget(plain, labelled, fields, decimals)
    if industry := labelled.get("industry"):
        fields["industry"] = industry[:40]
    _place(plain, labelled, fields, regions or {})
    fields["need"] = labelled.get("need") or (match[0] if (match := _TALK.search(plain)) else plain.strip())
    return {key: value for key, value in fields.items() if value}


def _labelled(text: str) -> dict[str, str]:
    """Values that stand behind a label and a colon."""
    found = {}
    for key, label in _LABELS.items():
        if match := re.search(rf"(?:^|[\s,,;;。]){label}\s*[::]\s*([^\n,,;;。]{{1,200}})", text, re.I):
            found[key] = match[1].strip()
    return found


def _first(pattern: re.Pattern[str], text: str, group: int = 0) -> str | None:
    match = pattern.search(text)
    return match[group].strip() if match else None


def _budget(text: str, labelled: dict[str, str], fields: dict[str, Any], decimals: int) -> None:
    match = _BUDGET.search(text)
    given = match[1] if match else labelled.get("budget")
    if given:
        try:
            fields["budget"] = int(amount_of(given) * 10**decimals)
        except (ValueError, ArithmeticError):
            return


def _place(text: str, labelled: dict[str, str], fields: dict[str, Any], regions: dict[str, Any]) -> None:
    where = labelled.get("area") or text
    province = next((name for name in PROVINCES if name in where), None)
    if province is None and (phone := phone_of(fields.get("mobile"))) is not None:
        if region := sales_region(phone.province, regions):
            fields["region"] = region
        return
    if province is not None:
        fields["area"] = [PROVINCES[province]]
        if region := sales_region(province, regions):
            fields["region"] = region
