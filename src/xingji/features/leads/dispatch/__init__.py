"""Who gets a lead, and why not the others. Decisions are pure; loading and writing stand at the edge."""
