from datetime import UTC, datetime, timedelta, timezone

import pytest

from consult_api.write_back.rules import OVERWRITABLE, next_night, read_reason

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("text", "cause", "status", "details"),
    [
        ("record/422 required Task.status", "refused", 422, "required Task.status"),
        ("record/403", "refused", 403, ""),
        ("record/503", "unavailable", 503, ""),
        ("record/429", "unavailable", 429, ""),
        ("record/no-answer ConnectError", "no_answer", None, "ConnectError"),
        ("record/changed-elsewhere Task", "changed_elsewhere", None, "Task"),
        ("record/lost Patient", "lost", None, "Patient"),
        ("delivery/failed KeyError", "failed", None, "KeyError"),
        ("", "failed", None, ""),
    ],
)
def test_a_reason_is_a_cause_a_status_and_places(text, cause, status, details):
    reason = read_reason(text)
    assert (reason.cause, reason.status, reason.details) == (cause, status, details)


def test_only_what_others_changed_or_removed_may_be_written_over():
    assert {"changed_elsewhere", "lost"} == OVERWRITABLE


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 3, 2, 18, 29, tzinfo=UTC), datetime(2026, 3, 2, 18, 30, tzinfo=UTC)),
        (datetime(2026, 3, 2, 18, 30, tzinfo=UTC), datetime(2026, 3, 3, 18, 30, tzinfo=UTC)),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 3, 2, 18, 30, tzinfo=UTC)),
    ],
)
def test_the_next_night_is_half_past_two_in_the_countys_time(now, due):
    assert next_night(now, SHANGHAI) == due
