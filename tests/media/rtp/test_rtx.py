from hypothesis import given
from hypothesis import strategies as st

from media.rtp import rtx


@given(st.integers(0, 65_535), st.binary(min_size=1))
def test_what_is_wrapped_is_unwrapped(sequence, payload):
    assert rtx.unwrap(rtx.wrap(sequence, payload)) == (sequence, payload)


def test_a_probe_carries_nothing():
    assert rtx.unwrap(b"") is None
    assert rtx.unwrap(b"\x00\x01") is None
