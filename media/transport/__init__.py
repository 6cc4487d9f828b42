"""From datagrams to authenticated plaintext: one port, ICE-lite, DTLS, SRTP, and SDP that describes them."""
