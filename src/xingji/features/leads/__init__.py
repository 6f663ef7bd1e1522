"""Leads: intake, recognition, dispatch, pools, touches, conversion, replay.

Owns the tables of `70_leads.sql`. Never writes an object's table itself: leads go through the records floor.
"""

from xingji.features.leads.assign import assign_lead
from xingji.features.leads.convert import convert_lead, unconvert_lead
from xingji.features.leads.dispatch.fairness_window import fairness_between
from xingji.features.leads.dispatch.ledger import Entry, read_ledger, write_ledger
from xingji.features.leads.dispatch.run import dispatch
from xingji.features.leads.jobs import JOBS
from xingji.features.leads.ownership import ASSIGNMENTS, forget_assigned, say_assigned
from xingji.features.leads.pools import pick, return_to_pool, row_masks
from xingji.features.leads.pools_idle import run_pools_once
from xingji.features.leads.recognition.merge import merge, preview_merge, undo_merge
from xingji.features.leads.recognition.proposals import find_duplicates, list_proposals
from xingji.features.leads.recognition.propose import recognise_once
from xingji.features.leads.touches import Touch, record_touch

__all__ = [
    "ASSIGNMENTS",
    "JOBS",
    "Entry",
    "Touch",
    "assign_lead",
    "convert_lead",
    "dispatch",
    "fairness_between",
    "find_duplicates",
    "forget_assigned",
    "list_proposals",
    "merge",
    "pick",
    "preview_merge",
    "read_ledger",
    "recognise_once",
    "record_touch",
    "return_to_pool",
    "row_masks",
    "run_pools_once",
    "say_assigned",
    "unconvert_lead",
    "undo_merge",
    "write_ledger",
]
