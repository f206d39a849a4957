"""Use cases of the case API: no HTTP, no SQL."""
