"""Processor time of the measured processes, which a busy machine changes far less than it changes rates. Linux only."""

from pathlib import Path

from place import Place

Spent = dict[str, float]


def spent(place: Place) -> Spent:
    """Seconds of processor used so far: by each of our processes, and by PostgreSQL's together."""
    found = {name: seconds_of(child.pid) for name, child in place.children.items()}
    postmaster = next(place.server.data_dir.glob("**/postmaster.pid"), None)
    if postmaster is not None:
        found["postgres"] = sum(seconds_of(pid) for pid in children_of(int(postmaster.read_text().split()[0])))
    return found


def per_item(before: Spent, after: Spent, count: int) -> Spent:
    """Milliseconds per item; a backend that ended meanwhile is left out."""
    return {name: round(1_000 * (after[name] - before.get(name, 0.0)) / max(count, 1), 3) for name in after}


def seconds_of(pid: int) -> float:
    """Seconds of processor all threads of a process used; 0 when it is gone."""
    total = 0
    for path in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            total += int(path.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue
    return total / 1e9


def children_of(parent: int) -> list[int]:
    """Processes whose parent this is."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[1]) == parent:
            found.append(int(path.parent.name))
    return found
