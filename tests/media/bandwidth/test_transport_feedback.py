import struct

from hypothesis import given
from hypothesis import strategies as st

from media.bandwidth.transport_feedback import ArrivalLog


def read(message):
    """Read a feedback message as draft-holmer §3.1 says: {sequence: microseconds}, with None for lost."""
    base, count = struct.unpack_from("!HH", message, 12)
    reference = int.from_bytes(message[16:19], "big", signed=True)
    position, symbols = 20, []
    while len(symbols) < count:
        (chunk,) = struct.unpack_from("!H", message, position)
        position += 2
        if chunk >> 15 == 0:
            symbols += [chunk >> 13 & 3] * (chunk & 0x1FFF)
        else:
            assert chunk >> 14 == 3
            symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
    ticks, found = reference * 256, {}
    for number, symbol in enumerate(symbols[:count]):
        if symbol == 1:
            ticks += message[position]
            position += 1
        elif symbol == 2:
            ticks += int.from_bytes(message[position : position + 2], "big", signed=True)
            position += 2
        found[base + number & 0xFFFF] = ticks * 250 if symbol else None
    assert len(message) == 4 + 4 * struct.unpack_from("!H", message, 2)[0]
    assert len(message) - position < 4
    return found


def test_arrivals_and_losses_are_told_apart():
    log = ArrivalLog()
    log.arrived(10, 1.0)
    log.arrived(12, 1.010)
    (message,) = log.take(1, 2, 1.1)
    assert read(message) == {10: 1_000_000, 11: None, 12: 1_010_000}


def test_a_loss_between_two_messages_is_told():
    log = ArrivalLog()
    log.arrived(10, 1.0)
    log.take(1, 2, 1.1)
    log.arrived(12, 1.2)
    (message,) = log.take(1, 2, 1.3)
    assert read(message) == {11: None, 12: 1_200_000}
    assert message[19] == 1


def test_nothing_new_makes_no_message():
    log = ArrivalLog()
    log.arrived(10, 1.0)
    log.take(1, 2, 1.1)
    log.arrived(10, 1.2)
    assert log.take(1, 2, 1.3) == []


def test_numbers_wrap():
    log = ArrivalLog()
    log.arrived(65_535, 1.0)
    log.arrived(0, 1.0)
    (message,) = log.take(1, 2, 1.1)
    assert read(message) == {65_535: 1_000_000, 0: 1_000_000}


@given(
    first=st.integers(0, 65_535),
    packets=st.lists(st.tuples(st.integers(1, 700), st.floats(-0.5, 12.0)), min_size=1, max_size=40),
)
def test_every_arrival_is_reported_once_within_a_quarter_millisecond(first, packets):
    log = ArrivalLog()
    number, now, sent = first, 20.0, {}
    for step, wait in packets:
        number += step
        now += wait
        if now < 1:
            continue
        log.arrived(number & 0xFFFF, now)
        sent[number & 0xFFFF] = now
    reported = {}
    for message in log.take(1, 2, now):
        for sequence, at in read(message).items():
            if at is not None:
                assert sequence not in reported
                reported[sequence] = at / 1e6
    covered = {sequence for sequence in sent if (number - sequence & 0xFFFF) <= 4000}
    assert covered <= set(reported)
    assert all(abs(reported[one] - sent[one]) < 0.000_26 for one in reported)
