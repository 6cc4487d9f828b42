"""Takes instances in: bytes first and durably, then their rows in one transaction, then the answer."""
