import hashlib

from consult_api.regulator.rules import FIRST_LINK, link


def test_a_link_can_be_recomputed_by_anybody():
    said = f"{FIRST_LINK}|1|event-1|{'a' * 64}"
    assert link(FIRST_LINK, 1, "event-1", "a" * 64) == hashlib.sha256(said.encode()).hexdigest()


def test_another_event_another_number_or_another_past_makes_another_link():
    links = {
        link(FIRST_LINK, 1, "event-1", "a" * 64),
        link(FIRST_LINK, 2, "event-1", "a" * 64),
        link(FIRST_LINK, 1, "event-2", "a" * 64),
        link(FIRST_LINK, 1, "event-1", "b" * 64),
        link("1" * 64, 1, "event-1", "a" * 64),
    }
    assert len(links) == 5
