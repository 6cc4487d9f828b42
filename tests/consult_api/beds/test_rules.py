from datetime import UTC, datetime, timedelta

import pytest

from consult_api.beds.rules import STALE_AFTER, is_stale, open_beds

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("total", "occupied", "held", "left"),
    [(10, 6, 1, 3), (10, 10, 0, 0), (0, 0, 0, 0), (10, 9, 3, 0)],
)
def test_open_beds_are_what_is_neither_taken_nor_promised(total, occupied, held, left):
    assert open_beds(total=total, occupied=occupied, held=held) == left


def test_a_count_is_relied_on_for_half_an_hour():
    assert not is_stale(NOON - STALE_AFTER, NOON)
    assert is_stale(NOON - STALE_AFTER - timedelta(seconds=1), NOON)
