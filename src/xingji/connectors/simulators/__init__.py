"""Loopback simulators of the chat platforms, a webhook receiver and an SMTP relay, for the demo and the tests.

They speak the documented protocols: signatures, error codes inside a 200, rate limits. They never leave loopback.
"""

from xingji.connectors.simulators.server import Simulators, running_simulators, simulator_application, start_simulators
from xingji.connectors.simulators.state import DEMO_ROBOTS, Received, Robot, SimulatorState

__all__ = [
    "DEMO_ROBOTS", "Received", "Robot", "SimulatorState", "Simulators", "running_simulators", "simulator_application",
    "start_simulators",
]  # fmt: skip
