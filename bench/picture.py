"""Draws bench/results/latest.json as docs/performance.svg: each figure with a limit or an aim, as a share of it.

A rate is good when its bar is long, a time when it is short: the colour says whether the aim of the figure was reached.
"""

import json
import math
import sys
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results" / "latest.json"
PICTURE = ROOT / "docs" / "performance.svg"
AIMS = {"intake": 0.25, "intake_alone": 0.25, "events_0_rules": 0.25, "events_100_rules": 0.25}
"""Shares of a limit measured beside them that are aimed at; whatever else has a limit aims at that itself."""
WIDTH, LEFT, RIGHT, ROW, TOP = 1_000, 230, 350, 28, 56
LEAST, MOST = 0.01, 100.0


def is_rate(row: dict[str, Any]) -> bool:
    """Whether more is better."""
    return "/s" in str(row["unit"])


def reached(row: dict[str, Any]) -> bool:
    """Whether the figure reaches its aim."""
    aim = AIMS.get(row["name"], 1.0)
    return bool(row["ratio"] >= aim) if is_rate(row) else bool(row["ratio"] <= aim)


def place(ratio: float) -> float:
    """Where a share stands on a logarithmic scale from 1 % to a hundredfold, in pixels."""
    inside = min(max(ratio, LEAST), MOST)
    return LEFT + (WIDTH - LEFT - RIGHT) * (math.log10(inside) - math.log10(LEAST)) / (
        math.log10(MOST) - math.log10(LEAST)
    )


def draw(rows: list[dict[str, Any]]) -> str:
    """The picture as SVG text."""
    told = [row for row in rows if row.get("ratio") is not None]
    height = TOP + ROW * len(told) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="24" font-size="15" fill="#1f2329">Each figure as a share of its limit or aim (logarithmic)</text>',
    ]
    for ratio, text in ((0.01, "1 %"), (0.1, "10 %"), (1.0, "100 %"), (10.0, "10×"), (100.0, "100×")):
        x = place(ratio)
        parts.append(
            f'<line x1="{x:.0f}" y1="{TOP - 8}" x2="{x:.0f}" y2="{height - 16}" stroke="{"#8f959e" if ratio == 1 else "#dee0e3"}"/>'
        )
        parts.append(f'<text x="{x:.0f}" y="{TOP - 12}" text-anchor="middle" fill="#646a73">{text}</text>')
    for n, row in enumerate(told):
        y, good = TOP + ROW * n, reached(row)
        start, end = place(LEAST), place(row["ratio"])
        colour = "#2ea44f" if good else "#d83931"
        value = f"{row['value']:,.3g}" if row["value"] < 1_000 else f"{row['value']:,.0f}"
        aim = (
            f"aim {AIMS[row['name']]:.0%} of {row['limit']:,.0f}" if row["name"] in AIMS else f"aim {row['limit']:,.0f}"
        )
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end" fill="#1f2329">{escape(str(row["name"]))}</text>',
            f'<rect x="{start:.0f}" y="{y + 5}" width="{max(end - start, 2):.0f}" height="14" rx="3" fill="{colour}"/>',
            f'<text x="{WIDTH - RIGHT + 12}" y="{y + 16}" fill="#1f2329">{value} {escape(str(row["unit"]))} · {aim} · {"reached" if good else "missed"}</text>',
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> int:
    PICTURE.write_text(draw(json.loads(RESULTS.read_text("utf-8"))), "utf-8")
    print(f"drawn: {PICTURE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
