"""What a room wants done."""

import inspect
from dataclasses import fields, is_dataclass
from typing import get_args

from signaling.room import effects


def test_every_effect_is_one_that_the_registry_knows() -> None:
    defined = {
        value
        for _, value in inspect.getmembers(effects, inspect.isclass)
        if value.__module__ == effects.__name__ and is_dataclass(value)
    }
    assert set(get_args(effects.Effect)) == defined - {effects.RelayCommand}


def test_everything_for_one_participant_on_the_relay_names_worker_epoch_and_session() -> None:
    not_for_one = {effects.Tell, effects.EndSession, effects.PlaceOnRelay, effects.CloseOnRelay}
    for effect in set(get_args(effects.Effect)) - not_for_one:
        names = {field.name for field in fields(effect)}
        assert names >= {"worker_id", "epoch", "participant_id", "session_id"}, effect
