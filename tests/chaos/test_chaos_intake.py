"""Rows 1 and 8: kill -9 of web processes, workers and the database under intake; what was acknowledged is there, once."""

import random
from collections.abc import Callable, Iterator

import pytest

from chaos_place import Clients, Place, audited, place
from figures import SEED, figure, long_or_short
from xingji.kernel.db.embedded_processes import wait_until

LEADS = long_or_short(6_000, 200)
OVER = long_or_short(150.0, 10.0)
EVERY = long_or_short((3.0, 6.0), (1.8, 2.4))
VICTIMS = ("web-process", "work", "postgres", "web-process")


@pytest.fixture(scope="module")
def here() -> Iterator[Place]:
    with place("chaos") as found:
        yield found


def killer(here: Place, chance: random.Random, done: list[str]) -> Callable[[float], None]:
    """Kills something every few seconds of a run."""
    due = chance.uniform(*EVERY)

    def hurt(seconds: float) -> None:
        nonlocal due
        if due < seconds < OVER:
            victim = VICTIMS[len(done) % len(VICTIMS)]
            here.kill(victim, chance)
            done.append(victim)
            due = seconds + chance.uniform(*EVERY)

    return hurt


def test_what_was_acknowledged_under_kill_9_is_there_once_and_has_its_effects_once(here: Place):
    chance = random.Random(SEED)
    clients, killed = Clients(here, LEADS, chance, OVER), []
    clients.run(killer(here, chance, killed))
    found = audited(here, clients)
    figure(1, f"{len(killed)} kills -9; {found}; answers {dict(clients.answers)}")
    records = {record for _, _, record in clients.receipts}
    figure(8, f"{found.acknowledged} deliveries, 1 to 5 of each of {LEADS} leads, across restarts: {len(records)} leads")
    assert set(VICTIMS) <= set(killed)
    assert (found.lost, found.doubled, found.unassigned, found.assigned_twice, found.effects_twice) == (0, 0, 0, 0, 0)
    assert len(records) == LEADS


def test_deliveries_without_a_stable_key_are_seen_as_doubled(here: Place):
    """The control of row 8: the audit must notice."""
    clients = Clients(here, 40, random.Random(SEED), 0.5, first=LEADS, stable=False)
    clients.run()
    assert audited(here, clients).doubled > 0


def test_acknowledging_before_the_disk_has_it_is_seen_as_lost(here: Place):
    """The control of row 1: with commits that wait for no disk, a killed server loses what it acknowledged."""
    for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'"):
        here.server.psql(f"alter system set {setting}")
    here.server.psql("select pg_reload_conf()")
    clients = Clients(here, 120, random.Random(SEED), 0.5, first=LEADS + 1000)
    clients.run()
    killed = here.server.pid
    here.kill("postgres", random.Random(SEED))
    assert wait_until(lambda: here.server.pid not in (None, killed), 60)
    assert audited(here, clients).lost > 0
