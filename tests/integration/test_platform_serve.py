"""The supervisor's promises: crashed children come back, an end is orderly, web processes share one socket."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db.embedded_processes import is_alive, wait_until
from xingji.serve import listen

CHILD = """
import os, signal, sys, time, pathlib
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
def note(what):
    with (folder / "log").open("a") as file:
        file.write(f"{name} {what} {os.getpid()}\\n")
def end(*_):
    time.sleep(0.1)
    note("ended")
    sys.exit(0)
signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in name else end)
note("up")
while True:
    if "crashing" in name:
        sys.exit(3)
    time.sleep(0.05)
"""

SUPERVISOR = """
import pathlib, sys
from xingji.serve import Child, Supervisor
folder = sys.argv[1]
def child(name):
    return Child(name, [sys.executable, folder + "/child.py", name, folder], {"PATH": "/bin"})
groups = [[child(name) for name in group.split(",") if name] for group in sys.argv[2:]]
Supervisor(groups, patience=1.5).run()
pathlib.Path(folder, "log").open("a").write("supervisor ended 0\\n")
"""


@contextlib.contextmanager
def supervised(folder: Path, *groups: str) -> Iterator[subprocess.Popen[bytes]]:
    (folder / "child.py").write_text(textwrap.dedent(CHILD))
    with subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(folder), *groups]) as process:
        try:
            yield process
        finally:
            process.kill()
            for line in lines(folder):
                with contextlib.suppress(ProcessLookupError, IndexError):
                    if line.split()[1] == "up" and is_child(int(line.split()[2]), folder):
                        os.kill(int(line.split()[2]), signal.SIGKILL)


def is_child(pid: int, folder: Path) -> bool:
    try:
        return str(folder) in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def lines(folder: Path) -> list[str]:
    log = folder / "log"
    return log.read_text().splitlines() if log.exists() else []


def ups(folder: Path, name: str) -> list[int]:
    return [int(line.split()[2]) for line in lines(folder) if line.startswith(f"{name} up ")]


def test_a_child_killed_by_force_is_started_again_and_the_others_stay(tmp_path: Path):
    with supervised(tmp_path, "web", "worker"):
        assert wait_until(lambda: bool(ups(tmp_path, "web") and ups(tmp_path, "worker")), 20)
        os.kill(ups(tmp_path, "web")[0], signal.SIGKILL)
        assert wait_until(lambda: len(ups(tmp_path, "web")) == 2, 20)
        assert len(ups(tmp_path, "worker")) == 1


def test_a_child_that_crashes_at_once_is_started_ever_more_slowly(tmp_path: Path):
    with supervised(tmp_path, "crashing", "worker"):
        assert wait_until(lambda: len(ups(tmp_path, "crashing")) >= 3, 30)
        first = len(ups(tmp_path, "crashing"))
        assert not wait_until(lambda: len(ups(tmp_path, "crashing")) > first + 5, 1.5)
        assert len(ups(tmp_path, "worker")) == 1


def test_sigterm_ends_web_first_then_workers_then_the_supervisor(tmp_path: Path):
    with supervised(tmp_path, "web1,web2", "worker") as process:
        assert wait_until(lambda: len(lines(tmp_path)) == 3, 20)
        process.terminate()
        assert process.wait(20) == 0
        ends = [line.split()[0] for line in lines(tmp_path) if " ended " in line]
        assert sorted(ends[:2]) == ["web1", "web2"]
        assert ends[2:] == ["worker", "supervisor"]


def test_a_child_that_does_not_listen_is_killed_in_the_end(tmp_path: Path):
    with supervised(tmp_path, "deaf", "worker") as process:
        assert wait_until(lambda: len(lines(tmp_path)) == 2, 20)
        deaf = ups(tmp_path, "deaf")[0]
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert not is_alive(deaf)


def test_a_port_somebody_listens_on_is_refused_with_what_to_do():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(XingjiError) as refusal:
            listen("127.0.0.1", other.getsockname()[1])
    assert refusal.value.code == "serve.port_in_use"
    assert "XINGJI_PORT" in refusal.value.data["remedy"]
