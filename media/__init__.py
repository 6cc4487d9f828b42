"""The media relay: forwards packets between browsers and never decodes them (RFC 7667 §3.7).

Each participant has up to two connections, one to publish and one to subscribe. `service` speaks with the
other services, `router` decides who gets what, `peer` is one connection's transport, `transport`, `rtp` and
`bandwidth` are the parts it is made of. No codec is ever imported.
"""
