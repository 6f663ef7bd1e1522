"""What the embedded PostgreSQL is told: memory and durability for a small machine. Never touches a server."""

import os
from pathlib import Path

MEGABYTE = 1 << 20
SMALL_SHARED_MEMORY = 512 * MEGABYTE


def memory_of_machine() -> int:
    """Bytes of memory this process may use: the machine's, or the container's when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = Path("/sys/fs/cgroup/memory.max")
    try:
        text = limit.read_text().strip()
    except OSError:
        return total
    return min(total, int(text)) if text.isdigit() else total


def shared_memory_kind() -> str:
    """Where parallel queries meet: /dev/shm, unless it is as small as containers make it."""
    try:
        status = os.statvfs("/dev/shm")
    except OSError:
        return "sysv"
    return "posix" if status.f_bavail * status.f_frsize > SMALL_SHARED_MEMORY else "sysv"


def server_settings(memory: int, *, durable: bool) -> dict[str, str]:
    """Settings by name for a machine with `memory` bytes. `durable=False` is for throw-away test servers only."""
    buffers = max(32, min(1024, memory // 4 // MEGABYTE))
    settings = {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(64, memory // 2 // MEGABYTE)}MB",
        "work_mem": f"{max(4, min(16, memory // 512 // MEGABYTE))}MB",
        "maintenance_work_mem": f"{max(16, min(256, memory // 16 // MEGABYTE))}MB",
        "max_connections": "200",
        "jit": "off",
        "dynamic_shared_memory_type": shared_memory_kind(),
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "max_slot_wal_keep_size": "16GB",  # a backup that stays away begins anew; it never fills the disk
        "wal_compression": "off",  # pglz, the only way this build knows, was a fifth of the time under intake
        # Queues and timers live on quick, cheap vacuums of hot tables. Logs only grow: to look at them after every
        # fiftieth part would cost more than writing them.
        "autovacuum_vacuum_scale_factor": "0.02",
        "autovacuum_vacuum_insert_scale_factor": "0.2",
        "autovacuum_analyze_scale_factor": "0.1",
        "autovacuum_naptime": "15s",
        "autovacuum_vacuum_cost_delay": "0",
        # The supervisor starts a crashed server anew. The server's own way waits for ever for children nobody ended when
        # its recovery meets the same full or failing disk.
        "restart_after_crash": "off",
        # An open transaction holds every reader of the log back.
        "idle_in_transaction_session_timeout": "60s",
        "random_page_cost": "1.1",
        "max_locks_per_transaction": "256",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %q%a ",
        "log_min_messages": "warning",
        "log_checkpoints": "off",
        # Neither the values of a row nor a statement with a password in it belong into a log.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
    }
    if not durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
    return settings


def render_settings(settings: dict[str, str]) -> str:
    """A configuration file."""
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    head = "# Written at every start. Your own settings belong into local.conf beside this file."
    return "\n".join([head, *lines, ""])
