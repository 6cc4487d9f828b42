"""Who works where, who is on duty, and how people and machines prove who they are."""
