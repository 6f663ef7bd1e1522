"""What dispatch rows cover is computed as boxes: compared here with every combination of a small world, one by one."""

import itertools
import random

from xingji.features.leads.dispatch.box_words import Names, box_words
from xingji.features.leads.dispatch.boxes import ANY, LOWEST, Part, compared, is_empty, join, remainder
from xingji.features.leads.dispatch.coverage import reach_of
from xingji.features.leads.kinds import DispatchKind
from xingji.kernel.cel import Env, Kind, Var
from xingji.kernel.core.protocols import CheckContext

ENV = Env({"region": Var(Kind.text), "intent": Var(Kind.text), "budget": Var(Kind.money), "open_quote": Var(Kind.boolean), "tags": Var(Kind.text_list)})
REGIONS, INTENTS, BUDGETS = (None, "east", "south", "west"), (None, "A", "B"), (None, 0, 1, 5, 9)
WORLD = [{"region": r, "intent": i, "budget": b} for r, i, b in itertools.product(REGIONS, INTENTS, BUDGETS)]


def random_condition(dice, depth=2):
    """(CEL, what it is for a record: True, False or None for an error)."""
    kind = dice.choice(["eq", "ne", "in", "null", "filled", "lt", "ge", "not", "all", "any"] if depth else ["eq", "ne", "in", "null", "lt", "ge"])
    field = dice.choice(["region", "intent"])
    value = dice.choice([v for v in (REGIONS if field == "region" else INTENTS) if v])
    if kind == "eq":
        return f'{field} == "{value}"', lambda r: r[field] == value
    if kind == "ne":
        return f'{field} != "{value}"', lambda r: r[field] != value
    if kind == "in":
        return f'{field} in ["{value}", "zz"]', lambda r: r[field] == value
    if kind == "null":
        return f"{field} == null", lambda r: r[field] is None
    if kind == "filled":
        return "budget != null", lambda r: r["budget"] is not None
    if kind in ("lt", "ge"):
        n = dice.choice([1, 5])
        return f"budget {'<' if kind == 'lt' else '>='} {n}", lambda r: None if r["budget"] is None else (r["budget"] < n) == (kind == "lt")
    if kind == "not":
        text, holds = random_condition(dice, depth - 1)
        return f"!({text})", lambda r: None if holds(r) is None else not holds(r)
    one, two = random_condition(dice, depth - 1), random_condition(dice, depth - 1)
    if kind == "all":
        return f"({one[0]}) && ({two[0]})", lambda r: False if False in (one[1](r), two[1](r)) else (None if None in (one[1](r), two[1](r)) else True)
    return f"({one[0]}) || ({two[0]})", lambda r: True if True in (one[1](r), two[1](r)) else (None if None in (one[1](r), two[1](r)) else False)


def contains(box, record):
    return all(not is_empty(_point(part, record[path])) for path, part in box.items())


def _point(part, value):
    from xingji.features.leads.dispatch.boxes import among, meet

    return meet(part, Part(null=True) if value is None else among([value]))


def test_three_hundred_random_conditions_hold_for_the_same_records_as_their_boxes():
    dice = random.Random(7)
    exact = 0
    for _ in range(300):
        source, holds = random_condition(dice)
        reach = reach_of(source, ENV, {})
        if reach.boxes is None or not reach.exact:
            continue
        exact += 1
        for record in WORLD:
            assert any(contains(box, record) for box in reach.boxes) == (holds(record) is True), (source, record)
    assert exact > 250


def test_what_rows_leave_over_is_exactly_what_no_row_takes():
    dice = random.Random(11)
    for _ in range(120):
        rows = [random_condition(dice) for _ in range(4)]
        reaches = [reach_of(source, ENV, {}) for source, _ in rows]
        if any(not reach.exact for reach in reaches):
            continue
        left = remainder([{}], [reach.boxes for reach in reaches], {})
        for record in WORLD:
            assert sum(contains(box, record) for box in left) == (0 if any(holds(record) is True for _, holds in rows) else 1)


def test_a_part_nothing_is_known_of_still_compares_with_itself():
    free = 'hour(now) > 9 && region == "east"'
    one, other = reach_of(free, ENV, {}), reach_of(f'{free} && intent == "A"', ENV, {})
    assert not one.exact
    assert remainder(other.boxes, [one.boxes], {}) == []
    assert remainder(one.boxes, [other.boxes], {}) != []


def test_boxes_are_read_to_people():
    names = Names({"region": ("区域", "Region"), "budget": ("预算", "Budget")}, {"region": {"east": ("华东", "East"), "south": ("华南", "South")}})
    (box,) = remainder([{}], [[{"region": Part(values=frozenset(["east"]))}]], {})
    assert box_words(box, names) == ("区域 为 华南、其他、空", "Region is South, others, empty")
    assert box_words({"budget": compared("gt", 500_000)}, names) == ("预算 >50万", "Budget >500,000")
    assert join({"budget": compared("gt", 5)}, {"budget": compared("lt", 5)}, {}) is None
    assert compared("lt", 5).spans[0][1] > LOWEST
    assert not is_empty(ANY)


LEAD = {"kind": "object", "key": "lead", "name": {"zh": "线索"}, "fields": [
    {"key": "region", "kind": "text", "name": {"zh": "区域", "en": "Region"}}, {"key": "source", "kind": "text", "name": {"zh": "来源", "en": "Source"}},
    {"key": "budget", "kind": "money", "name": {"zh": "预算", "en": "Budget"}},
    {"key": "intent", "kind": "choice", "name": {"zh": "意向", "en": "Intent"}, "options": [{"key": "A", "name": {"zh": "高"}}, {"key": "B", "name": {"zh": "低"}}]},
]}  # fmt: skip


def check(*rows, extra=None, **table):
    documents = {("object", "lead"): LEAD, ("pool", "p"): {}, ("source", "douyin"): {"name": {"zh": "抖音"}}}
    document = {"key": "main", "object": "lead", "rows": [{"key": f"r{n}", "to": {"team": f"t{n}"}, **row} for n, row in enumerate(rows)], **table}
    found = DispatchKind().check(document, CheckContext(documents, extra or {}))
    return {(problem.code.removeprefix("dispatch."), problem.path): problem for problem in found}


def test_a_row_covered_by_one_above_or_by_several_is_named_with_what_covers_it():
    found = check({"when": 'region == "east"', "to": {"pool": "p"}}, {"when": 'region == "east" && budget > 500000'}, {"when": "true"})
    assert found["row_covered", "rows.1.when"].params["rows"] == [0]
    assert "永远轮不到" in found["row_covered", "rows.1.when"].message["zh"]
    several = check({"when": 'intent == "A"'}, {"when": 'intent == "B"'}, {"when": "intent != null"}, {"when": "true"})
    assert several["row_covered", "rows.2.when"].params["rows"] == [0, 1]
    assert ("row_covered", "rows.3.when") not in several


def test_a_row_another_names_as_its_else_is_no_mistake():
    found = check({"when": 'region == "east"', "else": "r1"}, {"when": 'region == "east"'}, {"when": "true"})
    assert not found


def test_overlaps_gaps_and_what_cannot_be_told_are_said_apart():
    found = check({"when": 'region == "east"'}, {"when": "budget > 500000"})
    assert found["rows_overlap", "rows.1.when"].severity == "info"
    assert "区域" in found["gap", "rows"].message["zh"]
    assert "会留在未分配" in found["gap", "rows"].message["zh"]
    pooled = check({"when": 'region == "east"'}, fallback={"pool": "p"})
    assert pooled["gap", "rows"].severity == "info"
    free = check({"when": "hour(now) > 9"})
    assert "说不准" in free["gap", "rows"].message["zh"]
    assert ("gap", "rows") not in check({"when": 'intent == "A"'}, {"when": 'intent != "A"'})


def test_unknown_values_and_people_who_left_or_are_away_are_named():
    extra = {"people": frozenset(["ann", "ben"]), "people_left": {"old": "老王"}, "people_away": {"ben": "小本"}}
    found = check({"when": 'source in ["douyin", "xiaohongshu"]', "to": {"people": ["ann", "old", "ben"]}}, {"when": "true"}, extra=extra)
    assert "xiaohongshu" in found["value_unknown", "rows.0.when"].message["zh"]
    left = [problem for problem in found.values() if problem.code in ("dispatch.person_left", "dispatch.person_away")]
    assert {problem.params["person"] for problem in left} == {"old", "ben"}


def test_a_cell_that_could_not_be_read_is_kept_and_refused_in_place():
    found = check({"when": "true", "unread": {"budget": ">很多"}}, columns=["budget"])
    assert found["cell_unread", "rows.0.unread.budget"].severity == "error"
