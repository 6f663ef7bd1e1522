"""`xingji replay FOLDER`: a recorded funnel through the real HTTP intake of a server of its own, in a workspace of its own.

Owns the command: workspace, web server on a free loopback port, HTTP client, report. What is replayed is the feature's.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from xingji import app
from xingji.commands.calling import with_database
from xingji.environment import Surroundings
from xingji.features.leads.replay import SOURCE, Funnel, Report, prepare_workspace, read_funnel, replay
from xingji.features.leads.replay_seed import write_seeded_funnel
from xingji.founding import create_workspace
from xingji.kernel import access
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import drop_workspace_schema
from xingji.kernel.http import Limits


def parse(rest: list[str]) -> argparse.Namespace:
    """The options of a replay."""
    parser = argparse.ArgumentParser(prog="xingji replay", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds *qualified_leads*.csv and *closed_deals*.csv")
    parser.add_argument("--workspace", "-w", default="replay", help="made anew unless it stands and is empty (replay)")
    parser.add_argument("--fresh", action="store_true", help="drop the workspace first when it exists")
    parser.add_argument("--speed", type=float, help="data seconds per real second; as fast as it goes without")
    parser.add_argument("--sla", action="store_true", help="leave the SLA rules on (the data holds no touches)")
    parser.add_argument("--table", type=Path, help="write the answer of GET /api/v1/channels/table here")
    parser.add_argument("--seeded", type=int, metavar="SEED", help="write a made-up funnel into the folder first")
    return parser.parse_args(rest)


def main(rest: list[str]) -> int:
    """Replays, prints what was done and the channel table."""
    options = parse(rest)
    if options.seeded is not None:
        write_seeded_funnel(options.folder, seed=options.seeded)
    funnel = read_funnel(options.folder)

    async def work(database: Database, _place: Surroundings) -> int:
        return await run(database, options, funnel)

    return int(with_database(work))


async def run(database: Database, options: argparse.Namespace, funnel: Funnel) -> int:
    """One replay on an open database."""
    key = options.workspace
    if options.fresh and key in await database.workspaces():
        await drop_workspace_schema(str(database.owner_url), key)
    if key not in await database.workspaces():
        await create_workspace(database, key, "历史回放（演示）")
    reps = await prepare_workspace(database, key, funnel, sla=options.sla)
    _, token = await access.create_token(database, key, "source", "replay", source=SOURCE)
    async with database.work(key) as uow:
        head = await uow.fetchval("select id from person where key = 'replay_head'")
    _, reader = await access.create_token(database, key, "api", "replay report", person=head, scopes=["metrics.read", "records.read"])
    started = time.monotonic()
    async with serving(database) as port:
        client = Loopback(port)

        async def send(payload: dict[str, Any]) -> tuple[int, dict[str, Any]]:
            return await client.request("POST", f"/api/v1/intake/{token}", payload)

        report = await replay(database, key, funnel, send, reps, speed=options.speed, progress=print)
        _, table = await client.request("GET", "/api/v1/channels/table", None, reader)
        await client.close()
    if options.table:
        options.table.write_text(json.dumps(table, ensure_ascii=False, indent=1), "utf-8")
    show(report, table, time.monotonic() - started)
    return 0


@contextlib.asynccontextmanager
async def serving(database: Database) -> AsyncIterator[int]:
    """The whole web application on a free loopback port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(app.build_web(database, Limits(0)), log_level="warning", lifespan="off", access_log=False, timeout_keep_alive=3600)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110  (uvicorn offers no event for it)
            await asyncio.sleep(0.02)
        try:
            yield port
        finally:
            server.should_exit = True
            await task


class Loopback:
    """A small HTTP/1.1 client for our own server: kept-alive connections, JSON in and out."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def request(
        self, method: str, path: str, payload: dict[str, Any] | None, bearer: str | None = None
    ) -> tuple[int, dict[str, Any]]:
        """(status, decoded body)."""
        body = msgspec.json.encode(payload) if payload is not None else b""
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self._port}", "content-type: application/json", f"content-length: {len(body)}"]
        if bearer:
            lines.append(f"authorization: Bearer {bearer}")
        reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        answer = await reader.readexactly(int(headers.get("content-length", "0")))
        self._idle.append((reader, writer))
        return int(head[0].split(" ")[1]), json.loads(answer or b"{}")

    async def close(self) -> None:
        """Ends the connections."""
        for _, writer in self._idle:
            writer.close()


def show(report: Report, table: dict[str, Any], seconds: float) -> None:
    """Prints what was done."""
    print(f"sent {report.sent} leads in {seconds:.1f} s: {dict(report.answers)}")
    print(f"dispatched over {len(report.dispatched)} reps: {min(report.dispatched.values(), default=0)} to {max(report.dispatched.values(), default=0)} each")
    print(f"won {report.won}; wins that precede their contact, kept: {report.early or 'none'}; wins without a lead: {report.orphans or 'none'}")
    print(f"{'channel':20} {'leads':>6} {'wins':>5} {'conversion':>11} {'median d':>9} {'mean d':>9}")
    for row in table.get("rows", []):
        lags = [f"{row[name]:9.2f}" if row[name] is not None else f"{'-':>9}" for name in ("lag_median_days", "lag_mean_days")]
        print(f"{row['channel'] or '(empty)':20} {row['leads']:>6} {row['wins']:>5} {row['conversion']:>11.4f} {' '.join(lags)}")
