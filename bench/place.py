"""A place to measure in: a durable embedded server, one workspace, web and worker processes. Gone afterwards."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from xingji import app
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded import EmbeddedServer
from xingji.kernel.db.migrate import create_workspace_schema, migrate
from xingji.kernel.definitions import install_pack

ROOT = Path(__file__).resolve().parent.parent
WORKSPACE = "bench"
HOST = "127.0.0.1"
WEB = 1


@dataclass
class Place:
    """Where the measurements run."""

    server: EmbeddedServer
    database: Database
    port: int
    secret: str
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def environment(self, *, owner: bool) -> dict[str, str]:
        variables = {
            "XINGJI_APP_DATABASE_URL": self.server.app_url(),
            "XINGJI_SECRET_KEY": self.secret,
            "XINGJI_DATA_DIR": str(self.server.data_dir),
            "XINGJI_HOST": HOST,
            "XINGJI_PORT": str(self.port),
            "XINGJI_RATE_FACTOR": "0",
            "OMP_NUM_THREADS": "1",
        }
        if owner:
            variables["XINGJI_DATABASE_URL"] = self.server.owner_url()
        return {key: value for key, value in os.environ.items() if not key.startswith("XINGJI_")} | variables

    @contextmanager
    def processes(self, *, web: int = WEB, worker: bool = True) -> Iterator[None]:
        """So many web processes on one socket, as `serve --web` starts them, and a worker process, for this block."""
        started = []
        log = (self.server.data_dir / "processes.log").open("ab")
        listening = socket.create_server((HOST, self.port), backlog=1_024)
        commands = [(["web-process", "--socket", str(listening.fileno())], False)] * web + [(["work"], True)] * worker
        try:
            for arguments, owner in commands:
                command = [sys.executable, "-m", "xingji", *arguments]
                options = {"env": self.environment(owner=owner), "stdout": log, "stderr": log}
                started.append(subprocess.Popen(command, pass_fds=[listening.fileno()], **options))
                self.children["worker" if owner else f"web{len(started)}"] = started[-1]
            self._wait()
            yield
        finally:
            listening.close()
            self.children.clear()
            for child in started:
                child.send_signal(signal.SIGTERM)
            for child in started:
                try:
                    child.wait(20)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
            log.close()

    def _wait(self) -> None:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=1):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise RuntimeError(
            "the web process did not come up: " + (self.server.data_dir / "processes.log").read_text()[-2000:]
        )


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """A fresh place with the base pack installed."""
    folder = Path(tempfile.mkdtemp(prefix="xingji-bench-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder, durable=True)
    server.start()
    try:
        server = await _with_commit_times(server)
        await migrate(server.owner_url(), server.app_password())
        app.configure()
        await create_workspace_schema(server.owner_url(), WORKSPACE, "测量(演示)")
        database = await Database.connect(server.app_url(), server.owner_url(), max_size=6)
        try:
            await install_pack(database, WORKSPACE, SYSTEM, ROOT / "packs" / "base")
            yield Place(server, database, _free_port(), secrets.token_hex(16))
        finally:
            await database.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _with_commit_times(server: EmbeddedServer) -> EmbeddedServer:
    """The server started again so that it keeps commit times, from which latencies inside the system are read."""
    owner = await asyncpg.connect(server.owner_url())
    await owner.execute("alter system set track_commit_timestamp = on")
    await owner.close()
    server.stop()
    again = EmbeddedServer(server.data_dir, durable=True)
    again.start()
    return again


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def run_load(place: Place, **options: object) -> dict[str, object]:
    """Runs the load generator as a process of its own; its figures."""
    command = [
        sys.executable,
        str(ROOT / "bench" / "load.py"),
        json.dumps(options | {"host": HOST, "port": place.port}),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=180)
    return dict(json.loads(done.stdout.splitlines()[-1]))
