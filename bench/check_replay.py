"""Computes the channel table from the two CSV files alone and compares it with what the application answered.

    python bench/check_replay.py FOLDER table.json          (the file `xingji replay --table` wrote)
    python bench/check_replay.py FOLDER http://127.0.0.1:8000 --token xj_…

Uses the standard library only and shares no code with the application. Exit 0: every figure is equal to the last digit.
"""

import argparse
import csv
import json
import sys
import urllib.request
from datetime import datetime
from fractions import Fraction
from pathlib import Path

DAY = 86_400
FIGURES = ("leads", "wins", "conversion", "lag_median_days", "lag_mean_days")


def read(folder: Path, part: str) -> list[dict[str, str]]:
    file = next(iter(sorted(folder.glob(f"*{part}*.csv"))))
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def table_of(folder: Path) -> dict[str, dict[str, float | int | None]]:
    """Figures per channel from the files: exact fractions, made a float at the very end."""
    leads = {row["mql_id"]: row for row in read(folder, "qualified_leads")}
    lags: dict[str, list[Fraction]] = {}
    counts: dict[str, int] = {}
    for row in leads.values():
        counts[row["origin"]] = counts.get(row["origin"], 0) + 1
    for win in read(folder, "closed_deals"):
        lead = leads.get(win["mql_id"])
        if lead is not None:
            seconds = (
                datetime.fromisoformat(win["won_date"]) - datetime.fromisoformat(lead["first_contact_date"])
            ).total_seconds()
            lags.setdefault(lead["origin"], []).append(Fraction(int(seconds), DAY))
    table = {}
    for origin, number in counts.items():
        mine = sorted(lags.get(origin, []))
        table[origin] = {
            "leads": number, "wins": len(mine), "conversion": float(Fraction(len(mine), number)),
            "lag_median_days": float(median(mine)) if mine else None, "lag_mean_days": float(sum(mine) / len(mine)) if mine else None,
        }  # fmt: skip
    return table


def median(values: list[Fraction]) -> Fraction:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def answered(where: str, token: str | None) -> dict[str, dict[str, float | int | None]]:
    """The application's table by channel; no channel is the empty origin."""
    if where.startswith("http"):
        request = urllib.request.Request(f"{where}/api/v1/channels/table", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            found = json.load(answer)
    else:
        found = json.loads(Path(where).read_text("utf-8"))
    return {row["channel"] or "": row for row in found["rows"]}


def same(one: float | int | None, other: float | int | None) -> bool:
    """Equal to the last digit a double holds after the few operations that led here."""
    if one is None or other is None:
        return one is other
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    return abs(one - other) <= 4e-15 * max(1.0, abs(one), abs(other))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("answer")
    parser.add_argument("--token")
    options = parser.parse_args()
    wanted, got = table_of(options.folder), answered(options.answer, options.token)
    bad = 0
    print(f"{'channel':20} " + " ".join(f"{name:>18}" for name in FIGURES))
    for channel in sorted({*wanted, *got}, key=lambda name: (-(wanted.get(name, {}).get("leads") or 0), name)):
        mine, theirs = wanted.get(channel, {}), got.get(channel, {})
        wrong = [name for name in FIGURES if not same(mine.get(name), theirs.get(name))]
        bad += len(wrong)
        print(
            f"{channel or '(empty)':20} "
            + " ".join(f"{mine.get(name)!s:>18.18}" for name in FIGURES)
            + ("" if not wrong else f"  DIFFERS: {wrong} {theirs}")
        )
    print("every figure is equal" if not bad else f"{bad} figures differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
