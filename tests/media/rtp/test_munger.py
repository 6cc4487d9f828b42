from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from media.rtp.munger import MAX_DROPOUT, MAX_MISORDER, Munger


def attached(first_index=100, source=5000):
    munger = Munger(first_index=first_index, first_timestamp=7)
    munger.attach(source, 90_000)
    return munger


def test_first_packet_gets_the_number_after_the_first_index():
    assert attached().place(5000, 90_000) == (101, 7)


def test_losses_keep_their_gap_and_late_packets_fill_it():
    munger = attached()
    munger.place(5000, 90_000)
    assert munger.place(5003, 90_030) == (104, 37)
    assert munger.place(5001, 90_010) == (102, 17)


def test_left_out_packets_leave_no_gap():
    munger = attached()
    munger.place(5000, 90_000)
    munger.leave_out(5001)
    munger.leave_out(5002)
    assert munger.place(5003, 90_000).number == 102
    assert munger.place(5004, 90_000).number == 103


def test_late_packets_around_a_left_out_one_keep_their_places():
    munger = attached()
    munger.place(5000, 90_000)
    munger.leave_out(5002)
    munger.place(5004, 90_000)
    assert munger.place(5001, 90_000).number == 102
    assert munger.place(5003, 90_000).number == 103
    assert munger.place(5002, 90_000) is None


def test_a_restarted_source_continues_without_a_gap():
    munger = attached()
    munger.place(5000, 90_000)
    assert munger.place(5000 + MAX_DROPOUT + 1, 99_000).number == 102
    assert munger.place(5001, 90_010) is None


def test_very_late_packets_are_not_sent():
    munger = attached()
    munger.place(5000 + MAX_MISORDER + 1, 90_000)
    assert munger.place(5000, 90_000) is None


def test_another_source_continues_numbers_and_time():
    munger = attached()
    munger.place(5000, 90_000)
    munger.attach(17, 1_000_000, elapsed=3000)
    assert munger.place(17, 1_000_000) == (102, 3007)
    assert munger.place(18, 1_003_000) == (103, 6007)


def test_timestamps_wrap():
    munger = Munger(first_index=0, first_timestamp=2**32 - 1)
    munger.attach(1, 5)
    assert munger.place(1, 5).timestamp == 2**32 - 1
    assert munger.place(2, 6).timestamp == 0


class AnySource(RuleBasedStateMachine):
    """A source that loses, repeats late, restarts, is replaced and sends what is left out."""

    def __init__(self):
        super().__init__()
        self.munger = Munger(first_index=3, first_timestamp=0)
        self.munger.attach(10, 0)
        self.next = 10
        self.asked: set[int] = set()
        self.numbers: list[int] = []

    def _ask(self, index):
        if index in self.asked:
            return
        self.asked.add(index)
        placed = self.munger.place(index, index)
        if placed is not None:
            self.numbers.append(placed.number)

    @rule(gap=st.integers(0, 5))
    def newer(self, gap):
        self.next += gap
        self._ask(self.next)
        self.next += 1

    @rule(back=st.integers(1, 20))
    def late(self, back):
        self._ask(self.next - back)

    @rule(gap=st.integers(0, 3))
    def left_out(self, gap):
        self.next += gap
        if self.next not in self.asked:
            self.asked.add(self.next)
            self.munger.leave_out(self.next)
        self.next += 1

    @rule(jump=st.integers(MAX_DROPOUT - 1, 2 * MAX_DROPOUT))
    def jump(self, jump):
        self.next += jump
        self._ask(self.next)
        self.next += 1

    @rule(start=st.integers(0, 100_000), elapsed=st.integers(0, 2**33))
    def replaced(self, start, elapsed):
        self.asked = set()
        self.next = start
        self.munger.attach(start, start, elapsed=elapsed)

    @invariant()
    def no_number_is_used_twice(self):
        assert len(set(self.numbers)) == len(self.numbers)

    @invariant()
    def numbers_stay_near_enough_for_the_receiver_to_extend(self):
        newest = 3
        for number in self.numbers:
            assert number - newest <= MAX_DROPOUT
            newest = max(newest, number)


TestAnySource = AnySource.TestCase


@given(st.lists(st.integers(0, 40), unique=True))
def test_whatever_the_order_what_is_placed_keeps_the_source_order(indexes):
    munger = attached(source=0)
    placed = {index: munger.place(index, index) for index in indexes}
    kept = [(index, where.number) for index, where in placed.items() if where]
    assert sorted(kept) == sorted(kept, key=lambda pair: pair[1])
