"""Templates, masks and sealed secrets: what may be said, and what may be read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.work.channels.robot import cut_bytes, mask_mobiles
from xingji.kernel.work.templates import pick_language, render, template_fields
from xingji.kernel.work.vault import MASK, Vault, is_sealed, mask_settings, open_settings, seal_settings

ZONE = ZoneInfo("Asia/Shanghai")
VAULT = Vault("a key for tests, long enough")


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{name} 超过 {minutes} 分钟未响应", {"name": "王经理", "minutes": 30}, "王经理 超过 30 分钟未响应"),
        ("{customer.name}", {"customer": {"name": "砺澜"}}, "砺澜"),
        ("{customer.name}", {"customer.name": "砺澜"}, "砺澜"),
        ("{missing} {empty} {none.deep}", {"empty": "", "none": None}, "— — —"),
        ("{{name}} }}", {"name": "x"}, "{name} }"),
        ("{at}", {"at": datetime(2026, 6, 2, 4, 0, tzinfo=UTC)}, "2026-06-02 12:00"),
        (
            "{tags} {ok} {rate} {whole}",
            {"tags": ["甲", "乙"], "ok": True, "rate": 0.125, "whole": 3.0},
            "甲、乙 是 0.12 3",
        ),
        ("{name.__class__.__init__.__globals__}", {"name": "x"}, "—"),
        ("{0} {name!r} {name:>9} {name[0]} { name }", {"name": "x"}, "{0} {name!r} {name:>9} {name[0]} x"),
        ("{a}", {"a": "{b}", "b": "secret"}, "{b}"),
    ],
)
def test_a_template_names_values_and_nothing_else(template, values, text):
    assert render(template, values, ZONE) == text


@given(st.text(), st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.none()))
def test_no_template_fails_and_none_grows_without_bound(template, values):
    assert len(render(template, values, ZONE)) <= 4000


def test_the_language_falls_back_to_chinese():
    text = {"zh": "线索 {name}", "en": "Lead {name} of {owner}"}
    assert pick_language(text, "en") == text["en"]
    assert pick_language(text, "fr") == text["zh"]
    assert template_fields(text) == {"name", "owner"}
    assert template_fields("{{name}}") == set()


def test_the_middle_of_a_mobile_number_is_masked_and_other_numbers_are_not():
    assert mask_mobiles("电话13812345678,单号 20260602138123456780") == "电话138****5678,单号 20260602138123456780"
    for written in ("+8613812345678", "8613812345678", "+86 138-1234-5678", "138 1234 5678", "008613812345678"):
        assert "1234" not in mask_mobiles(written), written


@given(st.text(), st.integers(3, 60))
def test_a_cut_text_fits_and_stays_text(text, limit):
    cut = cut_bytes(text.replace("\ud800", ""), limit)
    assert len(cut.encode("utf-8", "surrogatepass")) <= limit


def test_a_sealed_secret_opens_only_with_its_key_and_in_its_place():
    sealed = VAULT.seal("SECcanary", "ding.secret")
    assert is_sealed(sealed)
    assert "canary" not in sealed
    assert VAULT.open(sealed, "ding.secret") == "SECcanary"
    assert VAULT.seal("SECcanary", "ding.secret") != sealed
    for vault, text, place in (
        (VAULT, sealed, "other.secret"),
        (Vault("another key, also long enough"), sealed, "ding.secret"),
        (VAULT, sealed[:-4] + "AAAA", "ding.secret"),
        (VAULT, "sealed:1:", "ding.secret"),
        (VAULT, "sealed:1:not base64!", "ding.secret"),
    ):
        with pytest.raises(XingjiError, match=r"secrets\.unreadable"):
            vault.open(text, place)


def test_a_short_key_is_refused():
    with pytest.raises(XingjiError, match=r"secrets\.key_too_short"):
        Vault("short")


def test_a_secret_left_as_its_mask_is_kept_and_a_cleared_one_is_gone():
    first = seal_settings(VAULT, "ding", {"secret"}, {"secret": "SECx", "keyword": "提醒"}, {})
    shown = mask_settings({"secret"}, first)
    assert shown == {"secret": MASK, "keyword": "提醒"}
    assert seal_settings(VAULT, "ding", {"secret"}, shown, first) == first
    assert seal_settings(VAULT, "ding", {"secret"}, {"secret": ""}, first) == {"secret": ""}
    assert open_settings(VAULT, "ding", {"secret"}, first)["secret"] == "SECx"
