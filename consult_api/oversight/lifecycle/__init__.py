"""What oversight changes: only its own records."""
