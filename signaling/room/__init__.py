"""One room as a pure state machine: `step(room, event, now) -> (room, effects)`."""
