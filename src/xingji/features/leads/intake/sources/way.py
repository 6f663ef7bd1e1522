"""What every way of intake answers, and the readers they share. Owns the shapes; knows no protocol."""

import email
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from typing import Any, Protocol
from urllib.parse import parse_qsl

import msgspec

from xingji.features.leads.intake.words import problem
from xingji.kernel.core.errors import Problem

HEADERS_KEPT = (
    "content-type", "user-agent", "referer", "origin", "idempotency-key", "x-douyin-signature", "msg-id",
    "x-signature", "x-signature-256", "x-timestamp", "x-forwarded-for",
)  # fmt: skip


class Unreadable(ValueError):
    """A delivery that cannot be read, with the problem."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.code)
        self.problem = found


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came: header names in lower case, query and body untouched."""

    method: str
    headers: Mapping[str, str]
    query: str
    body: bytes
    ip: str | None
    received_at: datetime

    def params(self) -> dict[str, str]:
        """The query's parameters; of several with one name the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a delivery says: the payload the mapping reads, the platform's id, and what needs no mapping.

    preset: field values known without a mapping; touch: an event of a human touch that already happened;
    ignored: nothing to make a lead of (a ping, a menu click without content), with the reason.
    """

    payload: Any
    delivery: str | None = None
    occurred_at: Any = None
    preset: Mapping[str, Any] = field(default_factory=dict)
    touch: Mapping[str, Any] | None = None
    ignored: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Way(Protocol):
    """One way of intake. `secrets` are the names of settings that are sealed at rest."""

    key: str
    secrets: tuple[str, ...]
    template: Mapping[str, Any]

    def check(self, document: Mapping[str, Any]) -> list[Problem]:
        """Problems of the document that only this way knows."""
        ...

    def handshake(self, settings: Mapping[str, Any], delivery: Delivery) -> Answer | None:
        """The answer to a platform's check of the address; None when this is a delivery. Stores nothing."""
        ...

    def authenticate(self, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
        """Why the sender is not who they must be, or None."""
        ...

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        """What the delivery says. Raises: Unreadable."""
        ...

    def acknowledge(self, status: str) -> Answer | None:
        """The answer the platform wants whatever became of the delivery; None for ours."""
        ...


class PlainWay:
    """Defaults most ways share."""

    secrets: tuple[str, ...] = ()
    template: Mapping[str, Any] = {}

    def check(self, document: Mapping[str, Any]) -> list[Problem]:
        return []

    def handshake(self, settings: Mapping[str, Any], delivery: Delivery) -> Answer | None:
        return None

    def authenticate(self, settings: Mapping[str, Any], delivery: Delivery) -> Problem | None:
        return None

    def acknowledge(self, status: str) -> Answer | None:
        return None


def read_json(body: bytes) -> Any:
    """The decoded JSON value. Raises: Unreadable."""
    if not body.strip():
        raise Unreadable(problem("intake.empty"))
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(problem("intake.body_unreadable", format="JSON", detail=str(error)[:120])) from None


def read_object(body: bytes) -> dict[str, Any]:
    """The decoded JSON object. Raises: Unreadable."""
    value = read_json(body)
    if not isinstance(value, dict):
        raise Unreadable(problem("intake.not_an_object"))
    return value


def read_fields(delivery: Delivery) -> dict[str, Any]:
    """A form's fields, from JSON, an urlencoded or a multipart body. Raises: Unreadable."""
    kind = delivery.headers.get("content-type", "").lower()
    if kind.startswith("application/x-www-form-urlencoded"):
        return _read_urlencoded(delivery.body)
    if kind.startswith("multipart/form-data"):
        return _read_multipart(delivery.headers["content-type"], delivery.body)
    return read_object(delivery.body)


def _read_urlencoded(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=500)
    except (ValueError, UnicodeDecodeError) as error:
        raise Unreadable(problem("intake.body_unreadable", format="form", detail=str(error)[:120])) from None
    if not pairs:
        raise Unreadable(problem("intake.empty"))
    return _gathered(pairs)


def _read_multipart(content_type: str, body: bytes) -> dict[str, Any]:
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body, policy=policy.HTTP)
    if not message.is_multipart():
        raise Unreadable(problem("intake.body_unreadable", format="multipart", detail="no parts"))
    pairs = []
    for part in list(message.iter_parts())[:500]:
        name = part.get_param("name", header="content-disposition")
        raw = part.get_payload(decode=True) or b""
        if name and part.get_filename() is None:
            pairs.append((str(name), raw.decode("utf-8", "replace").strip()))
    return _gathered(pairs)


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            held = fields[name]
            fields[name] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            fields[name] = value
    return fields


def same_secret(one: str, other: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def sha1_hex(*parts: bytes) -> str:
    """SHA-1 of the parts one after the other, as platforms' protocols ask for it."""
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()
