"""What a desk does with cases: acts, views, photos, search, and the folding of their events."""
