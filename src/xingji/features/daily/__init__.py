"""A person's day: focus customers each morning, the report of the day, and the board of a team.

Owns the tables of `10_daily.sql`. Reads records through the one compiler and facts from the log; changes no record.
"""
