"""The sales process: playbooks, the gate in the one write path, evidence, confirmation, exceptions. The face of this feature."""
