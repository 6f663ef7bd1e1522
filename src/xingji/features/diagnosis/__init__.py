"""What an organisation's own records say about its selling, and what they cannot say. Reads; stores only wake-up tasks."""
