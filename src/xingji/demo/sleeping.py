"""Story C1, laid into the demo's past: 96 customers nobody has touched for 45 days, with open deals of 8.6 million.

Eleven of them buy once in more than a year and are no cause for alarm; 85 are. Everybody else with an open deal was
spoken to within the last six weeks.
"""

from datetime import datetime, timedelta

from xingji.demo import words
from xingji.demo.planned import Draw, Plan, PlannedCustomer, PlannedOther

COLD, SLOW = 96, 11
TOTAL = 860_000_000  # fen
LAST = (
    "电话沟通,客户说等年度预算", "发了选型表,没回", "拜访见了设备科,要等技改批复", "报价偏高,说再比一家", "样机资料已寄,未确认收到", "客户换了采购,还没见上",
)  # fmt: skip
TEAMS = {
    "east": ("liruoxi", "chenjiashu", "wangsiqi", "zhoumuye", "hejingshu", "caoyunzhou", "zhanglei"),
    "south": ("liangwanqing", "caiwenbo", "ouyangtuo", "huangziang"), "north": ("sunyinuo", "maliqun", "guohuaijin", "zhaochengyu"),
    "midwest": ("yangzechuan", "tangyishu", "penghaifeng", "qinlang"),
}  # fmt: skip


def plant_sleeping(draw: Draw, plan: Plan) -> None:
    """Adds the sleeping customers with their deals, and a recent touch to every customer there was before."""
    for customer in plan.customers:
        _touched(draw, customer, draw.rng.randrange(1, 40))
    amounts = _amounts(draw)
    for n in range(COLD):
        slow = n < SLOW
        province = draw.rng.choice(list(words.REGION_OF))
        trade = draw.rng.choice(list(words.TRADES))
        region = words.REGION_OF[province]
        owner = draw.rng.choice(TEAMS[region])
        days = draw.rng.randrange(120, 300)
        values = {
            "name": draw.company(province, trade), "kind": "company", "industry": trade, "region": region, "area": [province],
            "uscc": draw.credit_code(province), "tier": draw.rng.choice("BC"), "phone": draw.mobile(), "purchase_cycle_days": draw.rng.randrange(400, 900) if slow else draw.rng.choice((None, 60, 90, 180)),
        }  # fmt: skip
        customer = PlannedCustomer(values, owner, draw.moment(days + 90))
        _touched(draw, customer, draw.rng.randrange(46, 119))
        position = len(plan.customers)
        plan.customers.append(customer)
        deal = {
            "name": f"{values['name'].removesuffix('(演示)')}·{draw.rng.choice(('循环泵更换', '空压站改造', '供水机组', '备件框架'))}", "customer": f"customer:{position}",
            "amount": amounts[n], "status": "open", "stage": draw.rng.choice(("qualify", "clarify", "solution")),
        }  # fmt: skip
        plan.others.append(PlannedOther("deal", deal, owner, draw.moment(days)))


def _touched(draw: Draw, customer: PlannedCustomer, days_ago: int) -> None:
    at = datetime.combine(draw.today - timedelta(days=days_ago), datetime.min.time(), tzinfo=draw.zone) + timedelta(hours=14)
    customer.values |= {"last_touch_at": max(at, customer.created_at) if days_ago < 41 else at, "last_note": draw.rng.choice(LAST)}


def _amounts(draw: Draw) -> list[int]:
    """As many round sums as there are customers, together exactly the total."""
    shares = [draw.rng.randint(2, 16) for _ in range(COLD)]
    rest = TOTAL // 500_000 - sum(shares)
    at = 0
    while rest:
        step = 1 if rest > 0 else -1
        if shares[at % COLD] + step >= 1:
            shares[at % COLD] += step
            rest -= step
        at += 1
    return [share * 500_000 for share in shares]
