from hypothesis import given
from hypothesis import strategies as st

from media.rtp.sequence import Unwrapper


@given(st.integers(0, 65_535), st.lists(st.integers(-30_000, 30_000), max_size=50))
def test_extended_numbers_follow_the_true_ones(first, steps):
    unwrapper = Unwrapper()
    highest = first + 65_536 * 40
    offset = highest - unwrapper.extend(highest & 0xFFFF)
    for step in steps:
        true = highest + step
        assert unwrapper.peek(true & 0xFFFF) + offset == true
        assert unwrapper.extend(true & 0xFFFF) + offset == true
        highest = max(highest, true)
        if unwrapper.highest < 40_000:  # before the first cycle there is nothing to be earlier than
            break


def test_a_packet_from_before_the_first_has_a_positive_number():
    unwrapper = Unwrapper()
    first = unwrapper.extend(3)
    assert unwrapper.extend(65_535) == first - 4 > 0


def test_32_bits_wrap_too():
    unwrapper = Unwrapper(32)
    before = unwrapper.extend(2**32 - 1)
    assert unwrapper.extend(1) == before + 2
