import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from hypothesis import given
from hypothesis import strategies as st

from media.rtp.keyframe import ReceiverGate, SourceGate, starts_vp8_key_frame


@given(
    start=st.integers(0, 1),
    partition=st.integers(0, 7),
    picture_id=st.none() | st.integers(0, 0x7FFF),
    tl0picidx=st.none() | st.integers(0, 255),
    tid=st.none() | st.tuples(st.integers(0, 3), st.integers(0, 1)),
    keyidx=st.none() | st.integers(0, 31),
    inter=st.integers(0, 1),
)
def test_key_frames_are_found_behind_every_descriptor(
    start, partition, picture_id, tl0picidx, tid, keyidx, inter
):
    descriptor = VpxPayloadDescriptor(
        partition_start=start,
        partition_id=partition,
        picture_id=picture_id,
        tl0picidx=tl0picidx,
        tid=tid,
        keyidx=keyidx,
    )
    payload = bytes(descriptor) + bytes((0x10 | inter,)) + b"\x00" * 9
    assert starts_vp8_key_frame(payload) == (start == 1 and partition == 0 and inter == 0)


@given(st.binary(max_size=12))
def test_no_payload_is_too_short_to_look_at(payload):
    assert starts_vp8_key_frame(payload) in (True, False)


@pytest.mark.parametrize("payload", [b"", b"\x10", b"\x90\x80", b"\x90\x80\x80\x01"])
def test_a_descriptor_alone_is_no_key_frame(payload):
    assert not starts_vp8_key_frame(payload)


def test_one_receiver_gets_three_requests_in_ten_seconds_and_none_within_200_ms():
    gate = ReceiverGate()
    admitted = [at / 10 for at in range(110) if gate.admit(at / 10)]
    assert admitted[:4] == [0.0, 0.2, 0.4, 10.0]


def test_everybodys_requests_are_joined():
    gate = SourceGate()
    for _ in range(5):
        gate.want()
    assert gate.due(0.0)
    gate.want()
    assert not gate.due(0.1)
    assert gate.due(0.2)
    assert gate.requests == 2


def test_a_request_without_a_picture_is_repeated_once():
    gate = SourceGate()
    gate.want()
    assert gate.due(0.0)
    assert not gate.due(0.9)
    assert gate.due(1.0)
    assert not gate.due(5.0)


def test_a_picture_ends_the_waiting():
    gate = SourceGate()
    gate.want()
    gate.due(0.0)
    gate.arrived()
    assert not gate.due(2.0)
