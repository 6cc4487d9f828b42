"""The table of where a room's media lies."""

import itertools

import pytest

from signaling.room.placement import TRANSITIONS, Occurrence, Phase, Placement


@pytest.mark.parametrize(("phase", "occurrence"), list(itertools.product(Phase, Occurrence)))
def test_every_pair_moves_by_the_table_or_not_at_all(phase: Phase, occurrence: Occurrence) -> None:
    after = Placement(phase=phase).after(occurrence)
    expected = TRANSITIONS.get((phase, occurrence))
    assert (after and after.phase) == expected


def test_every_phase_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS.values()) == set(Phase)
    assert {phase for phase, _ in TRANSITIONS} == set(Phase)


def test_epoch_rises_unless_the_worker_kept_the_room() -> None:
    placed = Placement(phase=Phase.UNAVAILABLE, epoch=3, worker_id="w1")
    kept, moved = placed.on("w1", kept=True), placed.on("w2", kept=False)
    assert kept is not None
    assert moved is not None
    assert (kept.epoch, moved.epoch, moved.worker_id) == (3, 4, "w2")
