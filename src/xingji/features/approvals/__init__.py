"""Approvals for any object and any step: parties, order, delegation, time limits. The face of this feature."""
