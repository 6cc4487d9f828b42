"""Rooms: who publishes, who receives, and how each packet, loss report and picture request travels."""
