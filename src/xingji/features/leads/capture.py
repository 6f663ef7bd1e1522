"""Quick capture: lead fields found in a pasted text, a chat, a business card or a note. Pure; stores nothing.

Nothing of the text is lost: what fits no field (an address, further numbers) stays as lines of `need`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from xingji.features.leads.capture_words import COMPANY, LABELS, NAMED, SURNAMES, TALK, TITLE, TITLED
from xingji.features.leads.intake.payload import amount_of
from xingji.features.leads.recognition.normalise import credit_code_of, email_of, phone_of
from xingji.features.leads.recognition.places import PROVINCES, sales_region

LONGEST, LONGEST_WORD = 5_000, 40
_MOBILE = re.compile(r"(?<![\dA-Za-z])(?:\+?86[-\s]?)?(1[3-9]\d(?:[-\s.·]?\d){8})(?!\d)")
_FIXED = re.compile(
    r"(?<!\d)(?:\+?86[-\s]?)?\(?(0\d{2,3})\)?[-\s]{0,3}(\d{3,4}[-\s]?\d{4})(?!\d)(?:\s*(?:转|分机|ext\.?|-)\s*(\d{1,6}))?", re.I
)
_SERVICE = re.compile(r"(?<!\d)([48]00[-\s]?\d{3}[-\s]?\d{4})(?!\d)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_WECHAT = re.compile(r"(?:微信号?|v信|weixin|wechat|(?<![a-z])[vw]x)\s*(?:号|id)?\s*[::]?\s*([A-Za-z][-_A-Za-z0-9]{5,19})", re.I)
_SAME_WECHAT = re.compile(r"(?:微信|[vw]x|wechat)\s*(?:同号|同手机|同步)|(?:同|即|也是)\s*(?:微信|[vw]x)", re.I)
_SUM = r"[¥￥]?\s*(\d[\d,.]*)\s*(?:[-~到至—]+\s*(\d[\d,.]*))?\s*(亿|万|千|k|w)?"
_BUDGET = (re.compile(rf"预算[^\d¥￥\n]{{0,8}}{_SUM}", re.I), re.compile(rf"{_SUM}\s*(?:元|块)?(?:左右|以内|上下)?的?预算", re.I))
_DAY = r"(?:(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?\s*|昨天|今天|(?:星期|周)[一二三四五六日天])?\s*(?:上午|下午|晚上|凌晨|中午)?\s*\d{1,2}:\d{2}(?::\d{2})?"
_SPOKEN = (re.compile(rf"^(?P<who>\S[^\n:]{{0,23}}?)\s+{_DAY}\s*$"), re.compile(rf"^\[?{_DAY}\]?\s+(?P<who>\S[^\n:]{{0,23}}?)\s*$"))
_INLINE = re.compile(rf"^(?:\[?{_DAY}\]?\s*)?(?P<who>[^\s::,,。]{{1,12}})\s*[::]\s*(?P<said>.+)$")
_OWN = frozenset({"我", "我方", "本人", "销售", "客服", "me", "Me"})
_LABEL = re.compile("|".join(LABELS.values()), re.I)


def recognise_text(
    text: str, decimals: int = 2, regions: dict[str, Any] | None = None, own: Collection[str] = ()
) -> dict[str, Any]:
    """Lead fields found in a text, in wire form. own: how the person who pastes is named in a chat."""
    plain = unicodedata.normalize("NFKC", text).replace("\0", "")
    speaker, said = _customer_side(plain, _OWN | set(own))
    whole = said or plain
    labelled = _labelled(whole)
    fields: dict[str, Any] = {}
    numbers = phones_in(whole) or phones_in(plain)
    if numbers:
        fields["mobile"] = numbers[0]
    if match := _EMAIL.search(whole):
        fields["email"] = email_of(match[0])
    for match in _CODE.finditer(whole.upper()):
        if code := credit_code_of(match[0]):
            fields["uscc"] = code
    if match := _WECHAT.search(whole):
        fields["wechat"] = match[1]
    elif numbers and _SAME_WECHAT.search(whole):
        fields["wechat"] = numbers[0]
    if company := labelled.get("company") or _first(COMPANY, whole):
        fields["company"] = re.sub(r"^(?:我们?是|这里是|来自|公司名?称?是?|我们?)", "", company).strip()
    _person(whole, labelled, speaker, fields)
    _budget(whole, labelled, fields, decimals)
    if (industry := labelled.get("industry")) and len(industry) <= LONGEST_WORD:
        fields["industry"] = industry
    _place(whole, labelled, fields, regions or {})
    fields["need"] = _need(whole, labelled, numbers[1:], card=not said and "company" in fields)
    return {key: value for key, value in fields.items() if value}


def phones_in(text: str) -> list[str]:
    """Every number once, mobiles first; a fixed one as area code, number and extension."""
    free = _CODE.sub(" ", _EMAIL.sub(" ", text))
    mobiles = [re.sub(r"\D", "", match[1]) for match in _MOBILE.finditer(free)]
    rest = _MOBILE.sub(" ", free)
    fixed = [
        re.sub(r"\D", "", match[1] + match[2]) + (f"-{match[3]}" if match[3] else "") for match in _FIXED.finditer(rest)
    ]
    service = [re.sub(r"\D", "", match[1]) for match in _SERVICE.finditer(_FIXED.sub(" ", rest))]
    return list(dict.fromkeys([*mobiles, *fixed, *service]))


def _customer_side(text: str, own: Collection[str]) -> tuple[str | None, str]:
    """Who speaks on the other side of a chat, and what they said; nothing when the text is no chat."""
    turns: list[tuple[str, list[str]]] = []
    for line in (each.strip() for each in text.splitlines()):
        if head := next((m for m in (pattern.match(line) for pattern in _SPOKEN) if m), None):
            turns.append((head["who"].strip(), []))
        elif (inline := _INLINE.match(line)) and not _LABEL.fullmatch(inline["who"]):
            turns.append((inline["who"], [inline["said"]]))
        elif turns and line:
            turns[-1][1].append(line)
    others = [(who, lines) for who, lines in turns if who not in own]
    if not others or (len(turns) < 2 and not any(lines for _, lines in turns)):
        return None, ""
    return others[0][0], "\n".join(line for _, lines in others for line in lines)


def _labelled(text: str) -> dict[str, str]:
    """Values that stand behind a label and a colon."""
    found = {}
    for key, label in LABELS.items():
        rest = r"[^\n]" if key in ("address", "need") else r"[^\n,,;;。]"
        if match := re.search(rf"(?:^|[\s,,;;。]){label}\s*[::]\s*({rest}{{1,200}})", text, re.I):
            found[key] = match[1].strip()
    return found


def _first(pattern: re.Pattern[str], text: str, group: int = 0) -> str | None:
    match = pattern.search(text)
    return match[group].strip() if match else None


def _person(text: str, labelled: dict[str, str], speaker: str | None, fields: dict[str, Any]) -> None:
    """Name and position: behind a label, as a line of a card, in a sentence, else who speaks."""
    name, position = labelled.get("name"), labelled.get("position")
    for line in text.splitlines():
        if name is None and (match := NAMED.match(line.strip())) and match["name"].replace(" ", "")[0] in SURNAMES:
            name, position = match["name"].replace(" ", ""), position or match["title"]
    name = name or _first(TITLED, text, 1) or _first(re.compile(r"(?:我叫|我是|名叫)([\u4e00-\u9fff]{2,3})(?=$|[,,。!\s])"), text, 1)
    if name is None and speaker:
        name = re.split(r"[-—_@|/·]", speaker)[-1].strip() or speaker
    if position is None and (match := re.search(rf"(?:^|[\s,,|/]){TITLE}(?=$|[\s,,|/])", text, re.M)):
        position = match[0].strip(" ,|/\n")
    if name and len(name) <= LONGEST_WORD:
        fields["name"] = name
    if position and len(position) <= LONGEST_WORD:
        fields["position"] = position


def _budget(text: str, labelled: dict[str, str], fields: dict[str, Any], decimals: int) -> None:
    match = next((found for pattern in _BUDGET if (found := pattern.search(text))), None)
    given = f"{match[2] or match[1]}{match[3] or ''}" if match else labelled.get("budget")
    if given:
        try:
            fields["budget"] = int(amount_of(given) * 10**decimals)
        except (ValueError, ArithmeticError):
            return


def _place(text: str, labelled: dict[str, str], fields: dict[str, Any], regions: dict[str, Any]) -> None:
    where = labelled.get("address") or labelled.get("area") or text
    province = next((name for name in PROVINCES if name in where), None)
    if province is None and (phone := phone_of(fields.get("mobile"))) is not None:
        if region := sales_region(phone.province, regions):
            fields["region"] = region
        return
    if province is not None:
        fields["area"] = [PROVINCES[province]]
        if region := sales_region(province, regions):
            fields["region"] = region


def _need(text: str, labelled: dict[str, str], numbers: Iterable[str], *, card: bool) -> str:
    """What is wanted, then what fits no field; of a card nothing else, of any other text all of it."""
    wanted = labelled.get("need") or _first(TALK, text)
    lines = [wanted or ("" if card else text.strip())]
    if address := labelled.get("address"):
        lines.append(f"地址:{address}")
    lines += [f"其他电话:{number}" for number in numbers]
    return "\n".join(line for line in lines if line)
