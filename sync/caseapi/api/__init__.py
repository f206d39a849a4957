"""Routes: the only place that knows HTTP status codes."""
