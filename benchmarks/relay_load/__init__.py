"""What the relay's workload is made of: simulated browsers, and the two servers under load."""
