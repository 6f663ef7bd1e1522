"""What an action is called and which parameters it takes, in words: screens draw their forms from it. Owns no check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a step. `kind` says what it holds.

    text (a template with {field}), people and person (names or expressions), channels, choice (one of `options`),
    number, tags, tag_field, due (a span of time), fields (a value per field of `object`: the rule's own, or the one
    named by another parameter), expressions (a value per free name), definition (of the kind `of`), relation (a field that points to a record), object,
    event.
    """

    key: str
    kind: str
    name: Words
    required: bool = False
    options: Mapping[str, Words] = field(default_factory=dict)
    of: str | None = None
    least: int | None = None
    most: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON, empty members left out."""
        pairs = {
            "key": self.key, "kind": self.kind, "name": dict(self.name), "required": self.required or None, "of": self.of,
            "options": [{"key": key, "name": dict(name)} for key, name in self.options.items()] or None,
            "least": self.least, "most": self.most,
        }  # fmt: skip
        return {key: value for key, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Described:
    """An action in words. `object`: the only object it is for, None for any."""

    name: Words
    about: Words
    parameters: tuple[Parameter, ...] = ()
    object: str | None = None

    def as_dict(self, key: str) -> dict[str, Any]:
        """As JSON."""
        return {
            "key": key, "name": dict(self.name), "about": dict(self.about), "object": self.object,
            "parameters": [parameter.as_dict() for parameter in self.parameters],
        }  # fmt: skip


def words(zh: str, en: str) -> Words:
    """A text in both languages."""
    return {"zh": zh, "en": en}


TITLE = Parameter("title", "text", words("标题", "Title"), required=True)
BODY = Parameter("body", "text", words("正文", "Text"))
VIA = Parameter("via", "channels", words("通过", "Through"))
URGENCY = Parameter(
    "urgency", "choice", words("紧急程度", "Urgency"),
    options={"normal": words("普通", "normal"), "strong": words("强提醒", "strong")},
)  # fmt: skip
QUIET = Parameter(
    "quiet", "choice", words("安静时段", "Quiet hours"),
    options={"keep": words("等到可以打扰时再发", "wait until they may be disturbed"), "break": words("立即打扰", "disturb at once")},
)  # fmt: skip

__all__ = ["BODY", "QUIET", "TITLE", "URGENCY", "VIA", "Described", "Parameter", "words"]
