"""Schema steps of SQLite."""
