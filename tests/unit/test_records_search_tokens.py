"""What texts are found by."""

import pytest

from xingji.kernel.records.search_tokens import name_tokens, phone_tokens, pinyin, query_words, text_tokens


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张磊", "zl"),
        ("单雄信", "sxx"),
        ("仇英", "qy"),
        ("曾国藩", "zgf"),
        ("尉迟恭", "ycg"),
        ("万俟卨", "mq"),
        ("重庆演示", "cqys"),
    ],
)
def test_surnames_and_words_are_read_as_people_say_them(name: str, initials: str):
    assert "".join(reading[:1] for reading in pinyin(name)).startswith(initials)


def found(text: str, wanted: str) -> bool:
    tokens = set(name_tokens(text))
    return all(any(set(alternative) <= tokens for alternative in word) for word in query_words(wanted))


@pytest.mark.parametrize("wanted", ["砺澜", "流体", "ll", "lllt", "砺", "体装备", "Pump", "PUMP 砺澜"])
def test_parts_of_a_name_find_it(wanted: str):
    assert found("砺澜流体装备 pump", wanted)


@pytest.mark.parametrize("wanted", ["澜砺", "zz", "装砺", "pomp"])
def test_other_words_do_not(wanted: str):
    assert not found("砺澜流体装备 pump", wanted)


def test_a_number_is_found_by_its_end_from_four_digits_on():
    tokens = phone_tokens("13800005678")
    assert "~5678" in tokens
    assert "~13800005678" in tokens
    assert "~678" not in tokens


def test_a_long_text_has_a_bounded_number_of_tokens():
    assert len(text_tokens("".join(chr(0x4E00 + n % 5000) for n in range(20_000)))) < 25_000
    assert len(set(text_tokens("ab" * 10_000))) < 10


def test_a_query_of_signs_asks_for_nothing():
    assert query_words("%_'\"; --") == []
    assert len(query_words("a " * 100)) == 8
