"""Credit codes, certificates, and how failed tries slow down."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult_api.directory.rules import (
    AttemptLimit,
    Credential,
    CredentialFault,
    credential_fault,
    is_social_credit_code,
    wait_after_failures,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TODAY = NOW.date()
LIMIT = AttemptLimit(
    free=5,
    window=timedelta(minutes=15),
    pause=timedelta(seconds=2),
    longest_pause=timedelta(minutes=1),
)


@pytest.mark.parametrize(
    ("code", "valid"),
    [
        ("91110000600037341L", True),
        ("91110000600037341K", False),
        ("91110000600037341", False),
        ("9111000060003734IL", False),  # I, O, S, V and Z don't occur
        ("", False),
    ],
)
def test_a_social_credit_code_is_checked(code: str, valid: bool) -> None:
    assert is_social_credit_code(code) is valid


def credential(*, verified: bool = True, expires_on: date = date(2030, 1, 1)) -> Credential:
    return Credential(number="110000000000001", verified=verified, expires_on=expires_on)


@pytest.mark.parametrize(
    ("credentials", "fault"),
    [
        ([], CredentialFault.MISSING),
        ([credential(verified=False)], CredentialFault.UNVERIFIED),
        ([credential(expires_on=TODAY - timedelta(days=1))], CredentialFault.EXPIRED),
        ([credential(expires_on=TODAY)], None),
        ([credential(verified=False), credential()], None),
        ([credential(verified=False), credential(expires_on=date(2020, 1, 1))], CredentialFault.EXPIRED),
    ],
)
def test_a_certificate_is_good_only_when_verified_and_not_expired(
    credentials: list[Credential], fault: CredentialFault | None
) -> None:
    assert credential_fault(credentials, TODAY) is fault


def test_the_first_failures_cost_nothing_and_then_the_pause_doubles() -> None:
    waits = [wait_after_failures(LIMIT, [NOW] * count, NOW).total_seconds() for count in range(12)]
    assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 60, 60]


@given(st.lists(st.integers(0, 3600), max_size=40))
def test_no_number_of_failures_keeps_anybody_out_longer_than_the_longest_pause(ages: list[int]) -> None:
    failures = [NOW - timedelta(seconds=age) for age in ages]
    assert wait_after_failures(LIMIT, failures, NOW) <= LIMIT.longest_pause


def test_old_failures_are_forgotten() -> None:
    assert wait_after_failures(LIMIT, [NOW - timedelta(minutes=15)] * 50, NOW) == timedelta(0)
