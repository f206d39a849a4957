"""Everything held is computed again: chains, receipts, cases, photos."""
