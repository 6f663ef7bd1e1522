"""What the repository itself promises: locks pinned by hash, no host in them."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def faults_of_lock(text: str) -> list[str]:
    """Every line of a lock that is neither pinned nor hashed, or that names a host."""
    faults = ["names a host: " + line for line in text.splitlines() if "://" in line or "index-url" in line]
    for block in re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.M).strip()):
        if "==" not in block.splitlines()[0] or "--hash=sha256:" not in block:
            faults.append("not pinned by hash: " + block.splitlines()[0])
    return faults


def test_locks_are_pinned_by_hash_and_name_no_host():
    for name in ("runtime.lock", "dev.lock"):
        assert faults_of_lock((ROOT / "requirements" / name).read_text()) == []


def test_a_lock_that_names_a_host_or_lacks_a_hash_is_found():
    assert faults_of_lock("--index-url https://mirror.example/simple\na==1 \\\n    --hash=sha256:00\n")
    assert faults_of_lock("a==1\n")
    assert faults_of_lock("a>=1 \\\n    --hash=sha256:00\n")
