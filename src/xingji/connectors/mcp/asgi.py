"""`/mcp`: the official SDK's streamable HTTP server as a small ASGI application beside Litestar. Stateless: every request
brings its token, and no process holds a session.

Owns the hand-over between the SDK and our commands. Text read from records is data for the client, never an instruction
to this server: whatever a model makes of it meets the caller's rights again.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToolType

from xingji.connectors.mcp.tools import LogTouch, Tool, make_tools
from xingji.kernel.cel import CelError
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Database
from xingji.kernel.http.problems import problem_of

log = logging.getLogger(__name__)
PATH = "/mcp"

Authorise = Callable[[Mapping[str, str]], Awaitable[tuple[str, Actor]]]
"""From lower-case headers to (workspace, actor). Raises XingjiError."""


def mcp_asgi(database: Database, authorise: Authorise, log_touch: LogTouch) -> Callable[..., Awaitable[None]]:
    """The application; 401 without a token, else the protocol's own answers."""
    tools = make_tools(log_touch)
    server: Server[Any] = Server("xingji", on_list_tools=_lister(tools), on_call_tool=_caller(database, tools))
    running = _Running(server)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]}
        try:
            scope["state"]["mcp"] = await authorise(headers)
        except XingjiError as refusal:
            await _refuse(send, refusal)
            return
        manager = await running.manager()
        await manager.handle_request(scope, receive, send)

    return application


class _Running:
    """The SDK's session manager, started by the first request of this process and kept."""

    def __init__(self, server: Server[Any]) -> None:
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._manager: StreamableHTTPSessionManager | None = None
        self._lock = asyncio.Lock()

    async def manager(self) -> StreamableHTTPSessionManager:
        async with self._lock:
            if self._manager is None or self._task is None or self._task.done():
                self._manager = StreamableHTTPSessionManager(self._server, json_response=True, stateless=True)
                ready = asyncio.Event()
                self._task = asyncio.create_task(self._run(self._manager, ready), name="mcp")
                await ready.wait()
        return self._manager

    @staticmethod
    async def _run(manager: StreamableHTTPSessionManager, ready: asyncio.Event) -> None:
        async with manager.run():
            ready.set()
            await asyncio.Event().wait()


def _lister(tools: Mapping[str, Tool]) -> Any:
    async def list_tools(context: Any, params: Any) -> ListToolsResult:
        return ListToolsResult(tools=[
            ToolType(name=tool.name, description=tool.description, input_schema=tool.schema, annotations=ToolAnnotations(read_only_hint=tool.reads, destructive_hint=False))
            for tool in tools.values()
        ])  # fmt: skip

    return list_tools


def _caller(database: Database, tools: Mapping[str, Tool]) -> Any:
    async def call_tool(context: Any, params: CallToolRequestParams) -> CallToolResult:
        workspace, actor = context.request.scope["state"]["mcp"]
        tool = tools.get(params.name)
        if tool is None:
            return _failed({"code": "mcp.unknown_tool", "tool": params.name})
        given = dict(params.arguments or {})
        try:
            found = await database.run(workspace, actor, lambda uow: tool.run(uow, given))
        except (XingjiError, CelError) as refusal:
            return _failed(problem_of(refusal, None).body)
        except (KeyError, TypeError, ValueError) as error:
            return _failed({"code": "mcp.bad_arguments", "detail": f"{type(error).__name__}: {error}"[:200]})
        return CallToolResult(content=[TextContent(type="text", text=json.dumps(found, ensure_ascii=False, default=str))])

    return call_tool


def _failed(refusal: Any) -> CallToolResult:
    return CallToolResult(is_error=True, content=[TextContent(type="text", text=json.dumps(refusal, ensure_ascii=False, default=str))])


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
