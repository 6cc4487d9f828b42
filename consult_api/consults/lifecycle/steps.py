"""What a step of a consult consists of: the event of the table, and what comes with it."""

from dataclasses import dataclass, field
from typing import Any, assert_never

from consult_api.consults.rules import states as e
from consult_api.consults.rules.states import Event, Verdict
from consult_api.consults.schemas import events as s
from consult_api.request import Call
from wire.problems import Kind, Problem

_NO_MEETING: dict[str, Any] = {"scheduled_for": None, "scheduled_minutes": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An event, and what comes with it: a note for the history, columns of the consult."""

    event: Event
    note: str | None = None
    columns: dict[str, Any] = field(default_factory=dict[str, Any])


def clock_step(event: Event) -> Step:
    """A step that the clock takes, without words."""
    return Step(event=event)


def planned_by(call: Call, body: s.ConsultEvent) -> Step:  # noqa: C901 - one branch an event
    """What the actor's words ask for.

    Raises:
        Problem: `consult/reason-needed`.
    """
    match body:
        case s.SubmitConsult():
            return Step(event=e.Submit(), columns={"submitted_at": call.now})
        case s.AcceptConsult():
            return Step(event=e.Accept(), columns={"specialist_id": call.actor.actor_id})
        case s.DeclineConsult():
            return Step(event=e.Decline(call.actor.actor_id), note=body.reason)
        case s.AskBackConsult():
            return Step(event=e.AskBack(), note=body.question)
        case s.AnswerBackConsult():
            return Step(event=e.AnswerBack(), note=body.answer)
        case s.RouteConsult():
            columns = {"department_id": body.department_id, "routed_at": call.now, "specialist_id": None}
            return Step(event=e.Route(), note=body.reason, columns=columns | _NO_MEETING)
        case s.RingForConsult():
            return Step(event=e.Ring(body.person_id))
        case s.ProposeTimes():
            return Step(event=e.Propose())
        case s.ScheduleConsult():
            return Step(event=e.Schedule(body.at), columns={"scheduled_for": body.at})
        case s.NoShowConsult():
            return Step(event=e.NoShow(body.side), note=body.side.value)
        case s.StartConsultSession():
            return Step(event=e.StartSession(), columns={"session_started_at": call.now})
        case s.InterruptConsultSession():
            return Step(event=e.Interrupt())
        case s.ResumeConsultSession():
            return Step(event=e.Resume())
        case s.FinishConsultSession():
            return Step(event=e.Finish(), columns={"session_ended_at": call.now})
        case s.SignConsult():
            return Step(event=e.Sign())
        case s.CorrectConsult():
            return Step(event=e.Correct(), note=body.reason)
        case s.AcknowledgeConsult():
            if body.verdict is not Verdict.ADOPTED and body.reason is None:
                raise Problem(
                    "consult/reason-needed", Kind.UNPROCESSABLE, "Say why the advice isn't adopted in full."
                )
            return Step(event=e.Acknowledge(body.verdict), note=body.reason)
        case s.CancelConsult():
            return Step(event=e.Cancel(), note=body.reason)
        case s.CloseConsult():
            return Step(event=e.Close(), note=body.outcome, columns={"outcome": body.outcome})
        case _:
            assert_never(body)
