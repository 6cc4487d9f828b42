"""The regulator's feed: every clinical event, numbered without gaps, for whoever supervises the county."""
