"""`POST /api/v1/events` as a small ASGI application beside Litestar. Owns decoding, limits and the shared flush.

Requests that arrive while a flush runs wait for it and share the next one: one transaction in flight per workspace and
process, and no wait when nothing is in flight. Of requests large enough for COPY two are stored beside each other: they
gain nothing by waiting, and one is read while the database stores the other. Who may write is decided by the `authorise`
handed in.
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import asyncpg
import msgspec

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db.coalescer import Coalescer
from xingji.kernel.db.database import Database
from xingji.kernel.events.cloudevents import (
    Item,
    Refused,
    judge,
    judge_lines,
    judge_text,
    lines_of,
    parts_of,
    read_binary,
)
from xingji.kernel.events.ingest import COPY_FROM, Outcome, ingest_items

log = logging.getLogger(__name__)

Authorise = Callable[[Mapping[str, str]], Awaitable[tuple[str, Actor]]]
"""From lower-case headers to (workspace, actor that holds scope events.write). Raises XingjiError."""

PATH = "/api/v1/events"
MAX_BYTES = 16 * 1024 * 1024
MAX_EVENTS = 20_000
LARGE_AT_ONCE = 2
NDJSON = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})

STATUS = {
    ErrorKind.INVALID: 422, ErrorKind.UNAUTHENTICATED: 401, ErrorKind.FORBIDDEN: 403, ErrorKind.NOT_FOUND: 404,
    ErrorKind.CONFLICT: 409, ErrorKind.TOO_LARGE: 413, ErrorKind.RATE_LIMITED: 429, ErrorKind.UNAVAILABLE: 503,
}  # fmt: skip


def events_asgi(database: Database, authorise: Authorise) -> Callable[..., Awaitable[None]]:
    """The application; answers 200 with one outcome per refused item, or a problem document."""
    flushes: dict[tuple[str, bool], Coalescer[Sequence[Item], list[Outcome]]] = {}

    def coalescer_of(workspace: str, *, large: bool) -> Coalescer[Sequence[Item], list[Outcome]]:
        async def store(requests: Sequence[Sequence[Item]]) -> list[list[Outcome]]:
            outcomes = iter(await store_items(database, workspace, [item for items in requests for item in items]))
            return [list(islice(outcomes, len(items))) for items in requests]

        made = Coalescer(store, name="events", most=MAX_EVENTS, weigh=len, at_once=LARGE_AT_ONCE if large else 1)
        return flushes.setdefault((workspace, large), made)

    async def application(scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        headers = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]}
        try:
            if scope["method"] != "POST":
                raise XingjiError("http.method_not_allowed", ErrorKind.INVALID, allow="POST")
            workspace, actor = await authorise(headers)
            body = await read_body(receive, headers)
            items = read_items(headers, body, actor.brands)
            outcomes = await coalescer_of(workspace, large=len(items) >= COPY_FROM).submit(items)
            await answer(send, *summary(outcomes, len(items) == 1))
        except XingjiError as refusal:
            await answer_problem(send, refusal, scope)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            log.exception("events could not be stored")
            await answer_problem(send, XingjiError("http.unavailable", ErrorKind.UNAVAILABLE), scope)

    return application


async def store_items(database: Database, workspace: str, items: Sequence[Item]) -> list[Outcome]:
    """Stores items in one transaction; when the database refuses a value, halves them until that one stands alone."""
    try:
        async with database.work(workspace) as uow:
            return await ingest_items(uow, items)
    except asyncpg.DataError as refusal:
        if len(items) == 1:
            problem = Refused("events.cannot_store", "data", detail=str(refusal)[:120]).problem
            return [Outcome(items[0].line, "refused", items[0].id, problem)]
    half = len(items) // 2
    return [
        *await store_items(database, workspace, items[:half]),
        *await store_items(database, workspace, items[half:]),
    ]


async def read_body(receive: Callable[..., Any], headers: Mapping[str, str]) -> bytes:
    """The whole body. Raises: `events.too_large` (before reading, when the length is announced)."""
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > MAX_BYTES:
        raise XingjiError("events.too_large", ErrorKind.TOO_LARGE, limit=MAX_BYTES)
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise XingjiError("events.disconnected", ErrorKind.UNAVAILABLE)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BYTES:
            raise XingjiError("events.too_large", ErrorKind.TOO_LARGE, limit=MAX_BYTES)
        if not message.get("more_body"):
            return b"".join(parts)


def read_items(headers: Mapping[str, str], body: bytes, brands: tuple[str, ...] | None) -> list[Item]:
    """The judged items of a request, by its content type. Raises: `events.too_many`, `events.empty`."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if "ce-specversion" in headers:
        return [judge(1, read_binary(headers, body), brands)]
    lines = lines_of(body) if kind in NDJSON else None
    texts = parts_of(body) if lines is None else lines
    if not texts:
        raise XingjiError("events.empty")
    if len(texts) > MAX_EVENTS:
        raise XingjiError("events.too_many", ErrorKind.TOO_LARGE, limit=MAX_EVENTS, found=len(texts))
    if lines is not None:
        return judge_lines(body, lines, brands)
    return [judge_text(place, text, brands) for place, text in texts]


def summary(outcomes: Sequence[Outcome], single: bool) -> tuple[int, dict[str, Any]]:
    """Status and body: counts, and each refused item with its line, id and problem. Nothing taken at all: 422."""
    counts = Counter([o.status for o in outcomes])
    refused = [
        {"line": o.line, "id": o.id, **o.problem.as_dict()} for o in outcomes if o.status == "refused" and o.problem
    ]
    body = {
        "accepted": counts["accepted"],
        "duplicate": counts["duplicate"],
        "refused": len(refused),
        "problems": refused,
    }
    if refused and len(refused) == len(outcomes):
        problem = {
            "type": "about:blank",
            "title": "events.refused",
            "status": 422,
            "code": "events.refused",
            "kind": "invalid",
        }
        return 422, problem | body
    return (202 if single else 200), body


async def answer(send: Callable[..., Any], status: int, body: Mapping[str, Any]) -> None:
    """Sends JSON."""
    kind = b"application/problem+json" if status >= 400 else b"application/json"
    encoded = msgspec.json.encode(body)
    headers = [(b"content-type", kind), (b"content-length", str(len(encoded)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": encoded})


async def answer_problem(send: Callable[..., Any], refusal: XingjiError, scope: Mapping[str, Any]) -> None:
    """Sends a refusal as a problem document (RFC 9457)."""
    status = 405 if refusal.code == "http.method_not_allowed" else STATUS[refusal.kind]
    body = {
        "type": "about:blank", "title": refusal.code, "status": status, "code": refusal.code,
        "kind": refusal.kind.value, "data": refusal.data, "problems": [p.as_dict() for p in refusal.problems],
        "request_id": scope.get("state", {}).get("request_id"),
    }  # fmt: skip
    await answer(send, status, body)


def routes_openapi() -> dict[str, Any]:
    """The paths of this application for the one OpenAPI document."""
    event = {
        "type": "object",
        "required": ["specversion", "id", "source", "type"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string"},
            "source": {"type": "string"},
            "type": {"type": "string", "examples": ["page.viewed"]},
            "subject": {"type": "string", "description": "object/record id"},
            "time": {"type": "string", "format": "date-time"},
            "person": {"type": "string", "format": "uuid"},
            "brand": {"type": "string"},
            "claimed": {"type": "boolean"},
            "durationsec": {"type": "number"},
            "data": {"type": "object"},
        },
    }
    result = {
        "type": "object",
        "properties": {
            **{key: {"type": "integer"} for key in ("accepted", "duplicate", "refused")},
            "problems": {"type": "array", "items": {"type": "object"}},
        },
    }
    content = {"application/json": {"schema": result}}
    refusals = {str(code): {"description": text} for code, text in _REFUSALS.items()}
    operation = {
        "operationId": "IngestEvents",
        "tags": ["events"],
        "summary": "Take in CloudEvents 1.0: single, batch or NDJSON; idempotent by (source, id)",
        "security": [{"bearer": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/cloudevents+json": {"schema": event},
                "application/cloudevents-batch+json": {"schema": {"type": "array", "items": event}},
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "responses": {
            "200": {"description": "Every item has an outcome; what was accepted is durable", "content": content},
            "202": {"description": "A single event was accepted or known", "content": content},
            **refusals,
        },
    }
    return {PATH: {"post": operation}}


_REFUSALS = {
    401: "No valid token",
    403: "The token lacks events.write",
    413: "Too large",
    422: "Every item was refused",
    429: "Too many requests",
}
