"""What a role may take along: rows, spans of days, the report of a day."""
