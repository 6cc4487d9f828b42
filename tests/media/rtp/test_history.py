import pytest

from media.rtp.history import History
from media.rtp.packet import RtpPacket


def packet(sequence):
    return RtpPacket(marker=0, payload_type=96, sequence=sequence, timestamp=0, ssrc=1, payload=b"x")


def test_a_packet_is_kept_until_its_slot_is_taken():
    history = History(4)
    first = packet(1)
    assert history.put(1, first)
    assert history.get(1) is first
    assert history.put(5, packet(5))
    assert history.get(1) is None


def test_the_same_index_is_kept_once():
    history = History(4)
    assert history.put(1, packet(1))
    assert not history.put(1, packet(1))


def test_a_packet_older_than_its_slot_is_refused():
    history = History(4)
    history.put(5, packet(5))
    assert not history.put(1, packet(1))


def test_after_clearing_old_numbers_are_welcome():
    history = History(4)
    history.put(5, packet(5))
    history.clear()
    assert history.get(5) is None
    assert history.put(1, packet(1))


@pytest.mark.parametrize("capacity", [0, 3, -4])
def test_capacity_is_a_power_of_two(capacity):
    with pytest.raises(ValueError, match="power of two"):
        History(capacity)
