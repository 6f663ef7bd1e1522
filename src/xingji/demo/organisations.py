"""The two demo organisations: what each is called, who signs in, how its past and its morning are made."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from xingji.demo import heshi, lilan
from xingji.demo.arrivals import Arrival
from xingji.demo.checklists import lay_in_checklists
from xingji.demo.custom_home import lay_in_custom_home
from xingji.demo.plan import plan_history
from xingji.demo.planned import Draw, Plan
from xingji.demo.process_stories import lay_in_process
from xingji.demo.trade import Trade, add_products
from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.db import Database

SEED = 20_260_310
Owners = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A demo organisation. `sign_ins`: person key and what stands beside it in the list."""

    key: str
    name: str
    calendar: str
    sign_ins: tuple[tuple[str, str], ...]
    plan: Callable[[Trade, Owners, datetime, WorkingCalendar], Plan]
    morning: Sequence[Arrival]
    lay_in: Callable[[Database, str, Mapping[str, UUID], datetime], Awaitable[object]] | None = None
    """Stories that are more than records: moves, what shows them, confirmations. Written after the plan."""

    def login(self, person: str) -> str:
        """The e-mail a person signs in with."""
        return f"{person}@{self.key}.example"


def plan_lilan(trade: Trade, _owners: Owners, start: datetime, calendar: WorkingCalendar) -> Plan:
    """砺澜's ninety days, and its products and price books."""
    plan = plan_history(SEED, start.date(), calendar)
    add_products(trade, plan, Draw(SEED, calendar, start.date()))
    return plan


async def lay_in_lilan(database: Database, workspace: str, people: Mapping[str, UUID], started: datetime) -> None:
    """砺澜's stories of the process, and how far everybody else's deals have come."""
    await lay_in_process(database, workspace, people, started)
    await lay_in_checklists(database, workspace, people, started)


def trade_of(key: str, folder: Path | None = None) -> Trade:
    """The words and weights of a demo pack's data."""
    text = ((folder or packs_folder()) / key / "data.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


LILAN = Organisation(
    "lilan", "砺澜流体装备(演示)", "office",
    (
        ("shenruogu", "沈若谷 销售总监 director; also 季长风 零售总监 of 禾拾: switches between both"), ("chengxiaolan", "程晓岚 销售主管 supervisor"),
        ("zhanglei", "张磊 资深销售顾问 rep"), ("zhangshenzhi", "章慎之 财务经理 finance"),
        ("tongxinyuan", "童心远 市场经理 marketing"), ("niezheng", "聂正 过程质量官 process auditor"), ("maliqun", "马立群 销售工程师 rep"), ("sunian", "苏念 销售运营 administrator"),
    ),
    plan_lilan, lilan.MORNING, lay_in_lilan,
)  # fmt: skip
HESHI = Organisation(
    "heshi", "禾拾集团(演示)", "store",
    (
        ("luoyunfan", "骆云帆 区域经理 area manager"),
        ("zhongling", "钟灵 店长 store manager"), ("gexiaoman", "葛小满 导购 guide"),
        ("bailu", "白鹭 会员运营 member operations"), ("zhunanxing", "祝南星 茶礼品牌经理 tea brand"),
    ),
    heshi.plan_heshi, heshi.MORNING, lay_in_custom_home,
)  # fmt: skip
ORGANISATIONS = (LILAN, HESHI)
BOTH = ("shenruogu@lilan.example", "jichangfeng")
"""One login of the first that is also a person of the second: it can switch between them."""

__all__ = ["BOTH", "HESHI", "LILAN", "ORGANISATIONS", "SEED", "Organisation", "trade_of"]
