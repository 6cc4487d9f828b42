"""RTP and RTCP as pure functions and state: no sockets, no clocks, no keys."""
