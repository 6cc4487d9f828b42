"""The HTTP edge of oversight."""
