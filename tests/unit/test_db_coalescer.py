"""Requests share a commit; none is forgotten, and a bad one harms only itself."""

import asyncio

import pytest

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db.coalescer import Coalescer


async def test_requests_that_wait_share_the_next_flush():
    batches = []

    async def flush(items):
        batches.append(list(items))
        await asyncio.sleep(0.01)
        return [item * 10 for item in items]

    coalescer = Coalescer(flush)
    outcomes = await asyncio.gather(*(coalescer.submit(n) for n in range(20)))
    assert outcomes == [n * 10 for n in range(20)]
    assert len(batches) <= 2
    assert sorted(n for batch in batches for n in batch) == list(range(20))


@pytest.mark.parametrize("at_once", [1, 2])
async def test_no_more_flushes_than_allowed_are_in_flight(at_once):
    running = most = 0

    async def flush(items):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return items

    coalescer = Coalescer(flush, most=3, at_once=at_once)
    waiting = asyncio.gather(*(coalescer.submit(n) for n in range(50)))
    await asyncio.sleep(0)
    await coalescer.drain()
    assert running == 0
    assert await waiting == list(range(50))
    assert most == at_once


async def test_no_request_is_forgotten_however_the_moments_fall():
    async def flush(items):
        for _ in range(len(items) % 3):
            await asyncio.sleep(0)
        return items

    coalescer = Coalescer(flush)

    async def one(number):
        for _ in range(number % 7):
            await asyncio.sleep(0)
        return await coalescer.submit(number)

    for _ in range(60):
        answers = await asyncio.wait_for(asyncio.gather(*(one(n) for n in range(25))), timeout=5)
        assert answers == list(range(25))


async def test_a_poisonous_item_fails_alone():
    async def flush(items):
        if 13 in items:
            raise ValueError("poison")
        return items

    coalescer = Coalescer(flush)
    answers = await asyncio.gather(*(coalescer.submit(n) for n in range(32)), return_exceptions=True)
    assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] == [13]
    assert await coalescer.submit(99) == 99


async def test_a_database_that_is_away_is_asked_once_per_batch():
    calls = 0

    async def flush(items):
        nonlocal calls
        calls += 1
        raise ConnectionRefusedError

    coalescer = Coalescer(flush)
    answers = await asyncio.gather(*(coalescer.submit(n) for n in range(40)), return_exceptions=True)
    assert {answer.code for answer in answers} == {"intake.database_away"}
    assert calls <= 2


async def test_a_full_queue_says_so_instead_of_growing():
    gate = asyncio.Event()

    async def flush(items):
        await gate.wait()
        return items

    coalescer = Coalescer(flush, waiting_limit=2)
    waiting = [asyncio.create_task(coalescer.submit(0))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting += [asyncio.create_task(coalescer.submit(n)) for n in (1, 2)]
    await asyncio.sleep(0)
    with pytest.raises(XingjiError) as refusal:
        await coalescer.submit(3)
    assert refusal.value.code == "intake.busy"
    gate.set()
    assert await asyncio.gather(*waiting) == [0, 1, 2]


async def test_a_batch_weighs_no_more_than_allowed_and_always_holds_one_item():
    batches: list[list[str]] = []

    async def flush(items):
        batches.append(list(items))
        await asyncio.sleep(0)
        return items

    coalescer = Coalescer(flush, most=5, weigh=len)
    await asyncio.gather(*(coalescer.submit(text) for text in ("aa", "bb", "ccc", "dddddddd", "e")))
    assert [item for batch in batches for item in batch] == ["aa", "bb", "ccc", "dddddddd", "e"]
    assert ["dddddddd"] in batches
    assert all(sum(map(len, batch)) <= 5 or len(batch) == 1 for batch in batches)
