"""Runs the migrations of the imaging service."""

from imaging.index.tables import metadata
from runtime.migrations import run_in_environment

run_in_environment(metadata)
