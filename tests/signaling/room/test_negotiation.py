"""Which offer is in flight."""

from hypothesis import given
from hypothesis import strategies as st

from signaling.room.negotiation import Negotiation
from wire import media
from wire.signaling import PublishAnswered, PublishOffer


def offer(revision: int) -> PublishOffer:
    return PublishOffer(type="publish_offer", media_epoch=1, revision=revision, sdp="v=0", tracks=())


def answer(revision: int) -> PublishAnswered:
    return PublishAnswered(type="publish_answered", media_epoch=1, revision=revision, sdp="v=0")


def relay_offer(revision: int) -> media.SubscribeOffered:
    return media.SubscribeOffered(room_id="r", participant_id="p", revision=revision, sdp="v=0", tracks=[])


@given(st.lists(st.integers(1, 6)))
def test_publish_revisions_only_rise(revisions: list[int]) -> None:
    negotiation, passed_on = Negotiation(), list[int]()
    for seq, revision in enumerate(revisions, 1):
        after = negotiation.offered(offer(revision), seq)
        if after is not None:
            negotiation = after
            passed_on.append(revision)
    assert passed_on == sorted(set(passed_on))


@given(st.lists(st.tuples(st.sampled_from(["offer", "answer"]), st.integers(1, 5))))
def test_each_relay_offer_is_answered_at_most_once_and_only_while_it_is_the_newest(
    moves: list[tuple[str, int]],
) -> None:
    negotiation, newest, answered = Negotiation(), 0, list[int]()
    for kind, revision in moves:
        if kind == "offer":
            after = negotiation.relay_offered(relay_offer(revision), 1)
            assert (after is not None) == (revision > newest)
            newest = max(newest, revision)
        else:
            after = negotiation.relay_answered(revision)
            assert (after is not None) == (revision == newest and revision not in answered)
            answered += [revision] if after is not None else []
        negotiation = after or negotiation


def test_answer_without_an_offer_is_ignored() -> None:
    assert Negotiation().answered(answer(1)) is None
    assert Negotiation().relay_answered(1) is None


def test_new_connections_keep_counting_publish_revisions_and_forget_the_rest() -> None:
    negotiation = Negotiation().offered(offer(4), 9)
    assert negotiation is not None
    anew = negotiation.anew()
    assert anew == Negotiation(publish_revision=4)
    assert anew.unanswered is None
