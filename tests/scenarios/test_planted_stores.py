"""禾拾集团(演示): the pack installs, and the stories that the kinds of this version can find."""

from pathlib import Path

import pytest

from scenarios.conftest import Team
from xingji import app
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import install_pack

ROOT = Path(__file__).resolve().parents[2]
VISIT = {"kind": "visit", "source": "douyin_local", "channel": "douyin_local", "country": None}


@pytest.fixture(scope="module")
async def stores(database, workspace):
    app.configure()
    await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "heshi")
    team = Team(database, workspace)
    await team.load()
    return team


async def test_s8_a_lead_at_ten_past_eleven_at_night_in_the_holidays_is_reminded_ten_minutes_after_opening(stores):
    lead = await stores.receives_lead(at="2026-02-17 23:10", store="hz01", **VISIT)  # spring festival; stores open at 10
    owner = await stores.owner_of(lead)
    assert owner in ("zhongling", "shinan", "gexiaoman", "jiaruoxi", "fuqingchuan")
    await stores.clock.advance_to("2026-02-18 10:09")
    assert "线索超过 10 分钟未响应" not in (await stores.inbox(of=owner)).about(lead)
    await stores.clock.advance_to("2026-02-18 10:10")
    assert (await stores.inbox(of=owner)).about(lead).count("线索超过 10 分钟未响应") == 1
    assert (await stores.inbox(of=owner)).at(lead)[-1] == "02-18 10:10"


async def test_group_buying_keeps_office_hours_and_goes_to_the_manager_above_100k(stores):
    lead = await stores.receives_lead(at="2026-03-10 11:50", kind="group_buy", budget=12_000_000, source="group_form")
    assert await stores.owner_of(lead) == "beining"
    await stores.clock.advance_to("2026-03-10 13:49")  # ten minutes before lunch, twenty after it
    assert "线索超过 30 分钟未响应" not in (await stores.inbox(of="beining")).about(lead)
    await stores.clock.advance_to("2026-03-10 13:50")
    assert "线索超过 30 分钟未响应" in (await stores.inbox(of="beining")).about(lead)


async def test_s7_the_tea_brand_sees_nothing_of_the_home_brands_leads(stores):
    lead = await stores.receives_lead(at="2026-03-11 12:00", store="hz02", mobile="13900070001", **VISIT)
    row = await stores.lead(lead)
    assert row["brand"] == "heshi"
    assert await stores.leads('mobile == "13900070001"', as_person="zhunanxing") == []
    assert len(await stores.leads('mobile == "13900070001"', as_person="jichangfeng")) == 1
