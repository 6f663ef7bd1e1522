"""What a pasted chat, card or note says about a lead."""

import pytest

from xingji.features.leads.capture import phones_in, recognise_text

CHAT = "你好,我是苏州演示泵业有限公司的王经理,电话 138 1234 5678,想要两台多级泵,预算50万左右,微信:wang_demo88"
CARD = """苏州演示泵业有限公司
王 建 国  采购总监
手机：１３８-1234-5678  电话：(0512) 6288 1234 转 801
邮箱：wang@example.com
地址：江苏省苏州市工业园区星湖街 328 号
www.example.com"""
TALK = """王经理 2026/3/10 10:02:11
你好，我们想了解一下空压站改造
张磊 2026/3/10 10:03:20
您好王经理，方便留个电话吗？我的是 13900000000
王经理 2026/3/10 10:05:02
13712345678，微信同号。预算 15-20 万，公司是无锡演示机械有限公司"""


def test_a_chat_message_gives_its_fields():
    fields = recognise_text(CHAT, regions={"east": ["江苏"]})
    assert fields["mobile"] == "13812345678"
    assert fields["company"] == "苏州演示泵业有限公司"
    assert (fields["name"], fields["wechat"]) == ("王经理", "wang_demo88")
    assert fields["budget"] == 50_000_000
    assert fields["need"].startswith("想要两台多级泵")
    assert fields["region"] == "east"


def test_a_card_gives_name_position_and_every_number_and_loses_nothing():
    fields = recognise_text(CARD, regions={"east": ["江苏"]})
    assert (fields["company"], fields["name"], fields["position"]) == ("苏州演示泵业有限公司", "王建国", "采购总监")
    assert (fields["mobile"], fields["email"]) == ("13812345678", "wang@example.com")
    assert (fields["area"], fields["region"]) == (["320000"], "east")
    assert fields["need"].splitlines() == ["地址:江苏省苏州市工业园区星湖街 328 号", "其他电话:051262881234-801"]


def test_of_a_chat_with_speakers_only_the_customer_is_read():
    fields = recognise_text(TALK, own=["张磊"])
    assert (fields["name"], fields["mobile"], fields["wechat"]) == ("王经理", "13712345678", "13712345678")
    assert (fields["company"], fields["budget"]) == ("无锡演示机械有限公司", 20_000_000)
    assert fields["need"].startswith("想了解一下空压站改造")
    spoken = recognise_text("李雷: 在吗，我叫李雷，想要一批阀门\n我: 在的，13900000000\n李雷: 我电话 13612345678")
    assert (spoken["name"], spoken["mobile"]) == ("李雷", "13612345678")


def test_a_labelled_text_is_read_by_its_labels():
    fields = recognise_text("联系人:李工\n公司:华东演示集团\n电话:021-62881234\n邮箱 li@example.com\n需求:空压站改造\n地区:上海\n91110000600037341L")
    assert (fields["name"], fields["company"], fields["need"]) == ("李工", "华东演示集团", "空压站改造")
    assert (fields["mobile"], fields["email"], fields["uscc"]) == ("02162881234", "li@example.com", "91110000600037341L")
    assert fields["area"] == ["310000"]


@pytest.mark.parametrize(
    ("text", "budget"),
    [("预算15万", 15_000_000), ("15w左右的预算", 15_000_000), ("预算大概是 8,000 元", 800_000), ("预算 1.2亿", 12_000_000_000), ("电话13812345678", None)],
)
def test_a_budget_is_read_as_people_say_it(text: str, budget: int | None):
    assert recognise_text(text).get("budget") == budget


def test_numbers_are_found_however_they_are_parted_and_codes_are_no_numbers():
    assert phones_in("+86 138.1234.5678 / 400-820-8820, 0571 8765 4321") == ["13812345678", "057187654321", "4008208820"]
    assert phones_in("91320594MA1MXXXXX0 911100006000373413 a13812345678@example.com") == []


def test_a_text_without_anything_known_is_the_need():
    assert recognise_text("请联系我们") == {"need": "请联系我们"}
    assert recognise_text("") == {}


def test_a_labelled_word_too_long_for_its_field_is_not_cut_into_it():
    short, long = "制造" * 20, "制造" * 20 + "业"
    assert recognise_text(f"行业：{short}\n电话 13812345678")["industry"] == short
    found = recognise_text(f"行业：{long}\n电话 13812345678")
    assert "industry" not in found
    assert long in found["need"]
    found = recognise_text(f"姓名：{'王' * 41}\n职位：{'总' * 41}\n行业：{short}")
    assert "name" not in found
    assert "position" not in found
