"""S13: nine of forty custom-home deals were quoted without a signed measurement sheet; the dry run stops these, mining shows what came of it."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from scenarios.conftest import Team, instant
from xingji import app
from xingji.demo.custom_home import DEALS, UNMEASURED, plan_custom_home, write_custom_home
from xingji.features.mining.chart import draw_chart
from xingji.features.mining.compare import compare_groups
from xingji.features.mining.objects import Wanted, load_object_log
from xingji.features.process.rehearse import rehearse
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import install_pack

ROOT = Path(__file__).resolve().parents[2]
EVENING = instant("2026-03-09 21:00")


@pytest.fixture(scope="module")
async def homes(database, workspace):
    app.configure()
    await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "heshi")
    team = Team(database, workspace)
    await team.load()
    await team.clock.set("2026-03-10 10:00")
    plan = plan_custom_home(EVENING)
    team.homes = list(zip(await write_custom_home(database, workspace, team.people, plan), plan, strict=True))
    return team


async def test_s13_the_dry_run_of_the_playbook_stops_exactly_the_nine_without_a_signed_sheet(homes):
    book = next(one for one in yaml.safe_load_all((ROOT / "packs/heshi/playbooks.yaml").read_text("utf-8")) if one["kind"] == "playbook")
    async with homes.database.work(homes.workspace) as uow:
        found = await rehearse(uow, book, EVENING - timedelta(days=200), EVENING)
    unmeasured = {str(id) for id, home in homes.homes if not home.measured}
    assert (len(homes.homes), len(unmeasured)) == (DEALS, UNMEASURED) == (40, 9)
    assert (found["stopped"], found["records"]) == (9, 9)
    assert {one["record"] for one in found["samples"]} == unmeasured
    assert {(one["from"], one["to"]) for one in found["samples"]} == {("visit", "design")}
    names = {stage["key"]: stage["name"]["zh"] for stage in book["stages"]}
    assert (names["visit"], names["design"]) == ("到店体验", "方案与报价")
    assert all(any("尺寸" in missing["zh"] for missing in one["missing"]) for one in found["samples"])
    by = {(one["action"], one["kind"]): one["count"] for one in found["by"]}
    assert by["measured", "evidence"] == by["measured", "confirm"] == 9
    assert {one["stage"] for one in found["by"]} == {"measure"}


async def test_s13_mining_shows_the_loop_after_installation_three_times_as_often_without_the_sheet(homes):
    async with homes.database.work(homes.workspace, await homes.actor("jichangfeng")) as uow:
        log = await load_object_log(uow, Wanted("deal", filter='kind == "custom"'))
    chart = draw_chart(log)
    loop = next(one for one in chart["edges"] if (one["from"], one["to"]) == ("stage:install", "stage:measure"))
    skip = next(one for one in chart["edges"] if (one["from"], one["to"]) == ("stage:visit", "stage:design"))
    assert (chart["cases"], skip["cases"], loop["cases"]) == (40, 9, 13)
    assert next(one for one in chart["edges"] if (one["from"], one["to"]) == ("stage:measure", "stage:install"))["rework"] == "return"
    quoted = log.names.index("stage:design")
    measured = log.names.index("stage:measure")
    for case in log.cases:
        case.data = ("with" if measured in case.steps[: case.steps.index(quoted)] else "without",)
    back = (log.names.index("stage:install"), measured)
    again = Counter(case.data[0] for case in log.cases if back in zip(case.steps, case.steps[1:], strict=False))
    assert again == {"without": 6, "with": 7}  # of 9 and of 31
    assert round(again["without"] / 9 / (again["with"] / 31)) == 3
    rework = {one["value"]: one["rework"] for one in compare_groups(log)["groups"]}
    assert round(rework["without"] / rework["with"]) == 3
    usual = [one["steps"] for one in chart["ways"][:1]]
    assert usual == [["stage:contact", "stage:visit", "stage:measure", "stage:design", "stage:deal", "stage:install", "status:won"]]
