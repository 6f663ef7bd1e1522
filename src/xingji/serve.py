"""The process supervisor: web and worker processes as children, restarted when they die, ended in order.

Owns processes, signals and the listening socket; never what a process does. The database server is brought up before
and ended after, by `environment.surroundings`.
"""

import ctypes
import errno
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xingji.environment import Surroundings
from xingji.kernel.core.errors import ErrorKind, XingjiError
from xingji.kernel.core.settings import leave_seconds

PR_SET_PDEATHSIG = 1
BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_AFTER = 30.0  # seconds up after which a crash counts as the first again
STOP_PATIENCE = 15.0
LOOK_EVERY = 0.1
BACKLOG = 2048
PORT_PATIENCE = 3.0

log = logging.getLogger("xingji.serve")


@dataclass(slots=True)
class Child:
    """One process that has to run."""

    name: str
    command: list[str]
    environment: dict[str, str]
    descriptors: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    crashes: int = 0
    restarts: int = 0

    def start(self) -> None:
        """Bring the process up."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            pass_fds=self.descriptors,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the supervisor alone
            preexec_fn=end_with_parent,  # what is started by hand outlives the shell it was started from
        )
        self.started_at = time.monotonic()

    def look_after(self, now: float) -> None:
        """Start the process again when it has ended and its pause is over."""
        if self.process is None:
            if now >= self.start_again_at:
                self.restarts += 1
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.crashes = 1 if now - self.started_at > STEADY_AFTER else self.crashes + 1
        pause = BACK_OFF[min(self.crashes, len(BACK_OFF)) - 1]
        log.warning("%s ended with %s; it starts again in %.1f s", self.name, code, pause)
        self.process, self.start_again_at = None, now + pause

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, patience: float) -> None:
        """Wait for the end, and force it when it does not come."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, patience))
        except subprocess.TimeoutExpired:
            log.warning("%s did not end in time; killing it", self.name)
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Supervisor:
    """Children in the order of their start; ended web first, so that nothing new comes in."""

    groups: list[list[Child]]
    patience: float = STOP_PATIENCE
    stopping: bool = False
    hurry: bool = False
    on_tick: list[Callable[[], None]] = field(default_factory=list)

    def run(self) -> None:
        """Keep all children running until a signal says otherwise."""
        before = {number: signal.signal(number, self._signalled) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for child in self.children():
                child.start()
            while not self.stopping:
                now = time.monotonic()
                for child in self.children():
                    child.look_after(now)
                for callback in self.on_tick:
                    callback()
                time.sleep(LOOK_EVERY)
        finally:
            self.end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def children(self) -> list[Child]:
        """Every child of every group."""
        return [child for group in self.groups for child in group]

    def end(self) -> None:
        """End the groups one after another."""
        for group in self.groups:
            for child in group:
                child.ask_to_end()
            deadline = time.monotonic() + (1.0 if self.hurry else self.patience)
            for child in group:
                child.wait_or_kill(deadline - time.monotonic())

    def restart(self) -> None:
        """Ask every child to end; they are started again at once."""
        for child in self.children():
            child.ask_to_end()
            child.crashes = 0

    def _signalled(self, number: int, _frame: object) -> None:
        self.hurry = self.stopping
        self.stopping = True
        log.info("signal %d: ending", number)


def listen(host: str, port: int) -> socket.socket:
    """The socket all web processes share; connections queue on it while one restarts. Raises: `serve.port_in_use`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = socket.socket(family, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bind_patiently(server, host, port)
    except OSError as error:
        server.close()
        raise XingjiError(
            "serve.port_in_use",
            ErrorKind.UNAVAILABLE,
            remedy=f"choose another with XINGJI_PORT, or end the program that listens on {host}:{port}",
            reason=str(error),
        ) from None
    server.listen(BACKLOG)
    return server


def bind_patiently(server: socket.socket, host: str, port: int) -> None:
    """Bind; wait a moment for the web processes of a killed supervisor to let go. Raises: OSError."""
    deadline = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            server.bind((host, port))
            return
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
        time.sleep(LOOK_EVERY)


def ready(host: str, port: int) -> bool:
    """Whether /readyz answers 200."""
    place = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host
    try:
        with socket.create_connection((place, port), timeout=2) as connection:
            connection.settimeout(4)
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def newest_source(folder: Path) -> float:
    """When the latest change to the program was saved."""
    return max((path.stat().st_mtime for path in folder.rglob("*.py")), default=0.0)


def watch_sources(supervisor: Supervisor) -> Callable[[], None]:
    """A callback that restarts the children when a file of the program changes (for developing)."""
    folder = Path(__file__).parent
    seen = newest_source(folder)
    next_look = 0.0

    def look() -> None:
        nonlocal seen, next_look
        if time.monotonic() < next_look:
            return
        next_look = time.monotonic() + 1
        if (newest := newest_source(folder)) > seen:
            seen = newest
            log.info("the program changed; restarting")
            supervisor.restart()

    return look


def announce_when_ready(place: Surroundings, lines: Sequence[str]) -> Callable[[], None]:
    """A callback that prints the lines once the web process answers."""
    done = False
    next_look = 0.0

    def look() -> None:
        nonlocal done, next_look
        if done or time.monotonic() < next_look:
            return
        next_look = time.monotonic() + 0.3
        if ready(place.settings.host, place.settings.port):
            done = True
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()

    return look


def serve(
    place: Surroundings,
    *,
    web: int = 1,
    workers: int = 1,
    reload: bool = False,
    backup: Path | None = None,
    announce: Sequence[str] = (),
) -> None:
    """Run web, worker and backup processes until SIGTERM or SIGINT. Raises: `serve.port_in_use`."""
    listener = listen(place.settings.host, place.settings.port) if web else None
    python = [sys.executable, "-m", "xingji"]
    groups: list[list[Child]] = [[], [], []]
    if listener is not None:
        command = [*python, "web-process", "--socket", str(listener.fileno())]
        for number in range(web):
            environment = place.variables(owner=False)
            groups[0].append(Child(f"web {number + 1}", command, environment, (listener.fileno(),)))
    for number in range(workers):
        groups[1].append(Child(f"worker {number + 1}", [*python, "work"], place.variables(owner=True)))
    if backup is not None:  # ended last: it takes what the others wrote at their end
        command = [*python, "backup", "--continuous", str(backup.absolute())]
        own = {key: value for key, value in os.environ.items() if not key.endswith("DATABASE_URL")}
        groups[2].append(Child("backup", command, own | {"XINGJI_DATA_DIR": str(place.settings.data_dir)}))
    supervisor = Supervisor(groups, STOP_PATIENCE + leave_seconds())
    if reload:
        supervisor.on_tick.append(watch_sources(supervisor))
    if listener is not None:
        supervisor.on_tick.append(announce_when_ready(place, announce))
    try:
        supervisor.run()
    finally:
        if listener is not None:
            listener.close()


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when our supervisor dies, so that no orphan keeps the port."""
    if os.getppid() == 1:
        return
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    except (OSError, AttributeError):
        return
