import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.rtp import extensions

ELEMENTS = st.dictionaries(st.integers(1, 14), st.binary(min_size=1, max_size=16), max_size=8)


@given(ELEMENTS)
def test_what_is_written_is_read(elements):
    written = extensions.block(extensions.element(number, value) for number, value in elements.items())
    assert len(written) % 4 == 0
    assert written[:2] == b"\xbe\xde"
    assert extensions.read(0xBEDE, written[4:]) == elements


@given(st.integers(0, 65_535), st.binary(max_size=60))
def test_no_bytes_cost_a_packet(profile, data):
    for value in extensions.read(profile, data).values():
        assert len(value) <= len(data)


def test_two_byte_form_and_empty_elements_are_read():
    assert extensions.read(0x1000, b"\x05\x00\x00\x07\x02ab") == {5: b"", 7: b"ab"}


def test_identifier_15_ends_the_one_byte_form():
    assert extensions.read(0xBEDE, b"\x10a\xf0b\x20c") == {1: b"a"}


def test_a_cut_element_is_left_out():
    assert extensions.read(0xBEDE, b"\x10a\x23bc") == {1: b"a"}


@pytest.mark.parametrize(("number", "value"), [(0, b"a"), (15, b"a"), (1, b""), (1, b"a" * 17)])
def test_what_does_not_fit_the_one_byte_form_is_refused(number, value):
    with pytest.raises(ValueError, match="one-byte"):
        extensions.element(number, value)


def test_send_time_is_six_bits_of_seconds_and_eighteen_of_fraction():
    assert extensions.abs_send_time(1.5) == (3 << 17).to_bytes(3, "big")
    assert extensions.abs_send_time(65.0) == (1 << 18).to_bytes(3, "big")
