import aioice.stun
from hypothesis import given
from hypothesis import strategies as st

from media.transport import stun

RFC_5769_REQUEST = bytes.fromhex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
"""RFC 5769 §2.1, public test vector of the IETF."""

PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt"


def test_the_sample_request_of_rfc_5769_is_understood():
    message = stun.parse(RFC_5769_REQUEST)
    assert message is not None
    assert message.message_type == stun.BINDING_REQUEST
    assert message.local_username == "evtj"
    assert message.integrity_holds(PASSWORD)
    assert not message.integrity_holds("another")
    assert stun.ICE_CONTROLLED in message.attributes


@given(st.integers(0, 99), st.integers(1, 255))
def test_one_changed_byte_is_noticed(position, change):
    changed = bytearray(RFC_5769_REQUEST)
    changed[position] ^= change
    message = stun.parse(bytes(changed))
    assert message is None or not message.integrity_holds(PASSWORD)


@given(st.binary(max_size=100))
def test_any_bytes_after_a_cookie_are_no_trouble(tail):
    for data in (tail, b"\x00\x01" + len(tail).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + b"t" * 12 + tail):
        message = stun.parse(data)
        if message is not None:
            assert not message.integrity_holds("password") or message.attributes


def test_aioice_reads_what_we_write():
    written = stun.write(
        stun.BINDING_SUCCESS,
        b"t" * 12,
        [(stun.XOR_MAPPED_ADDRESS, stun.xor_address("192.0.2.7", 4321, b"t" * 12))],
        password=PASSWORD,
    )
    theirs = aioice.stun.parse_message(written)
    assert theirs.check_message_integrity(PASSWORD.encode())
    assert theirs.attributes["XOR-MAPPED-ADDRESS"] == ("192.0.2.7", 4321)


def test_aioice_reads_ipv6_addresses():
    written = stun.write(
        stun.BINDING_SUCCESS,
        b"0123456789ab",
        [(stun.XOR_MAPPED_ADDRESS, stun.xor_address("2001:db8::1%eth0", 1, b"0123456789ab"))],
        password=PASSWORD,
    )
    theirs = aioice.stun.parse_message(written)
    assert theirs.check_message_integrity(PASSWORD.encode())
    assert theirs.attributes["XOR-MAPPED-ADDRESS"] == ("2001:db8::1", 1)
