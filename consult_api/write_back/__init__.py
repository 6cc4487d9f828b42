"""The repair screen of the write-back: where each subscriber stands, its dead letters, and what is done about them."""
