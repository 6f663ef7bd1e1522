"""Which enquiries concern the same company or person: keys, proposals, merges. Joins nothing on its own but codes."""
