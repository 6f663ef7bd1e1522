"""Typed refusals. Owns their shape; never their translation to HTTP (that is `kernel/http`) or to words (the web app)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class ErrorKind(StrEnum):
    """What went wrong in general; mapped once to an HTTP status and once to a retry decision."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where, which code, and what fills the blanks of its message.

    `path` is a dotted path into the input ("budget", "rows.3.when"); `params` are JSON values. `rule`, `remedy`
    and `who` name the rule that refused, what is missing and who can supply it, when there is one.
    """

    code: str
    path: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, str] | None = None
    severity: str = "error"
    rule: str | None = None
    who: str | None = None
    line: int | None = None
    column: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The problem as JSON, empty members left out."""
        pairs = {
            "code": self.code, "path": self.path, "params": dict(self.params), "severity": self.severity,
            "message": dict(self.message) if self.message else None, "rule": self.rule, "who": self.who,
            "line": self.line, "column": self.column,
        }  # fmt: skip
        return {key: value for key, value in pairs.items() if value is not None}


class XingjiError(Exception):
    """A refusal with a stable code ("records.version_conflict"), a kind and data for its message."""

    def __init__(
        self,
        code: str,
        kind: ErrorKind = ErrorKind.INVALID,
        *,
        problems: Sequence[Problem] = (),
        retry_after: float | None = None,
        **data: Any,
    ) -> None:
        super().__init__(f"{code} {data or ''} {[p.as_dict() for p in problems] or ''}".strip())
        self.code = code
        self.kind = kind
        self.problems = list(problems)
        self.retry_after = retry_after
        self.data = data


def invalid(code: str, problems: Sequence[Problem] = (), **data: Any) -> XingjiError:
    """A refusal of input, with every problem found."""
    return XingjiError(code, ErrorKind.INVALID, problems=problems, **data)


def forbidden(code: str, **data: Any) -> XingjiError:
    """A refusal because the actor may not."""
    return XingjiError(code, ErrorKind.FORBIDDEN, **data)


def not_found(code: str, **data: Any) -> XingjiError:
    """Nothing there, or nothing the actor may know of: both look the same on purpose."""
    return XingjiError(code, ErrorKind.NOT_FOUND, **data)


def conflict(code: str, **data: Any) -> XingjiError:
    """The state has moved on since the caller read it."""
    return XingjiError(code, ErrorKind.CONFLICT, **data)
