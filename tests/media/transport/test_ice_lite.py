from media.transport import stun
from media.transport.ice_lite import PREVIOUS_KEPT_S, IceLite


def check(ufrag, password, *more, message_type=stun.BINDING_REQUEST):
    attributes = [(stun.USERNAME, f"{ufrag}:remote".encode()), (stun.PRIORITY, b"\0\0\0\1"), *more]
    return stun.parse(stun.write(message_type, b"t" * 12, attributes, password=password))


def judge(ice, message, now=0.0):
    return ice.receive(message, "192.0.2.1", 1000, now)


def test_a_good_check_is_answered_and_accepted():
    ice = IceLite()
    result = judge(ice, check(ice.credentials.ufrag, ice.credentials.password))
    answer = stun.parse(result.answer)
    assert answer.message_type == stun.BINDING_SUCCESS
    assert answer.integrity_holds(ice.credentials.password)
    assert result.accepted
    assert not result.nominated


def test_use_candidate_nominates():
    ice = IceLite()
    result = judge(ice, check(ice.credentials.ufrag, ice.credentials.password, (stun.USE_CANDIDATE, b"")))
    assert result.nominated


def test_a_wrong_password_draws_silence():
    ice = IceLite()
    result = judge(ice, check(ice.credentials.ufrag, "x" * 24, (stun.USE_CANDIDATE, b"")))
    assert (result.answer, result.accepted, result.nominated) == (None, False, False)
    assert ice.silent_s(5.0) is None


def test_a_message_without_integrity_or_of_another_type_draws_silence():
    ice = IceLite()
    bare = stun.parse(
        stun.write(
            stun.BINDING_REQUEST,
            b"t" * 12,
            [(stun.USERNAME, f"{ice.credentials.ufrag}:r".encode())],
            password=None,
        )
    )
    assert judge(ice, bare).answer is None
    indication = check(ice.credentials.ufrag, ice.credentials.password, message_type=stun.BINDING_INDICATION)
    assert judge(ice, indication).answer is None


def test_another_lite_agent_is_told_of_the_role_conflict():
    ice = IceLite()
    result = judge(
        ice, check(ice.credentials.ufrag, ice.credentials.password, (stun.ICE_CONTROLLED, b"\0" * 8))
    )
    assert stun.parse(result.answer).attributes[stun.ERROR_CODE][2:4] == bytes((4, 87))
    assert not result.accepted


def test_an_unknown_required_attribute_is_named():
    ice = IceLite()
    result = judge(ice, check(ice.credentials.ufrag, ice.credentials.password, (0x7FFF, b"")))
    answer = stun.parse(result.answer)
    assert answer.attributes[stun.ERROR_CODE][2:4] == bytes((4, 20))
    assert answer.attributes[stun.UNKNOWN_ATTRIBUTES] == b"\x7f\xff"


def test_after_a_restart_both_credentials_are_good_for_a_while():
    ice = IceLite()
    old = ice.credentials
    new = ice.restart(100.0)
    assert judge(ice, check(old.ufrag, old.password)).accepted
    assert judge(ice, check(new.ufrag, new.password)).accepted
    assert ice.expired(100.0 + PREVIOUS_KEPT_S - 0.1) is None
    assert ice.expired(100.0 + PREVIOUS_KEPT_S) == old
    assert not judge(ice, check(old.ufrag, old.password)).accepted
    assert ice.ufrags() == [new.ufrag]


def test_silence_is_counted_from_the_last_good_check():
    ice = IceLite()
    judge(ice, check(ice.credentials.ufrag, ice.credentials.password), now=3.0)
    judge(ice, check(ice.credentials.ufrag, "x" * 24), now=9.0)
    assert ice.silent_s(10.0) == 7.0


def test_credentials_are_as_long_and_random_as_ice_demands():
    drawn = {IceLite().credentials for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(one.ufrag) >= 4 and len(one.password) >= 22 for one in drawn)
