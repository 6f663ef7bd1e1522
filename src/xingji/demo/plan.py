"""The last ninety days of the demo organisation, planned from a seed: leads, customers, deals, touches. Pure.

Planted: in days T-60..T-31 three reps hold 68 % of the A leads, in T-30..T-1 the same three hold 41 % (story L2); in
the later window four old customers enquire under a new name, so that new customers grow by 15 % when counted by name
and by 3 % when counted by credit code (story L3). Shares are exact, the rest is drawn.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from xingji.demo import words
from xingji.demo.planned import Draw, Plan, PlannedCustomer, PlannedLead
from xingji.demo.sleeping import plant_sleeping
from xingji.kernel.core.calendar import WorkingCalendar, add_working

FAVOURITES = ("huangziang", "zhanglei", "zhaochengyu")
HOME = {"huangziang": "south", "zhanglei": "east", "zhaochengyu": "north"}
TEAMS: Mapping[str, Sequence[str]] = {
    "east": ("liruoxi", "chenjiashu", "wangsiqi", "zhoumuye", "hejingshu", "caoyunzhou"),
    "south": ("liangwanqing", "caiwenbo", "ouyangtuo", "dengxiaoman"),
    "north": ("sunyinuo", "maliqun", "guohuaijin", "songzhixia"),
    "midwest": ("yangzechuan", "tangyishu", "penghaifeng", "qinlang"),
}
A_PER_WINDOW, OTHERS_PER_WINDOW = 100, 190
NEW_CUSTOMERS = {60: 33, 30: 34}  # by credit code: +3 %
OLD_CUSTOMERS = 60
RENAMED = 4  # counted by name they would make it +15 %



def plan_history(seed: int, today: date, calendar: WorkingCalendar) -> Plan:
    """The plan for a demo whose clock starts on `today`."""
    draw = Draw(seed, calendar, today)
    plan = Plan()
    for first_day, share in ((90, None), (60, 0.68), (30, 0.41)):
        window = range(first_day - 29, first_day + 1)
        owners = _owners_of_a_leads(draw, share)
        plan.leads += [_lead(draw, draw.rng.choice(window), "A", owner) for owner in owners]
        plan.leads += [_lead(draw, draw.rng.choice(window), None, None) for _ in range(OTHERS_PER_WINDOW)]
    _add_customers(draw, plan)
    plan.leads.sort(key=lambda lead: lead.created_at)
    for lead in plan.leads:
        _live_through(draw, lead)
    _convert(draw, plan)
    for lead in plan.leads:
        _forget_the_future(lead, draw.limit)
        # Most of what did not become a customer within two weeks has come to nothing by now.
        if lead.customer is None and lead.response_at and _age(draw, lead) > 14 and draw.rng.random() < 0.85:
            lead.closed_as = draw.rng.choice(words.CLOSED_AS)
    for plant in PLANTS:
        plant(draw, plan)
    return plan


PLANTS: tuple[Callable[[Draw, Plan], None], ...] = (plant_sleeping,)
"""Stories laid into the past after everything else is drawn, each in a file of its own; they leave the draws before alone."""


def _owners_of_a_leads(draw: Draw, share: float | None) -> list[str]:
    if share is None:
        return [draw.rng.choice(_everyone()) for _ in range(A_PER_WINDOW // 2)]
    held = round(A_PER_WINDOW * share)
    favourites = [FAVOURITES[n % 3] for n in range(held)]
    others = _everyone()
    return favourites + [others[n % len(others)] for n in range(A_PER_WINDOW - held)]


def _everyone() -> list[str]:
    return [key for team in TEAMS.values() for key in team]


def _home(owner: str) -> str:
    return HOME.get(owner) or next(region for region, team in TEAMS.items() if owner in team)


def _lead(draw: Draw, days_ago: int, intent: str | None, owner: str | None) -> PlannedLead:
    rng = draw.rng
    region = _home(owner) if owner else rng.choices(list(TEAMS), (45, 25, 18, 12))[0]
    owner = owner or rng.choice([*TEAMS[region], *[key for key, home in HOME.items() if home == region]])
    province = rng.choice([code for code, key in words.REGION_OF.items() if key == region])
    trade = rng.choices(list(words.TRADES), (40, 14, 12, 10, 8, 8, 8))[0]
    line = rng.choices(list(words.NEEDS), (45, 35, 8, 12))[0]
    source = _source(rng, intent)
    intent = intent or rng.choices("BC", (65, 35))[0]
    created = draw.moment(days_ago)
    values = {
        "name": rng.choice(words.SURNAMES) + rng.choice(words.TITLES),
        "company": draw.company(province, trade),
        "mobile": draw.mobile(),
        "intent": intent,
        "source": source,
        "channel": source,
        "industry": trade,
        "product_line": line,
        "need": rng.choice(words.NEEDS[line]),
        "region": region,
        "area": [province],
        "country": "CN",
        "budget": _budget(rng, intent),
        "utm_source": {"search_ad": "baidu", "douyin": "douyin"}.get(source),
        "video_id": f"v_{rng.randrange(180, 199):04d}" if source == "douyin" else None,
    }
    assigned = created + timedelta(seconds=rng.randrange(1, 4))
    return PlannedLead(values, owner, created, assigned, row=_row(region, province, intent, trade, values["budget"]))


def _source(rng: random.Random, intent: str | None) -> str:
    column = 0 if intent == "A" else 1
    return rng.choices(
        [s[0] for s in words.SOURCES], [s[1] * (s[2][column] + (s[2][2] if column else 0)) for s in words.SOURCES]
    )[0]


def _budget(rng: random.Random, intent: str) -> int:
    """Yuan in round ten thousands, as fen."""
    top = {"A": 120, "B": 45, "C": 15}[intent]
    return rng.randint(1, top) * 10_000 * 100


def _row(region: str, province: str, intent: str, trade: str, budget: int) -> str:
    if region == "east":
        if trade == "manufacturing" and budget > 50_000_000:
            return "n4"
        return "n6" if province in ("310000", "320000", "330000") else "n6b"
    if region == "south":
        return "n7" if intent == "A" else "n8"
    return "n9" if region == "north" else "n10"


def _live_through(draw: Draw, lead: PlannedLead) -> None:
    """Response and follow-up, slower at noon on Douyin: nobody is on the line between twelve and two."""
    rng = draw.rng
    noon = 12 <= lead.created_at.hour < 14 and lead.values["source"] == "douyin"
    minutes = rng.lognormvariate(4.6 if noon else 2.6, 0.9)
    lead.claimed = rng.random() < 0.6
    if rng.random() < 0.06 and not noon:
        lead.returned_at = add_working(draw.calendar, lead.assigned_at, 480)
        return
    lead.response_at = add_working(draw.calendar, lead.assigned_at, minutes)
    if rng.random() < 0.72:
        lead.followup_at = lead.response_at + timedelta(hours=rng.expovariate(1 / 9))


def _forget_the_future(lead: PlannedLead, limit: datetime) -> None:
    """What would come after the demo's start has not happened yet."""
    if lead.followup_at and lead.followup_at >= limit:
        lead.followup_at = None
    if lead.response_at and lead.response_at >= limit:
        lead.response_at = None
    if lead.returned_at and lead.returned_at >= limit:
        lead.returned_at = None


def _add_customers(draw: Draw, plan: Plan) -> None:
    """Old customers, the new ones of both windows, and the four that come back under another name."""
    for _ in range(OLD_CUSTOMERS):
        plan.customers.append(_customer(draw, 91 + draw.rng.randrange(700)))
    for first_day, count in NEW_CUSTOMERS.items():
        ages = range(first_day - 29 + 5, first_day + 1)  # early enough to become a customer within the window
        leads = [lead for lead in plan.leads if _age(draw, lead) in ages]
        for lead in draw.rng.sample([lead for lead in leads if lead.values["intent"] != "C"], count):
            _become_customer(draw, plan, lead)
    recent = [lead for lead in plan.leads if _age(draw, lead) <= 25 and lead.customer is None]
    for old, lead in zip(range(RENAMED), draw.rng.sample(recent, RENAMED), strict=True):
        customer = plan.customers[old]
        former, new = (
            ("苏南卓汇机械(演示)", "江苏卓汇智装(演示)")
            if old == 0
            else (customer.values["name"], lead.values["company"])
        )
        customer.values |= {"name": former}
        lead.customer, lead.owner = old, customer.owner
        lead.values |= {"company": new, "uscc": customer.values["uscc"]}


def _customer(draw: Draw, days_ago: int) -> PlannedCustomer:
    rng = draw.rng
    province = rng.choice(list(words.REGION_OF))
    trade = rng.choice(list(words.TRADES))
    region = words.REGION_OF[province]
    values = {
        "name": draw.company(province, trade), "uscc": draw.credit_code(province), "kind": "company", "industry": trade,
        "region": region, "area": [province], "tier": rng.choices("ABC", (2, 3, 5))[0], "phone": draw.mobile(),
    }  # fmt: skip
    return PlannedCustomer(values, rng.choice(TEAMS[region]), draw.moment(days_ago))


def _become_customer(draw: Draw, plan: Plan, lead: PlannedLead) -> None:
    values = {key: lead.values[key] for key in ("industry", "region", "area")}
    values |= {"name": lead.values["company"], "kind": "company", "tier": draw.rng.choice("BC")}
    values["uscc"] = draw.credit_code(lead.values["area"][0])
    lead.customer = len(plan.customers)
    plan.customers.append(PlannedCustomer(values, lead.owner, lead.created_at))


def _age(draw: Draw, lead: PlannedLead) -> int:
    return (draw.today - lead.created_at.date()).days


def _window_end(draw: Draw, lead: PlannedLead) -> datetime:
    """The end of the thirty days a lead belongs to: figures of two windows must not mix."""
    if _age(draw, lead) <= 30:
        return draw.limit
    return datetime.combine(draw.today - timedelta(days=30 * ((_age(draw, lead) - 1) // 30)), time(0), tzinfo=draw.zone)


def _convert(draw: Draw, plan: Plan) -> None:
    """Leads that became customers have a deal; some are won or lost by today."""
    rng, limit = draw.rng, draw.limit
    for lead in plan.leads:
        if lead.customer is None or lead.customer < OLD_CUSTOMERS:
            continue
        lead.returned_at = None
        lead.response_at = lead.response_at or add_working(draw.calendar, lead.assigned_at, 20)
        lead.response_at = min(lead.response_at, lead.assigned_at + timedelta(days=3))
        lead.followup_at = min(lead.followup_at or limit, lead.response_at + timedelta(hours=3 + rng.random() * 20))
        lead.converted_at = lead.followup_at + timedelta(hours=rng.expovariate(1 / 40))
        lead.converted_at = min(lead.converted_at, _window_end(draw, lead) - timedelta(hours=rng.uniform(1, 20)))
        plan.customers[lead.customer].created_at = lead.converted_at
        lead.deal = {
            "amount": max(lead.values["budget"], 2_000_000),
            "status": "open",
            "stage": rng.choice(("clarify", "solution", "negotiate")),
            "unverified": False,
        }
        closed = lead.converted_at + timedelta(days=rng.uniform(6, 60))
        if closed < limit and rng.random() < 0.7:
            won = rng.random() < 0.55
            # Negotiation belongs to a story of its own (P3): who closed had not come there, or was past it.
            lead.deal["stage"] = "sign" if won else {"negotiate": "solution"}.get(lead.deal["stage"], lead.deal["stage"])
            lead.deal |= (
                {"status": "won", "won_at": closed}
                if won
                else {"status": "lost", "lost_at": closed, "lost_reason": "客户犹豫"}
            )
        else:
            lead.deal["expected_close_at"] = (
                closed if closed > limit else limit + timedelta(days=rng.randrange(3, 40))
            ).date()
