"""`/mcp`: the official SDK's streamable HTTP server as a small ASGI application beside Litestar. Stateless: every request
brings its token, and no process holds a session.

Owns the hand-over between the SDK and our commands. Text read from records is data for the client, never an instruction
to this server: whatever a model makes of it meets the caller's rights again.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from xingji.connectors.mcp.tools import LogTouch, make_tools
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Database
from xingji.kernel.http.problems import problem_of

PATH = "/mcp"

Authorise = Callable[[Mapping[str, str]], Awaitable[tuple[str, Actor]]]
"""From lower-case headers to (workspace, actor). Raises XingjiError."""


def mcp_asgi(database: Database, authorise: Authorise, log_touch: LogTouch) -> Callable[..., Awaitable[None]]:
    """The application; 401 without a token, else the protocol's own answers."""
    running: list[Any] = []

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]}
        try:
            scope["state"]["mcp"] = await authorise(headers)
        except XingjiError as refusal:
            await _refuse(send, refusal)
            return
        if not running:  # beside the event loop: other requests are not to wait a second for the SDK to load
            protocol = await asyncio.to_thread(importlib.import_module, "xingji.connectors.mcp.protocol")
            running[:] = running or [protocol.Running(database, make_tools(log_touch))]
        manager = await running[0].manager()
        await manager.handle_request(scope, receive, send)

    return application


async def _refuse(send: Any, refusal: XingjiError) -> None:
    answer = problem_of(refusal, None)
    headers = [(b"content-type", b"application/problem+json"), (b"www-authenticate", b"Bearer")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.encoded()})


def routes_openapi() -> dict[str, Any]:
    """The path of this application for the one OpenAPI document."""
    operation = {
        "operationId": "Mcp", "tags": ["mcp"], "summary": "Model Context Protocol, streamable HTTP",
        "description": "JSON-RPC by the protocol's own rules, with an API token; tools: describe, find, read, create, update, move, log.",
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {"200": {"description": "a JSON-RPC answer", "content": {"application/json": {"schema": {"type": "object"}}}}, "401": {"description": "no token"}},
    }  # fmt: skip
    return {PATH: {"post": operation}}
