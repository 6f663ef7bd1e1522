"""Connectors: one folder a vendor, each with adapter, mapping and fixtures; the simulators speak the same protocols."""
