"""Process audit: a seeded draw each week, the whole chain of each drawn record for an officer outside sales, verdicts, a report."""
