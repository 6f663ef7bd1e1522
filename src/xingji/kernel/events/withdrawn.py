"""Events that no longer count, or count for less. The log keeps all; owns how readers tell which still stand.

A withdrawal is an event `event.withdrawn` of the same record; its data name the change and the types taken back. The
table `event_withdrawn` follows it in the database: a row each, so that telling costs one look however many partitions
the log has.
An event whose data say `carried` hands its record on: times that run go on, and it neither starts nor stops one.
"""

WITHDRAWN = "event.withdrawn"
CARRIED = "carried"


def standing(alias: str) -> str:
    """SQL: nobody has taken this event back."""
    return f"not exists (select from event_withdrawn w where w.record = {alias}.record and w.change = {alias}.change and w.type = {alias}.type)"


def timed(alias: str) -> str:
    """SQL: this event starts and stops times: it stands, and does not merely hand its record on."""
    return f"{standing(alias)} and not ({alias}.data ? '{CARRIED}')"
