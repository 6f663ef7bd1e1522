"""客户跟进表.xlsx as sales teams really keep it, seeded, with the truth beside it. Every name in it is invented.

A sheet per rep, a merged title and a line about who made it on top, a merged heading over two columns, phones as
numbers, days as "2026.3.5", "3月5日" and "上周", amounts as "15万" and "待定", a year of notes in one cell, a row of totals.
"""

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook

REPS = ("程远舟", "何星野", "陆知夏", "苏合欢", "孟千帆", "秦晚舟")
PLACES = (("江苏", "320000"), ("浙江", "330000"), ("广东", "440000"), ("山东", "370000"), ("湖北", "420000"), ("四川", "510000"))
FIRST = ("恒", "瑞", "博", "泰", "鼎", "华", "安", "凯", "宏", "精", "汇", "普", "金", "新", "海", "云", "远", "启", "卓", "迈")
SECOND = ("拓", "昇", "远", "禾", "晟", "耀", "达", "旋", "业", "诚", "通", "惠", "石", "锐", "岳", "川", "航", "明", "立", "思")
TRADES = ("机械", "模具", "食品", "纺织", "电子", "水务", "新材料", "制药", "包装", "五金")
PEOPLE = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴")
CALLED = ("经理", "总", "工", "主任")
STAGES = (("初步接触", "qualify"), ("需求沟通", "clarify"), ("已报价", "solution"), ("谈判中", "negotiate"), ("走合同", "sign"))
TIERS = (("高", "A"), ("A", "A"), ("中", "B"), ("B类", "B"), ("低", "C"), ("一般", "B"))
STEPS = ("寄样品", "约拜访", "等客户审批", "改报价", "安排试机", "发合同草稿")
TALK = (("call", "电话沟通,客户说{}"), ("visit", "拜访,见了{}"), ("message", "微信发了资料,{}"), ("call", "电话没接{}"), ("visit", "上门看现场,{}"))
SAID = ("要等预算", "下个月定", "和采购再比一家", "觉得价格高", "技术认可", "想看案例", "老板没时间", "年底前要装")
HEAD = ("序号", "客户名称", "地区", "联系人", "联系方式", "", "意向", "阶段", "预计金额", "预计签约", "下次跟进", "下一步", "跟进记录", "备用列")
SUB = ("", "", "", "", "手机", "微信", "", "", "", "", "", "", "", "")
COLUMNS = ("name", "area", "contact", "mobile", "wechat", "tier", "stage", "amount", "expected_close_at", "next_step_at", "next_step", "notes")


@dataclass(slots=True)
class Truth:
    """What one row means: wire values, None for what nobody knows; `notes` are (day, kind) of the dated entries."""

    sheet: str
    owner: str
    name: str
    area: str
    contact: str
    mobile: str
    wechat: str | None
    tier: str
    stage: str
    amount: int | None
    expected_close_at: date | None
    next_step_at: date | None
    next_step: str | None
    notes: list[tuple[date, str]] = field(default_factory=list)
    twin_of: str | None = None
    won: bool = False
    days_guessed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MessyWorkbook:
    """The file and the truth of its rows, sheet by sheet."""

    content: bytes
    rows: Sequence[Truth]
    broken: int


def messy_workbook(seed: int, today: date, rows: int = 240, reps: Sequence[str] = REPS, broken: int = 3) -> MessyWorkbook:
    """A workbook of about so many rows over the reps' sheets; `broken` rows cannot be read until somebody mends them."""
    rng = random.Random(seed)
    truths: list[Truth] = []
    book = Workbook()
    book.remove(book.active)
    left = broken
    per = max(2, rows // len(reps))
    for number, rep in enumerate(reps):
        sheet = book.create_sheet(rep)
        _head(sheet, rep, today)
        for n in range(per):
            truth = _truth(rng, rep, today, len(truths), truths)
            cells = _cells(rng, truth, n + 1, today)
            if left and n == per // 2 and number < broken:
                cells[4], left = "无此号码abc", left - 1
                cells[1] = truth.name = f"{truth.name}(号码有误)"
                truth.twin_of = None
                sheet.append(cells)
                continue
            truths.append(truth)
            sheet.append(cells)
        sheet.append(["合计", f"{per}家", *[""] * 6, "—"])
    about = book.create_sheet("填写说明")
    about.append(["请各位每周五下班前更新自己的表"])
    out = io.BytesIO()
    book.save(out)
    return MessyWorkbook(out.getvalue(), truths, broken)


def _head(sheet: Any, rep: str, today: date) -> None:
    sheet.append([f"{today.year}年客户跟进表({rep})"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEAD))
    sheet.append(["制表:销售内勤", "", "", f"更新:{today.month}月{today.day}日"])
    sheet.append(list(HEAD))
    sheet.append(list(SUB))
    sheet.merge_cells(start_row=3, start_column=5, end_row=3, end_column=6)
    for column in (1, 2, 3, 4, *range(7, len(HEAD) + 1)):
        sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)


def _truth(rng: random.Random, rep: str, today: date, serial: int, before: Sequence[Truth]) -> Truth:
    others = [one for one in before if one.owner != rep and one.twin_of is None]
    twin = rng.choice(others) if others and rng.random() < 0.07 else None
    place = rng.choice(PLACES)
    name = f"{place[0]}{rng.choice(FIRST)}{rng.choice(SECOND)}{rng.choice(TRADES)}{serial}有限公司"
    last = today - timedelta(days=int(rng.choice((rng.uniform(0, 30), rng.uniform(30, 60), rng.uniform(60, 200)))))
    stage = rng.choice(STAGES)
    unknown = rng.random() < 0.12
    truth = Truth(
        sheet=rep, owner=rep, name=twin.name.removesuffix("有限公司") if twin else name, area=twin.area if twin else place[1],
        contact=f"{rng.choice(PEOPLE)}{rng.choice(CALLED)}", mobile=f"139{serial:08d}",
        wechat=f"wx_{serial:04d}" if rng.random() < 0.4 else None, tier=rng.choice("ABC"), stage=stage[1],
        amount=None if unknown else rng.randint(3, 180) * 1_000_000, expected_close_at=today + timedelta(days=rng.randint(-60, 120)),
        next_step_at=today + timedelta(days=rng.randint(1, 25)) if rng.random() < 0.5 else None,
        next_step=rng.choice(STEPS) if rng.random() < 0.4 else None, twin_of=twin.name if twin else None,
    )  # fmt: skip
    day = last
    for _ in range(rng.randint(1, 7)):
        truth.notes.insert(0, (day, rng.choice(TALK)[0]))
        day -= timedelta(days=rng.randint(6, 55))
        if day < today - timedelta(days=360):
            break
    return truth


def _cells(rng: random.Random, truth: Truth, number: int, today: date) -> list[Any]:
    area = next(name for name, code in PLACES if code == truth.area)
    tier = rng.choice([word for word, key in TIERS if key == truth.tier])
    stage = next(word for word, key in STAGES if key == truth.stage)
    mobile: Any = int(truth.mobile) if rng.random() < 0.6 else rng.choice((truth.mobile, f"{truth.mobile[:3]} {truth.mobile[3:7]} {truth.mobile[7:]}", f"{truth.mobile}/0512-66668888"))
    return [
        number, truth.name, area, truth.contact, mobile, truth.wechat, tier, stage, _amount(rng, truth),
        _day(rng, truth, "expected_close_at", today), _day(rng, truth, "next_step_at", today), truth.next_step, _notes(rng, truth, today), None,
    ]  # fmt: skip


def _amount(rng: random.Random, truth: Truth) -> Any:
    if truth.amount is None:
        return rng.choice(("待定", "未定", "-"))
    yuan = truth.amount // 100
    wan = f"{yuan / 10_000:g}"
    return rng.choice((f"{wan}万", f"{wan}万元", f"约{wan}万", yuan, f"{yuan:,}", f"{wan}w"))


def _day(rng: random.Random, truth: Truth, key: str, today: date) -> Any:
    day: date | None = getattr(truth, key)
    if day is None:
        return rng.choice((None, None, "待定"))
    if key == "next_step_at" and rng.random() < 0.1:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
        setattr(truth, key, monday)
        truth.days_guessed |= {key}
        return "下周一"
    forms: list[Any] = [f"{day.year}.{day.month}.{day.day}", f"{day.year}/{day.month}/{day.day}", f"{day.year}年{day.month}月{day.day}日", day]
    if abs((day - today).days) < 150:
        forms += [f"{day.month}月{day.day}日", f"{day.month}月{day.day}号"]
    return rng.choice(forms)


def _notes(rng: random.Random, truth: Truth, today: date) -> str:
    parts = ["老客户介绍"] if rng.random() < 0.2 else []
    for n, (day, kind) in enumerate(truth.notes):
        words = rng.choice([text for one, text in TALK if one == kind]).format(rng.choice(SAID))
        full = n == 0 or rng.random() < 0.3
        parts.append(f"{day.year}.{day.month}.{day.day} {words}" if full else f"{day.month}月{day.day}日 {words}")
    return rng.choice((";", "\n", "；")).join(parts)
