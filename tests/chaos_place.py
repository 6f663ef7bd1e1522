"""A durable installation that is hurt on purpose, clients that keep their receipts, and the audit afterwards."""

import asyncio
import contextlib
import http.client
import json
import os
import queue
import random
import shutil
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from browser_office import WORKSPACE, apart, furnish
from conftest import Addresses
from figures import long_or_short
from serving import Served, free_port, served
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import Database
from xingji.kernel.db.embedded import EmbeddedServer
from xingji.kernel.db.migrate import migrate

CLIENTS = 12
PATIENCE = long_or_short(240.0, 60.0)
VARIABLES = {"XINGJI_SECRET_KEY": "chaos-tests-only-0123456789abcdefgh", "XINGJI_RATE_FACTOR": "0"}


@dataclass
class Place:
    """A database server and the program on it, both ours to kill."""

    server: EmbeddedServer
    system: Served
    token: str

    def connection(self) -> http.client.HTTPConnection:
        """How a client reaches the program."""
        return http.client.HTTPConnection("127.0.0.1", self.system.port, timeout=15)

    def logs(self) -> str:
        """The end of what the database says."""
        return (self.server.data_dir / "postgres.log").read_text(errors="replace")[-1500:]

    def kill(self, what: str, chance: random.Random) -> None:
        """kill -9 of "postgres", or of one "web-process" or "work" process."""
        if what == "postgres":
            victims = [self.server.pid] if self.server.pid else []
        else:
            victims = self.system.processes(what)
        if victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)

    def wait_for_database(self, patience: float = 120.0) -> float:
        """Seconds until the server takes writes again."""
        begun = time.monotonic()
        while True:
            try:
                self.server.psql("create temp table answers (n int)")
                return time.monotonic() - begun
            except XingjiError:
                if time.monotonic() - begun > patience:
                    raise
                time.sleep(0.1)


def folder_of(name: str) -> Path:
    """A folder that the server's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix=f"xingji-{name}-"))
    folder.chmod(0o711)
    return folder


@contextlib.contextmanager
def installed(server: EmbeddedServer, app_url: Callable[[str], str] = str, **variables: str) -> Iterator[Place]:
    """The demo organisation on a started server; `app_url` turns the web role's address into the one it shall use."""
    settings = {**VARIABLES, "XINGJI_ALLOW_PRIVATE_HTTP": f"127.0.0.1:8010,127.0.0.1:8011,127.0.0.1:{free_port()}"}
    kept = {key: os.environ.get(key) for key in settings}
    os.environ.update(settings)
    addresses = Addresses("xingji", server.owner_url(), server.app_url())
    try:
        apart(migrate(addresses.owner_url, server.app_password()))
        token = apart(furnish(addresses))["web_quote"]
        arguments = ("--web", "2", "--workers", "2")
        with served(addresses.owner_url, app_url(addresses.app_url), *arguments, **settings, **variables) as system:
            yield Place(server, system, token)
    finally:
        for key, value in kept.items():
            os.environ.pop(key) if value is None else os.environ.update({key: value})


@contextlib.contextmanager
def place(name: str, make: Callable[[Path], EmbeddedServer] = EmbeddedServer, **more: Any) -> Iterator[Place]:
    """The same on a server of its own in a folder of its own, gone afterwards."""
    folder = folder_of(name)
    server = make(folder / "data")
    try:
        server.start()
        with installed(server, **more) as found:
            yield found
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Clients:
    """Deliver each lead one to five times, at once and again until it is acknowledged; keep every receipt."""

    place: Place
    leads: int
    chance: random.Random
    over: float  # seconds the first attempts are spread over
    first: int = 0  # the number of the first lead
    threads: int = CLIENTS
    stable: bool = True  # False: each delivery carries a key of its own, as a careless sender's would
    receipts: list[tuple[int, str, str]] = field(default_factory=list)  # lead, receipt, record
    answers: Counter[str] = field(default_factory=Counter)

    def run(self, hurt: Callable[[float], None] | None = None) -> None:
        """Everything delivered; `hurt` is called with the seconds since the begin, all the while."""
        waiting: queue.PriorityQueue[tuple[float, int, int]] = queue.PriorityQueue()
        total = 0
        for lead in range(self.first, self.first + self.leads):
            at = self.chance.uniform(0, self.over)
            for copy in range(self.chance.randint(1, 5)):
                waiting.put((at + self.chance.choice((0, 0, 0.01, 1.5)), lead, copy))
                total += 1
        begun, left, lock = time.monotonic(), [total], threading.Lock()

        def work() -> None:
            while left[0] > 0 and time.monotonic() - begun < self.over + PATIENCE:
                try:
                    at, lead, copy = waiting.get(timeout=0.2)
                except queue.Empty:
                    continue
                time.sleep(max(0.0, at - (time.monotonic() - begun)))
                if self.deliver(lead, copy):
                    with lock:
                        left[0] -= 1
                else:
                    waiting.put((time.monotonic() - begun + 0.4, lead, copy))

        threads = [threading.Thread(target=work) for _ in range(self.threads)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            if hurt:
                hurt(time.monotonic() - begun)
            time.sleep(0.05)
        if left[0]:
            raise AssertionError(f"{left[0]} of {total} deliveries never acknowledged: {self.answers}\n{self.place.logs()}")

    def deliver(self, lead: int, copy: int) -> bool:
        key = f"chaos-{lead}" if self.stable else f"chaos-{lead}-{copy}"
        body = {
            "name": f"客户{lead}", "company": f"故障演练{lead:06d}有限公司(演示)", "area": "江苏", "industry": "manufacturing",
            "budget": "80万", "external_id": key,
        }  # fmt: skip
        connection = self.place.connection()
        try:
            path = f"/api/v1/intake/{self.place.token}"
            connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
            answer = connection.getresponse()
            told = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.answers[type(error).__name__] += 1
            return False
        finally:
            connection.close()
        self.answers[str(answer.status)] += 1
        if answer.status != 202:
            return False
        self.receipts.append((lead, told["receipt"], told["lead"]))
        return True


@dataclass(frozen=True)
class Audit:
    """What is there afterwards against what was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int
    unassigned: int
    assigned_twice: int
    effects_twice: int

    def __str__(self) -> str:
        return (
            f"acknowledged {self.acknowledged} / lost {self.lost} / doubled {self.doubled};"
            f" leads without an assignment {self.unassigned}, assigned twice {self.assigned_twice},"
            f" rule effects twice {self.effects_twice}"
        )


DOUBLED = "select count(*) from (select from o_lead where company like '故障演练%' group by company having count(*) > 1) as d"
TWICE = """select count(*) from (select from ledger where action in ('dispatched', 'held')
    group by lead having count(*) > 1) as d"""
EFFECTS = """select count(*) from (select from rule_run where outcome = 'acted' and record is not null and timer is null
    group by rule, version, record, event having count(*) > 1) as d"""
UNASSIGNED = """select count(*) from o_lead where company like '故障演练%'
    and not exists (select from ledger where ledger.lead = o_lead.id)"""


async def audit(place: Place, clients: Clients, patience: float = PATIENCE) -> Audit:
    """Compares every receipt with the database, once it is back and the workers have caught up."""
    await asyncio.to_thread(place.wait_for_database)
    database = await Database.connect(place.server.app_url(), max_size=2)
    try:
        deadline = time.monotonic() + patience
        while True:
            async with database.work(WORKSPACE) as uow:
                unassigned = await uow.fetchval(UNASSIGNED)
            if not unassigned or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.2)
        receipts = [(UUID(receipt), UUID(lead)) for _, receipt, lead in clients.receipts]
        async with database.work(WORKSPACE) as uow:
            lost = await uow.fetchval(
                """select count(*) from unnest($1::uuid[], $2::uuid[]) as told (receipt, lead)
                where not exists (select from receipt where id = told.receipt and lead = told.lead)
                   or not exists (select from o_lead where id = told.lead)""",
                [receipt for receipt, _ in receipts],
                [lead for _, lead in receipts],
            )
            figures = [await uow.fetchval(statement) for statement in (DOUBLED, TWICE, EFFECTS)]
        return Audit(len(receipts), lost, figures[0], unassigned, figures[1], figures[2])
    finally:
        await database.close()


def audited(place: Place, clients: Clients) -> Audit:
    return apart(audit(place, clients))
