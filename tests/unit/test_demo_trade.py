"""The sample past of every trade and size: enough of everything, in order, invented and the same each time."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from stdnum.cn import uscc

from xingji.demo.trade import plan_trade, sample_people
from xingji.founding.gallery import gallery, template_folder
from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.definitions.pack_files import SIZES, read_pack

NOW = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
OFFICE = WorkingCalendar("office", weekly=(((540, 720), (780, 1080)),) * 5 + ((), ()))
CASES = [(template["key"], size) for template in gallery() for size in SIZES]


def planned(key, size):
    trade = read_pack(template_folder(key), size).aside["data.yaml"]
    people = sample_people(trade, size)
    owners = {}
    for person in people:
        owners.setdefault(person["unit"], []).append(person["key"])
    return people, plan_trade(trade, size, owners, NOW, OFFICE)


@pytest.mark.parametrize(("key", "size"), CASES)
def test_a_sample_holds_enough_of_everything_and_nothing_of_the_future(key, size):
    people, plan = planned(key, size)
    assert all(person["name"].endswith("(演示)") for person in people)
    assert len({person["name"] for person in people}) == len(people)
    assert 120 <= len(plan.leads) <= 500
    assert all(lead.values.get("company", lead.values["name"]).endswith("(演示)") for lead in plan.leads)
    waiting = [lead for lead in plan.leads if not lead.response_at and not lead.returned_at]
    converted = [lead for lead in plan.leads if lead.converted_at]
    assert len(waiting) >= 3
    assert len(converted) >= 10
    status = Counter(lead.deal["status"] for lead in converted) + Counter(o.values["status"] for o in plan.others if o.object == "deal")
    assert min(status["open"], status["won"], status["lost"]) >= 3
    for lead in plan.leads:
        known = [t for t in (lead.created_at, lead.assigned_at, lead.response_at, lead.followup_at, lead.converted_at) if t]
        assert known == sorted(known)
        assert known[-1] <= NOW
    assert all(uscc.is_valid(customer.values["uscc"]) for customer in plan.customers if "uscc" in customer.values)
    assert len({customer.values["uscc"] for customer in plan.customers if "uscc" in customer.values}) == sum("uscc" in c.values for c in plan.customers)


def test_the_same_seed_gives_the_same_past():
    assert planned("software", "m") == planned("software", "m")
