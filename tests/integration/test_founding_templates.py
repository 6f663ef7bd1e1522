"""Six industry templates in three sizes: all of them check, three install with its sample data and lets go of it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from xingji import app
from xingji.founding import add_sample, find_pack, gallery, remove_sample
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import check_pack, install_pack
from xingji.kernel.definitions.pack_files import SIZES, read_pack
from xingji.kernel.metrics import measure
from xingji.kernel.records import Query, query

WEB = Path(__file__).resolve().parents[2] / "web/src"
ROUTER, STUDIO = WEB / "app/router.tsx", WEB / "features/studio/queries.ts"
ADDRESSES = re.compile(r"(?:page|first|later)\('(/[^']*)'|path: '(/[^']*)'")
INDUSTRIES = ("education", "hardware", "manufacturing", "medical", "retail", "software")
INSTALLED = [("hardware", "s"), ("education", "m"), ("software", "l")]  # the plans of all are looked at in tests/unit


@pytest.fixture(scope="module", autouse=True)
def configured():
    app.configure()


def test_the_gallery_shows_six_industries_each_in_three_sizes_that_differ():
    shown = gallery()
    assert sorted(template["key"] for template in shown) == sorted(INDUSTRIES)
    for template in shown:
        assert [size["key"] for size in template["sizes"]] == list(SIZES)
        small, middle, large = (size["counts"] for size in template["sizes"])
        assert small["source"] < middle["source"]
        assert middle["role"] < large["role"]
        assert all(size["stages"] and size["sample"]["leads"] > 100 for size in template["sizes"])


@pytest.mark.parametrize("industry", INDUSTRIES)
async def test_every_size_of_a_template_checks_without_an_error(industry, database, workspace):
    for size in SIZES:
        async with database.work(workspace, SYSTEM) as uow:
            problems = await check_pack(uow, find_pack(industry), size)
        assert [problem for problem in problems if problem.severity == "error"] == [], size


@pytest.mark.parametrize(("industry", "size"), INSTALLED)
async def test_a_template_installs_fills_its_screens_and_lets_go_of_its_sample(industry, size, fresh):
    database, workspace = fresh, "test"
    report = await install_pack(database, workspace, SYSTEM, find_pack(industry), size=size)
    assert report.left_out == []
    counts = await add_sample(database, workspace, industry, size)
    async with database.work(workspace) as uow:
        now = uow.now
        leads = (await query(uow, Query("lead", filter="true", limit=200, count="exact"))).count
        assert leads == counts["lead"] > 100
        views = await uow.fetch("select key, document from definition where kind = 'list_view' and status = 'published' and origin like $1", f"{industry}/%")
        assert len(views) >= 3
        for view in views:
            document = view["document"]
            page = await query(uow, Query(document["object"], filter=document.get("filter"), limit=1))
            assert page.rows, view["key"]  # no list of the trade is empty
        metrics = [row["key"] for row in await uow.fetch("select key from definition where kind = 'metric' and status = 'published' and origin like $1", f"{industry}/%")]
        figures = (await measure(uow, metrics, now - timedelta(days=90), now))[0]
        assert all(figures[key] for key in metrics), figures
        rows = (await query(uow, Query("lead", fields=["created_at"], limit=200))).rows
        assert len({str(row["created_at"])[11:13] for row in rows}) >= 12  # the heat map has something to show
        rows = (await query(uow, Query("customer", fields=["name"], limit=200))).rows
        assert all(row["name"].endswith("(演示)") for row in rows)
        assert await uow.fetchval("select count(*) from timer where record is not null") == 0  # history fires nothing
        mark = uow.workspace.settings["sample"]["at"]
        assert datetime.fromisoformat(mark) <= now
    removed = await remove_sample(database, workspace, SYSTEM)
    assert removed["lead"] == counts["lead"]
    async with database.work(workspace) as uow:
        for object_key in ("lead", "customer", "deal", "contact", "task", "product"):
            assert (await query(uow, Query(object_key, filter="true", limit=1))).rows == [], object_key
        assert await uow.fetchval("select count(*) from person where left_on is null and key like 'sample%'") == 0
        assert "sample" not in uow.workspace.settings


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_the_roadmap_of_every_size_names_a_way_of_being_done_for_each_step(industry):
    ways = {"event", "record", "imports", "definition", "logins", "brands", "role"}
    addresses = [re.sub(r"\$\w+", "[^/?]+", one or other) for one, other in ADDRESSES.findall(ROUTER.read_text("utf-8"))]
    kinds = set(re.findall(r"'(\w+)'", re.search(r"const KINDS = \[(.*?)\]", STUDIO.read_text("utf-8"))[1]))
    road = read_pack(find_pack(industry)).aside["roadmap.yaml"]["sizes"]
    assert [one["key"] for one in road] == list(SIZES)
    for one in road:
        steps = [step for stage in one["stages"] for step in stage["steps"]]
        assert len(one["stages"]) == 3
        assert all(len(set(step["done"]) & ways) == 1 for step in steps)
        assert all(step["name"]["en"] and step["why"]["zh"] for step in steps)
        for step in steps:
            path, _, kind = step["to"].partition("?kind=")
            assert any(re.fullmatch(address, path) for address in addresses), f"{step['key']} leads to no screen: {path}"
            assert not kind or kind in kinds, f"{step['key']} leads to no kind: {kind}"
