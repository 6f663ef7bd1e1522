"""A dispatch table drafted from what the organisation has already closed: who closes where, with the figures behind it.

Reads under the actor's own policy and stores nothing: the draft is saved, tried and published like any other.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xingji.features.leads.recognition.places import PROVINCES
from xingji.kernel import records
from xingji.kernel.cel import text_literal
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published

DIMENSIONS = ("region", "area.province", "industry")
MOST_ROWS = 12
MOST_PEOPLE = 3
MOST_IN_REST = 30
KNOWN = {
    "key": "known", "name": {"zh": "老客户回原负责人", "en": "Known customers go home"},
    "when": "customer != null && customer.owner != null", "to": {"person": "customer.owner"}, "choose": "fixed",
}  # fmt: skip
_PROVINCE_NAMES = {code: name for name, code in PROVINCES.items()}
Both = dict[str, str]


@dataclass(slots=True)
class Tally:
    """What one person has to show in one place."""

    won: int = 0
    amount: float = 0
    converted: int = 0
    leads: int = 0
    customers: int = 0

    @property
    def rank(self) -> tuple[int, int, float, int]:
        return (self.won, self.converted, self.amount, self.customers)

    def add(self, other: "Tally") -> None:
        for name in ("won", "amount", "converted", "leads", "customers"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Evidence:
    """Tallies by value of a dimension and owner; `rows`: records behind them, `named`: those with a value."""

    by_place: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    everywhere: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    rows: int = 0
    named: int = 0


async def draft_table(uow: UnitOfWork, key: str = "main") -> dict[str, Any]:
    """{document, explanation: {zh, en}, rows: [{key, zh, en, people}], dimension, records, without_place}.

    The dimension is the first of region, province and industry that at least half of the records name.
    """
    people = {str(row["id"]): row for row in await uow.fetch("select id, key, name from person where left_on is null")}
    published = await load_published(uow)
    dimension, evidence = await _evidence(uow)
    names = await _place_names(uow, dimension, published)
    rows, told = [], []
    for value, tallies in _largest(evidence):
        chosen = _closers({person: tally for person, tally in tallies.items() if person in people})
        if not chosen:
            continue
        place = names.get(value, value)
        rows.append({
            "key": f"draft_{len(rows) + 1}", "name": {"zh": place, "en": place}, "when": f"{dimension} == {text_literal(value)}",
            "to": {"people": [people[person]["key"] for person, _ in chosen]}, "choose": "weighted",
        })  # fmt: skip
        told.append({"key": rows[-1]["key"], **_row_reason(place, chosen, people), "people": _figures(chosen, people)})
    rest = [person for person, _ in sorted(evidence.everywhere.items(), key=lambda one: one[1].rank, reverse=True) if person in people]
    rest = (rest or list(people))[:MOST_IN_REST]
    last = _rest_row(rest, people, published)
    held = published.get("dispatch", key) or {}
    kept = {name: held[name] for name in ("capacity", "weights", "calendar", "fallback", "good") if name in held}
    document = {
        "kind": "dispatch", "key": key, "name": held.get("name") or {"zh": "派单表", "en": "Dispatch table"}, "object": "lead",
        "columns": [dimension], **kept, "rows": [KNOWN, *rows, last],
    }  # fmt: skip
    return {
        "document": document, "explanation": _explanation(evidence, rows, dimension), "rows": told, "dimension": dimension,
        "records": evidence.rows, "without_place": evidence.rows - evidence.named,
    }  # fmt: skip


async def _evidence(uow: UnitOfWork) -> tuple[str, Evidence]:
    best = (DIMENSIONS[0], Evidence())
    for dimension in DIMENSIONS:
        evidence = Evidence()
        await _count(uow, evidence, "deal", f"customer.{dimension}", [
            {"as": "n", "fn": "count"}, {"as": "won", "fn": "count", "filter": 'status == "won"'},
            {"as": "amount", "fn": "sum", "field": "amount", "filter": 'status == "won"'},
        ])  # fmt: skip
        await _count(uow, evidence, "lead", dimension, [
            {"as": "leads", "fn": "count"}, {"as": "converted", "fn": "count", "filter": 'status == "converted"'},
        ])  # fmt: skip
        await _count(uow, evidence, "customer", dimension, [{"as": "customers", "fn": "count"}])
        if evidence.named * 2 >= evidence.rows > 0:
            return dimension, evidence
        if evidence.named > best[1].named or best[1].rows == 0:
            best = (dimension, evidence)
    return best


async def _count(uow: UnitOfWork, evidence: Evidence, object_key: str, place: str, aggregates: list[Mapping[str, Any]]) -> None:
    """Adds the figures of one object; an object or field this workspace lacks, or hides from the actor, adds nothing."""
    try:
        query = records.Query(object_key, filter="owner != null", group=[place, "owner"], aggregates=aggregates)
        rows = await records.aggregate(uow, query)
    except XingjiError:
        return
    for row in rows:
        tally = Tally(
            won=int(row.get("won") or 0), amount=float(row.get("amount") or 0), converted=int(row.get("converted") or 0),
            leads=int(row.get("leads") or 0), customers=int(row.get("customers") or 0),
        )  # fmt: skip
        n = int(row.get("n") or row.get("leads") or row.get("customers") or 0)
        evidence.rows += n
        evidence.everywhere[str(row["owner"])].add(tally)
        if row.get(place):
            evidence.named += n
            evidence.by_place[str(row[place])][str(row["owner"])].add(tally)


def _largest(evidence: Evidence) -> list[tuple[str, dict[str, Tally]]]:
    def size(tallies: Mapping[str, Tally]) -> tuple[int, int]:
        return sum(t.won + t.converted for t in tallies.values()), sum(t.leads + t.customers for t in tallies.values())

    return sorted(evidence.by_place.items(), key=lambda one: (size(one[1]), one[0]), reverse=True)[:MOST_ROWS]


def _closers(tallies: Mapping[str, Tally]) -> list[tuple[str, Tally]]:
    """Those who close here: at least half of what the best one closed; without any win, who has most customers here."""
    ranked = sorted(tallies.items(), key=lambda one: (one[1].rank, one[0]), reverse=True)
    if not ranked:
        return []
    best = ranked[0][1].won + ranked[0][1].converted
    return [one for one in ranked if not best or (one[1].won + one[1].converted) * 2 >= best][:MOST_PEOPLE]


def _rest_row(rest: list[str], people: Mapping[str, Any], published: Any) -> dict[str, Any]:
    name = {"zh": "其余轮流", "en": "The rest in turn"}
    if rest:
        return {"key": "rest", "name": name, "when": "true", "to": {"people": [people[p]["key"] for p in rest]}, "choose": "round_robin"}
    pool = next(iter(sorted(published.of_kind("pool"))), "pool_new")
    return {"key": "rest", "name": {"zh": "其余进公海", "en": "The rest to the pool"}, "when": "true", "to": {"pool": pool}}


async def _place_names(uow: UnitOfWork, dimension: str, published: Any) -> dict[str, str]:
    if dimension == "region":
        return {row["key"]: row["name"] for row in await uow.fetch("select key, name from region")}
    if dimension == "area.province":
        return _PROVINCE_NAMES
    fields = (published.get("object", "lead") or {}).get("fields") or ()
    options = next((spec.get("options") or () for spec in fields if spec.get("key") == dimension), ())
    return {option["key"]: (option.get("name") or {}).get("zh", option["key"]) for option in options}


def _row_reason(place: str, chosen: list[tuple[str, Tally]], people: Mapping[str, Any]) -> Both:
    if not any(tally.won or tally.converted for _, tally in chosen):
        zh = "、".join(f"{people[p]['name']} {t.customers + t.leads} 个客户和线索" for p, t in chosen)
        en = ", ".join(f"{people[p]['name']} {t.customers + t.leads} customers and leads" for p, t in chosen)
        return {"zh": f"{place}还没有成交记录，按手上的客户多少：{zh}", "en": f"{place}: nothing closed yet, by customers held: {en}"}
    zh = "、".join(f"{people[p]['name']} 成交 {t.won} 单" + (f"、转化 {t.converted} 条线索" if t.converted else "") for p, t in chosen)
    en = ", ".join(f"{people[p]['name']} won {t.won}" + (f", converted {t.converted}" if t.converted else "") for p, t in chosen)
    return {"zh": f"{place}：{zh}", "en": f"{place}: {en}"}


def _figures(chosen: list[tuple[str, Tally]], people: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": person, "key": people[person]["key"], "name": people[person]["name"], "won": t.won, "amount": t.amount,
         "converted": t.converted, "leads": t.leads, "customers": t.customers}
        for person, t in chosen
    ]  # fmt: skip


def _explanation(evidence: Evidence, rows: list[dict[str, Any]], dimension: str) -> Both:
    if not rows:
        return {
            "zh": "还没有带负责人的成交、线索或客户，先轮流分配；有了记录再起草一次", "en": "No deals, leads or customers with an owner yet: in turn for now; draft again once there are some",
        }  # fmt: skip
    zh_name, en_name = {"region": ("区域", "region"), "area.province": ("省份", "province"), "industry": ("行业", "industry")}[dimension]
    without = evidence.rows - evidence.named
    zh = f"按{zh_name}看谁成交最多，从 {evidence.rows} 条商机、线索和客户得出 {len(rows)} 行"
    en = f"By who closes most in each {en_name}: {len(rows)} rows out of {evidence.rows} deals, leads and customers"
    if without:
        zh, en = f"{zh}；{without} 条没有{zh_name}，没有算进去", f"{en}; {without} without a {en_name} are left out"
    return {"zh": zh, "en": en}
