"""Risk radar: named rules over records and their log, evaluated set-based, raised, cleared, silenced, counted. Changes no record."""
