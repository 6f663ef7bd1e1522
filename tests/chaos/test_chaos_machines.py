"""Several machines: the primary is killed under intake; web machines and workers come and go without a failed request."""

import os
import random
import threading
import time
from collections.abc import Iterator

import pytest

from chaos_place import CLIENTS, Clients, audited
from figures import SEED, figure, long_or_short, not_run
from machines import Machines, machines, may_hold, missing
from xingji.kernel.db.embedded_processes import wait_until

LEADS = long_or_short(6_000, 400)
OVER = long_or_short(60.0, 25.0)
SHARE, EACH = 0.06, long_or_short(250, 30)


@pytest.fixture(scope="module")
def here() -> Iterator[Machines]:
    if (why := missing()) is not None:
        not_run(0, why)
    with machines() as found:
        found.add_web("web1")
        found.add_web("web2")
        found.add_worker("work1")
        yield found


def test_web_machines_and_workers_come_and_go_without_a_failed_request(here: Machines):
    clients = Clients(here, LEADS, random.Random(SEED), OVER)
    steps = [
        lambda: here.add_web("web3"), lambda: here.add_worker("work2"), lambda: here.remove_web("web1"), lambda: here.end("work1"),
        lambda: here.add_web("web1"), lambda: here.remove_web("web3"), lambda: here.add_worker("work1"),
    ]  # fmt: skip
    failed: list[BaseException] = []

    def change() -> None:
        try:
            for step in steps:
                time.sleep(OVER / len(steps) / 4)
                step()
        except BaseException as error:
            failed.append(error)

    changing = threading.Thread(target=change)
    changing.start()
    clients.run()
    changing.join()
    assert failed == [], here.logs()
    found = audited(here, clients)
    figure(
        0, f"web machines and workers added and removed {len(steps)} times: {found}; answers {dict(clients.answers)}"
    )
    assert set(clients.answers) == {"202"}
    assert (found.lost, found.doubled, found.unassigned, found.assigned_twice, found.effects_twice) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize("how", ["killed", "cut from the network"])
def test_a_lost_primary_loses_nothing_and_intake_is_back_within_thirty_seconds(here: Machines, how: str):
    assert wait_until(here.is_whole, 60), here.logs()
    clients = Clients(here, LEADS, random.Random(SEED), OVER, first=100_000 if how == "killed" else 200_000)
    lost: list[float] = []
    victim = str(here.primary())

    def hurt(seconds: float) -> None:
        if seconds > OVER * 0.3 and not lost:
            here.kill(victim) if how == "killed" else here.cut(victim, off=True)
            lost.append(time.monotonic())

    answered: list[float] = []
    deliver = clients.deliver

    def noted(lead: int, copy: int) -> bool:
        well = deliver(lead, copy)
        if well:
            answered.append(time.monotonic())
        return well

    clients.deliver = noted  # type: ignore[method-assign]
    clients.run(hurt)
    found = audited(here, clients)
    later = sorted(at for at in answered if at > lost[0])
    gap = max(b - a for a, b in zip([lost[0], *later], later, strict=False))
    figure(
        0, f"primary {how} under intake: {found}; without an answer for {gap:.1f} s; answers {dict(clients.answers)}"
    )
    assert here.primary() not in (None, victim)
    assert (found.lost, found.doubled, found.unassigned, found.assigned_twice, found.effects_twice) == (0, 0, 0, 0, 0)
    assert gap <= 30
    here.start_database(victim) if how == "killed" else here.cut(victim, off=False)
    assert wait_until(here.is_whole, 120), here.logs()


def test_throughput_with_one_two_and_four_web_machines(here: Machines):
    """Printed, not judged. Machines that share cores with their clients cannot show how it grows: each gets a small share of a core."""
    if not may_hold():
        not_run(0, "this machine may not give processes a share of a core")
    rates: dict[int, int] = {}
    waited: dict[int, int] = {}
    for number, hosts in enumerate((["web1"], ["web1", "web2"], ["web1", "web2", "web3", "web4"])):
        for host in set(here.balanced) - set(hosts):
            here.remove_web(host)
        for host in hosts:
            if host not in here.balanced:
                here.add_web(host)
        held = [here.hold(host, SHARE) for host in hosts]
        clients = Clients(here, EACH * len(hosts), random.Random(SEED), 0.01, first=(3 + number) * 100_000, threads=CLIENTS * len(hosts))
        begun = time.monotonic()
        clients.run()
        rates[len(hosts)] = round(len(clients.receipts) / (time.monotonic() - begun))
        waited[len(hosts)] = round(100 * sum(one() for one in held) / len(held))
        here.let_go()
        assert set(clients.answers) == {"202"}
    figure(
        0,
        f"deliveries a second with 1, 2, 4 web machines of {SHARE:.0%} of a core each: {rates}; they waited for their share in"
        f" {waited} % of all periods; database and clients shared {os.cpu_count()} cores",
    )
    assert rates[1] < rates[2] < rates[4]
