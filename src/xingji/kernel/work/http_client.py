"""The one HTTP client by which anything leaves this program. Owns connection, limits and refusals; never retries.

It reaches only what `AddressGuard` allows, connects to the address that was judged, follows no redirect, takes no
proxy from the environment, and reads at most `max_bytes` of an answer within `timeout` seconds in all.
"""

import asyncio
import ssl
import types
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.work.address_guard import AddressGuard, AddressRefused

TIMEOUT = 10.0
MAX_BYTES = 64 * 1024
_SCHEMES = {"http": 80, "https": 443}
_FAILURES = (
    httpx.HTTPError,
    httpx.StreamError,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.PoolTimeout,
    ssl.SSLError,
    OSError,
    TimeoutError,
)


class OutboundFailed(XingjiError):
    """No whole answer: not connected, cut off, or too slow. Whether it was received is unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__("outbound.unreachable", ErrorKind.UNAVAILABLE, reason=reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `body` holds the first `max_bytes` bytes, undecoded."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class OutboundClient:
    """Sends one request at a time per call; safe to share by all tasks of a process."""

    def __init__(self, guard: AddressGuard, *, max_bytes: int = MAX_BYTES) -> None:
        self.guard = guard
        self._max_bytes = max_bytes
        self._http = httpx.AsyncClient(transport=_GuardedTransport(guard), follow_redirects=False, trust_env=False)

    async def __aenter__(self) -> "OutboundClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all connections."""
        await self._http.aclose()

    def check_url(self, url: str) -> httpx.URL:
        """The parsed URL. Raises: AddressRefused for what needs no name server to refuse."""
        return check_url(self.guard, url)

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"", timeout: float = TIMEOUT
    ) -> Answer:
        """The answer to a request, redirects included as they are. Raises: AddressRefused, OutboundFailed."""
        target = self.check_url(url)
        # Nothing may unpack in our memory what was small on the wire.
        plain = {"user-agent": "Xingji", **headers, "accept-encoding": "identity"}
        try:
            async with asyncio.timeout(timeout):
                async with self._http.stream(method, target, headers=plain, content=body, timeout=timeout) as response:
                    return Answer(response.status_code, dict(response.headers), await self._read(response))
        except _FAILURES as error:
            raise OutboundFailed(type(error).__name__) from error

    async def _read(self, response: httpx.Response) -> bytes:
        parts = bytearray()
        async for chunk in response.aiter_raw():
            parts += chunk
            if len(parts) >= self._max_bytes:
                break
        return bytes(parts[: self._max_bytes])


def check_url(guard: AddressGuard, url: str) -> httpx.URL:
    """The parsed URL of an allowed target. Raises: AddressRefused for what needs no name server to refuse."""
    if any(ord(character) <= 32 or character in "\\\x7f" for character in url) or len(url) > 2048:
        raise AddressRefused(url[:200], "spelling")
    try:
        target = httpx.URL(url)
        host, port = target.raw_host.decode("ascii"), target.port
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise AddressRefused(url[:200], "spelling") from error
    if target.scheme not in _SCHEMES:
        raise AddressRefused(host, "scheme")
    if not host or target.userinfo or "%" in host:
        raise AddressRefused(host, "spelling")
    guard.check_host(host, port or _SCHEMES[target.scheme])
    return target


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens sockets only to addresses the guard has judged, at the moment of connecting."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        address = await self._guard.address_of(host, port)
        return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise AddressRefused(path, "scheme")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class _GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over a connection pool whose sockets the guard opens; TLS still checks the name, not the address."""

    def __init__(self, guard: AddressGuard) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_GuardedBackend(guard),
            max_connections=100,
            max_keepalive_connections=20,
            keepalive_expiry=15.0,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: types.TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._pool.aclose()
