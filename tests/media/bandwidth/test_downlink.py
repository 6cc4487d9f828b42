from media.bandwidth.downlink import DownlinkLimit


def test_an_estimate_above_what_is_sent_limits_nothing():
    limit = DownlinkLimit(2_000_000)
    assert limit.update(300_000, 290_000, 1.0) is None


def test_one_low_estimate_is_noise_and_a_lasting_one_a_full_line():
    limit = DownlinkLimit(2_000_000)
    assert limit.update(300_000, 900_000, 1.0) is None
    assert limit.update(310_000, 900_000, 2.0) == 310_000


def test_the_limit_grows_back_until_it_does_not_matter():
    limit = DownlinkLimit(1_000_000)
    limit.update(300_000, 900_000, 1.0)
    limit.update(300_000, 900_000, 2.0)
    assert limit.update(400_000, 300_000, 3.0) == 324_000
    now = 3.0
    while limit.rate_bps is not None:
        now += 1
        limit.update(2_000_000, 300_000, now)
    assert 15 < now < 25
