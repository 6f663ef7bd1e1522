"""Events somebody has taken back. The log keeps both; owns how readers tell which still stand.

A withdrawal is an event `event.withdrawn` of the same record; its data name the change and the types taken back.
"""

WITHDRAWN = "event.withdrawn"


def standing(alias: str) -> str:
    """SQL: nobody has taken this event back."""
    return (
        f"not exists (select from event w where w.record = {alias}.record and w.type = '{WITHDRAWN}'"
        f" and w.data->>'change' = {alias}.change::text and w.data->'types' ? {alias}.type)"
    )
