"""Structured logs, one JSON object a line, on standard error. Never patient data: the tests look for it.

An exception is written by its types and places. Its message isn't: a database's repeats the row it refused.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from types import TracebackType
from typing import Any

import structlog

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def places(error: BaseException) -> str:
    """Write an exception and what caused it, with every frame's place but no message and no value."""
    lines: list[str] = []
    for link in _chain(error):
        lines.append(type(link).__qualname__)
        frames = traceback.extract_tb(link.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join(lines)


def _exception_by_places(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = places(error)
    return event


class _PlacesFormatter(logging.Formatter):
    """For the libraries' own loggers, which would print the message."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - the name is logging's
        return places(ei[1]) if ei[1] is not None else ""


def configure(*, level: str = "info", human: bool = False) -> None:
    """Set the process's logging up.

    Args:
        level: the least level that is written.
        human: coloured lines for a terminal instead of JSON.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_by_places,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_PlacesFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
