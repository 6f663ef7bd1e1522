"""Leads: intake, recognition, dispatch, pools, touches, conversion, replay.

Owns the tables of `70_leads.sql`. Never writes an object's table itself: leads go through the records floor.
"""

from xingji.features.leads.jobs import JOBS

__all__ = ["JOBS"]
