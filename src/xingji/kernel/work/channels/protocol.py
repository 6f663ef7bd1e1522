"""What a channel is: the shapes every kind shares. Owns no kind and sends nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.http_client import OutboundClient


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` messages in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `title` and `body` are plain text; `data` is what a webhook carries; `link` opens the subject."""

    title: str
    body: str = ""
    urgency: str = "normal"  # normal | strong
    link: str | None = None
    type: str = "message"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom it is said to, as far as a platform can name people; chat groups use it for mentions."""

    mobiles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    user_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt. `dedupe` stays the same over all attempts; `now` is real time; `created_at` is the message's."""

    dedupe: str
    message: Message
    recipient: Recipient
    attempt: int
    now: datetime
    created_at: datetime

    @property
    def id(self) -> str:
        """A stable id of plain ASCII for the outside, made of the dedupe key, which may hold anything."""
        return "msg_" + hashlib.sha256(self.dedupe.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to.

    status: delivered | retry | dead. `limited`: the platform refused by its rate limit, so that the whole channel
    pauses `after` seconds and the attempt does not count. `code` is the platform's own.
    """

    status: str
    code: str = ""
    detail: str = ""
    after: float | None = None
    limited: bool = False


DELIVERED = Outcome("delivered")


class Channel(Protocol):
    """One kind of channel. `secrets` names the settings sealed at rest; `rates` the platform's documented limits.

    `addressed` says whom one message is for: "group" (one message, people are mentioned) or "person" (one each).
    """

    key: str
    addressed: str
    secrets: frozenset[str]
    rates: tuple[Rate, ...]
    concurrency: int

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        """Every problem of the settings; sealed secrets count as given."""
        ...

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        """The outcome of one attempt; never raises for what the other side does."""
        ...
