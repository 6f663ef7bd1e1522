"""A trade's invented past, drawn from the words and weights of a pack's `data.yaml`. Pure; the same seed, the same past.

Serves the industry templates' sample data and the retail demo; 砺澜 has a plan of its own because its stories are exact.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from xingji.demo import words
from xingji.demo.planned import Draw, Plan, PlannedCustomer, PlannedLead, PlannedOther
from xingji.kernel.core.calendar import WorkingCalendar, add_working

DAYS = 75
FRESH = 6  # leads of the last hours, so that there is something to answer
STAGES = ("qualify", "clarify", "solution", "negotiate", "sign")
FEN = 100
TEN_THOUSAND = 10_000 * FEN
GIVEN = ["子涵", "雨桐", "明轩", "思远", "欣怡", "浩然", "嘉宁", "文博", "若琳", "景行", "安琪", "逸飞", "书瑶", "承泽", "念慈", "亦凡", "青禾", "知行", "晓晨", "乐知"]
Trade = Mapping[str, Any]


def sample_people(trade: Trade, size: str) -> list[dict[str, Any]]:
    """The invented colleagues of a sample: a head and reps for each team of that size. Names carry the mark."""
    found: list[dict[str, Any]] = []
    for team in teams_of(trade, size):
        roles = [("supervisor", trade["head"])] * team.get("heads", 0)
        roles += [(role, team.get("title", trade["rep"])) for role in team.get("roles", ["rep"])] * team.get("reps", 0)
        for role, title in roles:
            n = len(found)
            name = words.SURNAMES[n % len(words.SURNAMES)] + GIVEN[(n * 7 + n // len(GIVEN)) % len(GIVEN)]
            person = {"key": f"sample_{n + 1:02d}", "name": f"{name}(演示)", "title": title, "unit": team["unit"], "roles": [role]}
            found.append(person | {"phone": f"1390005{n + 1:04d}", "tags": ["示例"]})
    return found


def teams_of(trade: Trade, size: str) -> list[Mapping[str, Any]]:
    """The teams an organisation of that size has."""
    return [team for team in trade["teams"] if size in team.get("sizes", (size,))]


def plan_trade(trade: Trade, size: str, owners: Mapping[str, Sequence[str]], now: datetime, calendar: WorkingCalendar) -> Plan:
    """The past up to `now`. owners: who works the leads of each team, by its unit's key."""
    draw = Draw(int(trade["seed"]), calendar, now.date(), words)
    draw.limit = now
    plan = Plan()
    add_products(trade, plan, draw)
    teams = [team for team in teams_of(trade, size) if team.get("weight") and owners.get(team["unit"])]
    for _ in range(trade["customers"][size]):
        plan.customers.append(_customer(trade, draw, draw.rng.choice(teams), owners))
    for n in range(trade["leads"][size]):
        team = draw.rng.choices(teams, [team["weight"] for team in teams])[0]
        days_ago = 0 if n < trade.get("fresh", FRESH) else draw.rng.randrange(1, DAYS)
        plan.leads.append(_lead(trade, draw, team, owners, days_ago))
    plan.leads = sorted((lead for lead in plan.leads if lead.created_at < now), key=lambda lead: lead.created_at)
    for n, lead in enumerate(plan.leads):
        _live_through(trade, draw, plan, n, lead)
    _deals_of_customers(trade, draw, plan)
    _contacts(trade, draw, plan)
    _tasks(draw, plan)
    return plan


def add_products(trade: Trade, plan: Plan, draw: Draw) -> None:
    """The pack's products, and its other records (price books, stores)."""
    day = draw.moment(300)
    for product in trade["products"]:
        values = {"sku": product["sku"], "name": product["name"], "line": product["line"], "unit_name": product["unit"]}
        values |= {f"{name}_price": product[name] * FEN for name in ("list", "floor")}
        values["unit_cost"] = product["cost"] * FEN
        plan.others.append(PlannedOther("product", values, None, day, key=product["sku"]))
    plan.others += [PlannedOther(record["object"], dict(record["values"]), None, day) for record in trade.get("records", ())]


def _value(draw: Draw, spec: Mapping[str, Any]) -> Any:
    """One value as a pack's `extra` describes it; None when chance leaves it out."""
    if draw.rng.random() > spec.get("chance", 1):
        return None
    if "of" in spec:
        return draw.rng.choice(spec["of"])
    if "days" in spec:
        return draw.today + timedelta(days=draw.rng.randint(*spec["days"]))
    if "at" in spec:
        day = draw.today + timedelta(days=draw.rng.randint(*spec["at"]))
        return datetime.combine(day, time(draw.rng.randrange(10, 20), draw.rng.choice((0, 30))), tzinfo=draw.zone)
    return draw.rng.randint(spec["from"], spec["to"]) * spec.get("unit", 1)


def _extra(trade: Trade, draw: Draw, object_key: str) -> dict[str, Any]:
    return {key: _value(draw, spec) for key, spec in (trade.get("extra", {}).get(object_key) or {}).items()}


def _who(trade: Trade, draw: Draw, area: str) -> dict[str, Any]:
    """Who asks: a company with its trade, or a person."""
    person = f"{draw.rng.choice(words.SURNAMES)}{draw.rng.choice(('女士', '先生', '妈妈', '爸爸') if trade.get('family') else ('女士', '先生'))}"
    if trade["buyer"] == "person":
        return {"name": f"{person}(演示)"}
    kind = draw.rng.choice(trade["industries"])
    place = draw.rng.choice(words.PLACES[area])
    first, second = draw.rng.sample(words.BRANDS, 2)
    company = f"{place}{first}{second[0]}{draw.rng.choice(kind['suffixes'])}(演示)"
    return {"name": draw.rng.choice(words.SURNAMES) + draw.rng.choice(words.TITLES), "company": company, "industry": kind["key"]}


def _customer(trade: Trade, draw: Draw, team: Mapping[str, Any], owners: Mapping[str, Sequence[str]]) -> PlannedCustomer:
    area = draw.rng.choice(team["areas"])
    who = _who(trade, draw, area)
    values = {"name": who.get("company") or who["name"], "kind": "company" if "company" in who else "person", "area": [area]}
    values |= {"industry": who.get("industry"), "tier": draw.rng.choices("ABC", (2, 3, 5))[0], "phone": draw.mobile()}
    values |= {"region": team["values"].get("region")} | _extra(trade, draw, "customer")
    if "company" in who:
        values["uscc"] = draw.credit_code(area)
    return PlannedCustomer(_given(values), draw.rng.choice(owners[team["unit"]]), draw.moment(DAYS + draw.rng.randrange(400)))


def _lead(trade: Trade, draw: Draw, team: Mapping[str, Any], owners: Mapping[str, Sequence[str]], days_ago: int) -> PlannedLead:
    rng = draw.rng
    source = rng.choices(trade["sources"], [source["weight"] for source in trade["sources"]])[0]
    intent = rng.choices("ABC", source["intent"])[0]
    line = rng.choices(trade["lines"], [line["weight"] for line in trade["lines"]])[0]
    area = rng.choice(team["areas"])
    low, high = trade["budget"][intent]
    values = _who(trade, draw, area) | {
        "mobile": draw.mobile(), "intent": intent, "source": source["key"], "channel": source["key"], "area": [area],
        "product_line": line["key"], "need": rng.choice(line["needs"]), "budget": round(rng.uniform(low, high) * 10) * TEN_THOUSAND // 10,
        "video_id": f"v_{rng.randrange(180, 199):04d}" if "douyin" in source["key"] else None,
    }  # fmt: skip
    values |= source.get("values", {}) | team["values"] | _extra(trade, draw, "lead")
    if days_ago:
        created = draw.moment(days_ago)
    else:  # of today: so that clocks run when one looks
        created = draw.limit - timedelta(minutes=rng.randrange(4, 150))
    owner = rng.choice(source.get("owners") or owners[team["unit"]])
    return PlannedLead(_given(values), owner, created, created + timedelta(seconds=2), row=source.get("row") or team["row"])


def _live_through(trade: Trade, draw: Draw, plan: Plan, n: int, lead: PlannedLead) -> None:
    """Response, follow-up, and what became of it: a customer with a deal, closed, still open or back in the pool."""
    rng, age = draw.rng, (draw.limit - lead.created_at).days
    lead.claimed = rng.random() < 0.6
    if age == 0:
        return
    noon = 12 <= lead.created_at.hour < 14 and lead.values["source"] == trade["sources"][1]["key"]
    if rng.random() < 0.06:
        lead.returned_at = add_working(draw.calendar, lead.assigned_at, 480)
        if lead.returned_at >= draw.limit:
            lead.returned_at = None
        return
    lead.response_at = add_working(draw.calendar, lead.assigned_at, rng.lognormvariate(4.4 if noon else 2.6, 0.9))
    if lead.response_at >= draw.limit:
        lead.response_at = None
        return
    if rng.random() < 0.72:
        followed = lead.response_at + timedelta(hours=rng.expovariate(1 / 9))
        lead.followup_at = followed if followed < draw.limit else None
    if lead.followup_at and rng.random() < {"A": 0.42, "B": 0.24, "C": 0.08}[lead.values["intent"]]:
        _convert(trade, draw, plan, lead)
    elif age > 14 and rng.random() < 0.8:
        lead.closed_as = rng.choice(trade["closed"])


def _convert(trade: Trade, draw: Draw, plan: Plan, lead: PlannedLead) -> None:
    at = (lead.followup_at or lead.created_at) + timedelta(hours=draw.rng.expovariate(1 / 40))
    if at >= draw.limit:
        return
    values = {key: lead.values.get(key) for key in ("industry", "region", "area")}
    values |= {"name": lead.values.get("company") or lead.values["name"], "phone": lead.values["mobile"], "tier": draw.rng.choice("BC")}
    values |= {"kind": "company" if "company" in lead.values else "person"} | _extra(trade, draw, "customer")
    if "company" in lead.values:
        values["uscc"] = draw.credit_code(lead.values["area"][0])
    lead.customer, lead.converted_at = len(plan.customers), at
    plan.customers.append(PlannedCustomer(_given(values), lead.owner, at))
    lead.deal = _deal(trade, draw, lead.values["product_line"], max(lead.values["budget"], 100 * FEN), at)


def _deal(trade: Trade, draw: Draw, line: str, amount: int, opened: datetime) -> dict[str, Any]:
    """Open, won or lost by now; what is open closes in the weeks to come, one in six should have closed already."""
    rng = draw.rng
    product = rng.choice([p for p in trade["products"] if p["line"] == line] or trade["products"])
    deal: dict[str, Any] = {"amount": amount, "product": f"other:{product['sku']}", "status": "open", "stage": rng.choice(STAGES[:4])}
    deal |= _extra(trade, draw, "deal")
    closed = opened + timedelta(days=rng.uniform(5, 50))
    if closed < draw.limit and rng.random() < 0.75:
        won = rng.random() < 0.55
        end = {"status": "won", "stage": "sign", "won_at": closed} if won else {"status": "lost", "lost_at": closed, "lost_reason": rng.choice(trade["lost"])}
        return _given(deal | end)
    ahead = -rng.randrange(1, 15) if rng.random() < 0.16 else rng.randrange(2, 45)
    return _given(deal | {"expected_close_at": draw.today + timedelta(days=ahead), "next_step": rng.choice(words.NEXT_STEPS)})


def _deals_of_customers(trade: Trade, draw: Draw, plan: Plan) -> None:
    """Customers of before have a history, and some of them something open."""
    rng = draw.rng
    for n, customer in enumerate(plan.customers[: len(plan.customers)]):
        if any(lead.customer == n for lead in plan.leads) or rng.random() < 0.35:
            continue
        line = rng.choice(trade["lines"])
        low, high = trade["budget"]["B"]
        opened = max(customer.created_at, draw.moment(rng.randrange(5, 70)))
        amount = round(rng.uniform(low, high) * 10) * TEN_THOUSAND // 10
        values = _deal(trade, draw, line["key"], max(amount, 100 * FEN), opened)
        values |= {"name": f"{customer.values['name'].removesuffix('(演示)')}·{rng.choice(line['needs'])[:12]}", "customer": f"customer:{n}"}
        plan.others.append(PlannedOther("deal", values, customer.owner, opened))


def _contacts(trade: Trade, draw: Draw, plan: Plan) -> None:
    if trade["buyer"] == "person":
        return
    for n, customer in enumerate(plan.customers):
        for role in draw.rng.sample(("decision_maker", "buyer", "technical", "finance"), draw.rng.choice((1, 1, 2))):
            values = {"name": draw.rng.choice(words.SURNAMES) + draw.rng.choice(words.TITLES), "customer": f"customer:{n}", "role": role}
            values["mobile"] = draw.mobile()
            plan.others.append(PlannedOther("contact", values, customer.owner, customer.created_at))


def _tasks(draw: Draw, plan: Plan) -> None:
    """What people have to do today and this week, some of it late."""
    open_leads = [n for n, lead in enumerate(plan.leads) if lead.response_at and not (lead.closed_as or lead.converted_at)]
    for n in draw.rng.sample(open_leads, min(24, len(open_leads))):
        lead = plan.leads[n]
        due = draw.limit + timedelta(hours=draw.rng.randrange(-30, 90))
        values = {"title": draw.rng.choice(words.TASKS), "assignee": f"person:{lead.owner}", "due_at": due, "subject_lead": f"lead:{n}"}
        made = min(max(lead.created_at, draw.limit - timedelta(days=3)), draw.limit - timedelta(minutes=1))
        plan.others.append(PlannedOther("task", values, lead.owner, made))


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


__all__ = ["Trade", "add_products", "plan_trade", "sample_people", "teams_of"]
