"""Array texts: quotes, backslashes, nothing, emptiness, and the one character no database holds."""

from xingji.kernel.db.arrays import array_text


def test_every_text_stands_in_quotes_and_nothing_does_not():
    assert array_text(["a", "", "NULL", "张,三{}"]) == '{"a","","NULL","张,三{}"}'
    assert array_text(["a", None, "b"]) == '{"a",NULL,"b"}'
    assert array_text([]) == "{}"


def test_quotes_and_backslashes_are_escaped_on_both_ways():
    assert array_text(['say "a\\b"', "c"]) == r'{"say \"a\\b\"","c"}'
    assert array_text(['say "a\\b"', None]) == r'{"say \"a\\b\"",NULL}'


def test_a_nul_never_moves_a_border():
    assert array_text(["a\0b", "c"]) == '{"a\0b","c"}'
