"""Imported event logs: counts and times as an independent reader finds them, hostile files refused, the figure of the chart.

The public loan log (BPI Challenge 2012) is looked for in the folder of recorded data; without it that test is skipped and
says so. A seeded file of the same size always runs.
"""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from integration.http_world import World, make_world
from xingji.features.mining.chart import draw_chart
from xingji.features.mining.logs import import_log, list_logs, load_log
from xingji.kernel.core.errors import XingjiError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import mining as generator  # noqa: E402

EVENTS, CASES = 262_200, 13_087
LIMIT = 3.0


LOANS = Path(os.environ.get("XINGJI_RECORDED_DATA", ROOT.parent / "shared" / "data")) / "bpi2012" / "BPI_Challenge_2012.xes.gz"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(database, workspace):
    return await make_world(database, workspace)


def unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as file:
        while chunk := file.read(1 << 18):
            yield chunk


async def bring(world: World, path: Path, key: str) -> dict:
    """The log as the web app brings it, unpacked: more than any body that is held as a whole may be."""
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for chunk in unpacked(path):
            sent += len(chunk)
            yield chunk

    async with await world.browser("boss") as boss:
        answer = await boss.post("/api/v1/mining/logs", params={"key": key, "name": path.name}, content=body(), timeout=300)
        assert answer.status_code == 201, answer.text
    assert sent > 50 * 1024 * 1024
    return answer.json()


async def draw(world: World, path: Path, key: str) -> tuple[dict, float]:
    database, workspace = world.database, world.workspace
    begun = time.perf_counter()
    brought = await bring(world, path, key)
    assert (brought["events"], brought["cases"]) == (EVENTS, CASES)
    imported = time.perf_counter() - begun
    begun = time.perf_counter()
    async with database.work(workspace) as uow:
        log = await load_log(uow, key)
    chart = draw_chart(log)
    taken = time.perf_counter() - begun
    print(f"\n{key}: imported in {imported:.1f} s, {chart['events']:,} events to chart in {taken:.2f} s (limit {LIMIT} s)")
    return chart, taken


def check(path: Path, chart: dict, folder: Path) -> subprocess.CompletedProcess[str]:
    drawn = folder / "chart.json"
    drawn.write_text(json.dumps(chart), "utf-8")
    return subprocess.run([sys.executable, str(ROOT / "bench" / "check_mining.py"), str(path), str(drawn)], capture_output=True, text=True, check=False)


@pytest.mark.skipif(not LOANS.is_file(), reason=f"the public loan log is not at {LOANS}")
async def test_the_public_loan_log_gives_its_known_counts_and_every_time_agrees_with_an_independent_reader(world, tmp_path):
    chart, taken = await draw(world, LOANS, "loans")
    assert (chart["events"], chart["cases"], chart["variants"]) == (EVENTS, CASES, 4_366)
    answer = check(LOANS, chart, tmp_path)
    print(answer.stdout)
    assert answer.returncode == 0, answer.stdout
    assert taken < 10 * LIMIT


async def test_a_seeded_log_of_that_size_agrees_too_and_a_changed_chart_does_not(world, tmp_path):
    path = tmp_path / "seeded.xes.gz"
    generator.write_log(path, EVENTS, CASES)
    chart, taken = await draw(world, path, "seeded")
    assert (chart["events"], chart["cases"]) == (EVENTS, CASES)
    assert sum(one["starts"] for one in chart["activities"]) == sum(one["ends"] for one in chart["activities"]) == CASES
    assert check(path, chart, tmp_path).returncode == 0
    chart["edges"][0]["median"] += 0.01
    answer = check(path, chart, tmp_path)
    assert answer.returncode == 1
    assert " 1 differ" in answer.stdout
    assert taken < 10 * LIMIT


HEAD = '<?xml version="1.0"?>'
NAMED = '<string key="concept:name" value="A"/>'
TIMED = '<date key="time:timestamp" value="2026-01-01T00:00:00Z"/>'
HOSTILE = {
    "mining.doctype": f'{HEAD}<!DOCTYPE log [<!ENTITY a "x">]><log>&a;</log>',
    "mining.no_log": "<html/>",
    "mining.broken": "<log><trace>",
    "mining.too_deep": "<log>" + "<list>" * 100 + "</list>" * 100 + "</log>",
    "mining.too_long": f'<log><trace><string key="a" value="{"x" * 5_000}"/></trace></log>',
    "mining.no_time": f"<log><trace><event>{NAMED}</event></trace></log>",
    "mining.no_activity": f"<log><trace><event>{TIMED}</event></trace></log>",
}


@pytest.mark.parametrize("code", HOSTILE)
async def test_a_hostile_or_broken_file_is_refused_by_name_and_leaves_nothing(database, workspace, tmp_path, code):
    path = tmp_path / "bad.xes"
    path.write_text(HOSTILE[code], "utf-8")
    with pytest.raises(XingjiError) as refused:
        async with database.work(workspace) as uow:
            await import_log(uow, path, "bad")
    assert [problem.code for problem in refused.value.problems] == [code]
    async with database.work(workspace) as uow:
        assert "bad" not in [one["key"] for one in await list_logs(uow)]


async def test_a_cut_or_endless_packed_file_is_refused(database, workspace, tmp_path):
    cut, endless = tmp_path / "cut.xes.gz", tmp_path / "endless.xes.gz"
    cut.write_bytes(gzip.compress(b"<log></log>" * 1)[:-6])
    endless.write_bytes(gzip.compress(b'<log a="' + b"x" * (16 << 20)))
    for path, code in ((cut, "mining.packed"), (endless, "mining.too_long")):
        with pytest.raises(XingjiError) as refused:
            async with database.work(workspace) as uow:
                await import_log(uow, path, "bad")
        assert refused.value.problems[0].code == code


async def test_nested_attributes_and_globals_are_no_values_and_a_second_import_replaces_the_first(database, workspace, tmp_path):
    path = tmp_path / "small.xes"
    event = '<event><string key="concept:name" value="{}"><string key="concept:name" value="inner"/></string><date key="time:timestamp" value="2026-01-0{}T00:00:00+08:00"/></event>'
    globals_ = f'<global scope="event">{NAMED}</global><list key="x"><trace/></list>'
    case = f'<trace><string key="concept:name" value="c1"/><string key="team" value="n1"/>{event.format("A", 1)}{event.format("B", 2)}{event.format("A", 4)}</trace>'
    for _ in range(2):
        path.write_text(f"{HEAD}<log>{globals_}{case}</log>", "utf-8")
        async with database.work(workspace) as uow:
            assert await import_log(uow, path, "small") == {"log": "small", "cases": 1, "events": 3, "activities": 2}
            log = await load_log(uow, "small", fields=["team"])
            listed = next(one for one in await list_logs(uow) if one["key"] == "small")
    assert (log.names, log.cases[0].key, log.cases[0].steps, log.cases[0].data) == (["A", "B"], "c1", (0, 1, 0), ("n1",))
    assert (listed["cases"], listed["fields"]) == (1, ["team"])
    chart = draw_chart(log)
    assert [(one["from"], one["to"], one["median"], one["rework"]) for one in chart["edges"]] == [("A", "B", 24.0, None), ("B", "A", 48.0, "return")]
