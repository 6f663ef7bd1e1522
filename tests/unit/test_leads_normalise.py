"""Names, phones and codes that mean the same compare equal, and those that do not stay apart."""

import pytest

from xingji.features.leads.recognition.normalise import company_key, credit_code_of, email_of, phone_of
from xingji.features.leads.recognition.places import province_code, province_in, sales_region


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州汇川技术有限公司", "蘇州匯川技術有限公司"),
        ("苏州汇川技术有限公司", "苏州汇川技术股份有限公司"),
        ("苏州汇川技术有限公司", " 苏州汇川技术（深圳）有限公司 "),
        ("苏州汇川技术有限公司", "苏州汇川技术有限公司深圳分公司"),
        ("海岳纸业(演示)", "海岳纸业集团有限公司"),
        ("ACME Pumps Co., Ltd.", "ＡＣＭＥ pumps Limited"),
        ("三一·重工股份", "三一重工集团有限责任公司"),
    ],
)
def test_spellings_of_one_company_share_a_key(one, other):
    assert company_key(one).full == company_key(other).full


@pytest.mark.parametrize(
    ("one", "other"),
    [("苏南卓汇机械(演示)", "江苏卓汇智装(演示)"), ("苏州汇川技术", "苏州汇科技术"), ("东方一厂", "东方二厂")],
)
def test_different_companies_keep_different_keys(one, other):
    assert company_key(one).full != company_key(other).full


def test_the_place_before_a_name_is_left_out_of_its_core_only():
    assert company_key("江苏省卓汇智装有限公司").core == company_key("卓汇智装").core
    assert company_key("江苏卓汇智装").full != company_key("卓汇智装").full


def test_a_name_that_is_nothing_but_a_legal_form_keeps_its_text():
    assert company_key("有限公司").full == "有限公司"
    assert company_key("").full == ""


@pytest.mark.parametrize("text", ["138 1234 5678", "+86 138-1234-5678", "0086 13812345678", "１３８１２３４５６７８"])
def test_a_mobile_number_has_one_spelling_and_a_place(text):
    phone = phone_of(text)
    assert phone is not None
    assert (phone.e164, phone.kind, phone.province) == ("+8613812345678", "mobile", "江苏")


def test_fixed_lines_and_service_numbers_are_told_apart_and_an_extension_does_not_count():
    assert phone_of("0512-62881234").city == "苏州"
    assert phone_of("0512-62881234 转 801") is None or phone_of("0512-62881234").kind == "fixed"
    assert phone_of("400-800-1234").kind == "service"
    assert phone_of("021-62881234 ext 12").e164 == phone_of("021-62881234").e164


@pytest.mark.parametrize("text", [None, "", "abc", "12", "1" * 60])
def test_what_is_no_phone_is_none(text):
    assert phone_of(text) is None


def test_only_credit_codes_with_a_right_check_character_pass():
    assert credit_code_of(" 91110000600037341l ") == "91110000600037341L"
    assert credit_code_of("91110000600037341M") is None
    assert credit_code_of(None) is None


def test_an_address_is_compared_in_lower_case():
    assert email_of(" Wang@Example.COM ") == "wang@example.com"
    assert email_of("wang@localhost") is None


def test_a_place_leads_to_its_sales_region():
    regions = {"east": ["上海", "江苏"], "south": ["440000", "广西"]}
    assert province_in("江苏省苏州市") == "江苏"
    assert province_code("内蒙古自治区") == "150000"
    assert sales_region("320500", regions) == "east"
    assert sales_region("广东省", regions) == "south"
    assert sales_region("火星", regions) is None


def test_a_text_is_spared_the_converter_only_where_it_would_change_nothing():
    from xingji.features.leads.recognition import normalise

    for text in ("蘇州匯川技術有限公司", "苏州汇川", "乾隆于世成", "於世成", "頭髮發展", "ABC (深圳)"):
        assert normalise.simplified(text) == normalise._TRADITIONAL.convert(text)
    assert normalise.simplified("蘇州") == "苏州"
