"""Record ids: UUID version 7 (RFC 9562), made here because PostgreSQL before 18 has none."""

import os
import threading
import time
from uuid import UUID

POOL = 4096
"""Random bytes are fetched so many at once: asking the system is dearer than all else an id takes."""

_lock = threading.Lock()
_last = 0
_random, _used = b"", 0


def _forget_random() -> None:
    global _used
    _used = POOL  # two processes must not give out the same bytes


os.register_at_fork(after_in_child=_forget_random)


def uuid7() -> UUID:
    """A new UUIDv7; ids made by one process are strictly increasing."""
    global _last, _random, _used
    with _lock:
        # 48 bits of milliseconds and 12 bits of their fraction make one monotonic number (RFC 9562, 6.2 method 3).
        stamp = (time.time_ns() << 12) // 1_000_000
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
        if _used + 8 > len(_random):
            _random, _used = os.urandom(POOL), 0
        tail = int.from_bytes(_random[_used : _used + 8]) & 0x3FFF_FFFF_FFFF_FFFF
        _used += 8
    value = ((stamp >> 12) << 80) | (0x7 << 76) | ((stamp & 0xFFF) << 64) | (0b10 << 62) | tail
    return UUID(int=value)
