"""What the page shows, as values: rows in, words out; pure."""
