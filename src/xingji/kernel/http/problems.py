"""From an exception to a problem document (RFC 9457). Owns the one mapping of error kinds to HTTP statuses.

What went wrong inside never reaches the client: unexpected exceptions answer 500 with the request's id and are logged.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

import asyncpg
import msgspec
from litestar.exceptions import ClientException, HTTPException, NotFoundException, ValidationException

from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError
from xingji.kernel.db.database import SERVER_TROUBLE

log = logging.getLogger("xingji.http")

STATUS = {
    ErrorKind.INVALID: 422,
    ErrorKind.UNAUTHENTICATED: 401,
    ErrorKind.FORBIDDEN: 403,
    ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409,
    ErrorKind.TOO_LARGE: 413,
    ErrorKind.RATE_LIMITED: 429,
    ErrorKind.UNAVAILABLE: 503,
}
_OF_STATUS = {
    400: "http.malformed",
    401: "session.none",
    403: "access.denied",
    404: "http.no_such_route",
    405: "http.method_not_allowed",
    406: "http.not_acceptable",
    413: "http.too_large",
    415: "http.unsupported_media_type",
    429: "http.rate_limited",
    503: "http.unavailable",
}
_KIND_OF_STATUS = {status: kind for kind, status in STATUS.items()} | {400: ErrorKind.INVALID, 405: ErrorKind.INVALID}
_PLACE = re.compile(r"\[(\d+)\]")
_LIMIT = r"-?\d+(?:\.\d+)?"
#: How the decoder refuses what people type, and the code whose words say it.
_SAID = (
    (re.compile(rf"Expected `str` of length <= (?P<most>{_LIMIT})"), "input.too_long"),
    (re.compile(r"Expected `str` of length >= 1\b"), "input.missing"),
    (re.compile(r"Expected `str` matching regex '\^\[\^\\\\x00"), "records.value.control_character"),
    (re.compile(rf"Expected `(?:int|float)` <= (?P<most>{_LIMIT})"), "input.at_most"),
    (re.compile(rf"Expected `(?:int|float)` >= (?P<least>{_LIMIT})"), "input.at_least"),
    (re.compile(r"Expected `(?:int|float)[^`]*`, got `str`"), "input.not_a_number"),
    (re.compile(r"Expected `int[^`]*`, got `float`"), "input.not_whole"),
    (re.compile(r"Invalid RFC3339 encoded date|Expected `date"), "input.not_a_time"),
)
# A missing file or a driver used wrongly is our own mistake and stays a 500.
_DATABASE_AWAY = (*(kind for kind in SERVER_TROUBLE if kind not in (OSError, asyncpg.InterfaceError)), ConnectionError)
_DATABASE_BUSY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError,
                  asyncpg.QueryCanceledError)  # fmt: skip


class ProblemAnswer(msgspec.Struct):
    """A problem document ready to be sent."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    def encoded(self) -> bytes:
        """The document as JSON."""
        return msgspec.json.encode(self.body, enc_hook=str)


def problem_of(error: BaseException, request_id: str | None) -> ProblemAnswer:
    """The answer to an exception."""
    if isinstance(error, RecursionError) and "deserializing" in str(error):
        error = ClientException("nested too deeply")
    if isinstance(error, UnicodeDecodeError):
        error = ClientException("the body is not UTF-8")
    if isinstance(error, HTTPException) and not isinstance(error, ValidationException):
        return _of_framework(error, request_id)
    refusal = _refusal_of(error)
    if refusal is None:
        log.error("unexpected %s", type(error).__name__, exc_info=error)
        body = {"type": "about:blank", "title": "Internal error", "status": 500, "code": "internal", "request_id": request_id}
        return ProblemAnswer(500, body, {})
    status = STATUS[refusal.kind]
    body = {
        "type": "about:blank", "title": refusal.code, "status": status, "code": refusal.code, "kind": refusal.kind.value,
        "data": refusal.data, "problems": [problem.as_dict() for problem in refusal.problems], "request_id": request_id,
    }  # fmt: skip
    headers = {"retry-after": str(max(1, round(refusal.retry_after)))} if refusal.retry_after is not None else {}
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="xingji"'
    return ProblemAnswer(status, body, headers)


def _refusal_of(error: BaseException) -> XingjiError | None:
    """The refusal an exception stands for; None for a fault of ours."""
    if isinstance(error, XingjiError):
        return error
    if isinstance(error, ValidationException):
        return _of_validation(error)
    if isinstance(error, msgspec.ValidationError):
        return XingjiError("http.invalid_body", problems=[Problem("http.invalid_body", "", {"detail": str(error)})])
    if isinstance(error, msgspec.DecodeError):
        return XingjiError("http.malformed", detail=str(error))
    if _is_not_storable(error):
        return XingjiError("input.not_storable", detail="a value is outside of what the database can hold")
    if isinstance(error, asyncpg.UniqueViolationError):
        return XingjiError("input.already_exists", ErrorKind.CONFLICT)
    if isinstance(error, _DATABASE_BUSY):
        return XingjiError("database.busy", ErrorKind.UNAVAILABLE, retry_after=1)
    if isinstance(error, _DATABASE_AWAY) or _is_connection_loss(error):
        return XingjiError("database.unavailable", ErrorKind.UNAVAILABLE, retry_after=2)
    return None


def _is_not_storable(error: BaseException) -> bool:
    """Whether the database (class 22) or its driver refused a bound value."""
    if isinstance(error, asyncpg.PostgresError):
        return (getattr(error, "sqlstate", "") or "").startswith("22")
    return isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)


def _is_connection_loss(error: BaseException) -> bool:
    # A connection that ends in mid-transaction: the driver stumbles over its own rollback.
    if isinstance(error, asyncpg.InternalClientError) and "cannot switch to state" in str(error):
        return True
    return isinstance(error, asyncpg.InterfaceError) and any(
        word in str(error) for word in ("connection is closed", "connection was closed", "pool is closing", "pool is closed")
    )


def _of_validation(error: ValidationException) -> XingjiError:
    found = error.extra if isinstance(error.extra, list) else []
    return XingjiError("http.invalid_request", problems=[_of_item(item) for item in found if isinstance(item, dict)])


def _of_item(item: Mapping[str, Any]) -> Problem:
    """What is wrong with one value: in words people have for it, else as the decoder says it."""
    path, detail = _PLACE.sub(r".\1", str(item.get("key", ""))), str(item.get("message", ""))
    where = {"detail": detail, "source": str(item.get("source", "")).rpartition(".")[2].lower()}
    for pattern, code in _SAID:
        if said := pattern.match(detail):
            return Problem(code, path, where | {name: float(limit) if "." in limit else int(limit) for name, limit in said.groupdict().items()})
    return Problem("http.invalid_value", path, where)


def _of_framework(error: HTTPException, request_id: str | None) -> ProblemAnswer:
    status = error.status_code
    if isinstance(error, NotFoundException):
        status = 404
    if status >= 500 and status != 503:
        log.error("unexpected %s", type(error).__name__, exc_info=error)
    code = _OF_STATUS.get(status, "http.refused" if status < 500 else "internal")
    kind = _KIND_OF_STATUS.get(status, ErrorKind.INVALID).value
    body = {
        "type": "about:blank", "title": code, "status": status, "code": code, "kind": kind,
        "data": {"detail": error.detail} if status < 500 and status not in (401, 404) else {}, "problems": [],
        "request_id": request_id,
    }  # fmt: skip
    kept = {name.lower(): value for name, value in (error.headers or {}).items() if name.lower() in ("allow", "retry-after")}
    return ProblemAnswer(status, body, kept)
