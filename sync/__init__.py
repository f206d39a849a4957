"""Both ends of the wire: the tablet's journal and exchange, and the central case API."""
