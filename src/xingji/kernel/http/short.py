"""The short way of the web server: a small POST whose application answers it without a task and messages of its own.

Owns a connection's part of that: which requests may try it, one buffer out. Whatever the application does not answer
shortly, and every request that is in any way unusual, goes the ordinary way through the edge as if this were not here.
What is no request at all, or has no end of headers, is refused here, in the edge's form.
"""

import asyncio
import time
from typing import Any

from litestar.exceptions import ClientException
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.http.shell import LazyShell

LARGEST = 64 * 1024
LARGEST_HEAD = 64 * 1024


class ShortProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the short way before it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        shell: Any = self.app
        while shell is not None and not isinstance(shell, LazyShell):
            shell = getattr(shell, "app", None)
        self._shell: LazyShell | None = shell
        self._head: int | None = None

    def on_message_begin(self) -> None:
        """A request begins: what comes until its headers are whole is counted."""
        super().on_message_begin()
        self._head = 0

    def data_received(self, data: bytes) -> None:
        """Bytes of requests; headers without an end are refused before they fill the memory."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self._refuse(XingjiError("http.head_too_large", ErrorKind.TOO_LARGE, limit=LARGEST_HEAD))

    def send_400_response(self, msg: str) -> None:
        """What is no request is refused as everything else is."""
        self._refuse(ClientException(msg))

    def _refuse(self, error: Exception) -> None:
        self._head = None
        edge = self._shell.edge if self._shell is not None else None
        if edge is None or (self.cycle is not None and not self.cycle.response_complete):
            self.transport.close()  # in the middle of another answer nothing can be said
            return
        status, head, body = edge.refuse_unread(error, self.client[0] if self.client else None)
        length = b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(b"".join((STATUS_LINE[status], head, length, body)))
        self.transport.close()

    def on_headers_complete(self) -> None:
        """A request that may go the short way waits for its body; every other starts as usual."""
        self._head = None
        busy = self.cycle is not None and not self.cycle.response_complete
        edge = self._shell.edge if self._shell is not None else None
        if edge is None or busy or self.expect_100_continue or self.parser.get_method() != b"POST":
            super().on_headers_complete()
            return
        short = edge.short_of(self.url)
        if short is None or self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
            super().on_headers_complete()
            return
        headers = dict(self.headers)
        # Behind a proxy the caller's address is in a header: the ordinary way knows whom to believe.
        if (
            len(headers) != len(self.headers)
            or b"x-forwarded-for" in headers
            or self.parser.should_upgrade()
            or int(headers.get(b"content-length", b"0")) > LARGEST  # may be refused before it is read
        ):
            super().on_headers_complete()
            return
        self.cycle = _Short(self, short, headers)  # type: ignore[assignment]

    def start_ordinary(self, short: "_Short", body: bytes, more_body: bool) -> None:
        """Has the application answer a request that was begun on the short way."""
        scope = short.scope
        path = self.root_path + short.url.decode("ascii")
        scope.update(method="POST", path=path, raw_path=path.encode("ascii"), query_string=b"")
        cycle = RequestResponseCycle(
            scope=scope, transport=self.transport, flow=self.flow, logger=self.logger, access_logger=self.access_logger,
            access_log=self.access_log, default_headers=self.server_state.default_headers, message_event=asyncio.Event(),
            expect_100_continue=False, keep_alive=short.keep_alive, on_response=self.on_response_complete,
        )  # fmt: skip
        cycle.body, cycle.more_body = body, more_body
        cycle.message_event.set()
        if self.cycle is short:
            self.cycle = cycle
        self._start_asgi_task(cycle, self.app)


class _Short:
    """One request on the short way, in the place of uvicorn's own cycle and with the attributes it looks at."""

    def __init__(self, protocol: ShortProtocol, short: Any, headers: dict[bytes, bytes]) -> None:
        self.protocol = protocol
        self.url = protocol.url
        self.scope: Any = protocol.scope
        self.short = short
        self.headers = headers
        self.body = b""
        self.more_body = True
        self.response_complete = False
        self.keep_alive = True
        self.disconnected = False
        self.started = time.perf_counter()
        self.asked = False
        self.message_event = self
        self.address: str | None = protocol.client[0] if protocol.client else None

    def set(self) -> None:
        """Called by the connection when a part of the body came, when it is whole, and when the connection is lost."""
        if self.asked or self.disconnected:
            return
        if self.more_body:
            if len(self.body) > LARGEST:
                self.asked = True
                self.protocol.start_ordinary(self, self.body, True)
            return
        self.asked = True
        answer: asyncio.Future[Any] | None = self.short.ask(self.url, self.headers, self.body, self.address)
        if answer is None:
            self.protocol.start_ordinary(self, self.body, False)
        else:
            answer.add_done_callback(self._answered)

    def _answered(self, answer: "asyncio.Future[Any]") -> None:
        protocol = self.protocol
        if self.disconnected or protocol.transport.is_closing():
            return
        made = None if answer.cancelled() or answer.exception() is not None else answer.result()
        sent = None if made is None else self.short.answer(made, self.headers, self.started, self.address)
        if sent is None:
            protocol.start_ordinary(self, self.body, False)
            return
        status, head, body = sent
        parts = [STATUS_LINE[status]]
        for name, value in protocol.server_state.default_headers:
            parts += (name, b": ", value, b"\r\n")
        parts += (head, b"content-length: %d\r\n" % len(body))
        if not self.keep_alive:
            parts.append(b"connection: close\r\n")
        parts += (b"\r\n", body)
        protocol.transport.write(b"".join(parts))
        self.response_complete = True
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()
