"""Runs every part of the tests, the later ones too when one fails, and ends with a table of times."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import setup

ROOT = setup.ROOT
PYTEST_FAILED, PYTEST_NOTHING_COLLECTED = 1, 5
LAST_FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
TIMED = ("integration", "scenarios", "browser")
MOST_UNSTEADY = 4
OVER_BUDGET_FAILS_AT = 4
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")


@dataclasses.dataclass
class Result:
    """What one part brought."""

    part: str
    seconds: float
    budget: float | None  # minutes
    counts: dict[str, int]
    failed: bool
    note: str = ""

    @property
    def over(self) -> float:
        """Time spent as a multiple of the budget."""
        return 0.0 if self.budget is None else self.seconds / 60 / self.budget


def stream(command: list[str], *, cwd: pathlib.Path = ROOT, env: dict[str, str] | None = None) -> tuple[int, list[str]]:
    """Run a command, pass its output on as it comes, and return its exit code and last lines."""
    lines: list[str] = []
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines = [*lines[-40:], line.rstrip()]
    return process.returncode, lines


def counted(lines: list[str]) -> dict[str, int]:
    """The counts of the last closing line: pytest's own, or vitest's `Tests  3 passed (3)`."""
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    closing = [line for line in plain if re.match(r"^=+ .* in [\d.]+s", line) or re.match(r"^\s+Tests  ", line)]
    counts: dict[str, int] = {}
    for number, word in COUNT.findall(closing[-1] if closing else ""):
        counts["errors" if word.startswith("error") else word] = int(number)
    return counts


def pytest_part(part: str, folders: list[str], budget: float, *extra: str) -> Result:
    present = [name for name in folders if (ROOT / name).is_file() or any((ROOT / name).rglob("test_*.py"))]
    if not present:
        return Result(part, 0.0, budget, {}, failed=False, note="no tests yet")
    begun = time.monotonic()
    LAST_FAILED.unlink(missing_ok=True)
    code, lines = stream([str(setup.PYTHON), "-m", "pytest", "--durations=8", "--durations-min=4", *present, *extra])
    counts, note = counted(lines), ""
    failed = last_failed() if code == PYTEST_FAILED and part in TIMED else []
    if 0 < len(failed) <= MOST_UNSTEADY:
        code, note = second_try(failed)
        if not code:
            counts["passed"] = counts.get("passed", 0) + counts.pop("failed", 0) + counts.pop("errors", 0)
    nothing = code == PYTEST_NOTHING_COLLECTED
    return Result(part, time.monotonic() - begun, budget, counts, failed=bool(code) and not nothing, note=note)


def last_failed() -> list[str]:
    """The tests that failed in the run just ended, by pytest's own record; none when it left no record."""
    return sorted(json.loads(LAST_FAILED.read_text("utf-8"))) if LAST_FAILED.is_file() else []


def second_try(failed: list[str]) -> tuple[int, str]:
    """Runs the files of these tests once more, whole, one after another, with nothing beside them.

    Tests that wait for browsers, sockets and workers can run out of time on a busy machine. What fails twice is
    broken; what passes now is named as unsteady, to be mended.
    """
    files = sorted({test.split("::", 1)[0] for test in failed})
    print(f"\nonce more, alone: {', '.join(files)}", flush=True)
    code, _ = stream([str(setup.PYTHON), "-m", "pytest", *files])
    return code, "" if code else "unsteady, passed when run again: " + ", ".join(failed)


def lint_part() -> Result:
    begun = time.monotonic()
    folders = [name for name in ("src", "tests", "scripts", "bench") if (ROOT / name).is_dir()]
    code, _ = stream([str(setup.PYTHON), "-m", "ruff", "check", *folders])
    return Result("lint", time.monotonic() - begun, None, {"errors": 1} if code else {}, failed=bool(code))


def web_part() -> Result:
    """Types and unit tests of the web app."""
    tools = setup.WEB / "node_modules" / ".bin"
    if not tools.is_dir():
        return Result("web", 0.0, 3, {}, failed=False, note="no web app yet")
    begun = time.monotonic()
    env = setup.web_environment()
    types, _ = stream([str(tools / "tsc"), "--noEmit"], cwd=setup.WEB, env=env)
    tests, lines = stream([str(tools / "vitest"), "run", "--passWithNoTests"], cwd=setup.WEB, env=env)
    counts = counted(lines)
    if types:
        counts["errors"] = counts.get("errors", 0) + 1
    return Result("web", time.monotonic() - begun, 3, counts, failed=bool(types or tests))


def browser_part() -> Result:
    if setup.BROWSER_MISSING.is_file() and any((ROOT / "tests/browser").rglob("test_*.py")):
        command = setup.BROWSER_MISSING.read_text().splitlines()[0]
        return Result("browser", 0.0, 5, {"errors": 1}, failed=True, note=f"no browser; as root: {command}")
    return pytest_part("browser", ["tests/browser"], 5, "-n", "2", "--dist", "loadfile")


PARTS = {
    "lint": lint_part,
    "unit": lambda: pytest_part("unit", ["tests/unit"], 2, "-n", "2"),
    "architecture": lambda: pytest_part("architecture", ["tests/architecture"], 2, "-n", "2"),
    "integration": lambda: pytest_part("integration", ["tests/integration"], 5, "-n", "2", "--dist", "loadfile"),
    "scenarios": lambda: pytest_part("scenarios", ["tests/scenarios"], 5, "-n", "2", "--dist", "loadfile"),
    "chaos": lambda: pytest_part("chaos", ["tests/chaos/test_chaos_intake.py"], 1),  # the rest is in `make chaos`
    "browser": browser_part,
    "web": web_part,
}


def closing_line(results: list[Result], seconds: float) -> str:
    """One line in pytest's own form, over all parts."""
    total: dict[str, int] = {}
    for result in results:
        for word, number in result.counts.items():
            total[word] = total.get(word, 0) + number
    words = [
        f"{total[word]} {word}"
        for word in ("failed", "passed", "skipped", "xfailed", "xpassed", "errors")
        if word in total
    ]
    text = f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s "
    return text.center(100, "=")


def table(results: list[Result]) -> str:
    """Time against budget, a row a part."""
    rows = ["", "part            time    budget   result"]
    for result in results:
        budget = "" if result.budget is None else f"{result.budget:g} min"
        verdict = "FAILED" if result.failed else "ok"
        if result.over > 1:
            verdict += f", over budget ({result.over:.1f}x)"
        notes = f"  {result.note}" if result.note else ""
        rows.append(f"{result.part:<14}{result.seconds:6.0f} s  {budget:>7}   {verdict}{notes}")
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    """Set up, run the parts, print the table; 1 when any part failed or took three times its budget."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="comma separated: " + ", ".join(PARTS))
    options = parser.parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    begun = time.monotonic()
    if setup.main([]):
        print("=== 1 errors in 0.00s: the set-up failed, nothing was run ===")
        return 1
    results = [Result("set-up", time.monotonic() - begun, 3, {}, failed=False)]
    for name in options.parts.split(","):
        print(f"\n──── {name} " + "─" * 60, flush=True)
        results.append(PARTS[name]())
    print(table(results))
    print(closing_line(results, time.monotonic() - begun))
    return int(any(result.failed or result.over > OVER_BUDGET_FAILS_AT for result in results))


if __name__ == "__main__":
    sys.exit(main())
