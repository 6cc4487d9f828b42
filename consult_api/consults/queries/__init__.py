"""Reading consults: rows under lock, the page of one, lists, and what the shared health record is told."""
