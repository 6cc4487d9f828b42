"""How many beds a department has, and which are kept for whom."""
