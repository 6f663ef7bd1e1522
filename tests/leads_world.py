"""What tests of leads share: an HTTP client on the real web application, published definitions, people."""

import json as json_module
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx

from xingji import app
from xingji.kernel import access
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import publish as publish_drafts
from xingji.kernel.definitions import save_draft
from xingji.kernel.http import Limits

NOW = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reply:
    """An answer, read."""

    status: int
    text: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json_module.loads(self.text)


class Client:
    """Posts to one source through the whole web application, edge included."""

    def __init__(self, database: Any, token: str) -> None:
        app.configure()
        transport = httpx.ASGITransport(app.build_web(database, Limits(0)))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://test")
        self.token = token

    @classmethod
    async def open(cls, database: Any, workspace: str, source: str) -> "Client":
        return cls(database, await source_token(database, workspace, source))

    @classmethod
    def with_token(cls, database: Any, token: str) -> "Client":
        return cls(database, token)

    async def post(self, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
        return await self.send(json_module.dumps(fields, ensure_ascii=False).encode(), headers or {})

    async def send(self, body: bytes, headers: dict[str, str]) -> Reply:
        headers = {"content-type": "application/json", **headers}
        return read(await self.http.post(f"/api/v1/intake/{self.token}", content=body, headers=headers))

    async def form(self, fields: dict[str, str]) -> Reply:
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
        return await self.send(urlencode(fields).encode(), headers)

    async def get(self, path: str) -> Reply:
        return read(await self.http.get(path))


def read(answer: httpx.Response) -> Reply:
    return Reply(answer.status_code, answer.text, dict(answer.headers))


async def source_token(database: Any, workspace: str, source: str) -> str:
    return (await access.create_token(database, workspace, "source", source, source=source))[1]


async def publish(database: Any, workspace: str, kind: str, key: str, document: dict[str, Any]) -> None:
    """Saves a document and publishes it."""
    app.configure()
    whole = {"kind": kind, "key": key, "name": {"zh": f"{key}（演示）", "en": key}, **document}
    async with database.work(workspace, SYSTEM) as uow:
        await save_draft(uow, kind, key, whole)
    await publish_drafts(database, workspace, SYSTEM, [(kind, key)])


async def add_people(database: Any, workspace: str, document: dict[str, Any]) -> dict[str, Any]:
    """Saves people and units; persons' ids by key."""
    app.configure()
    async with database.work(workspace, SYSTEM) as uow:
        await access.save_people(uow, document)
        return {row["key"]: row["id"] for row in await uow.fetch("select id, key from person")}
