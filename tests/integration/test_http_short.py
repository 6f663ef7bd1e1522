"""The short way of the web server on real connections: what is unusual, broken, slow or many at once."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import uvicorn

from leads_world import source_token
from xingji import app
from xingji.kernel.http import Limits, edge
from xingji.kernel.http.shell import LazyShell
from xingji.kernel.http.short import LARGEST_HEAD, ShortProtocol

PATIENCE = 30


class Line:
    """One connection, read answer by answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def says(self, *parts: bytes, pause: float = 0.0) -> None:
        for part in parts:
            self.writer.write(part)
            with contextlib.suppress(ConnectionError):
                await self.writer.drain()
            await asyncio.sleep(pause)

    async def hears(self) -> tuple[int, dict[str, str], Any]:
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
            body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head[0].split()[1]), headers, json.loads(body)

    async def ends(self) -> bool:
        """Whether the server closes the connection."""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read() == b""
        return True


class Server:
    """Our protocol on a port of loopback, with the whole application behind it."""

    def __init__(self, database: Any, token: str, port: int) -> None:
        self.database, self.token, self.port = database, token, port

    @contextlib.asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()

    def post(self, fields: dict[str, Any] | bytes, *headers: str, path: str | None = None) -> bytes:
        body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
        lines = [f"POST {path or self.path} HTTP/1.1", "host: test", "content-type: application/json", *headers]
        if not any("transfer-encoding" in header for header in headers):
            lines.append(f"content-length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    @property
    def path(self) -> str:
        return f"/api/v1/intake/{self.token}"

    async def lead(self, workspace: str, answer: Any) -> str:
        async with self.database.work(workspace) as uow:
            return await uow.fetchval('select name from "o_lead" where id = $1', UUID(answer["lead"]))


@pytest_asyncio.fixture(loop_scope="session")
async def server(database, workspace) -> AsyncIterator[Server]:
    app.configure()
    shell = LazyShell(lambda: None, lambda _: None)  # type: ignore[arg-type, return-value]
    shell._edge = app.build_web(database, Limits(0))
    config = uvicorn.Config(
        shell, port=0, http=ShortProtocol, lifespan="off", log_config=None, access_log=False, server_header=False
    )
    running = uvicorn.Server(config)
    with contextlib.suppress(ValueError):
        running.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    config.load()
    running.lifespan = config.lifespan_class(config)
    await running.startup()
    one = Server(
        database, await source_token(database, workspace, "web_form"), running.servers[0].sockets[0].getsockname()[1]
    )
    async with one.line() as line:  # the first delivery makes the token known
        await line.says(one.post({"name": "先到", "mobile": "13900000001"}))
        assert (await line.hears())[0] == 202
    yield one
    await running.shutdown()


@pytest.fixture
def shorts(monkeypatch) -> list[int]:
    """The statuses of what was answered the short way."""
    seen: list[int] = []
    ordinary = edge._ShortRoute.answer

    def answer(self, *args):
        made = ordinary(self, *args)
        seen.append(made[0])
        return made

    monkeypatch.setattr(edge._ShortRoute, "answer", answer)
    return seen


async def test_a_connection_carries_both_ways_with_the_same_headers_form_and_log(server, workspace, shorts, caplog):
    caplog.set_level(logging.INFO, "xingji.request")
    async with server.line() as line:
        await line.says(server.post({"name": "短", "mobile": "13900000002"}, "x-request-id: mine-1"))
        short = await line.hears()
        await line.says(
            server.post({"name": "长", "mobile": "13900000003"}, "x-request-id: mine-2", "x-forwarded-for: 10.0.0.1")
        )
        long = await line.hears()
        await line.says(server.post({"name": "再短", "mobile": "13900000004"}))
        assert (await line.hears())[0] == 202
    assert shorts == [202, 202]
    assert [await server.lead(workspace, body) for _, _, body in (short, long)] == ["短", "长"]
    assert short[1].keys() ^ long[1].keys() <= {"date"}
    assert (short[1]["x-request-id"], long[1]["x-request-id"]) == ("mine-1", "mine-2")
    assert {k: v for k, v in short[1].items() if k not in ("x-request-id", "date")} == {
        k: v for k, v in long[1].items() if k not in ("x-request-id", "date")
    }
    lines = [record for record in caplog.records if record.name == "xingji.request"][:2]
    assert [record.getMessage() for record in lines] == ["POST /api/v1/intake/ 202"] * 2
    assert [record.ip for record in lines] == ["127.0.0.1", "10.0.0.1"]  # the proxy on the same machine is believed
    assert all(record.ms >= 0 for record in lines)


async def test_a_refusal_on_a_known_token_has_the_form_of_every_other(server, shorts):
    async with server.line() as line:
        await line.says(server.post({"nothing": "to go by"}))
        status, headers, refused = await line.hears()
        await line.says(server.post({"name": "甲"}, path="/api/v1/intake/xs_unknown"))
        unknown, _, other = await line.hears()
        await line.says(server.post({"name": "乙", "mobile": "13900000005"}))
        assert (await line.hears())[0] == 202
    assert (status, headers["content-type"], refused["code"]) == (422, "application/problem+json", "intake.refused")
    assert refused["data"]["receipt"]
    assert (unknown, other.keys()) == (401, refused.keys())
    assert shorts == [202]


@pytest.mark.parametrize(
    "said",
    [b"GARBAGE\r\n\r\n", b"POST\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"POST /x HTTP/9.9\r\n\r\n",
     b"POST /x HTTP/1.1\r\nbad header\r\n\r\n", b"POST /x HTTP/1.1\r\ncontent-length: ten\r\n\r\n",
     b"POST /x HTTP/1.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n"],
)  # fmt: skip
async def test_what_is_no_request_is_refused_in_the_same_form_and_ends_the_connection(server, said, caplog):
    caplog.set_level(logging.INFO, "xingji.request")
    async with server.line() as line:
        await line.says(said)
        status, headers, body = await line.hears()
        assert await line.ends()
    assert (status, body["code"], headers["content-type"]) == (400, "http.malformed", "application/problem+json")
    assert headers["x-request-id"] == body["request_id"]
    assert headers["x-content-type-options"] == "nosniff"
    assert "OTHER unread 400" in [record.getMessage() for record in caplog.records]
    async with server.line() as line:
        await line.says(server.post({"name": "还在", "mobile": "13900000006"}))
        assert (await line.hears())[0] == 202


@pytest.mark.parametrize("way", ["one value", "many headers", "the path"])
async def test_headers_without_an_end_are_refused_before_they_fill_the_memory(server, way):
    filling = {"one value": b"a" * 4096, "many headers": b"x-a: b\r\n" * 512, "the path": b"a" * 4096}[way]
    async with server.line() as line:
        await line.says(
            b"POST /api/v1/intake/" if way == "the path" else f"POST {server.path} HTTP/1.1\r\nx: ".encode()
        )
        if way == "many headers":
            await line.says(b"y\r\n")
        for _ in range(LARGEST_HEAD // 4096 + 1):
            await line.says(filling, pause=0.001)
        status, _, body = await line.hears()
        assert await line.ends()
    assert (status, body["code"], body["data"]["limit"]) == (413, "http.head_too_large", LARGEST_HEAD)


async def test_requests_sent_ahead_are_answered_in_their_order(server, workspace, shorts):
    names = [f"第{n}" for n in range(6)]
    async with server.line() as line:
        ahead = [
            server.post({"name": name, "mobile": f"1390000010{n}"}, f"x-request-id: r{n}")
            for n, name in enumerate(names)
        ]
        await line.says(b"".join(ahead))
        answers = [await line.hears() for _ in names]
    assert [status for status, _, _ in answers] == [202] * 6
    assert [headers["x-request-id"] for _, headers, _ in answers] == [f"r{n}" for n in range(6)]
    assert [await server.lead(workspace, body) for _, _, body in answers] == names
    assert len({body["receipt"] for _, _, body in answers}) == 6
    assert shorts  # at least the first went the short way


async def test_a_body_in_chunks_byte_by_byte_or_after_leave_to_send_it(server, workspace, shorts):
    body = json.dumps({"name": "碎", "mobile": "13900000007"}).encode()
    chunks = (
        b"".join(b"%x\r\n%b\r\n" % (len(body[n : n + 7]), body[n : n + 7]) for n in range(0, len(body), 7))
        + b"0\r\n\r\n"
    )
    async with server.line() as line:
        await line.says(server.post(chunks, "transfer-encoding: chunked"))
        first = await line.hears()
        whole = server.post({"name": "慢", "mobile": "13900000008"})
        await line.says(*(whole[n : n + 1] for n in range(len(whole))), pause=0.0005)
        second = await line.hears()
        await line.says(server.post(b"zz\r\nnot hexadecimal\r\n", "transfer-encoding: chunked"))
        assert await line.ends()
    assert [await server.lead(workspace, answer[2]) for answer in (first, second)] == ["碎", "慢"]
    assert shorts == [202, 202]


async def test_a_large_body_goes_the_ordinary_way_and_one_too_large_is_refused(server, workspace, shorts):
    async with server.line() as line:
        await line.says(server.post({"name": "大", "mobile": "13900000009", "padding": "x" * 100_000}))
        status, _, body = await line.hears()
        assert (status, await server.lead(workspace, body)) == (202, "大")
    async with server.line() as line:
        await line.says(f"POST {server.path} HTTP/1.1\r\nhost: test\r\ncontent-length: 999999999\r\n\r\n".encode())
        status, _, body = await line.hears()
    assert (status, body["code"]) == (413, "http.too_large")
    assert shorts == []


async def test_who_leaves_in_the_middle_leaves_nothing_behind_and_harms_nobody(server, workspace, caplog):
    async def receipts() -> int:
        async with server.database.work(workspace) as uow:
            return await uow.fetchval("select count(*) from receipt")

    before, whole = await receipts(), server.post({"name": "走", "mobile": "13900000011"})
    async with server.line() as line:
        await line.says(whole[: len(whole) - 5])
    assert await receipts() == before
    async with server.line() as line:
        await line.says(whole)  # sent whole, and gone before the answer: what came is kept
    for _ in range(100):
        if await receipts() == before + 1:
            break
        await asyncio.sleep(0.05)
    assert await receipts() == before + 1
    async with server.line() as line:
        await line.says(server.post({"name": "留", "mobile": "13900000012"}))
        assert (await line.hears())[0] == 202
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
