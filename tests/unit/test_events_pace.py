"""A reader nobody waits for: its batches fit a fraction of a second, and it rests unless a whole batch was waiting."""

from types import SimpleNamespace
from typing import Any, cast

from xingji import app
from xingji.kernel.db import Database
from xingji.kernel.events.pace import FIRST, LEAST, PATIENCE, Pace, pace_of, patiently


def test_a_long_batch_halves_the_next_and_a_short_full_one_doubles_it():
    pace = Pace(limit=400, most=1_000, short=0.1, long=0.3)
    pace.learn(400, 0.05)
    assert (pace.limit, pace.full) == (800, True)
    pace.learn(800, 0.05)
    assert pace.limit == 1_000
    pace.learn(10, 0.01)
    assert (pace.limit, pace.full) == (1_000, False)  # few were waiting: nothing is learned of a large batch
    pace.learn(1_000, 0.5)
    assert pace.limit == 500
    for _ in range(9):
        pace.learn(pace.limit, 0.5)
    assert pace.limit == LEAST


async def test_a_reader_goes_on_at_once_only_while_whole_batches_wait():
    database = cast(Database, SimpleNamespace(cache={}))
    waiting = [pace_of(database, "bare", "followers").limit, 7, 0]

    async def read(_: Database, workspace: str) -> int:
        return waiting.pop(0)

    once = patiently(read, "followers")
    assert [await once(database, "bare") for _ in range(3)] == [500, 0, 0]


async def test_a_reader_nobody_waits_for_stands_back_while_the_rules_are_behind_but_not_for_ever():
    database = cast(Database, SimpleNamespace(cache={}))
    read: list[str] = []

    async def once(_: Database, workspace: str) -> int:
        read.append(workspace)
        return 0

    follower = patiently(once, "followers")
    await follower(database, "bare")  # the rules have read nothing yet
    rules = pace_of(database, "bare", FIRST, short=0.3, long=1.0)
    rules.learn(50, 0.1)
    await follower(database, "bare")
    assert read == ["bare", "bare"]
    rules.learn(2_000, 0.7)
    await follower(database, "bare")
    await follower(database, "other")  # whose rules are not behind
    assert read == ["bare", "bare", "other"]
    pace_of(database, "bare", "followers").last -= PATIENCE
    await follower(database, "bare")
    assert read.pop() == "bare"
    rules.learn(100, 0.1)
    await follower(database, "bare")
    assert len(read) == 4


def test_only_the_rules_are_woken_by_every_commit_of_the_log():
    app.configure()
    jobs: list[Any] = app.jobs()
    assert [job.name for job in jobs if job.wakes] == ["run_rules_once"]
