"""One spelling for company names, phones, e-mails and credit codes, so that equal things compare equal.

Pure. Owns no record and decides nothing: two equal keys are a reason for a proposal, except for credit codes.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import opencc
import phonenumbers
from phonenumbers import PhoneNumberType
from stdnum.cn import uscc

from xingji.features.leads.recognition.places import PROVINCES, province_in

_TRADITIONAL = opencc.OpenCC("t2s")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】|〔([^〔〕]*)〕|「([^「」]*)」")
_PUNCTUATION = re.compile(r"[^\w\u4e00-\u9fff]|_", re.UNICODE)
_BRANCH = re.compile(r"(公司|集团|厂)(.{0,10}?)(分公司|办事处|分厂|分部|代表处|营业部|子公司)$")
_FORMS = re.compile(
    r"(股份有限责任公司|股份有限公司|有限责任公司|集团有限公司|有限公司|股份公司|集团公司|总公司|分公司|公司|"
    r"企业集团|集团|股份|\(有限合伙\)|有限合伙|合伙企业|个体工商户|总厂)$"
)
_LATIN_FORMS = re.compile(
    r"(companylimited|coltd|colimited|limitedcompany|limited|incorporated|corporation|ltd|inc|llc|corp|gmbh|plc|sarl|bv|ag|co)$"
)
_KEPT_IN_BRACKETS = re.compile(r"[a-z0-9]{5,}|[\u4e00-\u9fff]{5,}")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_EMAIL = re.compile(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")


@dataclass(frozen=True, slots=True)
class CompanyKey:
    """`full` without legal form, `core` also without the place names before it; empty when nothing is left."""

    full: str
    core: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as +8613800000000. `kind`: mobile | fixed | service | other; places in Chinese where known."""

    e164: str
    kind: str
    country: str
    province: str | None
    city: str | None


def simplified(text: str) -> str:
    """The text in simplified characters; nearly all names are, and the converter is the dearest step of all."""
    return text if _changing().isdisjoint(text) else _TRADITIONAL.convert(text)


@lru_cache(maxsize=1)
def _changing() -> frozenset[str]:
    """Every character that the converter's tables turn into another."""
    found: set[str] = set()
    for name in ("TSCharacters.txt", "TSPhrases.txt"):
        lines = (resources.files(opencc) / "dictionary" / name).read_text("utf-8").splitlines()
        for before, _, after in (line.partition("\t") for line in lines):
            first = after.split(" ")[0]
            same = len(first) == len(before)
            found |= {one for place, one in enumerate(before) if not same or first[place] != one}
    return frozenset(found)


@lru_cache(maxsize=20_000)
def company_key(name: str) -> CompanyKey:
    """What two spellings of one company have in common.

    Full width, traditional characters, case, punctuation, brackets with a place or a mark, legal forms and
    branches do not count: 「蘇州匯川技術(深圳)有限公司」 and 「苏州汇川技术股份有限公司深圳分公司」 share a key.
    """
    text = simplified(unicodedata.normalize("NFKC", name)).strip().lower()
    text = _BRACKETS.sub(_bracket, text)
    text = _PUNCTUATION.sub("", text)
    text = _BRANCH.sub(r"\1", text)
    full = _without_form(text)
    return CompanyKey(full, _without_place(full))


def phone_of(text: Any, country: str = "CN") -> Phone | None:
    """The number in a text, or None when it is none. An extension is left away: switchboards share one number."""
    if text is None:
        return None
    raw = unicodedata.normalize("NFKC", str(text)).strip()
    if not raw or len(raw) > 40:
        return None
    return _parse_phone(raw, country)


@lru_cache(maxsize=20_000)
def _mobile_place(prefix: str) -> tuple[str | None, str | None]:
    """Where the mobile numbers of a seven-digit prefix were issued."""
    return _places(phonenumbers.parse(f"{prefix}0000", "CN"), "CN")


@lru_cache(maxsize=50_000)
def _parse_phone(raw: str, country: str) -> Phone | None:
    if country == "CN" and _MOBILE.fullmatch(raw):
        # Nearly all numbers that come in; the general way is forty times as dear.
        return Phone(f"+86{raw}", "mobile", "CN", *_mobile_place(raw[:7]))
    try:
        number = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    service = number.country_code == 86 and national[:3] in {"400", "800"} and len(national) == 10
    if not service and not phonenumbers.is_possible_number(number):
        return None
    number.extension = None
    code = phonenumbers.region_code_for_number(number) or ""
    kind = "service" if service else _KINDS.get(phonenumbers.number_type(number), "other")
    province, city = (None, None) if service else _places(number, code)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(e164, kind, code, province, city)


_KINDS = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    PhoneNumberType.TOLL_FREE: "service",
    PhoneNumberType.SHARED_COST: "service",
}


def _places(number: phonenumbers.PhoneNumber, code: str) -> tuple[str | None, str | None]:
    if code != "CN":
        return None, None
    from phonenumbers import (
        geocoder,  # knows the whole world's places: a sixth of the program's start, needed here alone
    )

    described = geocoder.description_for_number(number, "zh") or ""
    province = province_in(described)
    if province is None:
        return None, None
    rest = described.removeprefix(province).lstrip("省市")
    return province, rest.removesuffix("市") or None


def email_of(text: Any) -> str | None:
    """A lower-case address in half-width characters, or None."""
    if text is None:
        return None
    address = unicodedata.normalize("NFKC", str(text)).strip().lower()
    return address if len(address) <= 254 and _EMAIL.match(address) else None


def credit_code_of(text: Any) -> str | None:
    """A valid unified social credit code (GB 32100-2015, check character verified), or None."""
    if text is None:
        return None
    code = uscc.compact(unicodedata.normalize("NFKC", str(text))).upper()
    return code if uscc.is_valid(code) else None


def _bracket(match: re.Match[str]) -> str:
    inside = next((group for group in match.groups() if group is not None), "")
    bare = _PUNCTUATION.sub("", inside)
    # Two to four characters in brackets are a place, 集团 or 演示; a longer text is part of the name.
    return bare if _KEPT_IN_BRACKETS.fullmatch(bare) and province_in(bare) is None else ""


def _without_form(text: str) -> str:
    while True:
        shorter = _LATIN_FORMS.sub("", _FORMS.sub("", text))
        if shorter == text or not shorter:
            return text
        text = shorter


def _without_place(full: str) -> str:
    core = full.removeprefix("中国")
    for name in PROVINCES:
        if core.startswith(name):
            core = core.removeprefix(name)
            for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
                core = core.removeprefix(ending)
            break
    core = re.sub(r"^[\u4e00-\u9fff]{2,3}?[市县区](?=[\u4e00-\u9fff]{2})", "", core)
    return core if len(core) >= 2 else full
