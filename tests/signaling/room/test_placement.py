"""The table of where a room's media lies."""

import itertools
from pathlib import Path

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


def test_diagram_in_the_protocols_page_is_this_table() -> None:
    page = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()
    drawn = page.split("stateDiagram-v2\n")[1].split("```")[0]
    arrows = [f"    {before} --> {after}: {what}\n" for (before, what), after in TRANSITIONS.items()]
    assert drawn == "".join(arrows)
