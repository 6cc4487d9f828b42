import pytest

from media.transport.srtp import (
    AEAD_AES_128_GCM,
    AES128_CM_SHA1_80,
    LONGEST_PLAINTEXT_BYTES,
    SrtpError,
    SrtpKeys,
    SrtpSession,
)


@pytest.fixture(params=[AEAD_AES_128_GCM, AES128_CM_SHA1_80], ids=lambda one: one.openssl_name.decode())
def pair(request):
    size = request.param.key_bytes + request.param.salt_bytes
    one, other = bytes(range(size)), bytes(range(1, size + 1))
    return (
        SrtpSession(SrtpKeys(profile=request.param, receive=one, send=other)),
        SrtpSession(SrtpKeys(profile=request.param, receive=other, send=one)),
    )


def packet(sequence, payload=b"payload"):
    return b"\x80\x60" + sequence.to_bytes(2, "big") + b"\0" * 8 + payload


def test_what_one_protects_the_other_reads(pair):
    relay, browser = pair
    assert browser.unprotect(relay.protect(packet(1))) == packet(1)
    assert relay.unprotect(browser.protect(packet(1))) == packet(1)


def test_rtcp_has_a_count_of_its_own(pair):
    relay, browser = pair
    report = b"\x80\xc9\x00\x01\0\0\0\x01"
    first, second = relay.protect_rtcp(report), relay.protect_rtcp(report)
    assert first != second
    assert browser.unprotect_rtcp(first) == browser.unprotect_rtcp(second) == report


def test_no_index_is_encrypted_twice(pair):
    relay, _ = pair
    relay.protect(packet(5, b"one"))
    with pytest.raises(SrtpError):
        relay.protect(packet(5, b"two"))


def test_replays_and_changes_are_refused(pair):
    relay, browser = pair
    datagram = relay.protect(packet(1))
    changed = datagram[:-1] + bytes((datagram[-1] ^ 1,))
    with pytest.raises(SrtpError):
        browser.unprotect(changed)
    browser.unprotect(datagram)
    with pytest.raises(SrtpError):
        browser.unprotect(datagram)


@pytest.mark.parametrize("size", [0, 1, 11, 12, 1501, 65_000])
def test_any_length_is_an_answer_not_an_accident(pair, size):
    relay, browser = pair
    with pytest.raises(SrtpError):
        browser.unprotect(b"\x80" * size)
    with pytest.raises(SrtpError):
        browser.unprotect_rtcp(b"\x80" * size)
    if size > LONGEST_PLAINTEXT_BYTES:
        with pytest.raises(SrtpError):
            relay.protect(b"\x80" * size)
