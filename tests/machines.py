"""Several machines on one: network namespaces with addresses of their own, a database with a standby under Patroni.

Needs root, `ip`, `patroni`, `etcd` and a PostgreSQL of the system; `missing()` says which of them is not here.
"""

import contextlib
import http.client
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from browser_office import apart, furnish
from chaos_place import VARIABLES as PLAIN
from conftest import Addresses
from xingji.environment import app_address
from xingji.kernel.db.embedded_processes import wait_until
from xingji.kernel.db.migrate import migrate
from xingji.serve import ready

LAN = "xj-lan"
NET = "10.77.0"
TTL = 10
DATABASES = {"db1": 11, "db2": 12}
HOSTS = {"etcd": 20, **DATABASES, "web1": 31, "web2": 32, "web3": 33, "web4": 34, "work1": 41, "work2": 42}
SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
PORT = 8000
PROCESSOR, PERIOD = Path("/sys/fs/cgroup/cpu"), 50_000
VARIABLES = {**PLAIN, "XINGJI_ALLOW_PRIVATE_HTTP": "127.0.0.1:8010,127.0.0.1:8011"}
TRUST = ["local all all trust", f"host all all {NET}.0/24 trust", f"host replication all {NET}.0/24 trust"]


def missing() -> str | None:
    """Why there can be no machines here."""
    if os.geteuid():
        return "network namespaces need root"
    for name in ("ip", "setpriv", "patroni", "etcd"):
        if shutil.which(name) is None:
            return f"{name} is not installed (apt-get install patroni etcd-server postgresql)"
    if not SERVERS:
        return "there is no PostgreSQL of the system (apt-get install postgresql)"
    tried = subprocess.run(["ip", "link", "add", LAN, "type", "bridge"], capture_output=True)
    if tried.returncode:
        return "this machine may not add a network"
    ip("link", "del", LAN)
    return None


def may_hold() -> bool:
    """Whether processes can be given a share of a core here (the first version of control groups)."""
    try:
        group = PROCESSOR / "xj-tried"
        group.mkdir()
        (group / "cpu.cfs_quota_us").write_text(str(PERIOD))
        group.rmdir()
    except OSError:
        return False
    return True


def waits(group: Path) -> dict[str, int]:
    lines = (group / "cpu.stat").read_text().splitlines()
    return {name: int(number) for name, number in (line.split() for line in lines)}


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, stdin=subprocess.DEVNULL)


def address(host: str) -> str:
    return f"{NET}.{HOSTS[host]}"


@contextlib.contextmanager
def network() -> Iterator[None]:
    """One namespace a machine, joined by a bridge nothing else is on."""
    ip("link", "add", LAN, "type", "bridge")
    made: list[str] = []
    try:
        ip("addr", "add", f"{NET}.1/24", "dev", LAN)
        ip("link", "set", LAN, "up")
        for host, number in HOSTS.items():
            space = f"xj-{host}"
            ip("netns", "add", space)
            made.append(space)
            ip("link", "add", f"xj{number}", "type", "veth", "peer", "name", "eth0", "netns", space)
            ip("link", "set", f"xj{number}", "master", LAN, "up")
            ip("-n", space, "addr", "add", f"{NET}.{number}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")
            ip("-n", space, "link", "set", "lo", "up")
        yield
    finally:
        for space in made:
            subprocess.run(["ip", "netns", "del", space])
        subprocess.run(["ip", "link", "del", LAN])


@dataclass
class Machines:
    """What runs on which machine, and how a client reaches it: as behind a balancer, over the web machines in turn."""

    folder: Path
    token: str = ""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    balanced: list[str] = field(default_factory=list)
    turn: Iterator[int] = field(default_factory=itertools.count)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self, host: str, command: list[str], *, plain: bool = False, **variables: str) -> None:
        """A program on a machine; `plain`: under an account without rights."""
        drop = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"] if plain else []
        with (self.folder / f"{host}.log").open("ab") as log:
            self.running[host] = subprocess.Popen(
                ["ip", "netns", "exec", f"xj-{host}", *drop, *command],
                env={**os.environ, **variables},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, host: str) -> None:
        """kill -9 of everything on a machine, at once."""
        for pid in subprocess.run(["ip", "netns", "pids", f"xj-{host}"], capture_output=True, text=True).stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        if (process := self.running.pop(host, None)) is not None:
            process.wait()

    def cut(self, host: str, *, off: bool) -> None:
        """The machine's wire is pulled, or put back: whatever is sent to it vanishes, nobody is told."""
        ip("link", "set", f"xj{HOSTS[host]}", "down" if off else "up")

    def end(self, host: str) -> None:
        """The machine's program is asked to end, and waited for."""
        process = self.running.pop(host)
        process.terminate()
        process.wait(40)

    # ── the database ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def owner_url(self) -> str:
        hosts = ",".join(f"{address(host)}:5432" for host in DATABASES)
        return f"postgresql://postgres:owner@{hosts}/xingji?target_session_attrs=read-write"

    def app_url(self) -> str:
        return app_address(self.owner_url, VARIABLES["XINGJI_SECRET_KEY"])[0]

    @property
    def server(self) -> "Machines":
        """As the audit asks for it: whoever has the addresses."""
        return self

    def start_database(self, host: str) -> None:
        place = self.folder / host
        place.mkdir(exist_ok=True)
        shutil.chown(place, "nobody", "nogroup")
        settings = {
            "scope": "xingji",
            "name": host,
            "restapi": {"listen": f"{address(host)}:8008", "connect_address": f"{address(host)}:8008"},
            "etcd3": {"host": f"{address('etcd')}:2379"},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL, "loop_wait": 2, "retry_timeout": 3, "synchronous_mode": True,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {"max_connections": 200, "max_locks_per_transaction": 256, "synchronous_commit": "on", "wal_keep_size": "256MB"},
                    },
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            },
            "postgresql": {
                "listen": f"{address(host)}:5432", "connect_address": f"{address(host)}:5432", "data_dir": str(place / "data"),
                "bin_dir": str(SERVERS[-1]), "pgpass": str(place / "pgpass"), "pg_hba": TRUST,
                "authentication": {"superuser": {"username": "postgres", "password": "owner"}, "replication": {"username": "replicator", "password": "copy"}},
                "parameters": {"unix_socket_directories": str(place), "timezone": "UTC"},
            },
        }  # fmt: skip
        file = self.folder / f"{host}.json"  # JSON is YAML
        file.write_text(json.dumps(settings))
        file.chmod(0o644)
        self.start(host, ["patroni", str(file)], plain=True, PATH="/usr/bin:/bin:/usr/sbin", HOME=str(place))

    def roles(self) -> dict[str, str]:
        """What each database machine says of itself: "master" or "primary", "sync_standby", "replica", or nothing."""
        found = {}
        for host in DATABASES:
            with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
                connection = http.client.HTTPConnection(address(host), 8008, timeout=1)
                connection.request("GET", "/patroni")
                told = json.loads(connection.getresponse().read())
                if told.get("state") == "running":
                    found[host] = "sync_standby" if told.get("sync_standby") else told["role"]
        return found

    def primary(self) -> str | None:
        return next((host for host, role in self.roles().items() if role in ("master", "primary")), None)

    def is_whole(self) -> bool:
        return sorted(self.roles().values()) in (["master", "sync_standby"], ["primary", "sync_standby"])

    def writes(self) -> bool:
        """Whether the database takes a write now."""

        async def write() -> None:
            connection = await asyncpg.connect(self.owner_url, timeout=2)
            await connection.execute("create temp table answers (n int)")
            await connection.close()

        try:
            apart(write())
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True

    def wait_for_database(self) -> None:
        assert wait_until(self.writes, 120), self.logs()

    # ── the program ──────────────────────────────────────────────────────────────────────────────────────────────

    def variables(self, host: str) -> dict[str, str]:
        return {
            **VARIABLES,
            "XINGJI_DATABASE_URL": self.owner_url,
            "XINGJI_APP_DATABASE_URL": self.app_url(),
            "XINGJI_DATA_DIR": str(self.folder / f"data-{host}"),
            "XINGJI_HOST": address(host),
            "XINGJI_PORT": str(PORT),
        }

    def add_web(self, host: str) -> None:
        """A web machine, balanced to once it is healthy."""
        self.start(host, [sys.executable, "-m", "xingji", "serve", "--no-worker"], **self.variables(host))
        assert wait_until(lambda: ready(address(host), PORT), 90), self.logs()
        self.balanced.append(host)

    def hold(self, host: str, share: float) -> Callable[[], float]:
        """Gives a machine so much of one core; the share of the periods since in which it had to wait for more."""
        group = PROCESSOR / f"xj-{host}"
        group.mkdir(exist_ok=True)
        (group / "cpu.cfs_period_us").write_text(str(PERIOD))
        (group / "cpu.cfs_quota_us").write_text(str(int(PERIOD * share)))
        for pid in subprocess.run(["ip", "netns", "pids", f"xj-{host}"], capture_output=True, text=True).stdout.split():
            (group / "cgroup.procs").write_text(pid)
        begun = waits(group)

        def waited() -> float:
            now = waits(group)
            return (now["nr_throttled"] - begun["nr_throttled"]) / max(now["nr_periods"] - begun["nr_periods"], 1)

        return waited

    def let_go(self) -> None:
        """Ends what `hold` began."""
        for group in PROCESSOR.glob("xj-*"):
            for pid in (group / "cgroup.procs").read_text().split():
                (PROCESSOR / "cgroup.procs").write_text(pid)
            group.rmdir()

    def remove_web(self, host: str) -> None:
        """Taken out of the balancer first, then ended."""
        self.balanced.remove(host)
        self.end(host)

    def add_worker(self, host: str) -> None:
        self.start(host, [sys.executable, "-m", "xingji", "serve", "--web", "0"], **self.variables(host))

    def connection(self) -> http.client.HTTPConnection:
        host = self.balanced[next(self.turn) % len(self.balanced)]
        return http.client.HTTPConnection(address(host), PORT, timeout=15)

    def logs(self) -> str:
        return "\n".join(
            f"── {file.name}\n{file.read_text(errors='replace')[-1500:]}" for file in sorted(self.folder.glob("*.log"))
        )


@contextlib.contextmanager
def machines() -> Iterator[Machines]:
    """etcd, a primary and a synchronous standby, the demo organisation; web and workers are for the test to add."""
    folder = Path(tempfile.mkdtemp(prefix="xingji-machines-"))
    folder.chmod(0o755)
    kept = {key: os.environ.get(key) for key in VARIABLES}
    os.environ.update(VARIABLES)
    here = Machines(folder)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(lambda: [os.environ.pop(k) if v is None else os.environ.update({k: v}) for k, v in kept.items()])
        stack.enter_context(network())
        stack.callback(here.let_go)
        stack.callback(lambda: [here.kill(host) for host in HOSTS])
        listen = f"http://{address('etcd')}:2379"
        here.start(
            "etcd",
            [
                "etcd",
                "--data-dir",
                str(folder / "etcd"),
                "--listen-client-urls",
                listen,
                "--advertise-client-urls",
                listen,
            ],
        )
        here.start_database("db1")
        assert wait_until(lambda: here.primary() == "db1", 90), here.logs()
        here.start_database("db2")
        assert wait_until(here.is_whole, 90), here.logs()
        apart(create_database(here.owner_url))
        apart(migrate(here.owner_url, app_address(here.owner_url, VARIABLES["XINGJI_SECRET_KEY"])[1]))
        here.token = apart(furnish(Addresses("xingji", here.owner_url, here.app_url())))["web_quote"]
        yield here


async def create_database(url: str) -> None:
    connection = await asyncpg.connect(url.replace("/xingji?", "/postgres?"))
    await connection.execute("create database xingji encoding 'UTF8' template template0")
    await connection.close()
