"""The consult as a state machine, its deadlines, and how an offer climbs from tier to tier."""
