"""The MCP server: a model's client acts with the rights of the token it brings. The face of this connector."""

from xingji.connectors.mcp.asgi import mcp_asgi, routes_openapi

__all__ = ["mcp_asgi", "routes_openapi"]
