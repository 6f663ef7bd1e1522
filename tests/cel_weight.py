"""What the whole process grows by at its largest while an expression is checked and compiled, its libraries included.

Run as a program: sources as a JSON list on standard input, bytes as a JSON list on standard output. Each is measured in
a copy of the warmed process, whose freed memory was given back first, so that nothing is served from what was there.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]


def weights_of(sources: Sequence[str], bounds: str = "kept") -> list[int]:
    """Bytes of growth by source; `bounds` "lifted" takes away what limits an expression."""
    variables = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}", "MALLOC_ARENA_MAX": "1"}
    done = subprocess.run(
        [sys.executable, __file__, bounds], input=json.dumps(sources), capture_output=True, text=True, env=variables, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _status(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) << 10


def _main() -> None:
    from cel_lab import ENV, NOW, TableSink
    from cel_twins import IDS
    from xingji.kernel.cel import CelError, check, checker, to_sql

    if sys.argv[1] == "lifted":
        for name in ("MAX_BYTES", "MAX_NODES", "MAX_LIST", "MAX_COST"):
            setattr(checker, name, 10**9)

    def compiled(source: str) -> None:
        with contextlib.suppress(CelError):
            to_sql(check(source, ENV), TableSink(datetime.fromisoformat(NOW), UUID(IDS[0]), [UUID(IDS[1])]))

    for warm in ("qty > 1 && name == 'x'", "tags.filter(t, t == 'a').size() > 1", "qty in [1, 2]", "name.", "vip ? 1 : 2"):
        compiled(warm)
    grown = []
    for source in json.load(sys.stdin):
        there, back = os.pipe()
        child = os.fork()
        if child == 0:
            compiled("qty > 2 && tags.exists(t, t == name)")
            ctypes.CDLL(None).malloc_trim(0)
            Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
            before = _status("VmRSS")
            compiled(source)
            os.write(back, str(max(0, _status("VmHWM") - before)).encode())
            os._exit(0)
        os.close(back)
        with os.fdopen(there) as answer:
            grown.append(int(answer.read()))
        os.waitpid(child, 0)
    json.dump(grown, sys.stdout)


if __name__ == "__main__":
    _main()
