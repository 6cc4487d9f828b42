import itertools

from media.rtp.nack import MISSING_KEPT, REORDER_WAIT_S, TRIES, LossDetector


def with_gap():
    losses = LossDetector()
    losses.received(10, 0.0)
    losses.received(13, 0.0)
    return losses


def test_a_gap_is_asked_for_after_the_reorder_wait():
    losses = with_gap()
    assert losses.due(REORDER_WAIT_S / 2) == []
    assert losses.due(REORDER_WAIT_S) == [11, 12]


def test_what_arrives_late_by_itself_is_never_asked_for():
    losses = with_gap()
    losses.received(11, 0.01)
    assert losses.due(1.0) == [12]


def test_retries_wait_longer_each_time_and_end():
    losses = with_gap()
    asked_at = []
    now = 0.0
    while now < 10:
        if losses.due(now):
            asked_at.append(now)
        now += 0.005
    assert len(asked_at) == TRIES
    waits = [b - a for a, b in itertools.pairwise(asked_at)]
    assert waits == sorted(waits)
    assert 0.09 < waits[0] < 0.12
    assert waits[-1] < 0.42


def test_an_answer_to_the_first_request_measures_the_round_trip():
    losses = with_gap()
    losses.due(0.02)
    losses.received(11, 0.02 + 0.9)
    assert 0.1 < losses.round_trip_s <= 0.2
    assert losses.recovered == 1


def test_too_many_missing_ask_for_a_key_frame_instead():
    losses = LossDetector()
    losses.received(1, 0.0)
    losses.received(MISSING_KEPT + 10, 0.0)
    assert losses.due(1.0) == []
    assert losses.take_overflow()
    assert not losses.take_overflow()


def test_a_key_frame_makes_older_losses_irrelevant():
    losses = with_gap()
    losses.received(20, 0.0)
    losses.forget_before(13)
    assert losses.due(1.0) == [14, 15, 16, 17, 18, 19]
