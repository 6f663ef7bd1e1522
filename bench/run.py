"""`make bench`: measures this machine and the product in the same run, prints ratios, keeps results/latest.json.

Every part's results are printed and kept as soon as it ends; one that fails is named, stops no other, and the exit code is 1.
Options: --quick or QUICK=1 (a tenth of everything), --only PART (see PARTS; may be repeated), --seconds N, --repeats N.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

os.environ.setdefault("XINGJI_RATE_FACTOR", "0")

import fill
import measure
import mining
import process
import reach
import web
from place import ROOT, WEB, Place, place

from xingji.commands.processes import keep_what_is_loaded

LATEST = ROOT / "bench" / "results" / "latest.json"
LEADS, MANY_LEADS, EVENTS, TIMERS, DUE = 200_000, 1_000_000, 100_000, 1_000_000, 10_000
ACTED, MANY_EVENTS, BACKLOG = 50_000, 10_000_000, 100_000


@dataclass
class Run:
    """One run: where, how large, how often; the organisation is filled once, when the first part asks for it."""

    options: argparse.Namespace
    place: Place
    filled: asyncio.Lock = field(default_factory=asyncio.Lock)
    token: str = ""
    leads: list[UUID] = field(default_factory=list)

    def of(self, size: int) -> int:
        """A size as this run has it."""
        return size // 10 if self.options.quick else size

    async def organisation(self) -> None:
        """People, the dispatch table, 200,000 leads."""
        async with self.filled:
            if not self.leads:
                await fill.fill_organisation(self.place)
                self.token = await fill.fill_dispatch(self.place)
                self.leads = await fill.fill_leads(self.place, self.of(LEADS))


async def run_mining(run: Run) -> list[measure.Result]:
    """An imported log and its chart."""
    return await mining.measure_mining(run.place, 10 if run.options.quick else 1, run.options.repeats)


async def run_events(run: Run) -> list[measure.Result]:
    """Events taken in and read, without and with rules."""
    await run.organisation()
    plain = await measure.events(run.place, run.leads, run.of(EVENTS), 0, run.options.repeats)
    await fill.fill_event_rules(run.place)
    matched = await measure.events(run.place, run.leads, run.of(EVENTS), 100, run.options.repeats)
    return [plain, matched, await reach.acting(run.place, run.leads, run.of(ACTED))]


async def run_intake(run: Run) -> list[measure.Result]:
    """Leads taken in, and their way to a person."""
    await run.organisation()
    await fill.fill_lead_rules(run.place)
    return await measure.intake(run.place, run.token, run.options.seconds, run.options.repeats)


async def run_lists(run: Run) -> list[measure.Result]:
    """Pages of a list of 1,000,000 leads, searches, and the heat map of a quarter."""
    await run.organisation()
    await fill.fill_leads(run.place, run.of(MANY_LEADS - LEADS), first=run.of(LEADS))
    many = run.of(MANY_LEADS)
    page = await measure.lists(run.place, many)
    return [page, *await reach.lists(run.place, many), *await reach.heat_map(run.place, many, run.of(MANY_EVENTS))]


async def run_timers(run: Run) -> list[measure.Result]:
    """Timers due in a minute while others sleep, and a backlog of them."""
    await run.organisation()
    late = await measure.timers(run.place, run.leads, run.of(TIMERS), run.of(DUE))
    return [late, await reach.backlog(run.place, run.of(BACKLOG))]


async def run_publish(run: Run) -> list[measure.Result]:
    """A change published while four processes serve."""
    await run.organisation()
    return [await reach.published(run.place, run.token)]


async def run_growth(run: Run) -> list[measure.Result]:
    """What work costs as the data grow, in a place of its own."""
    async with place() as small:
        await fill.fill_organisation(small)
        token = await fill.fill_dispatch(small)
        await fill.fill_lead_rules(small)
        return await reach.growth(small, token, tuple(run.of(size) for size in reach.SIZES), 3)


async def run_process(run: Run) -> list[measure.Result]:
    """Health of deals, the radar over them, the gate on a move."""
    return await process.measure_process(run.place, 10 if run.options.quick else 1, run.options.repeats)


async def run_web(run: Run) -> list[measure.Result]:
    """The web app in a slow browser, on a demo office of its own."""
    return await asyncio.to_thread(web.measure, run.of(10_000))


PARTS: dict[str, Callable[[Run], Awaitable[list[measure.Result]]]] = {
    "mining": run_mining, "events": run_events, "intake": run_intake, "lists": run_lists, "timers": run_timers,
    "publish": run_publish, "growth": run_growth, "process": run_process, "web": run_web,
}  # fmt: skip


async def run_parts(options: argparse.Namespace) -> list[str]:
    """Runs the wanted parts, keeping what each found; the names of those that failed."""
    failed = []
    async with place() as here:
        run = Run(options, here)
        for name in options.only or PARTS:
            begun = time.monotonic()
            print(f"-- {name}", flush=True)
            try:
                found = await PARTS[name](run)
            except Exception:
                traceback.print_exc()
                print(f"-- {name} FAILED after {time.monotonic() - begun:.0f} s", flush=True)
                failed.append(name)
            else:
                keep(found, options.quick)
                print(f"-- {name} took {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def keep(found: list[measure.Result], quick: bool) -> None:
    """Prints results and puts them in the place of those with the same names in latest.json."""
    about = {
        "machine": machine(),
        "commit": commit(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
    }
    kept: list[dict[str, Any]] = json.loads(LATEST.read_text("utf-8")) if LATEST.is_file() else []
    names = {row["name"] for row in found}
    kept = [row for row in kept if row["name"] not in names] + [row | about for row in found]
    LATEST.parent.mkdir(exist_ok=True)
    fresh = LATEST.with_suffix(".new")
    fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
    fresh.replace(LATEST)
    for row in found:
        ratio = f"{row['ratio']:.3f} of {row['limit']:,.0f}" if row["ratio"] is not None else "-"
        print(
            f"{row['name']:22} {row['value']:>12,.1f} {row['unit']:9} ratio {ratio:>22}"
            f"   p50 {row['p50'] or 0:.1f}  p99 {row['p99'] or 0:.1f}  repeats {row['repeats']}"
        )
        for key, value in row.items():
            if key not in ("name", "value", "unit", "limit", "ratio", "p50", "p99", "repeats"):
                print(f"{'':24}{key}: {value}")
    sys.stdout.flush()


def machine() -> dict[str, Any]:
    """The machine, and how busy it was in the last quarter of an hour: above the cores, others used it too."""
    return {
        "cores": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version(),
        "load": round(os.getloadavg()[2], 1), "web_processes": WEB,
    }  # fmt: skip


def commit() -> str | None:
    """The commit measured; with a plus when files differ from it."""
    try:
        told = ["git", "-C", str(ROOT)]
        name = subprocess.run([*told, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True)
        changed = subprocess.run(
            [*told, "status", "--porcelain", "--", "src", "packs", "bench/*.py"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return name.stdout.strip() + ("+" if changed.stdout.strip() else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", default=os.environ.get("QUICK", "") not in ("", "0"))
    parser.add_argument("--only", action="append", choices=[*PARTS])
    parser.add_argument("--seconds", type=int)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    options.seconds = options.seconds or (3 if options.quick else 10)
    keep_what_is_loaded()  # the rules read events in this process
    failed = asyncio.run(run_parts(options))
    if failed:
        print(f"failed: {', '.join(failed)}; the results of the others are in {LATEST.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
