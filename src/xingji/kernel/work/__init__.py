"""Tasks, inbox, messages out and the working calendar's tables. The face is filled in `__init__` as parts arrive."""
