"""The figures a fault or an attack ends with: printed, and added to the file that XINGJI_FIGURES names."""

import json
import os
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

Size = TypeVar("Size")

LONG = bool(os.environ.get("XINGJI_PROOF_LONG"))
SEED = int(os.environ.get("XINGJI_SEED", "20261128"))


def long_or_short(long: Size, short: Size) -> Size:
    """The size of a run: `make chaos` and `make attack` take the long one, `make test` the short one."""
    return long if LONG else short


def figure(row: int, text: str) -> None:
    """Notes what a row of the matrix in docs/reliability.md came to."""
    print(f"row {row}: {text} (seed {SEED})")
    if name := os.environ.get("XINGJI_FIGURES"):
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"row": row, "figure": text, "seed": SEED, "long": LONG}, ensure_ascii=False) + "\n")


def not_run(row: int, why: str) -> NoReturn:
    """Skips a test that this machine cannot run, and says so in the row's figures."""
    figure(row, f"not run, because {why}")
    pytest.skip(f"not run, because {why}")
