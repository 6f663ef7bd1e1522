"""The one OpenAPI 3.1 document: Litestar's routes, the routes mounted beside it, and how every refusal looks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litestar import Litestar
from litestar.openapi import OpenAPIConfig

from xingji import __version__
from xingji.kernel.http.here import PUBLIC, SESSION_COOKIE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable; texts are translated by it"},
        "kind": {"type": "string"},
        "data": {"type": "object"},
        "request_id": {"type": ["string", "null"]},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code"],
                "properties": {
                    "code": {"type": "string"},
                    "path": {"type": "string"},
                    "params": {"type": "object"},
                    "message": {"type": "object", "additionalProperties": {"type": "string"}},
                    "severity": {"type": "string"},
                    "rule": {"type": "string"},
                    "who": {"type": "string"},
                    "line": {"type": "integer"},
                    "column": {"type": "integer"},
                },
            },
        },
    },
}
REFUSAL = {
    "description": "Refused",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def build_document(handlers: Sequence[Any], dependencies: Mapping[str, Any], mounted: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The document, as JSON values."""
    config = OpenAPIConfig(title="行迹 Xingji", version=__version__, use_handler_docstrings=True)
    described = Litestar(route_handlers=handlers, dependencies=dependencies, openapi_config=config, logging_config=None)
    document = described.openapi_schema.to_schema()
    paths = document.setdefault("paths", {})
    options = _options(described)
    for path, operations in paths.items():
        for method, operation in operations.items():
            if isinstance(operation, dict):
                _complete(operation, options.get((path, method), {}))
    for fragment in mounted:
        paths.update(fragment)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = {
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    return document


def _complete(operation: dict[str, Any], options: Mapping[str, Any]) -> None:
    right = options.get("needs")
    responses = operation.setdefault("responses", {})
    responses.pop("400", None)
    if files := options.get("files"):
        responses["200"]["content"] = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in files}
    responses["4XX"] = responses["5XX"] = REFUSAL
    if right is not None and right != PUBLIC:
        operation["security"] = [{"session": []}, {"bearer": []}]
        operation["x-right"] = right


def _options(app: Litestar) -> dict[tuple[str, str], Mapping[str, Any]]:
    found = {}
    for route in app.routes:
        for handler, _ in getattr(route, "route_handler_map", {}).values():
            found |= {(route.path_format, method.lower()): handler.opt for method in handler.http_methods}
    return found
