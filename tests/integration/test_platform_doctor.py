"""What an operator looks at: the doctor finds what is wrong, the dashboard names the figures that exist."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from leads_world import Client
from xingji import app, backups_continuous, doctor
from xingji.environment import Surroundings
from xingji.kernel import access
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db import Database
from xingji.kernel.events import append_events
from xingji.kernel.rules import run_rules_once

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = json.loads((ROOT / "docs/dashboards/grafana.json").read_text("utf-8"))
NAME = re.compile(r"\bxingji_[a-z_]+\b")

# What breaks exactly one thing in a workspace, run as the owner of its tables, and what is said of it.
WRONG = {
    "check_receipts": (
        "insert into receipt (id, source, delivery, occurred_at, status) values (gen_random_uuid(), 'x', 'x', now(), 'refused')",
        "1 were refused",
    ),
    "check_timers": (
        "insert into timer (kind, key, due, until) values ('since', 'x', now() - interval '1 hour', now() - interval '1 hour')",
        "1 are overdue",
    ),
    "check_holidays": ("delete from public_holiday", "no public holidays for"),
    "check_workspace_clock": ("update workspace_state set clock_offset = interval '-3 days'", "is moved by -3 days"),
    "check_outbox": (
        "insert into outbox (channel, message, status, dedupe) values ('x', '{}', 'dead', 'x')",
        "1 were given up",
    ),
    "check_audit": ("update audit set data = '{}' where id = (select min(id) from audit)", ""),
    "check_partitions": (
        "do $$ begin execute (select 'drop table ' || string_agg(c.oid::regclass::text, ', ') from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = 'event'::regclass and pg_get_expr(c.relpartbound, c.oid) like '%' || to_char(now() + interval '1 month', 'YYYY-MM') || '%'); end $$",
        "no partition for next month",
    ),
    "check_readers": ("update event_cursor set xid = '0', id = 0 where consumer = 'rules'", "rules left something unread"),
    "check_definitions": (
        "update definition set quarantine = '{}' where kind = 'metric' and key = 'lead_inflow'; update workspace_state set definitions_rev = definitions_rev + 1",
        "in quarantine: metric lead_inflow",
    ),
}  # fmt: skip
# What is looked at once for the installation; the tests below break each.
INSTALLATION = {"check_files", "check_settings", "check_disk", "check_server", "check_role", "check_transactions", "check_clock", "check_backup"}


def test_every_check_of_the_doctor_is_broken_by_a_test():
    assert {name for name in vars(doctor) if name.startswith("check_")} == {*WRONG, *INSTALLATION}


@pytest.mark.parametrize("name", WRONG)
async def test_each_thing_wrong_in_a_workspace_is_found_and_has_a_remedy(fresh, workspace, name, monkeypatch):
    check, (statement, text) = getattr(doctor, name), WRONG[name]
    monkeypatch.setattr(doctor, "LONG_UNREAD", timedelta(0))
    async with fresh.work(workspace) as uow:
        schema = uow.workspace.schema
        await uow.execute(
            "insert into public_holiday (day, works, name) select make_date(y, 1, 1), false, '元旦' from generate_series(2020, 2035) y on conflict do nothing"
        )
        await access.audit(uow, "person.saved")
        await append_events(uow, [NewEvent("page.viewed", "lead", None, {})])
    await access.seal_audit(fresh, workspace)
    while await run_rules_once(fresh, workspace):
        pass
    before = await check(fresh, workspace)
    assert (before.level, before.remedy) == ("ok", ""), before
    async with fresh.owner() as owner:
        await owner.execute(f'set search_path = "{schema}"')
        await owner.execute(statement)
    found = await check(fresh, workspace)
    assert found.level == ("failure" if name == "check_audit" else "warning")
    assert text in found.text
    assert found.remedy
    others = [other for other in WRONG if other != name and (await getattr(doctor, other)(fresh, workspace)).level != "ok"]
    assert others == [], "it is found as what it is, and nothing else is"


async def test_a_log_that_nobody_reads_is_found(fresh, workspace, monkeypatch):
    monkeypatch.setattr(doctor, "LONG_UNREAD", timedelta(0))
    async with fresh.work(workspace) as uow:
        await uow.execute("delete from event_cursor")
        await append_events(uow, [NewEvent("page.viewed", "lead", None, {})])
    assert (await doctor.check_readers(fresh, workspace)).text == "nobody reads the log"


async def test_each_thing_wrong_with_the_installation_is_found_and_has_a_remedy(database, monkeypatch, tmp_path):
    place = Surroundings(replace(load_settings(), data_dir=tmp_path), "x" * 32, "", None, None, None)
    broken: list[tuple[str, doctor.Finding, doctor.Finding]] = []

    async def breaks(text: str, check, broke) -> None:
        sound = await check()
        with monkeypatch.context() as patch:
            broken.append((text, sound, await broke(patch)))

    async def files(patch):
        patch.setattr(doctor, "packs_folder", lambda: tmp_path)
        return doctor.check_files()

    async def disk(patch):
        patch.setattr(doctor, "LEAST_DISK", 1 << 60)
        return doctor.check_disk(place)

    async def writing(patch):
        patch.setattr(doctor, "OLDEST_TRANSACTION", timedelta(0))
        async with database.owner() as other, other.transaction():
            await other.execute("select pg_current_xact_id()")
            return await doctor.check_transactions(database)

    await breaks("missing: base pack", lambda: answer(doctor.check_files()), files)
    await breaks("GB free", lambda: answer(doctor.check_disk(place)), disk)
    await breaks("may too much", lambda: doctor.check_role(database), lambda patch: looked(str(database.owner_url), doctor.check_role))
    await breaks("has been writing", lambda: doctor.check_transactions(database), writing)
    for text, sound, found in broken:
        assert (sound.level, sound.remedy) == ("ok", ""), sound
        assert found.level != "ok", found
        assert text in found.text
        assert found.remedy
    # The tests' own server waits for no disk; a durable one is found sound in test_platform_backups.
    server = await doctor.check_server(database)
    assert (server.level, server.text.partition(" is off")[0]) == ("failure", "fsync")
    monkeypatch.setattr(doctor, "LEAST_VERSION", 10**7)
    assert (await doctor.check_server(database)).text.endswith("is too old")


async def answer(finding: doctor.Finding) -> doctor.Finding:
    return finding


async def looked(url: str, check) -> doctor.Finding:
    """What a check says over connections of its own."""
    other = await Database.connect(url, max_size=1)
    try:
        return await check(other)
    finally:
        await other.close()


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


async def test_a_write_that_never_ends_is_told_by_the_figure_of_what_waits_for_it(fresh, workspace):
    assert (await app.read_figures(fresh))["xingji_oldest_write_seconds"] == 0
    async with fresh.owner() as owner, owner.transaction():
        await owner.execute("select pg_current_xact_id()")
        async with fresh.work(workspace) as uow:
            await append_events(uow, [NewEvent("page.viewed", "lead", None, {})])
        assert (await app.read_figures(fresh))["xingji_oldest_write_seconds"] > 0
    assert (await app.read_figures(fresh))["xingji_oldest_write_seconds"] == 0


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
