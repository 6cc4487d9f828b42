"""What a line can carry: measured, shared out and told to the senders. Pure."""
