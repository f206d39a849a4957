"""Schema steps of PostgreSQL."""
