"""The embedded server's life: first start, second start, kill -9, foreign pid files, as root and as a normal user."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import embedded_software
from xingji.kernel.db.embedded import EmbeddedServer, running
from xingji.kernel.db.embedded_processes import is_alive, processes_on, wait_until, works_on
from xingji.kernel.db.embedded_software import Account, readable_by, server_binaries, shipped_software

ROOT = Path(__file__).resolve().parents[2]
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="drops from root to another account")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder below /tmp: pytest's own temporary folders are closed to the server's account."""
    path = Path(tempfile.mkdtemp(prefix="xingji-embedded-"))
    path.chmod(0o711)
    yield path / "data"
    for pid in processes_on(path / "data" / "postgres"):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


def server_on(folder: Path) -> EmbeddedServer:
    return EmbeddedServer(folder, durable=False)


def crash(server: EmbeddedServer) -> None:
    """Kill the postmaster the hard way and wait until the supervisor has brought up another."""
    before, killed = server.restarts, server.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: server.restarts > before and server.pid != killed and server._is_ready(), 60)


def in_own_process(work: Callable[[], None], account: int | None = None) -> None:
    """Run a function in a forked process, as another user when asked, and pass its failure on."""

    def body() -> None:
        try:
            if account is not None:
                os.setgroups([])
                os.setgid(account)
                os.setuid(account)
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    child = multiprocessing.get_context("fork").Process(target=body)
    child.start()
    child.join(120)
    assert child.exitcode == 0


def test_the_first_start_makes_a_durable_cluster_and_the_second_finds_its_data(folder: Path):
    with running(folder) as server:
        assert (
            server.psql("select datlocprovider::text || datlocale from pg_database where datname = 'xingji'")
            == "bC.UTF-8\n"
        )
        assert server.psql("select current_setting('fsync') || current_setting('synchronous_commit')") == "onon\n"
        server.psql("create table kept as select '线索' as word")
    assert not processes_on(folder / "postgres")
    with running(folder) as server:
        assert server.psql("select word from kept") == "线索\n"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["data"]


def test_secrets_are_readable_by_their_owner_alone_and_needed_to_enter(folder: Path):
    with running(folder, durable=False) as server:
        assert (folder / "owner-password").stat().st_mode & 0o777 == 0o600
        environment = {**server.client_environment(), "PGPASSWORD": "wrong"}
        refused = subprocess.run(
            [server.binaries / "psql", "-c", "select 1"], env=environment, capture_output=True, text=True
        )
        assert "password authentication failed" in refused.stderr


def test_after_kill_9_the_server_is_back_with_everything_committed_and_no_zombie(folder: Path):
    with running(folder) as server:
        server.psql("create table kept (n int)")
        for n in range(3):
            server.psql(f"insert into kept values ({n})")
            killed = server.pid
            crash(server)
            assert killed is not None
            assert not is_alive(killed), "a dead postmaster was not waited for"
        assert server.psql("select count(*) from kept") == "3\n"
        assert server.restarts >= 3


def test_a_second_process_attaches_to_the_running_server_and_leaves_it_running(folder: Path):
    with running(folder, durable=False) as server:

        def attach() -> None:
            with running(folder, durable=False) as other:
                assert not other.owned
                assert other.psql("select 1") == "1\n"

        in_own_process(attach)
        assert server.psql("select 2") == "2\n"


def test_the_server_of_a_killed_supervisor_is_taken_over(folder: Path):
    code = (
        "import sys, pathlib, time; from xingji.kernel.db.embedded import EmbeddedServer\n"
        "s = EmbeddedServer(pathlib.Path(sys.argv[1]), durable=False); s.start(); s.psql('create table kept (n int)')\n"
        "print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, folder], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "up\n"
        supervisor.kill()
    assert processes_on(folder / "postgres"), "the server outlives its supervisor"
    with running(folder, durable=False) as server:
        assert server.psql("select count(*) from kept") == "0\n"
        assert server.pid in processes_on(folder / "postgres")


def test_a_stale_pid_file_that_names_a_living_stranger_of_the_same_account_does_not_block(folder: Path):
    server = server_on(folder)
    server.start()
    server.stop()
    sleeper = ["sleep", "60"]
    with subprocess.Popen(sleeper, **server.account.subprocess_options()) as stranger:
        for lock in (folder / "postgres" / "postmaster.pid", folder / "run" / ".s.PGSQL.5432.lock"):
            lock.write_text(
                f"{stranger.pid}\n{folder / 'postgres'}\n1\n5432\n{folder / 'run'}\n\n    1         1\nready\n"
            )
            server.account.own(lock)
        begun = time.monotonic()
        with running(folder, durable=False) as again:
            assert again.psql("select 1") == "1\n"
        assert time.monotonic() - begun < 100
        assert stranger.poll() is None, "the stranger was hurt"
        stranger.kill()


def test_a_stranger_in_the_same_folder_or_a_server_elsewhere_is_not_taken_for_ours(folder: Path):
    with running(folder, durable=False) as server:
        assert server.pid is not None
        assert works_on(server.pid, folder / "postgres")
        assert not works_on(server.pid, folder)  # another cluster's server
        assert not works_on(os.getpid(), Path.cwd())  # same folder, another program


def test_data_of_another_major_version_is_refused_with_what_to_do(folder: Path):
    with running(folder, durable=False):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(XingjiError) as refusal:
        server_on(folder).start()
    assert refusal.value.code == "embedded.wrong_version"
    assert refusal.value.data["found"] == "17"
    assert "restore" in refusal.value.data["remedy"]
    (folder / "postgres" / "PG_VERSION").write_text("18\n")
    with running(folder, durable=False) as server:  # the refusal gave its lock back
        assert server.owned


def test_a_broken_first_start_leaves_nothing_that_blocks_the_next(folder: Path):
    (folder / "postgres.new").mkdir(parents=True)
    (folder / "postgres.new" / "half").write_text("x")
    with running(folder, durable=False) as server:
        assert server.psql("select 1") == "1\n"


def test_a_folder_whose_socket_path_is_too_long_is_served_on_a_port_of_loopback(folder: Path):
    deep = folder / ("d" * 90)
    with running(deep, durable=False) as server:
        assert "@127.0.0.1:" in server.owner_url()
        assert server.psql("select 1") == "1\n"
        port = int((deep / "port").read_text())
    with socket.socket() as busy:  # the port is taken when the server comes back
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        busy.bind(("127.0.0.1", port))
        busy.listen()
        with running(deep, durable=False) as server:
            assert server.psql("select 1") == "1\n"
            assert int((deep / "port").read_text()) != port


@needs_root
def test_as_root_the_server_runs_as_an_account_without_rights(folder: Path):
    with running(folder, durable=False) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        uid = server.account.uid
        assert f"Uid:\t{uid}\t{uid}\t{uid}\t{uid}" in status
        assert uid != 0
        assert "Groups:\t \n" in status or "Groups:\t\n" in status


@needs_root
def test_as_root_a_folder_the_account_cannot_reach_is_refused_and_left_as_it_was(folder: Path):
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(XingjiError) as refusal:
        server_on(closed / "data").start()
    assert refusal.value.code == "embedded.folder_unreachable"
    assert refusal.value.data["blocked_at"] == str(closed)
    assert closed.stat().st_mode & 0o777 == 0o700


@needs_root
def test_as_root_binaries_the_account_cannot_read_are_copied_with_their_libraries(folder: Path):
    hidden = folder.parent / "hidden"
    hidden.mkdir(mode=0o700)
    wheel = hidden / embedded_software.WHEEL
    shutil.copytree(shipped_software(), wheel, symlinks=True)
    libraries = shipped_software().with_name(f"{embedded_software.WHEEL}.libs")
    shutil.copytree(libraries, hidden / libraries.name, symlinks=True)
    server = EmbeddedServer(folder, durable=False, wheel=wheel)
    assert not readable_by(server.account, wheel)
    server.start()
    try:
        assert server.psql("select 1") == "1\n"
        assert server.binaries.is_relative_to(folder)
    finally:
        server.stop()
    assert hidden.stat().st_mode & 0o777 == 0o700


@needs_root
def test_as_a_normal_user_the_server_runs_as_that_user(folder: Path):
    nobody = 65534
    folder.mkdir()
    os.chown(folder, nobody, nobody)
    readable = server_binaries(Account(nobody, nobody, drop=True), folder.parent / "copy").parents[1]
    (folder.parent / "copy").exists() and os.chmod(folder.parent / "copy", 0o755)

    def work() -> None:
        server = EmbeddedServer(folder, durable=False, wheel=readable)
        server.start()
        assert not server.account.drop
        assert server.psql("select 1") == "1\n"
        crash(server)
        assert server.psql("select 1") == "1\n"
        server.stop()

    with contextlib.suppress(DeprecationWarning):
        in_own_process(work, account=nobody)
    assert folder.stat().st_uid == nobody
    assert (folder / "postgres").stat().st_uid == nobody
