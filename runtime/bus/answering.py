"""Turning a question into its answer's envelope, and back: the part that both buses share."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from wire.envelope import Envelope, Message, ProblemAnswer
from wire.problems import Kind, Problem

Q = TypeVar("Q", bound=Message)
A = TypeVar("A", bound=Message)

HINTS_KEPT = 1000
"""Hints waiting for one slow subscriber; older ones are dropped, as hints may be."""

log = structlog.get_logger()


def topic(kind: type[Message], to: str) -> str:
    """Name the channel of a subject, addressed or not."""
    return f"{kind.subject}/{to}" if to else kind.subject


def no_answer(kind: type[Message]) -> Problem:
    """Say that nobody answered in time."""
    return Problem(
        "bus/no-answer",
        Kind.UNAVAILABLE,
        "The part of the system that answers this did not answer in time.",
        context={"subject": kind.subject},
    )


async def answer_envelope(kind: type[Q], body: str, answer: Callable[[Q], Awaitable[Message]]) -> Envelope:
    """Answer one question; a `Problem` and any accident become an answer too: nobody waits in vain."""
    try:
        reply = await answer(kind.model_validate_json(body))
    except Problem as problem:
        reply = ProblemAnswer(
            code=problem.code, kind=problem.kind.value, detail=problem.detail, parameters=problem.parameters
        )
    except Exception:  # the request edge of the bus
        log.exception("question_failed", subject=kind.subject)
        reply = ProblemAnswer(
            code="bus/failed", kind=Kind.INTERNAL.value, detail="The answering side failed."
        )
    return Envelope(subject=reply.subject, body=reply.model_dump_json())


def open_answer(envelope: Envelope, expected: type[A]) -> A:
    """Return the answer inside, or raise the problem inside."""
    if envelope.subject == ProblemAnswer.subject:
        problem = ProblemAnswer.model_validate_json(envelope.body)
        raise Problem(problem.code, Kind(problem.kind), problem.detail, parameters=problem.parameters)
    if envelope.subject != expected.subject:
        raise Problem(
            "bus/wrong-answer",
            Kind.INTERNAL,
            "The answer is not of the kind that was asked for.",
            context={"expected": expected.subject, "got": envelope.subject},
        )
    return expected.model_validate_json(envelope.body)
