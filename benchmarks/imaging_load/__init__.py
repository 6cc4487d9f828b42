"""The two servers of the imaging workload, and the client that loads them."""
