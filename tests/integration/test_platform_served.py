"""`xingji serve` as a whole: it answers, comes back after kill -9 of each part, and ends in order."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import Addresses
from serving import Served, served
from xingji.kernel.db.embedded_processes import processes_on, wait_until
from xingji.serve import ready


@pytest.fixture(scope="module")
def system(db: Addresses) -> Iterator[Served]:
    with served(db.owner_url, db.app_url, "--web", "2") as running:
        yield running


def test_two_web_processes_share_one_address_and_a_killed_one_comes_back(system: Served):
    assert wait_until(lambda: len(system.processes("web-process")) == 2, 60)
    for killed in system.processes("web-process"):
        os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: len(system.processes("web-process")) == 2, 60)
    system.wait_until_healthy()


def test_a_killed_worker_comes_back(system: Served):
    assert wait_until(lambda: len(system.processes("work")) == 1, 60)
    (killed,) = system.processes("work")
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: system.processes("work") not in ([], [killed]), 60)


def test_the_web_process_does_not_know_the_owner_of_the_database(system: Served):
    system.wait_until_healthy()
    for pid in system.processes("web-process"):
        names = {entry.split(b"=")[0] for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")}
        assert b"XINGJI_DATABASE_URL" not in names
        assert b"XINGJI_APP_DATABASE_URL" in names


def test_children_do_not_outlive_a_killed_supervisor(db: Addresses):
    with served(db.owner_url, db.app_url) as running:
        children = running.processes("web-process") + running.processes("work")
        assert len(children) == 2
        running.supervisor.kill()
        running.supervisor.wait()
        assert wait_until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() and alive(pid) for pid in children), 30)


def test_a_new_supervisor_can_follow_a_killed_one_at_once(db: Addresses):
    with served(db.owner_url, db.app_url) as first:
        first.supervisor.kill()
        with served(db.owner_url, db.app_url, XINGJI_PORT=str(first.port)) as second:
            assert second.supervisor.poll() is None


def test_a_worker_started_by_hand_outlives_the_shell_it_was_started_from(db: Addresses):
    """Somebody signs off from the machine; the worker they began with `&` goes on."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XINGJI_")} | {
        "XINGJI_DATABASE_URL": db.owner_url, "XINGJI_APP_DATABASE_URL": db.app_url, "XINGJI_SECRET_KEY": "for tests only",
    }  # fmt: skip
    command = ["sh", "-c", '"$@" & echo $!; wait', "sh", sys.executable, "-m", "xingji", "work"]
    shell = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert shell.stdout is not None
    worker = int(shell.stdout.readline())
    try:
        assert wait_until(lambda: listens_to(worker, signal.SIGTERM), 60)
        shell.terminate()
        shell.wait()
        assert not wait_until(lambda: not alive(worker), 3)
    finally:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGTERM)
    assert wait_until(lambda: not alive(worker), 30)


def listens_to(pid: int, number: int) -> bool:
    """Whether the process has a handler of its own for a signal."""
    caught = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_with_an_embedded_server_it_starts_survives_kill_9_of_the_database_and_ends_everything():
    folder = Path(tempfile.mkdtemp(prefix="xingji-whole-"))
    folder.chmod(0o711)
    data = folder / "data"
    try:
        for start in ("first", "second"):
            begun = time.monotonic()
            with served("", "", XINGJI_DATA_DIR=str(data)) as running:
                print(f"{start} start: {time.monotonic() - begun:.1f} s (aim 10)")
                assert start == "first" or time.monotonic() - begun < 100  # ten times the aim: machines are shared
                postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
                os.kill(postmaster, signal.SIGKILL)
                assert wait_until(lambda killed=postmaster: alive_server(data) not in (None, killed), 150)
                assert wait_until(lambda port=running.port: ready("127.0.0.1", port), 150)
            assert running.supervisor.returncode == 0
            assert processes_on(data / "postgres") == []
    finally:
        shutil.rmtree(folder)


def alive_server(data: Path) -> int | None:
    """The postmaster that takes connections, by its pid file."""
    try:
        lines = (data / "postgres" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return None
    return int(lines[0]) if len(lines) > 7 and lines[7].strip() == "ready" else None


def test_a_taken_port_is_refused_with_what_to_do(system: Served, db: Addresses):
    command = [sys.executable, "-m", "xingji", "serve", "--no-worker"]
    variables = {
        "XINGJI_DATABASE_URL": db.owner_url,
        "XINGJI_APP_DATABASE_URL": db.app_url,
        "XINGJI_PORT": str(system.port),
    }
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "serve.port_in_use" in done.stderr
    assert "XINGJI_PORT" in done.stderr
