"""Why a customer deserves today: facts become reasons in words with their figures, and reasons a score. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

QUIET_DAYS = 14
CLOSING_DAYS = 14


@dataclass(slots=True)
class Facts:
    """What is known of one customer or lead of one person."""

    tasks: int = 0  # due by tonight
    enquiries: int = 0  # unanswered
    deals: int = 0
    value: int = 0  # minor units of open deals
    close: date | None = None
    wins: int = 0
    first_win: date | None = None
    last_win: date | None = None
    last_touch: date | None = None
    events: int = 0  # the customer's own, of the last days
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, its words, its figures and what it adds."""

    code: str
    zh: str
    en: str
    figures: Mapping[str, Any]
    points: float


def _wan(amount: float) -> str:
    """Yuan as people say them: ¥9,800, ¥25 万, ¥1.25 万."""
    return f"¥{amount:,.0f}" if amount < 10_000 else f"¥{f'{amount / 10_000:,.2f}'.rstrip('0').rstrip('.')} 万"


def weigh(facts: Facts, weights: Mapping[str, float], today: date, most_value: int, decimals: int = 2) -> list[Reason]:
    """The reasons that hold today, heaviest first; each counts between nothing and its weight."""
    found: list[Reason] = []

    def add(code: str, share: float, zh: str, en: str, **figures: Any) -> None:
        points = float(weights.get(code, 0)) * min(1.0, max(0.0, share))
        if points > 0:
            found.append(Reason(code, zh, en, figures, round(points, 2)))

    if facts.tasks:
        add("task", 0.7 + facts.tasks * 0.1, f"有 {facts.tasks} 件任务今天到期", f"{facts.tasks} tasks due today", tasks=facts.tasks)
    if facts.enquiries:
        add("enquiry", 0.8 + facts.enquiries * 0.1, f"有 {facts.enquiries} 条询价还没答复", f"{facts.enquiries} enquiries without an answer", enquiries=facts.enquiries)
    if facts.close is not None:
        days = (facts.close - today).days
        if days < 0:
            add("closing", 1, f"预计签约日已过 {-days} 天", f"the expected close passed {-days} days ago", days=days)
        elif days <= CLOSING_DAYS:
            add("closing", 1 - days / (CLOSING_DAYS + 1), f"{days} 天后预计签约", f"expected to close in {days} days", days=days)
    if facts.wins >= 2 and facts.first_win and facts.last_win:
        rhythm = (facts.last_win - facts.first_win).days / (facts.wins - 1)
        since = (today - facts.last_win).days
        if rhythm >= 7 and since >= rhythm * 0.9:
            zh = f"平均 {rhythm:.0f} 天买一次，距上次已 {since} 天"
            add("rhythm", since / (rhythm * 1.5), zh, f"buys every {rhythm:.0f} days, the last was {since} days ago", rhythm=round(rhythm), since=since)
    if facts.events:
        add("event", 0.5 + facts.events * 0.1, f"近 3 天有 {facts.events} 次客户动作", f"{facts.events} moves by the customer in 3 days", events=facts.events)
    if facts.last_touch is not None:
        gap = (today - facts.last_touch).days
        if gap >= QUIET_DAYS:
            add("silence", gap / 60, f"{gap} 天没有联系", f"{gap} days without a contact", days=gap)
    if facts.value and most_value:
        amount = facts.value / 10**decimals
        add("value", facts.value / most_value, f"在谈 {facts.deals} 单共 {_wan(amount)}", f"{facts.deals} open deals worth ¥{amount:,.0f}", deals=facts.deals, value=facts.value)
    return sorted(found, key=lambda reason: (-reason.points, reason.code))
