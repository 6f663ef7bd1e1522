"""Starts and stops the simulators on loopback. Owns the ASGI application that routes to them."""

import asyncio
import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from xingji.connectors.simulators.page import render_page
from xingji.connectors.simulators.robots import HANDLERS, Call, Reply, answer_fault
from xingji.connectors.simulators.smtp import SmtpSimulator
from xingji.connectors.simulators.state import PLATFORMS, Robot, SimulatorState

MAX_BODY = 256 * 1024
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=",
    "dingtalk": "/robot/send?access_token=",
    "feishu": "/open-apis/bot/v2/hook/",
    "webhook": "/webhook/",
}
LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Simulators:
    """Running simulators: where they listen and what they hold."""

    state: SimulatorState
    host: str
    port: int
    smtp_port: int
    _server: "uvicorn.Server"
    _task: asyncio.Task[None]
    _smtp: SmtpSimulator

    @property
    def url(self) -> str:
        """Where the HTTP simulators listen."""
        return f"http://{self.host}:{self.port}"

    @property
    def allow(self) -> tuple[str, ...]:
        """What the outbound guard must be told to let through."""
        return (f"{self.host}:{self.port}", f"{self.host}:{self.smtp_port}")

    def channel_settings(self, platform: str, robot: Robot | None = None) -> dict[str, Any]:
        """Settings with which a channel reaches a simulated robot (none for e-mail)."""
        if platform == "email" or robot is None:
            return {"host": self.host, "port": self.smtp_port, "security": "none", "sender": "xingji@demo.example"}
        settings = {"url": self.url + PATHS[platform] + robot.token, "secret": robot.secret, "keyword": robot.keyword}
        return {name: value for name, value in settings.items() if value}

    async def stop(self) -> None:
        """Ends all simulators."""
        self._server.should_exit = True
        await self._smtp.stop()
        await self._task


async def start_simulators(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    smtp_port: int | None = None,
    robots: Mapping[str, tuple[Robot, ...]] | None = None,
) -> Simulators:
    """Simulators of all platforms, listening; the SMTP relay takes the port after `port` unless told otherwise.

    Raises: ValueError for a host that is not loopback, OSError for a port that is taken.
    """
    if host not in LOOPBACK:
        raise ValueError("simulators listen on loopback only")
    # Bound here, because the server would end the whole process when the port is taken.
    listener = socket.create_server(("127.0.0.1", port))
    state = SimulatorState(robots)
    smtp = SmtpSimulator(state)
    try:
        await smtp.start("127.0.0.1", smtp_port if smtp_port is not None else port + 1 if port else 0)
    except OSError:
        listener.close()
        raise
    config = uvicorn.Config(
        simulator_application(state), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve([listener]))
    # The socket listens already: a request that comes before the server is ready waits in it.
    return Simulators(state, "127.0.0.1", listener.getsockname()[1], smtp.port, server, task, smtp)


@asynccontextmanager
async def running_simulators(host: str = "127.0.0.1", port: int = 0, **options: Any):
    """Simulators for the time of a block."""
    simulators = await start_simulators(host, port, **options)
    try:
        yield simulators
    finally:
        await simulators.stop()


def simulator_application(state: SimulatorState) -> Any:
    """The ASGI application: the platforms' addresses, the page, its JSON and the switch for faults."""

    async def application(scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if method == "GET" and path in ("/", "/simulators"):
            return await _send(send, 200, render_page(state).encode(), "text/html; charset=utf-8")
        if method == "GET" and path == "/simulators/messages":
            kept = {platform: [asdict(message) for message in state.received[platform]] for platform in PLATFORMS}
            return await _send_json(send, Reply(kept))
        body = await _read(receive)
        if method == "POST" and path == "/simulators/faults":
            return await _send_json(send, _switch(state, body))
        await _platform(state, scope, body, send)

    return application


async def _platform(state: SimulatorState, scope: Mapping[str, Any], body: bytes | None, send: Any) -> None:
    path = scope["path"]
    found = next((handler for prefix, handler in HANDLERS.items() if path.startswith(prefix)), None)
    if found is None or scope["method"] != "POST":
        return await _send_json(send, Reply({"error": "not found"}, 404))
    if body is None:
        return await _send_json(send, Reply({"error": "too large"}, 413))
    platform = found.__name__
    state.calls[platform] += 1
    fault = state.faults.get(platform)
    if fault == "hang":
        await state.hang(platform)
    if fault == "garbage":
        return await _send(send, 200, b"<html>gateway</html>", "text/html")
    if fault:
        return await _send_json(send, answer_fault(platform, fault))
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
    await _send_json(send, found(state, Call(path, query, headers, body)))


def _switch(state: SimulatorState, body: bytes | None) -> Reply:
    try:
        given = json.loads(body or b"{}")
    except ValueError:
        return Reply({"error": "not JSON"}, 400)
    if not isinstance(given, dict) or given.get("platform") not in PLATFORMS:
        return Reply({"error": "platform unknown", "known": list(PLATFORMS)}, 400)
    state.set_fault(given["platform"], given.get("fault"))
    return Reply({"faults": state.faults})


async def _read(receive: Any) -> bytes | None:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body"):
            return body


async def _send_json(send: Any, reply: Reply) -> None:
    body = json.dumps(reply.body, ensure_ascii=False).encode()
    await _send(send, reply.status, body, "application/json; charset=utf-8", reply.headers)


async def _send(
    send: Any, status: int, body: bytes, content_type: str, extra: tuple[tuple[str, str], ...] = ()
) -> None:
    headers = [("content-type", content_type), ("content-length", str(len(body))), *extra]
    raw = [(name.encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """A server among other tasks of its process: signals stay with whoever runs the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
