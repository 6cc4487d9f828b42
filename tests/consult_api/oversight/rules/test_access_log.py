from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from consult_api.oversight.rules.access_log import Act, Permission, Reason, gathered, reason_of

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def act(actor: str = "p", institution: str = "i", at: datetime = NOON, subtype: str = "patient.read") -> Act:
    return Act(at=at, actor_id=actor, institution_id=institution, subtype=subtype)


def permission(
    kind: str, person: str | None = None, institution: str = "i", hours: int | None = None
) -> Permission:
    ends = None if hours is None else NOON + timedelta(hours=hours)
    return Permission(
        institution_id=institution,
        person_id=person,
        kind=kind,
        valid_from=NOON - timedelta(days=1),
        valid_to=ends,
    )


def reason(
    permissions: list[Permission], regulators: frozenset[str] = frozenset(), actor: str = "p"
) -> Reason:
    return reason_of(act(actor), permissions, regulators=regulators, platform="platform")


def test_the_narrowest_permission_is_the_reason() -> None:
    home, asked = permission("registration"), permission("consult", person="p", institution="j")
    assert reason([home]) is Reason.REGISTRATION
    assert reason([home, asked]) is Reason.CONSULT
    assert reason([home, asked, permission("break_glass", person="p")]) is Reason.BREAK_GLASS


def test_what_was_over_or_another_ones_is_no_reason() -> None:
    assert reason([permission("consult", hours=-1)]) is Reason.OTHER
    assert reason([permission("consult", person="q")]) is Reason.OTHER
    assert reason([permission("referral", institution="j")]) is Reason.OTHER


def test_who_needs_no_permission_says_why() -> None:
    assert reason([], frozenset({"p"})) is Reason.OVERSIGHT
    assert reason([permission("registration")], actor="platform") is Reason.PLATFORM


acts = st.lists(
    st.builds(
        act,
        actor=st.sampled_from("pq"),
        institution=st.sampled_from("ij"),
        at=st.integers(0, 72).map(lambda hours: NOON + timedelta(hours=hours)),
        subtype=st.sampled_from(["patient.read", "consult.read"]),
    ),
    max_size=30,
)


@given(acts)
def test_every_act_is_in_exactly_one_line_of_its_day(some: list[Act]) -> None:
    lines = gathered([(each, Reason.OTHER) for each in some], CHINA)
    assert sum(line.count for line in lines) == len(some)
    for line in lines:
        assert line.first_at.astimezone(CHINA).date() == line.last_at.astimezone(CHINA).date()
        assert line.first_at <= line.last_at
    days = [line.first_at.astimezone(CHINA).date() for line in lines]
    assert days == sorted(days, reverse=True)
