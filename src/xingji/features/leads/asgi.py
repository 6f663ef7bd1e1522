"""Intake over HTTP as a small ASGI application beside Litestar: deliveries, hosted forms, snippet and QR page.

Owns the translation between HTTP and intake. Limits, request ids, the request log and the form of refusals are those of
the edge around it. Answers after the commit; a delivery that is refused answers 422 with its receipt, kept.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from xingji.features.leads.intake import pages
from xingji.features.leads.intake.flush import INTAKE, Outcome, flush
from xingji.features.leads.intake.ground import lead_ground
from xingji.features.leads.intake.openapi import routes_openapi
from xingji.features.leads.intake.prepare import Item
from xingji.features.leads.intake.quick import QuickIntake
from xingji.features.leads.intake.rerun import keep_failed
from xingji.features.leads.intake.sources import Answer, Delivery, way_of
from xingji.kernel import access
from xingji.kernel.access import TokenRow
from xingji.kernel.core.errors import ErrorKind, XingjiError, not_found
from xingji.kernel.db import Database
from xingji.kernel.db.coalescer import Coalescer
from xingji.kernel.http.problems import problem_of

log = logging.getLogger("xingji.intake")

TOKEN_SECONDS = 3.0
"""How long a token is trusted without asking again: revoked ones are out within five seconds."""
PREFIXES = ("/api/v1/intake/", "/f/", "/q/")
FORMS = ("form", "qr")

__all__ = ["asgi_routes", "routes_openapi"]


def asgi_routes(database: Database) -> dict[str, Callable[..., Awaitable[None]]]:
    """The applications by path prefix."""
    intake = Intake(database)
    return {"/api/v1/intake/": intake, "/f/": intake.form_page, "/q/": intake.qr_page}


class Intake:
    """One process's intake: token cache and one coalescer per workspace."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._tokens: dict[str, tuple[float, TokenRow]] = {}
        self._quick_intake = QuickIntake(database)
        self._quicks: dict[str, Coalescer[Item, Outcome | None]] = {}
        self._coalescers: dict[str, Coalescer[Item, Outcome]] = {}

    def short(
        self, path: str, headers: Mapping[bytes, bytes], body: bytes, address: str | None
    ) -> asyncio.Future[Any] | None:
        """The future of (status, content type, headers, body) of a plain delivery; None: only `deliver` can tell."""
        held = self._tokens.get(path.removeprefix(PREFIXES[0]))
        if held is None or held[0] <= time.monotonic() or b"verify_webhook" in body[:2000]:
            return None
        row = held[1]
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
        delivery = Delivery("POST", named, "", body, address, _moment())
        answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def told(stored: "asyncio.Future[Outcome | None]") -> None:
            failed = stored.cancelled() or stored.exception() is not None
            outcome = None if failed else stored.result()
            if outcome is None:
                answered.set_result(None)
                return
            answer = answer_to(outcome, delivery)
            answered.set_result((answer.status, answer.content_type.encode(), CORS_LINES, answer.body))

        try:
            self._quick(row.workspace).put(Item(str(row.source), delivery)).add_done_callback(told)
        except XingjiError:
            return None
        return answered

    async def __call__(self, scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """See `deliver`."""
        await self.deliver(scope, receive, send)

    async def deliver(self, scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """POST (and the platforms' GET check) of /api/v1/intake/{source_token}."""
        cors = CORS
        try:
            if scope["method"] == "OPTIONS":
                await _send(send, Answer(204, b""), [*cors, *PREFLIGHT])
                return
            row = await self._source(scope["path"].removeprefix(PREFIXES[0]))
            delivery = await _read(scope, receive)
            answer = await self._handshake(row, delivery) or await self._submit(row, delivery)
            await _send(send, answer, cors)
        except XingjiError as error:
            problem = problem_of(error, scope.get("state", {}).get("request_id"))
            headers = [(name.encode(), value.encode()) for name, value in problem.headers.items()]
            await _send(send, Answer(problem.status, problem.encoded(), "application/problem+json"), [*cors, *headers])

    async def _source(self, token: str) -> TokenRow:
        now = time.monotonic()
        held = self._tokens.get(token)
        if held is not None and held[0] > now:
            return held[1]
        row = await access.source_of_token(self.database, token)
        if len(self._tokens) > 5_000:
            self._tokens.clear()
        self._tokens[token] = (now + TOKEN_SECONDS, row)
        return row

    async def _handshake(self, row: TokenRow, delivery: Delivery) -> Answer | None:
        if delivery.method == "POST" and b"verify_webhook" not in delivery.body[:2000]:
            return None
        async with self.database.work(row.workspace, INTAKE) as uow:
            ground = await lead_ground(uow)
        document = ground.sources.get(str(row.source))
        way = way_of(dict(document)) if document else None
        answer = way.handshake(ground.settings.get(str(row.source)) or {}, delivery) if way else None
        if answer is None and delivery.method != "POST":
            raise XingjiError("http.method_not_allowed", ErrorKind.INVALID, allow="POST")
        return answer

    async def _submit(self, row: TokenRow, delivery: Delivery) -> Answer:
        item = Item(str(row.source), delivery)
        try:
            outcome = await self._quick(row.workspace).submit(item)
            if outcome is None:
                outcome = await self._coalescer(row.workspace).submit(item)
        except Exception as error:
            if isinstance(error, XingjiError) and error.kind is ErrorKind.UNAVAILABLE:
                raise
            log.exception("a delivery could not be stored")
            outcome = await keep_failed(self.database, row.workspace, item, error)
        return answer_to(outcome, delivery)

    def _quick(self, workspace: str) -> Coalescer[Item, Outcome | None]:
        found = self._quicks.get(workspace)
        if found is None:

            async def store(items: Sequence[Item]) -> list[Outcome | None]:
                return await self._quick_intake.store(workspace, items)

            found = self._quicks[workspace] = Coalescer(store)
        return found

    def _coalescer(self, workspace: str) -> Coalescer[Item, Outcome]:
        found = self._coalescers.get(workspace)
        if found is None:

            async def store(items: Sequence[Item]) -> list[Outcome]:
                return await self.database.run(workspace, INTAKE, lambda uow: flush(uow, items))

            found = self._coalescers[workspace] = Coalescer(store)
        return found

    async def form_page(self, scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """GET /f/{source_token}: the hosted form; /f/{source_token}.js: the snippet; /f/page.js: the page's script."""
        await self._page(scope, send, scope["path"].removeprefix("/f/"), "form")

    async def qr_page(self, scope: Mapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """GET /q/{source_token}: the page behind a QR code; /q/{source_token}.svg: the code itself, to print."""
        await self._page(scope, send, scope["path"].removeprefix("/q/"), "qr")

    async def _page(self, scope: Mapping[str, Any], send: Callable[..., Any], name: str, kind: str) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise XingjiError("http.method_not_allowed", ErrorKind.INVALID, allow="GET")
        if name == "page.js":
            await _send(send, Answer(200, pages.PAGE_SCRIPT.encode(), "text/javascript; charset=utf-8"), CACHED)
            return
        token, _, ending = name.partition(".")
        row = await self._source(token)
        async with self.database.work(row.workspace, INTAKE, read_only=True) as uow:
            ground = await lead_ground(uow)
        document = ground.sources.get(str(row.source))
        if document is None or document.get("via") not in FORMS or ending not in ("", "js", "svg"):
            raise not_found("intake.no_such_page")
        delivery = Delivery(
            "GET", _headers(scope), scope.get("query_string", b"").decode("latin-1"), b"", None, _moment()
        )
        answer = pages.render(ending, kind, token, document, ground.fields, delivery)
        await _send(send, answer, pages.headers_of(document))


CORS = [(b"access-control-allow-origin", b"*"), (b"vary", b"origin")]
CORS_LINES = b"".join(name + b": " + value + b"\r\n" for name, value in CORS)
PREFLIGHT = [
    (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, idempotency-key"),
    (b"access-control-max-age", b"86400"),
]
CACHED = [(b"cache-control", b"public, max-age=3600")]


def answer_to(outcome: Outcome, delivery: Delivery) -> Answer:
    """The answer to a delivery: the platform's own, a page for our forms, else JSON. Raises: `intake.refused`."""
    way = outcome.prepared.way if outcome.prepared else None
    refused_sender = any(
        p.code.startswith("intake.signature") or p.code in ("intake.secret_missing", "intake.secret_unreadable") for p in outcome.problems
    )
    if way is not None and not refused_sender and (acknowledged := way.acknowledge(outcome.status)) is not None:
        return acknowledged
    if way is not None and way.key in FORMS and "text/html" in delivery.headers.get("accept", ""):
        return pages.outcome_page(outcome.status, outcome.problems)
    if outcome.status == "refused":
        kind = ErrorKind.UNAUTHENTICATED if refused_sender else ErrorKind.INVALID
        raise XingjiError(
            "intake.refused", kind, problems=outcome.problems, receipt=str(outcome.receipt), outcome="refused"
        )
    body = {
        "receipt": str(outcome.receipt),
        "lead": str(outcome.lead) if outcome.lead else None,
        "status": outcome.status,
    }
    return Answer(202, msgspec.json.encode(body))


def _moment() -> datetime:
    # Real time, for the age of signatures alone; the workspace's clock may be moved.
    return datetime.fromtimestamp(time.time(), UTC)


def _headers(scope: Mapping[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _read(scope: Mapping[str, Any], receive: Callable[..., Any]) -> Delivery:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise XingjiError("intake.disconnected", ErrorKind.UNAVAILABLE)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    return Delivery(scope["method"], _headers(scope), query, b"".join(parts), client[0] if client else None, _moment())


async def _send(send: Callable[..., Any], answer: Answer, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    start = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    await send({"type": "http.response.body", "body": answer.body})
