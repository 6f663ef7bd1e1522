"""Runs the faults (`make chaos`) or the attacks (`make attack`) row by row and prints what each came to.

QUICK=1 takes the short sizes. XINGJI_SEED chooses the seed; it is printed. Ends with 1 when a row fails.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import setup

FAULTS: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("several machines: primary killed, web and workers added and removed", ("tests/chaos/test_chaos_machines.py",)),
    1: ("kill -9 of the program and of the database under intake", ("tests/chaos/test_chaos_intake.py",)),
    2: ("kill -9 of workers amid timers", ("tests/integration/test_rules_kill.py",)),
    8: ("each lead delivered one to five times, at once, across a restart", ("tests/chaos/test_chaos_intake.py",)),
    9: ("timer against completion", ("tests/integration/test_rules_timers.py",)),
    14: ("restored to just before a mistake, under traffic; every release's dump brought up", ("tests/integration/test_platform_continuous.py", "tests/integration/test_release_upgrades.py")),
    17: ("disk full, network cut in mid-commit, slow database, failing fsync, jumping clock", ("tests/chaos/test_chaos_database.py", "tests/integration/test_rules_server_trouble.py")),
    18: ("channels down, limited, lying, slow", ("tests/integration/test_work_outbox.py", "tests/integration/test_work_outbox_controls.py")),
    20: ("fields added and removed under traffic; a large object", ("tests/integration/test_records_schema_change.py", "tests/integration/test_records_large.py")),
    21: ("rules that trigger each other, fan-out", ("tests/integration/test_rules_engine.py",)),
    22: ("fifty writers on one record", ("tests/integration/test_records_write.py",)),
}  # fmt: skip
ATTACKS: dict[int, tuple[str, tuple[str, ...]]] = {
    0: ("generated requests: no fault, answers as documented; revoked rights gone", ("tests/integration/test_http_document.py", "tests/integration/test_access_revoked.py")),
    3: ("row scope on every route", ("tests/integration/test_policy_rows.py",)),
    4: ("hidden fields on every surface", ("tests/integration/test_policy_fields.py",)),
    5: ("brands with the first fence off", ("tests/integration/test_policy_brand.py",)),
    6: ("SQL in parameters and in objects' documents", ("tests/integration/test_bad_input.py", "tests/integration/test_records_query.py", "tests/integration/test_records_ddl_hostile.py")),
    7: ("expressions", ("tests/integration/test_cel_total.py", "tests/integration/test_cel_conformance.py", "tests/unit/test_cel_cost.py", "tests/unit/test_cel_check.py")),
    10: ("requests to forbidden addresses", ("tests/integration/test_work_http_client.py",)),
    11: ("forged, replayed, stale and foreign webhooks", ("tests/integration/test_intake_forged.py", "tests/integration/test_leads_platforms.py", "tests/unit/test_leads_sources.py")),
    12: ("echoed server-owned keys", ("tests/integration/test_policy_fields.py",)),
    13: ("stored scripts, walked in a browser", ("tests/browser/test_browser_scripts.py",)),
    15: ("instructions in a record's text, obeyed over MCP", ("tests/integration/test_mcp_obedient.py", "tests/integration/test_mcp.py")),
    16: ("hostile bodies and files, opened in a browser", ("tests/integration/test_bad_input.py", "tests/unit/test_records_tables.py", "tests/browser/test_browser_files.py")),
    19: ("formulas in exports, CSRF, sessions, guessing, other hosts, default secrets", ("tests/integration/test_records_import.py", "tests/integration/test_http_routes.py", "tests/integration/test_http_shell.py", "tests/integration/test_http_people.py", "tests/integration/test_http_hosts.py", "tests/unit/test_doctor_settings.py")),
}  # fmt: skip


def run(rows: dict[int, tuple[str, tuple[str, ...]]], file: Path) -> set[str]:
    """The test files that failed; figures are gathered in `file`."""
    failed = set()
    long = {} if os.environ.get("QUICK") else {"XINGJI_PROOF_LONG": "1"}
    environment = {**os.environ, **long, "XINGJI_FIGURES": str(file)}
    for path in dict.fromkeys(path for _, paths in rows.values() for path in paths):
        command = [str(setup.PYTHON), "-m", "pytest", "-q", path]
        if subprocess.run(command, cwd=setup.ROOT, env=environment, stdin=subprocess.DEVNULL).returncode:
            failed.add(path)
    return failed


def main(kind: str) -> int:
    """Run all rows of a kind and print the table."""
    rows = FAULTS if kind == "chaos" else ATTACKS
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.jsonl"
        failed = run(rows, file)
        figures = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    print(f"\nrow  result  what                     (seed {os.environ.get('XINGJI_SEED', 'of the tests')})")
    for row, (name, paths) in rows.items():
        print(f"{row:>3}  {'FAILED' if failed & set(paths) else 'ok':6}  {name}")
        for found in figures:
            if found["row"] == row:
                print(f"             {found['figure']}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
