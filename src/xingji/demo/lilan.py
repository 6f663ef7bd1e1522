"""The morning of 砺澜流体装备(演示): eight enquiries before ten, some answered, some not."""

from typing import Any

from xingji.demo.arrivals import Arrival


def _lead(name: str, company: str, source: str, intent: str, region: str, province: str, **more: Any) -> dict[str, Any]:
    values = {
        "name": name, "company": f"{company}(演示)", "source": source, "channel": source, "intent": intent,
        "region": region, "area": [province], "country": "CN",
    }  # fmt: skip
    return values | more


PUMP, AIR = {"product_line": "pump", "industry": "manufacturing"}, {"product_line": "air", "industry": "manufacturing"}
MORNING = (
    Arrival(88, _lead("周经理", "江海启明精密制造有限公司", "web_quote", "A", "east", "320000", mobile="13900090001",
                      budget=80_000_000, need="多级泵 3 台，要能效证明", **PUMP), 9),
    Arrival(74, _lead("吴工", "莞南瑞昇电子有限公司", "douyin", "B", "south", "440000", mobile="13900090002",
                      budget=12_000_000, need="37kW 螺杆机两台，月底前到货", **AIR), 31),
    Arrival(66, _lead("陈总", "胶东海岳纸业有限公司", "search_ad", "A", "north", "370000", mobile="13900090003",
                      budget=30_000_000, need="化工流程泵备件和维保报价", **PUMP)),
    Arrival(52, _lead("林女士", "苏南恒拓印染有限公司", "wechat_oa", "B", "east", "320000", mobile="13900090004",
                      budget=9_000_000, need="空压站节能改造，想看测算", **AIR), 12),
    Arrival(41, _lead("何主任", "江汉普惠供水有限公司", "tel400", "A", "midwest", "420000", mobile="13900090005",
                      budget=38_000_000, need="新厂供水机组选型", **PUMP)),
    Arrival(26, _lead("徐经理", "浦江鼎晟制药有限公司", "web_form", "B", "east", "310000", mobile="13900090006",
                      budget=6_000_000, need="压缩空气含油超标，求方案", **AIR)),
    Arrival(13, _lead("郭先生", "粤港东方食品有限公司", "douyin", "B", "south", "440000", mobile="13900090007",
                      budget=5_000_000, need="变频空压机替换工频机", **AIR)),
    Arrival(4, _lead("高总", "杭西博远装备有限公司", "web_quote", "A", "east", "330000", mobile="13900090008",
                     budget=96_000_000, need="空压站节能改造，想看测算", **AIR)),
)  # fmt: skip
