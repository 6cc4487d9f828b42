import pytest

from consult_api.write_back.rules import OVERWRITABLE, read_reason


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
