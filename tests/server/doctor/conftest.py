"""The doctor's patients: a running county's settings, and signalling beside a relay in this process."""

import sys
from pathlib import Path

import pytest
from lianzhen_server import LianzhenServer

from server.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[2] / "signaling"))


def settings_of(environment: dict[str, str]) -> Settings:
    """Return the settings that a process with this environment has."""
    return Settings.model_validate({name.lower(): value for name, value in environment.items()})


@pytest.fixture
def county_settings(embedded_county: LianzhenServer) -> Settings:
    """The settings of a county that runs."""
    return settings_of(dict(embedded_county.environment))
