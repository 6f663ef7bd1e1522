"""Which processes really work on a data folder, asked of /proc. Never trusts the number in a pid file."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def works_on(pid: int, cluster: Path) -> bool:
    """Whether a living process is a PostgreSQL whose working folder is this cluster (a zombie is not)."""
    try:
        folder = Path(os.readlink(f"/proc/{pid}/cwd"))
        program = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
    except OSError:
        return False
    return folder == cluster.resolve() and Path(program).name == "postgres"


def processes_on(cluster: Path) -> list[int]:
    """Every PostgreSQL process that works on this cluster, postmaster and backends."""
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    return [pid for pid in numbers if works_on(pid, cluster)]


def named_pid(pid_file: Path) -> int | None:
    """The process a postmaster.pid names, or None."""
    try:
        return int(pid_file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def is_alive(pid: int) -> bool:
    """Whether any process has this number, whoever it belongs to."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def send(pid: int, number: int) -> None:
    """Sends a signal to a process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.05) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def end_leftovers(cluster: Path, pid_file: Path, patience: float = 60) -> int:
    """Ends what an earlier supervisor left on this cluster; how many processes that were.

    A living postmaster is asked for an orderly stop. Backends of a dead one leave by themselves: only when they do
    not are they told to, for a new server on the same files beside them would destroy the data.
    """
    found = processes_on(cluster)
    if not found:
        return 0
    postmaster = named_pid(pid_file)
    if postmaster in found:
        send(postmaster, signal.SIGINT)
    if wait_until(lambda: not processes_on(cluster), patience if postmaster in found else 5):
        return len(found)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        for pid in processes_on(cluster):
            send(pid, number)
        if wait_until(lambda: not processes_on(cluster), 10):
            break
    return len(found)


def remove_foreign_locks(cluster: Path, socket_lock: Path | None) -> list[Path]:
    """Removes lock files that name a living process which is not this cluster's server; the files removed.

    Files naming a dead process stay: PostgreSQL clears those itself, and checks the shared memory they name first.
    """
    removed: list[Path] = []
    for lock in (cluster / "postmaster.pid", socket_lock):
        if lock is None:
            continue
        pid = named_pid(lock)
        if pid is not None and is_alive(pid) and not works_on(pid, cluster):
            lock.unlink(missing_ok=True)
            removed.append(lock)
    return removed
