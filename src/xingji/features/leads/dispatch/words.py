"""The sentences of the ledger, in both languages. Owns the codes that `decide` gives; computes nothing."""

from collections.abc import Mapping
from typing import Any

EXCLUDED: dict[str, tuple[str, str]] = {
    "left": ("已离职", "has left"),
    "absent": ("休假或外出中，不计入公平统计", "on leave, which does not count against anyone"),
    "off_hours": ("此刻不在工作时间，而其他人在岗", "outside working hours while others are on duty"),
    "previous_owner": ("曾是负责人，还在冷却期内", "was the owner before and is cooling down"),
    "trainee": ("见习期，此行不派给见习", "a trainee; this row does not go to trainees"),
    "at_capacity": ("在手 {open} 条，已达上限 {capacity}", "holds {open} of {capacity} open leads"),
    "daily_limit": ("今日已收 {today} 条，已达每日上限", "has received {today} today, the daily limit"),
    "over_cap": ("近期已收 {window} 条，超过均值 {mean} 的上限倍数", "received {window} of late, above the cap over the mean of {mean}"),
    "later_in_list": ("名单中排在后面", "stands later in the list"),
    "newcomer_first": ("本条用于补足新人保底", "this one fills a newcomer's floor"),
    "not_next": ("轮流，还没轮到", "not next in turn"),
    "more_open": ("在手负荷更高", "carries a higher load"),
    "lower_weight": ("权重 {weight}，应得与已得的差距较小", "weight {weight}: less behind the due share"),
}
CHOSEN: dict[str, tuple[str, str]] = {
    "fixed": ("指定", "named by the row"),
    "round_robin": ("轮流，轮到此人", "next in turn"),
    "least_load": ("在手负荷最低({open} 条)", "the lowest load ({open} open)"),
    "weighted": ("权重 {weight}，与应得份额差距最大", "weight {weight}, furthest behind the due share"),
    "newcomer": ("新人保底", "the newcomer's floor"),
}
OUTCOME: dict[str, tuple[str, str]] = {
    "pool": ("按「{row}」进入公海 {pool}", "to the pool {pool} by “{row}”"),
    "no_row": ("没有一行匹配", "no row matches"),
    "nobody_available": ("匹配的各行此刻无人可派", "nobody of the matching rows is available"),
    "nobody_named": ("该行没有可派的人", "the row names nobody"),
}


def explain_candidate(excluded: str | None, choose: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """Why a candidate was chosen or not: {zh, en}."""
    if excluded is not None:
        return _both(EXCLUDED[excluded], figures)
    return _both(CHOSEN.get("newcomer" if figures.get("floor") else choose, CHOSEN["fixed"]), figures)


def explain_outcome(code: str, row: Mapping[str, str] | None, pool: str | None, name: str | None) -> dict[str, str]:
    """Why the lead went where it went: {zh, en}."""
    zh = (row or {}).get("zh") or (row or {}).get("en") or ""
    en = (row or {}).get("en") or zh
    if code in OUTCOME:
        texts = OUTCOME[code]
        result = {"zh": texts[0].format(row=zh, pool=pool), "en": texts[1].format(row=en, pool=pool)}
        if code != "pool" and pool:
            result = {"zh": f"{result['zh']}，进入公海 {pool}", "en": f"{result['en']}; to the pool {pool}"}
        return result
    return {"zh": f"按「{zh}」派给{name or ''}", "en": f"to {name or ''} by “{en}”"}


def _both(texts: tuple[str, str], figures: Mapping[str, Any]) -> dict[str, str]:
    known = _Blank(figures)
    return {"zh": texts[0].format_map(known), "en": texts[1].format_map(known)}


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
