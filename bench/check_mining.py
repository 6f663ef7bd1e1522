"""Computes the flow chart of an XES file from the file alone and compares it with what the application drew.

    xingji import-log FILE --chart chart.json && python bench/check_mining.py FILE chart.json

Uses the standard library only and shares no code with the application. Exit 0: counts are equal, and every duration of an
edge and every stay in an activity agrees to a millionth of an hour.
"""

import argparse
import gzip
import itertools
import json
import statistics
import sys
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

NEAR = 1e-6
MOST_EDGES = 500


def cases_of(path: Path) -> list[list[tuple[str, datetime]]]:
    """Per case (activity, time) in the order of the file."""
    found = []
    with path.open("rb") as handle:
        packed = handle.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as stream:
        for _, element in ET.iterparse(stream):
            if element.tag.rpartition("}")[2] != "trace":
                continue
            case = []
            for event in element:
                if event.tag.rpartition("}")[2] == "event":
                    values = {one.get("key"): one.get("value") for one in event}
                    case.append((str(values["concept:name"]), datetime.fromisoformat(str(values["time:timestamp"]))))
            found.append(case)
            element.clear()
    return found


def tenth(values: list[float]) -> float:
    """The ninth decile, linearly between neighbours."""
    return values[0] if len(values) == 1 else statistics.quantiles(values, n=10, method="inclusive")[8]


def compare(cases: list[list[tuple[str, datetime]]], chart: dict[str, Any]) -> list[str]:
    """What differs, in words."""
    counts = {
        "events": sum(len(case) for case in cases),
        "cases": len(cases),
        "variants": len({tuple(name for name, _ in case) for case in cases}),
    }
    print(f"{counts['events']:,} events, {counts['cases']:,} cases, {counts['variants']:,} variants")
    faults = [f"{key}: {chart[key]} drawn, {count} in the file" for key, count in counts.items() if chart[key] != count]
    edges, stays = defaultdict(list), defaultdict(list)
    for case in cases:
        for (start, begun), (end, until) in itertools.pairwise(case):
            hours = (until - begun).total_seconds() / 3600
            edges[start, end].append(hours)
            stays[start].append(hours)
    drawn = {(one["from"], one["to"]): one for one in chart["edges"]}
    if len(drawn) != min(len(edges), MOST_EDGES):
        faults.append(f"{len(drawn)} edges drawn, {len(edges)} in the file")
    for edge, one in drawn.items():
        faults += differ(" → ".join(edge), edges.get(edge, []), one)
    for one in chart["activities"]:
        if one["stay"]["count"]:
            faults += differ(one["key"], stays[one["key"]], one["stay"])
    ends = Counter(case[-1][0] for case in cases)
    faults += [f"{one['key']}: {one['ends']} ends" for one in chart["activities"] if one["ends"] != ends[one["key"]]]
    print(f"{len(drawn)} edges and {len(chart['activities'])} activities compared, {len(faults)} differ")
    return faults


def differ(name: str, hours: list[float], told: dict[str, Any]) -> list[str]:
    if len(hours) != told["count"]:
        return [f"{name}: {told['count']} times drawn, {len(hours)} in the file"]
    wanted = {"median": statistics.median(hours), "p90": tenth(hours), "mean": statistics.fmean(hours)}
    return [
        f"{name} {key}: {told[key]} drawn, {value} in the file"
        for key, value in wanted.items()
        if abs(value - told[key]) > NEAR
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("chart", type=Path)
    options = parser.parse_args()
    faults = compare(cases_of(options.file), json.loads(options.chart.read_text("utf-8")))
    print("\n".join(faults[:20]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
