"""Errors, ids, settings, actors and the small protocols by which floors meet. Imports nothing of the project."""
