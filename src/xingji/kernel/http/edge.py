"""The outermost ASGI layer of the web process, the same for Litestar and for what is mounted beside it.

Owns request ids, the request log, limits, security headers and the last net under exceptions. Knows no route's meaning.
"""

import itertools
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from xingji.kernel.core import logs
from xingji.kernel.http.figures import observe
from xingji.kernel.http.limits import Limits, body_limit, limited
from xingji.kernel.http.problems import problem_of
from xingji.kernel.http.request_log import log_line, log_request

Asgi = Callable[[dict[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

API = ("/api/", "/healthz", "/readyz", "/metrics")
INTAKE = "/api/v1/intake/"

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {}"
)


class Edge:
    """Dispatches to mounted applications by path, to Litestar under /api, else to the web app's files."""

    def __init__(self, litestar: Asgi, pages: Asgi, mounted: Mapping[str, Asgi], limits: Limits) -> None:
        self.litestar = litestar
        self.pages = pages
        self.exact = {path: app for path, app in mounted.items() if not path.endswith("/")}
        self.prefixes = sorted(((path, app) for path, app in mounted.items() if path.endswith("/")), reverse=True)
        self.limits = limits
        self.mounted_routes: list[tuple[str, str]] = []
        ancestors = os.environ.get("XINGJI_FRAME_ANCESTORS", "'none'")
        self.headers = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"strict-origin-when-cross-origin"),
            (b"content-security-policy", POLICY.format(ancestors).encode()),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"geolocation=(), camera=(self), microphone=(self)"),
        ]
        self.header_names = frozenset(name for name, _ in self.headers)
        self._process = os.urandom(6).hex()
        self._number = itertools.count()
        self.shorts = [
            (path.encode(), _ShortRoute(self, path, app.short)) for path, app in self.prefixes if hasattr(app, "short")
        ]

    def new_id(self) -> str:
        """A request id."""
        return f"{self._process}{next(self._number):x}"

    def short_of(self, url: bytes) -> "_ShortRoute | None":
        """The short way of a path without query and escapes, where its application has one."""
        for prefix, route in self.shorts:
            if url.startswith(prefix):
                return None if b"?" in url or b"%" in url else route
        return None

    def refuse_unread(self, error: Exception, address: str | None) -> tuple[int, bytes, bytes]:
        """(status, head, body) for what could not be read as a request; counted and logged."""
        request_id = self.new_id()
        problem = problem_of(error, request_id)
        observe("OTHER", "unread", problem.status, 0.0)
        log_line("OTHER", "unread", problem.status, 0.0, address, request_id)
        own = [(b"content-type", b"application/problem+json"), (b"x-request-id", request_id.encode()), *self.headers]
        return problem.status, b"".join(name + b": " + value + b"\r\n" for name, value in own), problem.encoded()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """One request from its first byte to its line in the log."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1000})
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = _asked_id(headers.get(b"x-request-id")) or self.new_id()
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}
        answer = _Answer(send, scope, self, request_id)
        token = logs.request_id.set(request_id)
        try:
            await self._answer(scope, headers, receive, answer)
        except Exception as error:
            await answer.refuse(error)
        finally:
            seconds = time.perf_counter() - started
            route = scope.get("path_template") or scope["state"].get("route") or "other"
            observe(scope["method"], route, answer.status, seconds)
            if answer.status == 401 and _names_a_token(scope, headers):
                self.limits.refused.wait(_address(scope), count=True)
            log_request(scope, answer.status, seconds, route)
            logs.request_id.reset(token)

    async def _answer(
        self, scope: dict[str, Any], headers: Mapping[bytes, bytes], receive: Any, answer: "_Answer"
    ) -> None:
        path: str = scope["path"]
        app, route = self._app_of(path)
        scope["state"]["route"] = route
        address = _address(scope)
        if app is not self.pages and app is not self.litestar:
            # Deliveries of a whole shop come from one address: a source is told apart by the token in its path.
            self.limits.spend(self.limits.source, path if route.endswith("/") else address)
        elif app is not self.pages:
            self.limits.spend(self.limits.address, address)
        # Only who names a token can guess one: an office behind one address is not shut out for a stale session.
        if self.limits.factor and self.limits.refused.wait(address) > 0 and _names_a_token(scope, headers):
            self.limits.refused.spend(address)
        await app(scope, limited(receive, body_limit(path), headers.get(b"content-length")), answer.send)

    def _app_of(self, path: str) -> tuple[Asgi, str]:
        if path in self.exact:
            return self.exact[path], path
        for prefix, app in self.prefixes:
            if path.startswith(prefix):
                return app, prefix
        return (self.litestar, "") if path.startswith(API) else (self.pages, "pages")


class _ShortRoute:
    """A mounted application's short way: the edge's part of it. Limits, request id, headers, log and figures as ever."""

    def __init__(self, edge: Edge, route: str, ask: Callable[..., Any]) -> None:
        self.edge = edge
        self.route = route
        self._ask = ask
        self._head = b"".join(
            name + b": " + value + b"\r\n" for name, value in [*edge.headers, (b"cache-control", b"no-store")]
        )

    def ask(self, url: bytes, headers: Mapping[bytes, bytes], body: bytes, address: str | None) -> Any:
        """A future of what `answer` needs, or None when the request goes the ordinary way, which also refuses."""
        limits = self.edge.limits
        if limits.factor and (
            limits.refused.wait(address or "unknown") > 0 or limits.source.wait(url.decode("ascii")) > 0
        ):
            return None
        asked = self._ask(url.decode("ascii"), headers, body, address)
        if asked is not None:
            limits.spend(limits.source, url.decode("ascii"))
        return asked

    def answer(self, made: Any, headers: Mapping[bytes, bytes], started: float, address: str | None) -> Any:
        """(status, head, body) of what the application made, counted and logged."""
        status, content_type, own, body = made
        request_id = _asked_id(headers.get(b"x-request-id")) or self.edge.new_id()
        seconds = time.perf_counter() - started
        observe("POST", self.route, status, seconds)
        log_line("POST", self.route, status, seconds, address, request_id)
        head = b"%b%bcontent-type: %b\r\nx-request-id: %b\r\n" % (own, self._head, content_type, request_id.encode())
        return status, head, body


class _Answer:
    """Sends a response once, with the headers every response has."""

    def __init__(self, send: Any, scope: dict[str, Any], edge: Edge, request_id: str) -> None:
        self._send = send
        self._scope = scope
        self._edge = edge
        self._request_id = request_id
        self.status = 0

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._complete(list(message.get("headers", ())))}
        await self._send(message)

    async def refuse(self, error: Exception) -> None:
        """A problem document, unless an answer has begun: then the connection can only be broken off."""
        problem = problem_of(error, self._request_id)
        if self.status:
            return
        body = problem.encoded()
        headers = [(name.encode(), value.encode()) for name, value in problem.headers.items()]
        headers += [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": problem.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _complete(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        given = {name.lower() for name, _ in headers}
        own = self._edge.headers
        headers += own if given.isdisjoint(self._edge.header_names) else [pair for pair in own if pair[0] not in given]
        headers.append((b"x-request-id", self._request_id.encode()))
        if b"cache-control" not in given and self._scope["path"].startswith(API):
            headers.append((b"cache-control", b"no-store"))
        if self._scope.get("scheme") == "https":
            headers.append((b"strict-transport-security", b"max-age=31536000"))
        if self._scope["state"].get("replayed"):
            headers.append((b"idempotent-replayed", b"true"))
        return headers


def _asked_id(asked: bytes | None) -> str | None:
    """The caller's own request id when it is plain."""
    if asked is None or len(asked) > 64 or not asked.replace(b"-", b"").isalnum():
        return None
    return asked.decode("ascii") if asked.isascii() else None


def _names_a_token(scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> bool:
    return b"authorization" in headers or scope["path"].startswith((INTAKE, "/f/", "/q/"))


def _address(scope: Mapping[str, Any]) -> str:
    return scope["client"][0] if scope.get("client") else "unknown"
