"""Who is in which room: one WebSocket per participant, seats that outlive dropped lines, the shared view.

`room` is pure: a state machine of events and effects. `hosted_room` and `registry` run it, `relay_link` speaks
with the media relay, `socket` with one browser. Nothing here is stored: after a restart clients join anew.
"""
