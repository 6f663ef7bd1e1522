"""Brings a fresh clone to life: virtual environment, pinned packages, built web app, browser for the tests.

Uses the standard library alone. Every step leaves a stamp in .setup/, so that a second run is instant.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
STAMPS = ROOT / ".setup"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements" / "dev.lock"
WEB = ROOT / "web"
WEB_DIST = ROOT / "src" / "xingji" / "web_dist"
BROWSER_MISSING = STAMPS / "browser-missing"
# Without windows, menus and a profile: half the time a page. Any other Chromium will do.
BROWSER_PACKAGES = ("chromium-headless-shell", "fonts-noto-cjk")
BROWSER_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WEB_IGNORED = {"node_modules", "dist", "test-results", "coverage", ".vite"}


class SetupFailed(Exception):
    """A step could not be done; the text says what to do about it."""


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def run(command: list[str], *, step: str, cwd: pathlib.Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly. Raises: SetupFailed with the tail of its output."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-25:])
        raise SetupFailed(f"{step} failed ({' '.join(command[:4])} … exit {done.returncode})\n{tail}")


def digest(paths: list[pathlib.Path], *extra: str) -> str:
    """One hash over the names and contents of the files."""
    total = hashlib.sha256("\0".join(extra).encode())
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def stamped(name: str, value: str) -> bool:
    stamp = STAMPS / name
    return stamp.is_file() and stamp.read_text() == value


def leave_stamp(name: str, value: str) -> None:
    (STAMPS / name).write_text(value)


def as_root_with_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages. Raises: SetupFailed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    patient = ["-o", "Acquire::Retries=2", "-o", "Acquire::http::Timeout=30", "-o", "DPkg::Lock::Timeout=120"]
    run(["apt-get", *patient, "-qq", "update"], step="apt-get update", env=env)
    run(["apt-get", *patient, "-qq", "-y", "--no-install-recommends", "install", *packages], step="apt", env=env)


def make_venv() -> None:
    """Create .venv, or leave a working one of a supported version as it is."""
    if PYTHON.exists():
        works = subprocess.run([PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"], capture_output=True)
        if works.returncode == 0:
            return
        say(".venv does not work any more (its Python moved or is too old); making it anew")
        shutil.rmtree(VENV)
    say(f"making .venv with Python {sys.version.split()[0]}")
    try:
        run([sys.executable, "-m", "venv", str(VENV)], step="python -m venv")
    except SetupFailed:
        shutil.rmtree(VENV, ignore_errors=True)
        if not as_root_with_apt():
            raise SetupFailed(
                "this Python cannot make virtual environments; run: apt-get install python3-venv"
            ) from None
        apt_install("python3-venv")
        run([sys.executable, "-m", "venv", str(VENV)], step="python -m venv")


def install_packages() -> None:
    """Install what the lock names, each file checked against its hash, and the program itself as a link."""
    want = digest([LOCK, ROOT / "pyproject.toml"], str(VENV))
    if stamped("packages", want):
        return
    say("installing the pinned Python packages")
    uv = shutil.which("uv")
    fast = (
        [
            uv,
            "pip",
            "install",
            "--python",
            str(PYTHON),
            "--quiet",
            "--compile-bytecode",
            "--require-hashes",
            "-r",
            str(LOCK),
        ]
        if uv
        else []
    )
    plain = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if not fast or subprocess.run(fast, cwd=ROOT, capture_output=True).returncode:
        run([*plain, "--only-binary", ":all:", "--no-deps", "-r", str(LOCK)], step="pip install")
    link = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*link, "--no-index", "--no-build-isolation", "--editable", str(ROOT)], step="linking the program")
    leave_stamp("packages", want)


def web_files() -> list[pathlib.Path]:
    found: list[pathlib.Path] = []
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in WEB_IGNORED)
        found += [pathlib.Path(folder) / name for name in sorted(files) if not name.endswith(".tsbuildinfo")]
    return found


def web_environment() -> dict[str, str]:
    """The environment in which npm and node of the virtual environment come first."""
    return {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "1"}


def build_web() -> None:
    """Install the web packages when their lock changed, and build when any file of web/ changed."""
    if not (WEB / "package-lock.json").is_file():
        return
    env = web_environment()
    packages = digest([WEB / "package.json", WEB / "package-lock.json"])
    if not stamped("web-packages", packages) or not (WEB / "node_modules").is_dir():
        say("installing the pinned web packages")
        run([str(VENV / "bin" / "npm"), "ci", "--no-audit", "--no-fund"], step="npm ci", cwd=WEB, env=env)
        leave_stamp("web-packages", packages)
    sources = digest(web_files())
    if not stamped("web-build", sources) or not (WEB_DIST / "index.html").is_file():
        say("building the web app")
        run([str(VENV / "bin" / "npm"), "run", "build"], step="web build", cwd=WEB, env=env)
        if not (WEB_DIST / "index.html").is_file():
            raise SetupFailed("the web build left no src/xingji/web_dist/index.html")
        leave_stamp("web-build", sources)


def has_browser() -> bool:
    return bool(os.environ.get("XINGJI_CHROMIUM")) or any(shutil.which(name) for name in BROWSER_NAMES)


def has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout.strip())


def find_browser() -> None:
    """See to Chromium and a Chinese font; where that cannot be done, leave a flag that fails the browser part alone."""
    if has_browser() and has_chinese_font():
        BROWSER_MISSING.unlink(missing_ok=True)
        return
    command = "apt-get update && apt-get install -y " + " ".join(BROWSER_PACKAGES)
    reason = "needs root and apt"
    if as_root_with_apt():
        say("installing Chromium and a Chinese font for the browser tests")
        try:
            apt_install(*BROWSER_PACKAGES)
            BROWSER_MISSING.unlink(missing_ok=True)
            return
        except SetupFailed as failure:
            reason = str(failure)
    BROWSER_MISSING.write_text(f"{command}\n{reason}\n")
    say(f"the browser tests cannot run here ({reason.splitlines()[0]}); as root: {command}")


def set_up(purpose: str, only: str | None) -> None:
    """Do the steps that the purpose needs. Raises: SetupFailed."""
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        browser = beside.submit(find_browser) if purpose == "test" and only is None else None
        make_venv()
        install_packages()
        if purpose in ("test", "demo") or only == "web":
            build_web()
        if browser is not None:
            browser.result()


def main(arguments: list[str] | None = None) -> int:
    """Set up and say how long it took; 1 when a step failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--for", dest="purpose", choices=("test", "demo", "check"), default="test")
    parser.add_argument("--only", choices=("web",))
    options = parser.parse_args(arguments)
    if sys.version_info < (3, 11):  # noqa: UP036 - may be started with an older one
        print("setup: Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …", file=sys.stderr)
        return 1
    STAMPS.mkdir(exist_ok=True)
    begun = time.monotonic()
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two make commands at once would tear the environment
        try:
            set_up(options.purpose, options.only)
        except SetupFailed as failure:
            print(f"setup: {failure}", file=sys.stderr)
            return 1
    if (spent := time.monotonic() - begun) > 5:
        say(f"done in {spent:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
