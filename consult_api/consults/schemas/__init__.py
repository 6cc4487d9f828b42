"""What the consults' routes take and give."""
