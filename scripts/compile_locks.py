"""Writes requirements/*.lock from pyproject.toml: every version and hash, for CPython 3.11 to 3.14, no host."""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main() -> int:
    """Compile both locks; 1 when uv is missing or a lock names a host."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".venv" / "bin"))
    if uv is None:
        print("uv is needed to compile the locks: .venv/bin/pip install uv")
        return 1
    for name, extra in (("runtime", []), ("dev", ["--extra", "dev"])):
        target = ROOT / "requirements" / f"{name}.lock"
        command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"]
        command += ["--custom-compile-command", "make lock", *extra, "pyproject.toml", "-o", str(target)]
        subprocess.run(command, cwd=ROOT, check=True)
        if "://" in target.read_text():
            print(f"{target.name} names a host; it must not")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
