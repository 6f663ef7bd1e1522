"""What the simulators hold: their robots, what they received, and the faults they were told to show.

Owns memory only; everything is gone with the process.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT = 500
PLATFORMS = ("wecom", "dingtalk", "feishu", "webhook", "email")


@dataclass(frozen=True, slots=True)
class Robot:
    """One simulated robot or receiver: its address part, its secret and the word it demands."""

    token: str
    secret: str | None = None
    keyword: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """One message that was accepted, as the platform would show it."""

    platform: str
    robot: str
    at: float
    text: str
    mentions: tuple[str, ...] = ()
    id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)


DEMO_ROBOTS: dict[str, tuple[Robot, ...]] = {
    "wecom": (Robot("demo-sales"), Robot("demo-managers"), Robot("demo-vip")),
    "dingtalk": (Robot("demo-sales", "SECdemo0000000000000000000000000000000000000000000000000000000000"),),
    "feishu": (Robot("demo-sales", "demoFeishuSecret0000"),),
    # base64 of thirty-two invented bytes
    "webhook": (Robot("demo-erp", "whsec_eGluZ2ppLWRlbW8td2ViaG9vay1zZWNyZXQtMDAwMDA="),),
}


class SimulatorState:
    """Shared by all simulators of a process. `clock` gives seconds since 1970, as the platforms' own clocks do."""

    def __init__(
        self, robots: Mapping[str, tuple[Robot, ...]] | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        given = DEMO_ROBOTS if robots is None else robots
        self.robots = {(platform, robot.token): robot for platform, some in given.items() for robot in some}
        self.clock = clock
        self.received: dict[str, deque[Received]] = {platform: deque(maxlen=KEPT) for platform in PLATFORMS}
        self.calls: dict[str, int] = dict.fromkeys(PLATFORMS, 0)
        self.faults: dict[str, str] = {}
        self._windows: dict[tuple[str, str, float], deque[float]] = {}

    def set_fault(self, platform: str, fault: str | None) -> None:
        """A fault to show from now on, none to behave: down | limit | garbage | hang | error:<code>."""
        if fault is None:
            self.faults.pop(platform, None)
        else:
            self.faults[platform] = fault

    async def hang(self, platform: str) -> None:
        """Waits as long as the platform is told to hang."""
        while self.faults.get(platform) == "hang":  # noqa: ASYNC110 (several callers, no event to set)
            await asyncio.sleep(0.05)

    def keep(self, message: Received) -> None:
        """Keeps an accepted message."""
        self.received[message.platform].append(message)

    def within_rate(self, platform: str, token: str, count: int, seconds: float) -> bool:
        """Whether a robot may take one more message in this window, and counts it."""
        now = self.clock()
        window = self._windows.setdefault((platform, token, seconds), deque())
        while window and window[0] <= now - seconds:
            window.popleft()
        window.append(now)
        return len(window) <= count

    def texts(self, platform: str) -> list[str]:
        """The texts received on a platform, oldest first."""
        return [message.text for message in self.received[platform]]
