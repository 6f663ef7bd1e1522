"""The planted stories of 砺澜流体装备(演示) that this version must find: L1, L2, L3."""

A_EAST = {"intent": "A", "region": "east", "area": ["320000"], "industry": "textile", "budget": 10_000_000}


async def test_l1_an_a_lead_before_lunch_is_reminded_escalated_and_returned_at_the_right_minutes(team):
    lead = await team.receives_lead(at="2026-03-10 11:50", **A_EAST)  # lunch is 12:00-13:00
    owner = await team.owner_of(lead)
    assert owner in ("zhanglei", "liruoxi", "chenjiashu", "wangsiqi", "zhoumuye")
    await team.clock.advance_to("2026-03-10 13:04")
    assert (await team.inbox(of=owner)).about(lead).count("线索超过 15 分钟未响应") == 0
    await team.clock.advance_to("2026-03-10 13:05")
    assert (await team.inbox(of=owner)).about(lead).count("线索超过 15 分钟未响应") == 1
    await team.clock.advance_to("2026-03-10 13:49")
    assert (await team.inbox(of="chengxiaolan")).about(lead) == []
    await team.clock.advance_to("2026-03-10 13:50")
    assert (await team.inbox(of="chengxiaolan")).about(lead) == ["线索超过 60 分钟未处理"]
    assert (await team.inbox(of="chengxiaolan")).at(lead) == ["03-10 13:50"]
    await team.clock.advance_to("2026-03-10 16:49")
    assert await team.owner_of(lead) == owner
    await team.clock.advance_to("2026-03-10 16:50")
    assert await team.owner_of(lead) is None
    assert (await team.lead(lead))["pool"] == "pool_new"


async def test_l1_a_response_at_any_time_before_stops_all_of_it(team):
    lead = await team.receives_lead(at="2026-03-11 11:50", **A_EAST)
    owner = await team.owner_of(lead)
    await team.clock.advance_to("2026-03-11 13:04")
    await team.emits("touch.response", lead, person=owner, kind="call", answered=True)
    await team.clock.advance_to("2026-03-12 17:00")
    assert [title for title in (await team.inbox(of=owner)).about(lead) if "未" in title] == []
    assert await team.owner_of(lead) == owner


async def test_opening_the_record_or_writing_a_note_stops_nothing(team):
    lead = await team.receives_lead(at="2026-03-12 09:00", **A_EAST)
    owner = await team.owner_of(lead)
    await team.lead(lead, as_person=owner)
    await team.emits("touch.note", lead, person=owner, text="先记一笔")
    await team.clock.advance_to("2026-03-12 09:15")
    assert "线索超过 15 分钟未响应" in (await team.inbox(of=owner)).about(lead)


async def test_a_friday_evening_lead_is_reminded_on_the_make_up_saturday(team):
    lead = await team.receives_lead(at="2026-02-13 17:20", **A_EAST)  # Friday; closes at 17:30
    owner = await team.owner_of(lead)
    await team.clock.advance_to("2026-02-14 08:34")  # Saturday, but a make-up working day (调休)
    assert "线索超过 15 分钟未响应" not in (await team.inbox(of=owner)).about(lead)
    await team.clock.advance_to("2026-02-14 08:35")
    assert "线索超过 15 分钟未响应" in (await team.inbox(of=owner)).about(lead)
