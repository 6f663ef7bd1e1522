"""Rules: trigger, condition, actions; timers on the workspace's clock; a trace of every run; dry runs over the past."""

from xingji.kernel.rules.actions import ACTIONS, configure_actions
from xingji.kernel.rules.clock import advance_clock, release_clock, set_clock, settle
from xingji.kernel.rules.fire import run_timers_once
from xingji.kernel.rules.limits import forget_marks
from xingji.kernel.rules.matcher import run_rules_once
from xingji.kernel.rules.timers import arm_timers, stop_timers_of

__all__ = [
    "ACTIONS",
    "advance_clock",
    "arm_timers",
    "configure_actions",
    "forget_marks",
    "release_clock",
    "run_rules_once",
    "run_timers_once",
    "set_clock",
    "settle",
    "stop_timers_of",
]
