"""Settings by environment. Owns their names and defaults; never reads a file of its own."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. `database_url` is the owner's; None means the embedded server."""

    database_url: str | None
    app_database_url: str | None
    data_dir: Path
    host: str
    port: int
    secret_key: str | None
    sign_up: bool
    allow_private_http: tuple[str, ...]


def default_data_dir() -> Path:
    """Where the embedded database and its secrets live unless XINGJI_DATA_DIR says otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/xingji")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "xingji"


def packs_folder() -> Path:
    """The packs that come with the program: inside an installed package, at the root of a clone."""
    inside = Path(__file__).parents[2] / "packs"
    return inside if inside.is_dir() else Path(__file__).parents[4] / "packs"


def load_settings() -> Settings:
    """The settings of this process."""
    env = os.environ
    return Settings(
        database_url=env.get("XINGJI_DATABASE_URL") or None,
        app_database_url=env.get("XINGJI_APP_DATABASE_URL") or None,
        data_dir=Path(env["XINGJI_DATA_DIR"]) if env.get("XINGJI_DATA_DIR") else default_data_dir(),
        host=env.get("XINGJI_HOST", "127.0.0.1"),
        port=int(env.get("XINGJI_PORT", "8000")),
        secret_key=env.get("XINGJI_SECRET_KEY") or None,
        sign_up=env.get("XINGJI_SIGN_UP", "") == "1",
        allow_private_http=tuple(filter(None, env.get("XINGJI_ALLOW_PRIVATE_HTTP", "").split(","))),
    )


def leave_seconds() -> float:
    """How long a web process answers on after it said that it is about to stop, so that a balancer can hear it."""
    return float(os.environ.get("XINGJI_LEAVE_SECONDS", "0"))


def public_url() -> str | None:
    """Where people reach this installation, as whoever runs it says; never what a request claims."""
    return os.environ.get("XINGJI_PUBLIC_URL", "").rstrip("/") or None


def own_address(settings: Settings) -> str:
    """Where a browser on this machine finds us."""
    host = settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
