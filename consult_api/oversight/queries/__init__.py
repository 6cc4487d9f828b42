"""Reading what oversight shows."""
