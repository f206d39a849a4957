"""The life of a case: pure."""
