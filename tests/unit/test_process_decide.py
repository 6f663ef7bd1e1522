"""What a move lacks, as a pure decision; and that no order of steps reaches a stage without its requirements."""

from hypothesis import given
from hypothesis import strategies as st

from process_office import PLAYBOOK, REQUIREMENTS, STAGES, words
from xingji.features.process.decide import Said, Seen, allowed_move, judge, left_behind, missing_for
from xingji.features.process.document import Playbook, read_playbook

BOOK: Playbook = read_playbook("standard", 1, PLAYBOOK)
EVERYTHING = Seen(
    {"next_step": "约技术交底", "amount": 5000},
    frozenset(BOOK.conditions),
    {"visit": Said("claimed"), "poc": Said("confirmed")},
    {"chart.filed": 1},
)


def test_the_four_states_of_an_action():
    poc, chart = BOOK.action("poc"), BOOK.action("chart")
    assert judge(poc, Seen({}), {}).state == "empty"
    assert judge(poc, Seen({}, said={"poc": Said("claimed")}), {}).state == "claimed"
    assert judge(poc, Seen({}, said={"poc": Said("confirmed")}), {}).state == "confirmed"
    assert judge(chart, Seen({}, events={"chart.filed": 1}), {}).state == "evidence"
    assert judge(chart, Seen({}, said={"chart": Said("evidence", [{"kind": "file", "id": "1"}])}), {}).state == "evidence"


def test_flagged_evidence_does_not_count():
    doubled = Said("evidence", [{"kind": "file", "id": "1", "flags": ["doubled"]}])
    assert [one.kind for one in judge(BOOK.action("chart"), Seen({}, said={"chart": doubled}), {}).missing] == ["evidence"]


def test_a_confirmation_alone_does_not_replace_the_action():
    book = read_playbook("b", 1, {**PLAYBOOK, "stages": [
        {"key": "field", "actions": [{"key": "a", "need": ["budget"], "confirm": {"role": "presales"}}]}, {"key": "end"},
    ]})  # fmt: skip
    judged = judge(book.action("a"), Seen({}, said={"a": Said("confirmed")}), {})
    assert [one.kind for one in judged.missing] == ["field"]
    assert judged.state == "claimed"


def test_a_condition_that_does_not_compile_refuses_and_names_the_administrator():
    source = REQUIREMENTS["exit"]["exit"][0]["when"]
    seen = Seen({}, EVERYTHING.truths - {source}, EVERYTHING.said, broken={source: "unknown_field"})
    assert [(one.kind, one.who) for one in missing_for(BOOK, seen, "exit", "entry", {})] == [("broken", "admin")]


def test_a_stage_that_may_be_left_out_is_passed_over_but_not_left_unfinished():
    stages = [{"key": "field"}, {"key": "claim", "optional_when": "small", "actions": [{"key": "v"}]}, {"key": "end"}]
    book = read_playbook("b", 1, {**PLAYBOOK, "stages": stages})
    assert missing_for(book, Seen({}, frozenset({"small"})), "field", "end", {}) == []
    assert [one.action for one in missing_for(book, Seen({}, frozenset({"small"})), "claim", "end", {})] == ["v"]


def test_a_transition_is_walked_by_those_it_names_alone():
    stages = [{"key": "field", "name": words("甲")}, {"key": "end", "name": words("乙")}]

    def may(who: list[str], roles: list[str], *, owner: bool = False, system: bool = False) -> bool:
        moves = [{"key": "on", "name": words("往前"), "from": ["field"], "to": "end", "who": who}]
        book = read_playbook("b", 1, {**PLAYBOOK, "stages": stages, "transitions": moves})
        return allowed_move(book, Seen({}), "field", "end", roles, {}, owner=owner, system=system) == []

    assert may(["presales"], ["presales"])
    assert may(["owner"], ["rep"], owner=True)
    assert may(["system"], [], system=True)
    assert not may(["presales"], ["rep"], owner=True)
    assert not may(["owner"], ["rep"])
    assert not may(["presales"], [], system=True)


@given(st.sampled_from(STAGES), st.sampled_from(STAGES))
def test_a_move_leaves_exactly_the_stages_between(origin: str, to: str):
    left = [stage.key for stage in left_behind(BOOK, origin, to, won=False)]
    assert left == STAGES[STAGES.index(origin) : max(STAGES.index(to), STAGES.index(origin))]
    assert missing_for(BOOK, EVERYTHING, origin, to, {}) == []


@given(st.lists(st.sampled_from(STAGES), max_size=12), st.sets(st.sampled_from(["visit", "poc", "chart", "need"])))
def test_however_one_walks_a_stage_is_reached_only_with_what_it_takes(walk: list[str], done: set[str]):
    """A state machine: moves that lack something are refused, so every stage passed on the way had its requirements."""
    seen = Seen(
        {"next_step": "x"} if "need" in done else {}, EVERYTHING.truths,
        {key: said for key, said in EVERYTHING.said.items() if key in done}, EVERYTHING.events if "chart" in done else {},
    )  # fmt: skip
    at, furthest = STAGES[0], 0
    for to in walk:
        if not missing_for(BOOK, seen, at, to, {}):
            at = to
            furthest = max(furthest, STAGES.index(to))
    needed = [("field", "need"), ("claim", "visit"), ("evidence", "chart"), ("confirm", "poc")]
    first_missing = next((STAGES.index(stage) for stage, what in needed if what not in done), len(STAGES))
    assert furthest <= first_missing
