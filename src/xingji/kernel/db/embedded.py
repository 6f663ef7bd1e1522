"""A small supervisor for PostgreSQL 18 from PyPI: first start, stop, recovery. Changes nothing outside its data folder.

Layout of the data folder: `postgres/` the cluster, `run/` the socket, `software/` a copy of the binaries where the
server's account cannot read the installed ones, `owner-password` and `app-password` (0600), `postgres.log`.
One process owns the server, by a lock on `supervisor.lock`; others attach to it.
"""

import fcntl
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.db.embedded_processes import (
    end_leftovers,
    named_pid,
    remove_foreign_locks,
    wait_until,
    works_on,
)
from xingji.kernel.db.embedded_settings import memory_of_machine, render_settings, server_settings
from xingji.kernel.db.embedded_software import MAJOR, may_reach, server_account, server_binaries

OWNER = "xingji"
DATABASE = "xingji"
APP_ROLE = "xingji_app"
SOCKET_PORT = 5432
LONGEST_SOCKET = 100  # bytes; the kernel's limit for a socket's path is 107
LOG_LIMIT = 20 << 20
START_PATIENCE = 600.0  # crash recovery reads the whole write-ahead log
STOP_PATIENCE = 60.0
BACK_OFF = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0)

log = logging.getLogger("xingji.embedded")


def failed(code: str, remedy: str, **data: object) -> XingjiError:
    """A refusal of the supervisor that says what to do."""
    return XingjiError(f"embedded.{code}", ErrorKind.UNAVAILABLE, remedy=remedy, **data)


class EmbeddedServer:
    """One PostgreSQL server on one data folder, started as our own child and restarted when it dies."""

    attempts = (0.0, *BACK_OFF)
    start_patience = START_PATIENCE

    def __init__(self, data_dir: Path, *, durable: bool = True, wheel: Path | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = self.data_dir / "postgres"
        self.account = server_account()
        self.owned = False
        self.restarts = 0
        self._durable = durable
        self._wheel = wheel
        self._child: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._watcher: threading.Thread | None = None
        self._ending = threading.Event()

    # ── addresses ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def pid(self) -> int | None:
        """The postmaster's process, while we own it."""
        return self._child.pid if self._child else None

    @property
    def binaries(self) -> Path:
        """The folder of pg_dump and its like."""
        return server_binaries(self.account, self.data_dir, self._wheel)

    def owner_url(self, database: str = DATABASE) -> str:
        """The owner's address: for migrations and schema changes."""
        return self._url(OWNER, self._secret("owner-password"), database)

    def app_url(self, database: str = DATABASE) -> str:
        """The address of the role the web process uses."""
        return self._url(APP_ROLE, self.app_password(), database)

    def app_password(self) -> str:
        """The password `migrate` gives that role."""
        return self._secret("app-password")

    def _url(self, role: str, password: str, database: str) -> str:
        if self._socket_folder is not None:
            return f"postgresql://{role}:{password}@/{database}?host={quote(str(self._socket_folder), safe='/')}"
        port = (self.data_dir / "port").read_text().strip()
        return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"

    @property
    def _socket_folder(self) -> Path | None:
        """Where the socket lies; None when its path would be too long and a port on 127.0.0.1 serves instead."""
        folder = self.data_dir / "run"
        return folder if len(os.fsencode(folder / f".s.PGSQL.{SOCKET_PORT}.lock")) <= LONGEST_SOCKET else None

    def _secret(self, name: str) -> str:
        path = self.data_dir / name
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
        return path.read_text().strip()

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Brings the server up, or attaches to the one another process of this data folder owns.

        Raises: `embedded.folder_unreachable`, `embedded.wrong_version`, `embedded.start_failed`.
        """
        self._make_folders()
        self.owned = self._take_lock()
        if not self.owned:
            if not wait_until(self._is_ready, START_PATIENCE):
                raise failed("start_failed", f"see {self.data_dir / 'postgres.log'}", reason="the owner brings none up")
            return
        try:
            self._check_version()
            if not (self.cluster / "PG_VERSION").exists():
                self._first_start()
            self._bring_up()
        except BaseException:
            self._give_lock_back()
            raise
        self._watcher = threading.Thread(target=self._watch, name="embedded-postgres", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ends the server in order (running transactions are rolled back); nothing when another process owns it."""
        if not self.owned:
            return
        self._ending.set()
        child = self._child
        if child is not None and child.poll() is None:
            for number, patience in ((signal.SIGINT, STOP_PATIENCE), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                child.send_signal(number)
                try:
                    child.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    log.warning("the server did not end on signal %d", number)
        if self._watcher is not None:
            self._watcher.join(START_PATIENCE)
        self._child = None
        self._give_lock_back()

    def _watch(self) -> None:
        """Waits for the child and starts it again when it ends unasked, with back-off."""
        failures = 0
        while not self._ending.is_set():
            child = self._child
            if child is None:
                return
            child.wait()
            if self._ending.is_set():
                return
            log.warning("the database server ended with %s; starting it again", child.returncode)
            try:
                self._bring_up()
                failures = 0
            except (XingjiError, OSError):  # a full disk takes no settings file either
                failures += 1
                log.exception("the database server does not start")
                self._ending.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])

    # ── steps of a start ─────────────────────────────────────────────────────────────────────────────────────

    def _make_folders(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if self.account.drop:
            blocked = may_reach(self.account, self.data_dir / "postgres")
            if blocked == self.data_dir and self.data_dir.stat().st_uid == os.geteuid():
                self.data_dir.chmod(0o711)  # our own folder; its secrets stay closed
            elif blocked is not None:
                raise failed(
                    "folder_unreachable",
                    "run as root the database works as an account without rights; set XINGJI_DATA_DIR to a folder "
                    "it can reach, such as /var/lib/xingji",
                    folder=str(self.data_dir),
                    blocked_at=str(blocked),
                )
        run = self.data_dir / "run"
        if not run.exists():
            run.mkdir(mode=0o700)
            self.account.own(run)

    def _take_lock(self) -> bool:
        descriptor = os.open(self.data_dir / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _give_lock_back(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        self.owned = False

    def _check_version(self) -> None:
        file = self.cluster / "PG_VERSION"
        if file.exists() and (found := file.read_text().strip()) != MAJOR:
            raise failed(
                "wrong_version",
                f"the data was written by PostgreSQL {found}, this release brings {MAJOR}: back up with the release "
                "that wrote it and restore here, or set XINGJI_DATABASE_URL",
                folder=str(self.cluster),
                found=found,
                expected=MAJOR,
            )

    def _first_start(self) -> None:
        """Makes the cluster beside its place and moves it there, so that a broken attempt leaves nothing behind."""
        fresh = self.data_dir / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.account.own(fresh)
        password = self.data_dir / "run" / "first-password"
        password.write_text(self._secret("owner-password") + "\n")
        password.chmod(0o600)
        self.account.own(password)
        command = [str(self.binaries / "initdb"), "--pgdata", str(fresh), "--username", OWNER, "--encoding", "UTF8"]
        command += ["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        command += ["--auth", "scram-sha-256", "--pwfile", str(password), "--no-instructions"]
        command += [] if self._durable else ["--no-sync"]
        try:
            done = subprocess.run(command, env=self._environment(), cwd="/", **self._captured())
        finally:
            password.unlink()
        if done.returncode:
            shutil.rmtree(fresh, ignore_errors=True)
            raise failed("first_start_failed", "see reason", reason=done.stdout.decode(errors="replace")[-2000:])
        with (fresh / "postgresql.conf").open("a") as file:
            file.write("include_if_exists 'xingji.conf'\ninclude_if_exists 'local.conf'\n")
        if self.cluster.is_dir():  # an empty folder, a mount point for instance
            for path in fresh.iterdir():
                path.rename(self.cluster / path.name)
            fresh.rmdir()
        else:
            fresh.rename(self.cluster)

    def _bring_up(self) -> None:
        """Clears what a crash left, starts the server and waits until it takes connections."""
        for attempt, pause in enumerate(self.attempts):
            if self._ending.wait(pause):
                return
            end_leftovers(self.cluster, self.cluster / "postmaster.pid")
            folder = self._socket_folder
            lock = folder / f".s.PGSQL.{SOCKET_PORT}.lock" if folder else None
            for path in remove_foreign_locks(self.cluster, lock):
                log.warning("removed %s: it named a process that is not this server", path)
            self._write_settings()
            self.restarts += self._child is not None
            self._child = self._spawn()
            if wait_until(lambda: self._is_ready() or self._has_ended(), self.start_patience) and not self._has_ended():
                self._ensure_database()
                return
            log.warning("start %d of the database server failed", attempt + 1)
        raise failed("start_failed", f"see {self.data_dir / 'postgres.log'}", reason=self._end_of_log())

    def _settings(self) -> dict[str, str]:
        settings = server_settings(memory_of_machine(), durable=self._durable)
        if self._socket_folder is not None:
            settings |= {"listen_addresses": "", "unix_socket_directories": str(self._socket_folder)}
            return settings | {"unix_socket_permissions": "0700" if not self.account.drop else "0770"}
        port_file = self.data_dir / "port"
        port_file.write_text(str(free_port(port_file.read_text().strip() if port_file.exists() else None)))
        return settings | {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": port_file.read_text(),
        }

    def _write_settings(self) -> None:
        path = self.cluster / "xingji.conf"
        path.write_text(render_settings(self._settings()))
        self.account.own(path)

    def _spawn(self) -> subprocess.Popen[bytes]:
        path = self.data_dir / "postgres.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.rename(path.with_suffix(".log.old"))
        with path.open("ab") as output:
            return subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(self.cluster)],
                cwd="/",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C in the terminal reaches us first
                **self.account.subprocess_options(),
            )

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}

    def _captured(self) -> dict[str, object]:
        output = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return {**output, **self.account.subprocess_options()}

    def _has_ended(self) -> bool:
        return self._child is not None and self._child.poll() is not None

    def _is_ready(self) -> bool:
        """Whether the server says so in its pid file and that file names our child (or, attached, any such server)."""
        path = self.cluster / "postmaster.pid"
        try:
            lines = path.read_text().splitlines()
        except OSError:
            return False
        pid = named_pid(path)
        ours = pid == self.pid if self.pid is not None else pid is not None and works_on(pid, self.cluster)
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _ensure_database(self) -> None:
        if (self.data_dir / "database-made").exists():
            return
        question = f"select 1 from pg_database where datname = '{DATABASE}'"
        if "1" not in self.psql(question, "postgres"):
            self.psql(f"create database {DATABASE} encoding 'UTF8' template template0", "postgres")
        (self.data_dir / "database-made").touch()

    def client_environment(self, role: str = OWNER) -> dict[str, str]:
        """The environment in which psql, pg_dump and the like find the server; no password on a command line."""
        password = self._secret("owner-password" if role == OWNER else "app-password")
        folder = self._socket_folder
        place = (
            {"PGHOST": str(folder), "PGPORT": str(SOCKET_PORT)}
            if folder
            else {"PGHOST": "127.0.0.1", "PGPORT": (self.data_dir / "port").read_text().strip()}
        )
        return {**self._environment(), **place, "PGUSER": role, "PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"}

    def psql(self, statement: str, database: str = DATABASE) -> str:
        """The plain answer of a statement run as the owner. Raises: `embedded.statement_failed`."""
        command = [str(self.binaries / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        done = subprocess.run(
            command, env=self.client_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise failed("statement_failed", "see reason", reason=done.stderr[-2000:])
        return done.stdout

    def _end_of_log(self) -> str:
        path = self.data_dir / "postgres.log"
        return path.read_text(errors="replace")[-1500:] if path.exists() else ""


def free_port(preferred: str | None) -> int:
    """A port on 127.0.0.1 nobody listens on: the preferred one when it is free."""
    for port in [int(preferred)] if preferred else []:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[EmbeddedServer]:
    """The embedded server, brought up for this block where nobody has yet."""
    server = EmbeddedServer(data_dir, durable=durable)
    begun = time.monotonic()
    server.start()
    log.info("database server ready after %.1f s", time.monotonic() - begun)
    try:
        yield server
    finally:
        server.stop()
