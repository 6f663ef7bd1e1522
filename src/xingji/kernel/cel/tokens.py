"""Cuts the text of an expression into tokens with their places: only to find where its parts begin and end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<comment>//[^\n]*)
      | (?P<string>[rRbB]{0,2}(?:\"{3}(?s:.*?)\"{3}|'{3}(?s:.*?)'{3}))
      | (?P<raw>[bB]?[rR][bB]?(?:"[^"\n]*"|'[^'\n]*'))
      | (?P<quoted>[bB]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[uU]?|0[xX][0-9a-fA-F]+[uU]?)
      | (?P<sign>&&|\|\||[=!<>]=|[-+*/%<>!?:.,(){}\[\]])
    """,
    re.VERBOSE,
)
_OPENS, _CLOSES = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Token:
    """A token's kind, text and place in code points."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token] | None:
    """All tokens but white space, comments included; None where the text cannot be cut."""
    found: list[Token] = []
    place = 0
    while place < len(source):
        match = _TOKEN.match(source, place)
        if match is None:
            return None
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match[0], match.start(), match.end()))
        place = match.end()
    return found


def depths(tokens: Sequence[Token]) -> list[int] | None:
    """How many brackets are open around each token (its own not counted); None when they do not pair up."""
    found: list[int] = []
    waiting: list[str] = []
    for token in tokens:
        if token.kind == "sign" and token.text in _CLOSES and (not waiting or waiting.pop() != token.text):
            return None
        found.append(len(waiting))
        if token.kind == "sign" and token.text in _OPENS:
            waiting.append(_CLOSES[_OPENS.index(token.text)])
    return None if waiting else found


def stands_alone(source: str) -> bool:
    """Whether a piece of text can be put in brackets without reaching out of them."""
    tokens = tokenize(source)
    return tokens is not None and any(t.kind != "comment" for t in tokens) and depths(tokens) is not None
