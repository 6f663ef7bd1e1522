"""The past and the morning of 禾拾集团(演示): drawn from the pack's words, with its stories S5 and S12 laid in. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from xingji.demo.arrivals import Arrival
from xingji.demo.planned import Plan, PlannedLead
from xingji.demo.trade import Trade, plan_trade
from xingji.kernel.core.calendar import WorkingCalendar

FAMILY = ("宋女士(演示)", "宋先生(演示)", "宋奶奶(演示)")
FAMILY_PHONE = "13900550001"
OWNER_PHONE = "13900550002"
ESTATE = "云栖里(演示)"


def plan_heshi(trade: Trade, owners: Mapping[str, Sequence[str]], start: datetime, calendar: WorkingCalendar) -> Plan:
    """Seventy-five days up to the evening before `start`, and the planted stories."""
    evening = start - timedelta(hours=13)
    plan = plan_trade(trade, "m", owners, evening, calendar)
    plan.leads += [*_family(evening), *_one_owner_two_stores(evening)]
    return plan


def _family(evening: datetime) -> list[PlannedLead]:
    """S5: one phone, three of a family, each registered in their own way. Proposed, never joined by itself."""
    ways = (("scan_store", "member", "hz01", "gexiaoman", 9), ("mall", "member", "hz01", "jiaruoxi", 6), ("live", "visit", "hz02", "qiuyibai", 2))
    return [
        _lead(name, FAMILY_PHONE, source, kind, store, owner, evening - timedelta(days=days), interest="bedding")
        for name, (source, kind, store, owner, days) in zip(FAMILY, ways, strict=True)
    ]


def _one_owner_two_stores(evening: datetime) -> list[PlannedLead]:
    """S12: two stores follow the same owner of a newly handed-over estate; the first by eight days."""
    ways = (("estate", "hz01", "shinan", 12, "看房时留的电话"), ("estate", "hz02", "qiuyibai", 4, "小区门口扫码"))
    return [
        _lead("冯先生(演示)", OWNER_PHONE, source, "custom", store, owner, evening - timedelta(days=days), estate=ESTATE,
              interest="curtain_custom", need=f"全屋窗帘，{how}", budget=4_500_000)
        for source, store, owner, days, how in ways
    ]  # fmt: skip


def _lead(name: str, mobile: str, source: str, kind: str, store: str, owner: str, at: datetime, **more: Any) -> PlannedLead:
    values = {
        "name": name, "mobile": mobile, "source": source, "channel": source, "kind": kind, "store": store, "region": "zj",
        "area": ["330000", "330100"], "intent": "A" if kind == "custom" else "B", "need": "想看看四件套",
    }  # fmt: skip
    at = at.replace(hour=15, minute=20)
    response, followup = at + timedelta(minutes=9), at + timedelta(hours=3)
    return PlannedLead(values | more, owner, at, at + timedelta(seconds=2), row=f"s_{store}", response_at=response, followup_at=followup)


def _arrives(before: int, name: str, source: str, kind: str, mobile: str, **more: Any) -> Arrival:
    values = {"name": f"{name}(演示)", "source": source, "channel": source, "kind": kind, "mobile": mobile, "intent": "B"}
    return Arrival(before, values | {key: value for key, value in more.items() if key != "answered_after"}, more.get("answered_after"))


HANGZHOU = {"region": "zj", "area": ["330000", "330100"]}
SHANGHAI = {"region": "sh", "area": ["310000"]}
MORNING = (
    _arrives(750, "顾女士", "douyin_local", "visit", "13900560001", store="hz01", need="想周末到店看床品", video_id="v_0193", **HANGZHOU),
    _arrives(652, "沈先生", "live", "visit", "13900560002", store="sh02", need="直播间预约到店", video_id="v_0187", **SHANGHAI),
    _arrives(640, "陆女士", "estate", "custom", "13900560003", need="三室定制窗帘，约量尺", budget=3_800_000, intent="A", **HANGZHOU),
    _arrives(58, "曹经理", "group_form", "group_buy", "13900560004", company="钱塘云川科技(演示)", need="中秋礼盒 300 份", budget=16_000_000, intent="A"),
    _arrives(50, "戴女士", "group_form", "group_buy", "13900560005", company="申港普惠物业(演示)", need="员工节日礼品 60 份", budget=4_000_000, answered_after=14),
    _arrives(36, "钱先生", "join_form", "franchise", "13900560006", need="想在绍兴开一家店", budget=60_000_000, intent="A"),
    _arrives(22, "余女士", "xhs", "visit", "13900560007", store="hz02", need="看了笔记想试凉感被", **HANGZHOU),
    _arrives(9, "方女士", "mall", "member", "13900560008", need="想看看四件套", **SHANGHAI),
)
