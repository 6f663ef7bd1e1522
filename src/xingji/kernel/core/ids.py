"""Record ids: UUID version 7 (RFC 9562), made here because PostgreSQL before 18 has none."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A new UUIDv7; ids made by one process are strictly increasing."""
    global _last
    with _lock:
        # 48 bits of milliseconds and 12 bits of their fraction make one monotonic number (RFC 9562, 6.2 method 3).
        stamp = (time.time_ns() << 12) // 1_000_000
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
    tail = int.from_bytes(os.urandom(8)) & 0x3FFF_FFFF_FFFF_FFFF
    value = ((stamp >> 12) << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | tail
    return UUID(int=value)
