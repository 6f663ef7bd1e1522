"""The demo's planned past holds exactly what its stories say."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml
from stdnum.cn import uscc

from xingji.demo.plan import FAVOURITES, OLD_CUSTOMERS, RENAMED, plan_history
from xingji.kernel.core.calendar import WorkingCalendar

TODAY = date(2026, 3, 10)
OFFICE = WorkingCalendar("office", weekly=(((510, 720), (780, 1050)),) * 5 + ((), ()))


@pytest.fixture(scope="module")
def plan():
    return plan_history(7, TODAY, OFFICE)


def window(plan, oldest, newest):
    return [lead for lead in plan.leads if newest <= (TODAY - lead.created_at.date()).days <= oldest]


@pytest.mark.parametrize(("oldest", "newest", "share"), [(60, 31, 0.68), (30, 1, 0.41)])
def test_three_favourites_hold_the_planted_share_of_a_leads(plan, oldest, newest, share):
    good = [
        lead
        for lead in window(plan, oldest, newest)
        if lead.values["intent"] == "A" and lead.customer not in range(RENAMED)
    ]
    held = sum(lead.owner in FAVOURITES for lead in good)
    assert abs(held / len(good) - share) < 0.015


def test_new_customers_grow_by_3_percent_by_code_and_15_percent_by_name(plan):
    by_code = [
        len(
            {
                lead.customer
                for lead in window(plan, *days)
                if lead.customer is not None and lead.customer >= OLD_CUSTOMERS
            }
        )
        for days in ((60, 31), (30, 1))
    ]
    by_name = by_code[1] + sum(
        lead.customer is not None and lead.customer < OLD_CUSTOMERS for lead in window(plan, 30, 1)
    )
    assert round(by_code[1] / by_code[0] - 1, 2) == 0.03
    assert round(by_name / by_code[0] - 1, 2) == 0.15


def test_every_credit_code_is_valid_and_every_name_carries_the_mark(plan):
    assert all(uscc.is_valid(customer.values["uscc"]) for customer in plan.customers)
    assert all(customer.values["name"].endswith("(演示)") for customer in plan.customers)
    assert all(lead.values["company"].endswith("(演示)") for lead in plan.leads)


def test_owners_exist_in_the_pack_and_times_run_forward(plan):
    people = yaml.safe_load(Path("packs/lilan/people.yaml").read_text("utf-8"))
    keys = {person["key"] for person in people["persons"]}
    assert {lead.owner for lead in plan.leads} <= keys
    for lead in plan.leads:
        known = [
            t for t in (lead.created_at, lead.assigned_at, lead.response_at, lead.followup_at, lead.converted_at) if t
        ]
        assert known == sorted(known)
        assert all(moment.date() < TODAY or moment.hour < 8 for moment in known)


def test_nobody_is_so_full_that_the_table_passes_them_over(plan):
    held = Counter(lead.owner for lead in plan.leads if not (lead.closed_as or lead.converted_at or lead.returned_at))
    assert max(held.values()) <= 30  # the dispatch table lets a rep hold forty


def test_the_same_seed_gives_the_same_past(plan):
    assert plan == plan_history(7, TODAY, OFFICE)
    assert plan != plan_history(8, TODAY, OFFICE)
