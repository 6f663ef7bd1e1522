"""What can be wrong with an expression, with its place and its words in Chinese and English.

Reads the official checker's messages back into codes; never checks anything itself.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from xingji.kernel.cel.environment import CALLER_FUNCTIONS, OWN_FUNCTIONS, Env, members
from xingji.kernel.cel.library import REFUSED
from xingji.kernel.cel.messages import MESSAGES, OPERATORS, kind_name
from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError

_HEAD = re.compile(r"^ERROR: <input>:(-?\d+):(-?\d+): (.*)$")
_UNDECLARED = re.compile(r"^undeclared reference to '([^']*)'")
_UNDEFINED = re.compile(r"^undefined field '([^']*)' not found in struct '([^']*)'")
_OVERLOAD = re.compile(r"^found no matching overload for '([^']*)' applied to '(.*)'")
_NO_MEMBERS = re.compile(r"^expression of type '(.*)' cannot be the operand of a select operation")
_TOKEN = re.compile(r"^Syntax error: token recognition error at: '(.*)'$")
_STRANGE_TYPE = re.compile(r"xingji\.([A-Z][a-z_]+)\d*")


class CelProblem(Problem):
    """One problem of an expression: code, line and column from 1, params; `text(lang)` is what people read."""

    __slots__ = ()

    def text(self, lang: str) -> str:
        """The message in "zh" or "en"."""
        return (self.message or {}).get(lang, self.code)


class CelError(XingjiError):
    """An expression that cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem], source: str = "") -> None:
        super().__init__("cel.invalid", ErrorKind.INVALID, problems=problems, source=source)


def problem(code: str, line: int = 1, column: int = 1, **params: Any) -> CelProblem:
    """A problem of one code, its message filled in both languages."""
    message = {lang: _fill(code, lang, params) for lang in ("zh", "en")}
    return CelProblem(code=code, params=params, message=message, line=line, column=column)


def problem_at(code: str, source: str, offset: int, **params: Any) -> CelProblem:
    """A problem at a code point offset of the source."""
    before = source[:offset]
    line = before.count("\n") + 1
    return problem(code, line, offset - (before.rfind("\n") + 1) + 1, **params)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name somebody who wrote `name` may have meant."""
    found = difflib.get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return found[0] if found else None


def from_official(text: str, source: str, env: Env) -> list[CelProblem]:
    """The official checker's refusal as our problems, in order of place, each once."""
    found: dict[tuple[str, int, int], CelProblem] = {}
    for line in text.removeprefix("INVALID_ARGUMENT: ").splitlines():
        match = _HEAD.match(line)
        if match:
            row, column = max(int(match[1]), 1), max(int(match[2]), 1)
            one = _read(match[3].removesuffix(" [INVALID_ARGUMENT]"), row, column, source, env)
            found.setdefault((one.code, row, 0 if one.code == "not_ascii" else column), one)
    if not found:
        deep = "recursion" in text
        one = problem("too_deep", limit=32) if deep else problem("invalid", detail=text.strip()[:200])
        found[(one.code, 1, 1)] = one
    # Behind a character nobody can read, and behind a syntax error, the rest is noise.
    noisy = [p for p in found.values() if p.code == "not_ascii"] or [p for p in found.values() if p.code == "syntax"]
    kept = noisy[:3] if noisy else list(found.values())
    return sorted(kept, key=lambda p: (p.line, p.column))


def _read(text: str, line: int, column: int, source: str, env: Env) -> CelProblem:
    if match := _UNDECLARED.match(text):
        return _undeclared(match[1], line, column, source, env)
    if match := _UNDEFINED.match(text):
        return problem(
            "unknown_field", line, column, name=match[1], suggestion=nearest(match[1], _member_names(env, match[1]))
        )
    if match := _OVERLOAD.match(text):
        return _no_overload(match[1], match[2], line, column)
    if match := _NO_MEMBERS.match(text):
        return problem("no_members", line, column, type=_plain_type(match[1]))
    if match := _TOKEN.match(text):
        return problem("not_ascii" if not match[1].isascii() else "syntax", line, column, found=match[1])
    if "recursion depth" in text:
        return problem("too_deep", line, column, limit=32)
    if text.startswith(("Syntax error", "Invalid", "invalid", "reserved", "unsupported")):
        found = re.search(r"(?:input|at|identifier:) '?([^']*)'?", text)
        return problem("syntax", line, column, found="" if found is None or found[1] == "<EOF>" else found[1])
    return problem("invalid", line, column, detail=text[:200])


def _undeclared(name: str, line: int, column: int, source: str, env: Env) -> CelProblem:
    rows = source.split("\n")
    here = rows[line - 1][column - 1 :] if line <= len(rows) else ""
    if here.startswith("("):
        if name in REFUSED:
            return problem("unsupported_function", line, column, name=name)
        if name in CALLER_FUNCTIONS | OWN_FUNCTIONS:
            return problem("function_not_here", line, column, name=name)
        return problem("unknown_function", line, column, name=name, suggestion=nearest(name, env.functions))
    owner = name.rpartition(".")[0]
    if here.startswith(".") and rows[line - 1][: column - 1].endswith(owner):  # placed at the last dot
        column -= len(owner)
    name = name.split(".")[0]
    return problem("unknown_field", line, column, name=name, suggestion=nearest(name, [*env.variables, "now"]))


def _no_overload(sign: str, types: str, line: int, column: int) -> CelProblem:
    found = [_plain_type(one) for one in re.split(r", (?![^(]*\))", types.removeprefix("(").removesuffix(")"))]
    name = OPERATORS.get(sign, sign.strip("_@"))
    return problem("type_mismatch", line, column, operator=name, types=found)


def _member_names(env: Env, wanted: str) -> set[str]:
    """Every member name an environment knows; good enough to suggest from."""
    names: set[str] = set()
    waiting = list(env.variables.values())
    while waiting:
        inside: Mapping[str, Any] = members(waiting.pop())
        names.update(inside)
        waiting.extend(inside.values())
    return names - {wanted}


def _plain_type(text: str) -> str:
    text = re.sub(r"wrapper\((\w+)\)", r"\1", text)
    text = re.sub(r"google\.protobuf\.", "", text)
    return _STRANGE_TYPE.sub(lambda m: m[1].lower(), text)


def _fill(code: str, lang: str, params: Mapping[str, Any]) -> str:
    known = {
        key: ("、" if lang == "zh" else ", ").join(kind_name(str(v), lang) for v in value)
        if isinstance(value, list | tuple)
        else kind_name(str(value), lang) if key in ("type", "want") else value
        for key, value in params.items()
    }  # fmt: skip
    text = MESSAGES[code][lang].format_map(known)
    if params.get("suggestion"):
        text += MESSAGES["suggestion"][lang].format_map(known)
    return text
