from media.rtp.timeline import PublisherClock, SourceClock, middle, to_ntp, to_unix


def test_ntp_times_are_seconds_since_1900():
    assert to_ntp(0.5) == (2_208_988_800 << 32) + (1 << 31)
    assert to_unix(to_ntp(1_780_000_000.25)) == 1_780_000_000.25
    assert middle(0x0123456789ABCDEF) == 0x456789AB


def test_the_quickest_report_sets_the_difference_of_the_clocks():
    clock = PublisherClock()
    clock.heard(to_ntp(1000.0), 5000.30)
    clock.heard(to_ntp(1001.0), 5001.05)
    clock.heard(to_ntp(1002.0), 5002.40)
    assert abs(clock.at_relay(to_ntp(1003.0)) - 5003.05) < 1e-6


def test_a_publisher_whose_clock_was_set_is_followed():
    clock = PublisherClock()
    clock.heard(to_ntp(1000.0), 5000.0)
    clock.heard(to_ntp(901.0), 5001.0)
    assert abs(clock.at_relay(to_ntp(902.0)) - 5002.0) < 1e-6


def test_sound_and_picture_of_one_publisher_stay_together():
    publisher = PublisherClock()
    audio, video = SourceClock(48_000), SourceClock(90_000)
    publisher.heard(to_ntp(1000.0), 5000.2)
    audio.heard(to_ntp(1000.0), 480, 1.0)
    publisher.heard(to_ntp(1000.5), 5000.9)
    video.heard(to_ntp(1000.5), 900, 1.5)
    assert audio.timestamp_at(5001.2, publisher) == 480 + 48_000
    assert video.timestamp_at(5001.2, publisher) == 900 + 45_000


def test_without_a_report_there_is_no_timestamp():
    assert SourceClock(90_000).timestamp_at(5.0, PublisherClock()) is None
