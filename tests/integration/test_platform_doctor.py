"""What an operator looks at: the doctor finds what is wrong, the dashboard names the figures that exist."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from leads_world import Client
from xingji import backups_continuous, doctor

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = json.loads((ROOT / "docs/dashboards/grafana.json").read_text("utf-8"))
NAME = re.compile(r"\bxingji_[a-z_]+\b")

WRONG = {
    doctor.check_receipts: (
        "insert into receipt (id, source, delivery, occurred_at, status) values (gen_random_uuid(), 'x', 'x', now(), 'refused')",
        "1 were refused",
    ),
    doctor.check_timers: (
        "insert into timer (kind, key, due, until) values ('since', 'x', now() - interval '1 hour', now() - interval '1 hour')",
        "1 are overdue",
    ),
    doctor.check_holidays: ("delete from public_holiday", "no public holidays for"),
    doctor.check_workspace_clock: ("update workspace_state set clock_offset = interval '3 days'", "is moved by 3 days"),
    doctor.check_outbox: (
        "insert into outbox (channel, message, status, dedupe) values ('x', '{}', 'dead', 'x')",
        "1 were given up",
    ),
}


@pytest.mark.parametrize("check", WRONG, ids=lambda check: check.__name__)
async def test_each_thing_wrong_in_a_workspace_is_found_and_has_a_remedy(fresh, workspace, check):
    statement, text = WRONG[check]
    if check is doctor.check_holidays:
        async with fresh.work(workspace) as uow:
            await uow.execute(
                "insert into public_holiday (day, works, name) select make_date(y, 1, 1), false, '元旦' from generate_series(2020, 2035) y on conflict do nothing"
            )
    before = await check(fresh, workspace)
    assert (before.level, before.remedy) == ("ok", "")
    async with fresh.work(workspace) as uow:
        await uow.execute(statement)
    found = await check(fresh, workspace)
    assert found.level == "warning"
    assert text in found.text
    assert found.remedy


async def test_a_clock_apart_and_a_backup_that_stays_away_are_found(database, monkeypatch):
    assert (await doctor.check_clock(database)).level == "ok"
    monkeypatch.setattr(doctor, "CLOCK_APART", timedelta(days=-1))
    assert (await doctor.check_clock(database)).level == "warning"
    assert (await doctor.check_backup(database)).text == "none follows"
    async with database.owner() as owner:
        await owner.execute("select pg_create_physical_replication_slot($1, true)", backups_continuous.SLOT)
        try:
            found = await doctor.check_backup(database)
            assert (found.level, found.text) == ("warning", "0 MB behind, away")
        finally:
            await owner.execute("select pg_drop_replication_slot($1)", backups_continuous.SLOT)


def figures_named() -> set[str]:
    """Every figure an expression of the dashboard names."""
    return {
        name for panel in DASHBOARD["panels"] for target in panel["targets"] for name in NAME.findall(target["expr"])
    }


async def test_the_dashboard_shows_every_figure_there_is_and_no_other(database, workspace):
    client = await Client.open(database, workspace, "web_form")
    await client.post({"name": "面板(演示)"})
    text = (await client.get("/metrics")).text
    told = {line.partition("{")[0].partition(" ")[0] for line in text.splitlines() if line.startswith("xingji_")}
    told = {name for name in told if not name.endswith(("_created", "_sum", "_count"))}
    assert figures_named() == told
    assert 'route="/api/v1/intake/"' in text
