"""A funnel of the recorded shape, made from a seed: for tests where the recorded files are absent. Owns no data."""

import csv
import random
from datetime import date, datetime, timedelta
from pathlib import Path

ORIGINS = ("organic search", "paid search", "social", "unknown", "direct traffic", "email", "referral", "")
LEADS_HEAD = ("mql_id", "first_contact_date", "landing_page_id", "origin")
WINS_HEAD = ("mql_id", "seller_id", "sdr_id", "sr_id", "won_date", "business_segment", "declared_monthly_revenue")


def write_seeded_funnel(folder: Path, *, seed: int = 7, leads: int = 300, wins: int = 40, reps: int = 22) -> Path:
    """Two CSV files in the folder, the same for the same seed; one win precedes its contact, as in the recorded ones."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    start = date(2017, 6, 14)
    rows = [
        (_hex(draw), start + timedelta(days=draw.randrange(120)), _hex(draw), draw.choices(ORIGINS, (29, 20, 17, 14, 6, 6, 4, 4))[0])
        for _ in range(leads)
    ]
    people = [_hex(draw) for _ in range(reps)]
    won = []
    for number, (lead, contact, _, _) in enumerate(draw.sample(rows, wins)):
        days = -2 if number == 0 else draw.randrange(0, 90)
        at = datetime.combine(contact, datetime.min.time()) + timedelta(days=days, seconds=draw.randrange(86_400))
        # Every rep wins at least once, so that all of them are known.
        rep = people[number % reps]
        won.append((lead, _hex(draw), _hex(draw), rep, at.isoformat(sep=" "), draw.choice(("pet", "audio", "")), draw.choice((0.0, 1500.5))))
    _write(folder / "seeded_qualified_leads.csv", LEADS_HEAD, rows)
    _write(folder / "seeded_closed_deals.csv", WINS_HEAD, won)
    return folder


def _hex(draw: random.Random) -> str:
    return f"{draw.getrandbits(128):032x}"


def _write(file: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(head)
        writer.writerows(rows)
