"""The indicators: for each case whether it counts, how far, or why it is left out; and the figure of many cases.

A share is numerator by denominator, a duration the median and a high percentile of minutes, a relation one count by
another. A case is counted once in an indicator. What the platform doesn't store has no indicator here.
"""

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from consult_api.consults.rules.ladder import LIMITS
from consult_api.consults.rules.states import ConsultState, Mode, Verdict
from consult_api.oversight.rules.facts import (
    Case,
    CaseKind,
    ConsultFacts,
    DeliveryFacts,
    EpisodeFacts,
    HoldFacts,
    ReferralFacts,
)
from consult_api.referrals.rules.machine import RESPOND_WITHIN
from consult_api.referrals.rules.states import Direction, ReferralState


class Form(StrEnum):
    """What kind of figure it is."""

    SHARE = "share"
    DURATION = "duration"
    RELATION = "relation"


class Exclusion(StrEnum):
    """Why a case is in neither numerator nor denominator."""

    STILL_OPEN = "still_open"
    TAKEN_BACK = "taken_back"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Counts:
    """In the denominator, and in the numerator with this weight from 0 to 1."""

    weight: float


@dataclass(frozen=True, slots=True)
class Takes:
    """It took this long, in minutes."""

    minutes: float


Measure = Counts | Takes | Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator: what it is of, and how a case is measured; None for a case that it isn't about."""

    key: str
    of: CaseKind
    form: Form
    measure: Callable[[Case, datetime], Measure | None]
    target: float | None = None
    percentile: int = 90
    is_countys: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An indicator's value over some cases. `value` is a share, a relation or a median; None over nothing.

    For a relation the denominator is what the numerator is compared with, not the sum of both.
    """

    numerator: float
    denominator: int
    value: float | None
    high: float | None
    excluded: Mapping[Exclusion, int]


def figure(form: Form, measures: Sequence[Measure], percentile: int = 90) -> Figure:
    """Compute the figure of these measures. `percentile` is the high one of a duration, by nearest rank."""
    excluded = Counter(measure for measure in measures if isinstance(measure, Exclusion))
    if form is Form.DURATION:
        minutes = sorted(measure.minutes for measure in measures if isinstance(measure, Takes))
        return Figure(
            numerator=len(minutes),
            denominator=len(minutes),
            value=statistics.median(minutes) if minutes else None,
            high=minutes[math.ceil(percentile * len(minutes) / 100) - 1] if minutes else None,
            excluded=excluded,
        )
    weights = [measure.weight for measure in measures if isinstance(measure, Counts)]
    denominator = weights.count(0.0) if form is Form.RELATION else len(weights)
    return Figure(
        numerator=sum(weights),
        denominator=denominator,
        value=sum(weights) / denominator if denominator else None,
        high=None,
        excluded=excluded,
    )


def _between(begin: datetime | None, end: datetime | None) -> Measure | None:
    if begin is None:
        return None
    return Exclusion.NOT_REACHED if end is None else Takes((end - begin).total_seconds() / 60)


def _response_on_time(case: ConsultFacts, now: datetime) -> Measure | None:
    limit = case.at + LIMITS[case.urgency].breach
    if case.accepted_at is not None:
        return Counts(1.0 if case.accepted_at <= limit else 0.0)
    if case.cancelled_at is not None and case.cancelled_at <= limit:
        return Exclusion.TAKEN_BACK
    if case.state is not ConsultState.DECLINED and now < limit:
        return Exclusion.STILL_OPEN
    return Counts(0.0)


def _escalated(case: ConsultFacts, _now: datetime) -> Measure | None:
    return Counts(1.0 if case.escalated else 0.0)


def _rang_director(case: ConsultFacts, _now: datetime) -> Measure | None:
    return Counts(1.0 if case.rang_director else 0.0)


_ADOPTED = {Verdict.ADOPTED: 1.0, Verdict.PARTLY: 0.5, Verdict.NOT: 0.0}


def _adoption(case: ConsultFacts, _now: datetime) -> Measure | None:
    return None if case.verdict is None else Counts(_ADOPTED[case.verdict])


def _loop_closed(case: ConsultFacts, now: datetime) -> Measure | None:
    if case.reported_at is None:
        return None
    if case.acknowledged_at is not None:
        return Counts(1.0)
    is_due = case.acknowledge_due_at is None or now >= case.acknowledge_due_at
    return Counts(0.0) if is_due else Exclusion.STILL_OPEN


def _session_held(case: ConsultFacts, _now: datetime) -> Measure | None:
    """Live consults that somebody took: whether the meeting was begun and ended by its specialist."""
    if case.mode is not Mode.LIVE or case.accepted_at is None:
        return None
    if case.finished_at is not None:
        return Counts(1.0)
    if case.started_at is not None and case.state in (ConsultState.IN_SESSION, ConsultState.INTERRUPTED):
        return Exclusion.STILL_OPEN
    if case.missed_appointment or case.started_at is not None:
        return Counts(0.0)
    return Exclusion.TAKEN_BACK if case.cancelled_at is not None else Exclusion.STILL_OPEN


def _referral_accepted(case: ReferralFacts, now: datetime) -> Measure | None:
    if case.accepted_at is not None:
        return Counts(1.0)
    if case.state in (ReferralState.CANCELLED, ReferralState.SUPERSEDED):
        return Exclusion.TAKEN_BACK
    if case.answered_at is None and now < case.at + RESPOND_WITHIN[case.priority]:
        return Exclusion.STILL_OPEN
    return Counts(0.0)


def _referral_on_time(case: ReferralFacts, now: datetime) -> Measure | None:
    limit = case.at + RESPOND_WITHIN[case.priority]
    if case.answered_at is not None:
        return Counts(1.0 if case.answered_at <= limit else 0.0)
    if case.state in (ReferralState.CANCELLED, ReferralState.SUPERSEDED):
        return Exclusion.TAKEN_BACK
    return Exclusion.STILL_OPEN if now < limit else Counts(0.0)


def _no_show(case: ReferralFacts, _now: datetime) -> Measure | None:
    if case.accepted_at is None:
        return None
    if case.arrived_at is not None:
        return Counts(0.0)
    return Counts(1.0) if case.missed_at is not None else Exclusion.NOT_REACHED


def _down_by_up(case: ReferralFacts, _now: datetime) -> Measure | None:
    """Down is a referral downwards, and an upward one whose way back was accepted: it counts as down alone."""
    is_down = case.direction is Direction.DOWN or case.down_accepted_at is not None
    return Counts(1.0 if is_down else 0.0)


def _hold_used(case: HoldFacts, _now: datetime) -> Measure | None:
    return Exclusion.STILL_OPEN if case.ended_at is None else Counts(1.0 if case.status == "used" else 0.0)


def _hold_to_admission(case: HoldFacts, _now: datetime) -> Measure | None:
    return _between(case.at, case.ended_at) if case.status == "used" else None


def _stayed(case: EpisodeFacts, _now: datetime) -> Measure | None:
    return Counts(0.0 if case.went_outside else 1.0)


def _delivered(case: DeliveryFacts, _now: datetime) -> Measure | None:
    return _between(case.at, case.delivered_at)


def _dead(case: DeliveryFacts, _now: datetime) -> Measure | None:
    return Counts(1.0 if case.is_dead else 0.0)


def _interval(begin: str, end: str) -> Callable[[Case, datetime], Measure | None]:
    def measure(case: Case, _now: datetime) -> Measure | None:
        first: datetime | None = getattr(case, begin)
        last: datetime | None = getattr(case, end)
        return _between(first, last)

    return measure


F = TypeVar("F", bound=Case)


def _of(
    facts: type[F], rule: Callable[[F, datetime], Measure | None]
) -> Callable[[Case, datetime], Measure | None]:
    """Apply a rule to the cases that it is about, and to no others."""

    def measure(case: Case, now: datetime) -> Measure | None:
        return rule(case, now) if isinstance(case, facts) else None

    return measure


def _ours(
    key: str, form: Form, measure: Callable[[Case, datetime], Measure | None], of: CaseKind
) -> Indicator:
    return Indicator(key=key, of=of, form=form, measure=measure)


_C, _R, _H, _E, _D = CaseKind.CONSULT, CaseKind.REFERRAL, CaseKind.HOLD, CaseKind.EPISODE, CaseKind.DELIVERY

INDICATORS: tuple[Indicator, ...] = (
    _ours("response_on_time", Form.SHARE, _of(ConsultFacts, _response_on_time), _C),
    _ours("submit_to_accept", Form.DURATION, _interval("at", "accepted_at"), _C),
    _ours("accept_to_start", Form.DURATION, _interval("accepted_at", "started_at"), _C),
    _ours("accept_to_report", Form.DURATION, _interval("accepted_at", "reported_at"), _C),
    _ours("report_to_acknowledge", Form.DURATION, _interval("reported_at", "acknowledged_at"), _C),
    _ours("escalated", Form.SHARE, _of(ConsultFacts, _escalated), _C),
    _ours("rang_director", Form.SHARE, _of(ConsultFacts, _rang_director), _C),
    _ours("adoption", Form.SHARE, _of(ConsultFacts, _adoption), _C),
    _ours("loop_closed", Form.SHARE, _of(ConsultFacts, _loop_closed), _C),
    _ours("session_held", Form.SHARE, _of(ConsultFacts, _session_held), _C),
    _ours("referral_on_time", Form.SHARE, _of(ReferralFacts, _referral_on_time), _R),
    _ours("referral_accepted", Form.SHARE, _of(ReferralFacts, _referral_accepted), _R),
    _ours("no_show", Form.SHARE, _of(ReferralFacts, _no_show), _R),
    _ours("down_by_up", Form.RELATION, _of(ReferralFacts, _down_by_up), _R),
    _ours("refer_to_accept", Form.DURATION, _interval("at", "accepted_at"), _R),
    _ours("accept_to_arrive", Form.DURATION, _interval("accepted_at", "arrived_at"), _R),
    _ours("arrive_to_admit", Form.DURATION, _interval("arrived_at", "admitted_at"), _R),
    _ours("admit_to_discharge", Form.DURATION, _interval("admitted_at", "discharged_at"), _R),
    _ours("discharge_to_return", Form.DURATION, _interval("discharged_at", "returned_at"), _R),
    _ours("hold_used", Form.SHARE, _of(HoldFacts, _hold_used), _H),
    _ours("hold_to_admission", Form.DURATION, _of(HoldFacts, _hold_to_admission), _H),
    Indicator(key="in_county", of=_E, form=Form.SHARE, measure=_of(EpisodeFacts, _stayed), target=0.9),
    Indicator(
        key="write_back_lag",
        of=_D,
        form=Form.DURATION,
        measure=_of(DeliveryFacts, _delivered),
        percentile=95,
        is_countys=True,
    ),
    Indicator(key="dead_letters", of=_D, form=Form.SHARE, measure=_of(DeliveryFacts, _dead), is_countys=True),
)

BY_KEY: Mapping[str, Indicator] = {indicator.key: indicator for indicator in INDICATORS}
