"""What happens to a room."""

import inspect
from dataclasses import is_dataclass
from typing import get_args

from signaling.room import events
from wire import signaling as wire


def test_every_event_is_one_of_the_machines_events() -> None:
    defined = {
        value
        for _, value in inspect.getmembers(events, inspect.isclass)
        if value.__module__ == events.__name__ and is_dataclass(value)
    }
    assert set(get_args(events.Event)) == defined


def test_every_client_message_but_the_uncounted_ones_is_a_request() -> None:
    uncounted = {wire.Hello, wire.Resume, wire.MovePointer, wire.Ping}
    messages = set(get_args(get_args(wire.ClientMessage)[0]))
    assert set(get_args(events.Request)) == messages - uncounted
