"""What a pasted message says about a lead."""

from xingji.features.leads.capture import recognise_text

CHAT = "你好,我是苏州演示泵业有限公司的王经理,电话 138 1234 5678,想要两台多级泵,预算50万左右,微信:wang_demo88"


def test_a_chat_message_gives_its_fields():
    fields = recognise_text(CHAT, regions={"east": ["江苏"]})
    assert fields["mobile"] == "13812345678"
    assert "苏州演示泵业有限公司" in fields["company"]
    assert fields["wechat"] == "wang_demo88"
    assert fields["budget"] == 50_000_000
    assert fields["need"].startswith("想要两台多级泵")
    assert fields["region"] == "east"


def test_a_labelled_text_is_read_by_its_labels():
    fields = recognise_text("联系人:李工\n公司:华东演示集团\n电话:021-62881234\n邮箱 li@example.com\n需求:空压站改造\n地区:上海\n91110000600037341L")
    assert (fields["name"], fields["company"], fields["need"]) == ("李工", "华东演示集团", "空压站改造")
    assert (fields["mobile"], fields["email"], fields["uscc"]) == ("02162881234", "li@example.com", "91110000600037341L")
    assert fields["area"] == ["310000"]


def test_a_text_without_anything_known_is_the_need():
    assert recognise_text("请联系我们") == {"need": "请联系我们"}
    assert recognise_text("") == {}
