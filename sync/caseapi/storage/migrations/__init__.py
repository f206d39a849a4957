"""Schema steps, numbered; only ever added."""
