"""Three words for touches: what stops the clock, what counts as effective, what is only a note."""

from datetime import UTC, datetime

import pytest

from xingji.features.leads.touches import Touch, judge

AT = datetime(2026, 2, 3, 2, 0, tzinfo=UTC)
NEW = {"status": "assigned", "first_response_at": None, "first_followup_at": None}
ANSWERED = {"status": "working", "first_response_at": AT.isoformat(), "first_followup_at": AT.isoformat()}


def counted(lead=NEW, claimed=True, recorded_only=False, **touch):
    return judge(Touch(**touch), lead, AT, claimed=claimed, recorded_only=recorded_only)


@pytest.mark.parametrize("kind", ["call", "message", "form_reply"])
def test_a_first_touch_of_ours_is_a_response_and_stops_the_clock(kind):
    meaning = counted(kind=kind)
    assert meaning.types == ("touch.response",)
    assert meaning.values["first_response_at"] == AT.isoformat()
    assert meaning.values["status"] == "working"
    assert "last_followup_at" not in meaning.values


@pytest.mark.parametrize("touch", [{"kind": "call", "answered": True}, {"kind": "visit"}, {"kind": "meeting"}, {"kind": "message", "answered": True}])
def test_an_answer_a_connected_call_and_a_visit_are_effective(touch):
    meaning = counted(**touch)
    assert meaning.types == ("touch.response", "touch.followup")
    assert meaning.values["first_followup_at"] == AT.isoformat()


def test_a_note_stops_nothing():
    assert counted(kind="note", text="想了想") == judge(Touch("note"), NEW, AT, claimed=False, recorded_only=True)
    assert counted(kind="note").values == {}


def test_a_source_may_demand_recorded_touches():
    assert counted(kind="call", answered=True, recorded_only=True).types == ("touch.claimed",)
    assert counted(kind="call", answered=True, recorded_only=True, claimed=False).types == ("touch.response", "touch.followup")


def test_a_customers_own_message_is_no_response_of_ours_but_an_answer_to_one():
    assert counted(kind="message", direction="in").types == ("touch.inbound",)
    assert counted(kind="message", direction="in", lead=ANSWERED).types == ("touch.followup",)


def test_the_first_response_is_set_once():
    later = counted(kind="call", lead=ANSWERED)
    assert "first_response_at" not in later.values
    assert later.values["last_touch_at"] == AT.isoformat()
