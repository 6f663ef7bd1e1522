"""A whole running system for a test: `xingji serve` with web and worker processes on a database of the test's own."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from xingji.serve import ready

PATIENCE = 150.0


@dataclass(frozen=True)
class Served:
    """A running system: where it answers, who supervises it, what it wrote to its log."""

    base_url: str
    port: int
    supervisor: subprocess.Popen[bytes]
    log: Path

    def processes(self, kind: str) -> list[int]:
        """Living children: "web-process" or "work"."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                status = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_bytes().decode().split("\0")
                if int(status[1]) == self.supervisor.pid and status[0] != "Z" and kind in words:
                    found.append(int(entry.name))
        return sorted(found)

    def kill(self) -> None:
        """End the supervisor and its children where they stand."""
        for pid in [self.supervisor.pid, *self.processes("web-process"), *self.processes("work")]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_until_healthy(self, seconds: float = PATIENCE) -> None:
        """Wait for /readyz; fails with the end of the log."""
        deadline = time.monotonic() + seconds
        while not ready("127.0.0.1", self.port):
            ended = self.supervisor.poll() is not None
            if ended or time.monotonic() > deadline:
                raise AssertionError(f"not healthy ({ended=}):\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)


def free_port() -> int:
    """A port of loopback nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(
    owner_url: str, app_url: str, *arguments: str, command: str = "serve", patience: float = PATIENCE, **variables: str
) -> Iterator[Served]:
    """`xingji serve` on a database, ended in order afterwards; `variables` join its environment."""
    port = int(variables.get("XINGJI_PORT") or free_port())
    with tempfile.TemporaryDirectory(prefix="xingji-served-") as folder:
        environment = {
            **os.environ,
            "XINGJI_DATABASE_URL": owner_url,
            "XINGJI_APP_DATABASE_URL": app_url,
            "XINGJI_DATA_DIR": str(Path(folder) / "data"),
            "XINGJI_HOST": "127.0.0.1",
            "XINGJI_PORT": str(port),
            **variables,
        }
        log = Path(folder) / "log"
        with log.open("wb") as output:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "xingji", command, *arguments],
                env={key: value for key, value in environment.items() if value},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        system = Served(f"http://127.0.0.1:{port}", port, supervisor, log)
        try:
            system.wait_until_healthy(patience)
            yield system
        finally:
            supervisor.send_signal(signal.SIGTERM)
            try:
                supervisor.wait(40)
            except subprocess.TimeoutExpired:
                supervisor.kill()
                supervisor.wait()
