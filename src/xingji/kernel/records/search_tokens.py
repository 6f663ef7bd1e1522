"""What a text can be found by, and what a query asks for. Owns the tokens; never SQL.

Tokens stand in each table's `search` array as `field:token`, so that a reader who may not see a field cannot find
records by it. Kinds of token: two adjacent characters; `^x` first character; `'zl` pinyin initials (every prefix from
one on); `"zhanglei` whole pinyin of a short name; `~5678` the end of a telephone number or code, four digits or more.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from operator import concat

from pypinyin import Style, lazy_pinyin

_RUN = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[㐀-䶿一-鿿]+")
_DIGITS = re.compile(r"\d+")

# Readings of characters as surnames, where they differ from the common reading.
SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "区": "ou", "盖": "ge", "朴": "piao", "任": "ren",
    "缪": "miao", "纪": "ji", "乐": "yue", "翟": "zhai", "覃": "qin", "尉迟": "yu chi", "万俟": "mo qi", "晟": "cheng",
    "华": "hua", "冼": "xian", "种": "chong", "重": "chong", "秘": "bi", "折": "she", "黑": "he", "召": "shao", "员": "yun",
    "令狐": "ling hu", "长孙": "zhang sun", "宿": "su", "石": "shi", "车": "che", "繁": "po", "燕": "yan", "洗": "xian",
}  # fmt: skip
# Characters whose reading depends on the word they stand in; only then the (slow) phrase tables are asked.
_DEPENDS = frozenset(
    "重长乐行会都朝乘传单弹度调干给还和间降角觉了率没模宁铺强曲少省盛石厦数宿沈尾相兴蔚吓系校应员载只种转藏"
)
LONGEST_INITIALS = 8
SHORT_NAME = 4
MOST_TOKENS = 400
UNSEARCHED = "?"
"""The one token of a record whose tokens are still to be made: see `later_search`."""


def normalise(text: str) -> str:
    """Half width, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def text_tokens(text: str) -> list[str]:
    """Bigrams of every run of letters or characters, and the first character."""
    plain = normalise(text)
    tokens: dict[str, None] = {}
    for run in _RUN.findall(plain):
        if len(tokens) >= MOST_TOKENS:
            break
        tokens[f"^{run[0]}"] = None
        tokens.update(dict.fromkeys(map(concat, run, run[1:])))
    return list(tokens)


def name_tokens(text: str) -> list[str]:
    """`text_tokens` with pinyin initials and, for short names, the whole pinyin."""
    tokens = text_tokens(text)
    if han := "".join(_HAN.findall(text)):
        readings = pinyin(han[:LONGEST_INITIALS])
        initials = "".join(reading[:1] for reading in readings)
        tokens += [f"'{initials[:n]}" for n in range(1, len(initials) + 1)]
        if len(han) <= SHORT_NAME:
            whole = "".join(readings)
            tokens += [f'"{whole[:n]}' for n in range(2, len(whole) + 1)]
    return tokens


def phone_tokens(number: str) -> list[str]:
    """Every end of the number from four digits on."""
    digits = "".join(_DIGITS.findall(number.partition("-")[0]))
    return [f"~{digits[-n:]}" for n in range(4, len(digits) + 1)]


def code_tokens(code: str) -> list[str]:
    """The whole code and its ends from four characters on."""
    plain = normalise(code)
    return [f"~{plain[-n:]}" for n in range(4, len(plain) + 1)]


@lru_cache(maxsize=20_000)
def _reading(char: str) -> str:
    return lazy_pinyin(char, style=Style.NORMAL, errors="ignore")[0] if _HAN.match(char) else char


def pinyin(name: str) -> list[str]:
    """The reading of each character; the first one or two of a short name are read as a surname."""
    if len(name) <= SHORT_NAME:
        for length in (2, 1):
            surname = SURNAMES.get(name[:length])
            if surname and len(name) > length:
                return surname.split() + [_reading(char) for char in name[length:]]
    if _DEPENDS.isdisjoint(name):
        return [_reading(char) for char in name]
    return lazy_pinyin(name, style=Style.NORMAL)


def query_words(text: str) -> list[list[list[str]]]:
    """What a search asks: for every word the alternatives, each a list of tokens that one field must hold together."""
    return [_alternatives(word) for word in _RUN.findall(normalise(text))[:8]]


def _alternatives(word: str) -> list[list[str]]:
    alternatives = [[a + b for a, b in pairwise(word)] if len(word) > 1 else [f"^{word}"]]
    if word.isascii() and word.isalpha():
        if len(word) <= LONGEST_INITIALS:
            alternatives.append([f"'{word}"])
        if len(word) > 1:
            alternatives.append([f'"{word}'])
    if len(word) >= 4 and word.isascii() and any(char.isdigit() for char in word):
        alternatives.append([f"~{word}"])
    return alternatives


def tagged(field: str, tokens: Iterable[str]) -> list[str]:
    """Tokens under the name of their field."""
    return [f"{field}:{token}" for token in tokens]
