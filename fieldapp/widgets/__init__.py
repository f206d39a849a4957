"""Pieces that screens are built of; each knows nothing of records, services or other screens."""
