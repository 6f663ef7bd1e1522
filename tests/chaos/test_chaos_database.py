"""Row 17: the disk full, the network cut in mid-commit, a slow database, a failing fsync, a clock that jumps."""

import contextlib
import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from chaos_place import Clients, Place, audited, folder_of, installed, place
from figures import SEED, figure, long_or_short, not_run
from proxy import Proxy
from xingji.kernel.db.embedded import EmbeddedServer

LEADS = long_or_short(5_000, 150)
OVER = long_or_short(60.0, 6.0)
DISK = 900 << 20


def held(here: Place, clients: Clients, what: str) -> None:
    """Nothing lost, nothing doubled, and intake goes on by itself."""
    found = audited(here, clients)
    figure(17, f"{what}: {found}; answers {dict(clients.answers)}")
    assert (found.lost, found.doubled, found.unassigned, found.assigned_twice, found.effects_twice) == (0, 0, 0, 0, 0)
    after = Clients(here, 10, random.Random(SEED), 0.2, first=clients.first + 100_000)
    after.run()
    assert audited(here, after).lost == 0


def test_a_network_cut_in_mid_commit_and_a_slow_one_lose_and_double_nothing():
    folder = folder_of("cut")
    server = EmbeddedServer(folder / "data")
    try:
        server.start()
        with Proxy(server.data_dir / "run/.s.PGSQL.5432") as proxy, installed(server, app_url=proxy.instead_of) as here:
            clients = Clients(here, LEADS, random.Random(SEED), OVER)
            chance, due = random.Random(SEED), 1.0

            def hurt(seconds: float) -> None:
                nonlocal due
                if due < seconds < OVER:
                    proxy.cut_commits(chance.randint(1, 3))
                    due = seconds + chance.uniform(0.4, 1.2)

            clients.run(hurt)
            assert proxy.cut >= 3
            held(here, clients, f"network cut in mid-commit {proxy.cut} times")
            proxy.delay = 0.15
            slow = Clients(here, long_or_short(200, 30), random.Random(SEED), OVER / 2, first=LEADS)
            slow.run()
            proxy.delay = 0.0
            held(here, slow, "database 150 ms away")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def small_disk() -> Iterator[Path]:
    """A file system of its own, with room for little more than an empty installation."""
    if os.geteuid() or not shutil.which("mount"):
        not_run(17, "mounting a small disk needs root")
    folder = folder_of("disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=711", "xingji-disk", str(folder)])
    if mounted.returncode:
        not_run(17, "this machine may not mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        folder.rmdir()


def test_a_full_disk_refuses_loses_nothing_and_recovers_when_there_is_room():
    with small_disk() as folder:
        server = EmbeddedServer(folder / "data")
        try:
            server.start()
            with installed(server) as here:
                clients = Clients(here, LEADS, random.Random(SEED), OVER)
                filler = folder / "filler"

                def hurt(seconds: float) -> None:
                    if OVER * 0.2 < seconds < OVER * 0.6:
                        with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
                            while file.write(b"\0" * 65536):
                                pass
                    elif seconds > OVER * 0.6:
                        filler.unlink(missing_ok=True)

                clients.run(hurt)
                held(here, clients, "disk full for 40 % of the run")
                refused = sum(n for answer, n in clients.answers.items() if answer != "202")
                assert refused > 0
        finally:
            server.stop()


FSYNC = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <unistd.h>
static int broken(void) { return access("@FLAG@", F_OK) == 0; }
int fsync(int fd) { if (broken()) { errno = EIO; return -1; } return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { if (broken()) { errno = EIO; return -1; } return ((int (*)(int)) dlsym(RTLD_NEXT, "fdatasync"))(fd); }
"""


def preloaded(folder: Path, source: str, flag: Path) -> Path:
    """A small library that stands before the C library's functions."""
    compiler = shutil.which("cc")
    if compiler is None:
        not_run(17, "there is no C compiler to make the library that hurts")
    library = folder / "hurt.so"
    command = [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(library), "-ldl"]
    subprocess.run(command, input=source.replace("@FLAG@", str(flag)), text=True, check=True)
    library.chmod(0o755)
    return library


def test_a_failing_fsync_is_never_acknowledged_and_the_server_recovers():
    folder = folder_of("fsync")
    flag = folder / "broken"
    library = preloaded(folder, FSYNC, flag)

    class FailingDisk(EmbeddedServer):
        def _environment(self) -> dict[str, str]:
            return super()._environment() | {"LD_PRELOAD": str(library)}

    try:
        with place("fsync", FailingDisk) as here:
            clients = Clients(here, LEADS, random.Random(SEED), OVER)

            def hurt(seconds: float) -> None:
                if OVER * 0.3 < seconds < OVER * 0.4:
                    flag.touch()
                else:
                    flag.unlink(missing_ok=True)

            clients.run(hurt)
            held(here, clients, "fsync failing for a tenth of the run")
            log = (here.server.data_dir / "postgres.log").read_text(errors="replace")
            assert "Input/output error" in log
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# Less than a day forward: for so long a body without a key of its own is known again.
JUMPS = (3600, -5400, 43_200, 0)
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
static volatile long *shift;
__attribute__((constructor)) static void begin(void) {
    int file = open("@FLAG@", O_RDONLY);
    void *seen = file < 0 ? MAP_FAILED : mmap(0, sizeof(long), PROT_READ, MAP_SHARED, file, 0);
    if (seen != MAP_FAILED) shift = seen;
}
int clock_gettime(clockid_t clock, struct timespec *at) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, at);
    if (!failed && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) at->tv_sec += *shift;
    return failed;
}
int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""


def test_a_machine_whose_clock_jumps_loses_and_doubles_nothing():
    folder = folder_of("clock")
    file = folder / "shift"
    file.write_bytes(bytes(8))
    jumping = {"LD_PRELOAD": str(preloaded(folder, CLOCK, file))}

    class JumpingClock(EmbeddedServer):
        def _environment(self) -> dict[str, str]:
            return super()._environment() | jumping

    try:
        with place("clock", JumpingClock, **jumping) as here:
            clients, seen = Clients(here, LEADS, random.Random(SEED), OVER), {}

            def hurt(seconds: float) -> None:
                jump = JUMPS[min(int(seconds / OVER * len(JUMPS)), len(JUMPS) - 1)]
                if jump not in seen:
                    with file.open("r+b") as held_open:
                        held_open.write(struct.pack("q", jump))
                    there = here.server.psql("select date_part('epoch', clock_timestamp())")
                    seen[jump] = abs(float(there) - time.time() - jump)

            clients.run(hurt)
            assert set(seen) == set(JUMPS)
            assert max(seen.values()) < 20, seen  # the control: the database did see another time
            held(here, clients, f"the machine's clock jumped by {', '.join(map(str, JUMPS))} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
