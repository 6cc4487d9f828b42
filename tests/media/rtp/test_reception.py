from media.rtp.reception import Reception


def block(reception):
    return reception.report(7, last_sender_report=0, delay_s=0.0)


def test_fraction_lost_is_of_the_interval_and_lost_of_all():
    reception = Reception(90_000)
    for index in (100, 101, 103):
        reception.count(index, 0, 10, 0.0)
    first = block(reception)
    assert (first.fraction_lost, first.packets_lost, first.highest_sequence) == (64, 1, 103)
    reception.count(104, 0, 10, 0.0)
    second = block(reception)
    assert (second.fraction_lost, second.packets_lost) == (0, 1)


def test_nothing_received_reports_nothing_lost():
    empty = block(Reception(48_000))
    assert (empty.fraction_lost, empty.packets_lost, empty.jitter) == (0, 0, 0)


def test_late_packets_are_not_lost():
    reception = Reception(90_000)
    for index in (1, 3, 2):
        reception.count(index, 0, 10, 0.0)
    assert block(reception).packets_lost == 0


def test_jitter_is_a_sixteenth_of_each_deviation():
    reception = Reception(1000)
    reception.count(1, 0, 1, 0.0)
    reception.count(2, 20, 1, 0.036)
    assert reception.jitter == 1.0


def test_the_delay_since_the_last_sender_report_is_in_65536ths():
    reported = Reception(90_000).report(7, last_sender_report=9, delay_s=0.5)
    assert reported.delay == 32_768
    assert reported.last_sender_report == 9
