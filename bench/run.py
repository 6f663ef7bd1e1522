"""`make bench`: measures this machine and the product in the same run, prints ratios, writes results/latest.json.

Options: --quick (a tenth of everything), --only NAME (intake, events, timers, lists, mining, process), --seconds N, --repeats N.
"""

import argparse
import asyncio
import json
import os
import platform
from pathlib import Path

os.environ.setdefault("XINGJI_RATE_FACTOR", "0")

import fill
import measure
import mining
import process
import web
from place import WEB, place

from xingji.commands.processes import keep_what_is_loaded

RESULTS = Path(__file__).resolve().parent / "results"


async def run(options: argparse.Namespace) -> list[measure.Result]:
    """All wanted measurements, in an order in which each finds what it needs."""
    scale = 10 if options.quick else 1
    wanted = options.only or ["intake", "events", "timers", "lists", "mining", "process", "web"]
    found: list[measure.Result] = []
    async with place() as here:
        if "mining" in wanted:
            found += await mining.measure_mining(here, scale, options.repeats)
        if "process" in wanted:
            found += await process.measure_process(here, scale, options.repeats)
        if set(wanted) <= {"mining", "process"}:
            return found
        await fill.fill_organisation(here)
        token = await fill.fill_dispatch(here)
        leads = 200_000 // scale
        subjects = await fill.fill_leads(here, leads)
        if "events" in wanted:
            found.append(await measure.events(here, subjects, 200_000 // scale, 0))
            await fill.fill_event_rules(here)
            found.append(await measure.events(here, subjects, 200_000 // scale, 100))
        if "intake" in wanted:
            await fill.fill_lead_rules(here)
            found += await measure.intake(here, token, options.seconds, options.repeats)
        if "lists" in wanted:
            more = 1_000_000 // scale - leads
            await fill.fill_leads(here, more, first=leads)
            found.append(await measure.lists(here, leads + more))
        if "timers" in wanted:
            found.append(await measure.timers(here, subjects, 1_000_000 // scale, 10_000 // scale))
    if "web" in wanted:
        found += await asyncio.to_thread(web.measure, 10_000 // scale)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    keep_what_is_loaded()  # the rules read events in this process
    found = asyncio.run(run(options))
    load = round(os.getloadavg()[2], 1)  # of the last quarter of an hour: above the cores, others used the machine too
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load": load,
        "web_processes": WEB,
    }
    RESULTS.mkdir(exist_ok=True)
    rows = [row | {"machine": machine, "quick": options.quick} for row in found]
    (RESULTS / "latest.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8")
    for row in found:
        ratio = f"{row['ratio']:.3f} of {row['limit']:,.0f}" if row["ratio"] is not None else "-"
        print(
            f"{row['name']:22} {row['value']:>12,.1f} {row['unit']:9} ratio {ratio:>22}   p50 {row['p50'] or 0:.1f}  p99 {row['p99'] or 0:.1f}"
        )


if __name__ == "__main__":
    main()
