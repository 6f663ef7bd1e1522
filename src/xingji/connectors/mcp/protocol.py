"""The official SDK's side of `/mcp`: one session manager a process, the list of tools, and a call of one.

Imported by the first request: the SDK takes a second to load, and most processes never speak the protocol.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import CallToolRequestParams, CallToolResult, ListToolsResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToolType

from xingji.connectors.mcp.tools import Tool
from xingji.kernel.cel import CelError
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database
from xingji.kernel.http.problems import problem_of


class Running:
    """The SDK's session manager, started by the first request of this process and kept."""

    def __init__(self, database: Database, tools: Mapping[str, Tool]) -> None:
        self._server: Server[Any] = Server(
            "xingji", on_list_tools=_lister(tools), on_call_tool=_caller(database, tools)
        )
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
        return CallToolResult(
            content=[TextContent(type="text", text=json.dumps(found, ensure_ascii=False, default=str))]
        )

    return call_tool


def _failed(refusal: Any) -> CallToolResult:
    return CallToolResult(
        is_error=True, content=[TextContent(type="text", text=json.dumps(refusal, ensure_ascii=False, default=str))]
    )
