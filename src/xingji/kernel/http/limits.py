"""Limits of requests: how many, how large. Owns the counters of this process; limits of sign-in failures are access's."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.core.errors import ErrorKind, XingjiError

MEGABYTE = 1_000_000
DEFAULT_BODY = 2 * MEGABYTE
BODY_LIMITS = (
    ("/api/v1/files", 52 * MEGABYTE),
    ("/api/v1/imports", 52 * MEGABYTE),
    ("/api/v1/mining/logs", 512 * MEGABYTE),  # goes into a file as it comes
    ("/api/v1/packs", 20 * MEGABYTE),
    ("/api/v1/records", 20 * MEGABYTE),
    ("/api/v1/events", 17 * MEGABYTE),
    ("/api/v1/intake", 5 * MEGABYTE),
)
FORGET_ABOVE = 50_000


@dataclass(slots=True)
class RateLimit:
    """So many a second with a burst, per key: the generic cell rate algorithm (ITU-T I.371)."""

    name: str
    per_second: float
    burst: int
    _due: dict[str, float] = field(default_factory=dict)

    def spend(self, key: str, now: float | None = None) -> None:
        """Counts one. Raises: `http.rate_limited` with the seconds to wait."""
        wait = self.wait(key, now, count=True)
        if wait > 0:
            raise XingjiError("http.rate_limited", ErrorKind.RATE_LIMITED, retry_after=wait, limit=self.name)

    def wait(self, key: str, now: float | None = None, *, count: bool = False) -> float:
        """Seconds until the next one is allowed, 0 when it is now (and then counted when asked to)."""
        now = time.monotonic() if now is None else now
        step = 1 / self.per_second
        due = max(self._due.get(key, now), now)
        if due - now > step * (self.burst - 1):
            return due - now - step * (self.burst - 1)
        if count:
            if len(self._due) > FORGET_ABOVE:
                self._due = {held: at for held, at in self._due.items() if at > now}
            self._due[key] = due + step
        return 0.0


@dataclass(slots=True)
class Limits:
    """The limits of one web process. `factor` scales all of them (XINGJI_RATE_FACTOR); 0 switches them off."""

    factor: float = 1.0
    address: RateLimit = field(init=False)
    refused: RateLimit = field(init=False)
    sign_in: RateLimit = field(init=False)
    session: RateLimit = field(init=False)
    token: RateLimit = field(init=False)
    source: RateLimit = field(init=False)

    def __post_init__(self) -> None:
        scale = self.factor or 1.0
        self.address = RateLimit("address", 300 * scale, round(1_500 * scale))
        self.refused = RateLimit("refused", 1 * scale, round(60 * scale) or 1)
        self.sign_in = RateLimit("sign_in", 0.5 * scale, round(30 * scale) or 1)
        self.session = RateLimit("session", 50 * scale, round(300 * scale))
        self.token = RateLimit("token", 200 * scale, round(1_000 * scale))
        self.source = RateLimit("source", 8_000 * scale, round(16_000 * scale))

    def spend(self, limit: RateLimit, key: str) -> None:
        """Counts one against a limit unless all are off. Raises: `http.rate_limited`."""
        if self.factor:
            limit.spend(key)


def limits_of_environment() -> Limits:
    """The limits this process was started with."""
    return Limits(float(os.environ.get("XINGJI_RATE_FACTOR", "1")))


def body_limit(path: str) -> int:
    """The most bytes a request to this path may carry."""
    return next((limit for prefix, limit in BODY_LIMITS if path.startswith(prefix)), DEFAULT_BODY)


def limited(receive: Callable[[], Awaitable[Any]], limit: int, announced: bytes | None) -> Callable[[], Awaitable[Any]]:
    """A receive that stops a body above the limit, before it is read when its length is announced.

    Raises: `http.too_large`, `http.malformed`.
    """
    if announced is not None:
        if not announced.isdigit() or len(announced) > 18:
            raise XingjiError("http.malformed", detail="content-length")
        if int(announced) > limit:
            raise XingjiError("http.too_large", ErrorKind.TOO_LARGE, limit=limit)
    seen = 0

    async def counting() -> Any:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > limit:
                raise XingjiError("http.too_large", ErrorKind.TOO_LARGE, limit=limit)
        return message

    return counting
