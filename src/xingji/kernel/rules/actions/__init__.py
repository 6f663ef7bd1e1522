"""What a rule may do: one file per kind, joined here. Features bring theirs through `configure_actions` in `app.py`."""

from collections.abc import Mapping

from xingji.kernel.rules.actions.assign_owner import AssignOwner
from xingji.kernel.rules.actions.call_webhook import CallWebhook
from xingji.kernel.rules.actions.create_record import CreateRecord
from xingji.kernel.rules.actions.create_task import CreateTask
from xingji.kernel.rules.actions.emit_event import EmitEvent
from xingji.kernel.rules.actions.notify_people import Escalate, NotifyPeople
from xingji.kernel.rules.actions.protocol import Action, ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.set_fields import SetFields
from xingji.kernel.rules.actions.tag_record import TagRecord

ACTIONS: dict[str, Action] = {
    action.key: action
    for action in (
        SetFields(), CreateRecord(), AssignOwner(), CreateTask(), NotifyPeople(), Escalate(), CallWebhook(), EmitEvent(),
        TagRecord(),
    )
}  # fmt: skip


def configure_actions(more: Mapping[str, Action]) -> None:
    """Joins the actions of features (dispatch, return_to_pool, …)."""
    ACTIONS.update(more)


__all__ = ["ACTIONS", "Action", "ActionCheck", "Done", "Hit", "Step", "configure_actions"]
