"""Arrays as PostgreSQL reads them from text. The driver looks at every element several times; this looks at the whole."""

from collections.abc import Sequence


def array_text(values: Sequence[str | None]) -> str:
    """One-dimensional array of texts, to be cast: {"a","b",NULL}. A NUL stays, so that the database refuses the value."""
    if None in values:
        return "{" + ",".join("NULL" if value is None else f'"{_escaped(value)}"' for value in values) + "}"
    # No text in the database holds a NUL: between the elements it marks where quotes will stand.
    joined = "\0".join(values)  # type: ignore[arg-type]
    if joined.count("\0") != len(values) - 1:
        return "{" + ",".join(f'"{_escaped(str(value))}"' for value in values) + "}"
    return '{"' + _escaped(joined).replace("\0", '","') + '"}' if values else "{}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
