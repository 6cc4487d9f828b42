from media.bandwidth.receiver_estimate import START_RATE_BPS, LossEstimator, publisher_limit, video_share


def estimator():
    return LossEstimator(lowest_bps=100_000, highest_bps=2_000_000)


def test_a_used_clean_line_grows_by_a_twentieth():
    assert estimator().update(received_bps=900_000, loss=0.0) == int(START_RATE_BPS * 1.05)


def test_an_unused_line_does_not_grow():
    assert estimator().update(received_bps=100_000, loss=0.0) == START_RATE_BPS


def test_some_loss_changes_nothing_and_much_loss_halves_its_share():
    one = estimator()
    assert one.update(received_bps=900_000, loss=0.05) == START_RATE_BPS
    assert one.update(received_bps=900_000, loss=0.2) == int(START_RATE_BPS * 0.9)


def test_the_bounds_hold():
    one = estimator()
    for _ in range(100):
        one.update(received_bps=9e9, loss=0.0)
    assert one.rate_bps == 2_000_000
    for _ in range(100):
        one.update(received_bps=0, loss=1.0)
    assert one.rate_bps == 100_000


def test_audio_comes_before_video():
    assert video_share(500_000, audio_tracks=2, video_tracks=2) == 200_000
    assert video_share(60_000, audio_tracks=2, video_tracks=1) == 0
    assert video_share(None, audio_tracks=1, video_tracks=1) is None
    assert video_share(500_000, audio_tracks=1, video_tracks=0) is None


def test_a_publisher_follows_its_best_subscriber():
    bounds = {"lowest_bps": 100_000, "highest_bps": 2_000_000}
    assert publisher_limit([300_000, 800_000], **bounds) == 800_000
    assert publisher_limit([300_000, None], **bounds) == 2_000_000
    assert publisher_limit([], **bounds) == 2_000_000
    assert publisher_limit([1_000], **bounds) == 100_000
