import pytest
from imaging_clinic import Clinic
from manual_clock import ManualClock

from imaging.web.access import Access, credential
from imaging.web.http import Request
from runtime.bus import Bus
from wire.clinical import StudyAccessQuestion
from wire.problems import Problem


def asking(**headers: str) -> Request:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": pairs, "query_string": b""}
    return Request(scope, None)  # pyright: ignore[reportArgumentType] - the body isn't read


def test_a_cookie_and_a_token_are_the_same_kind_of_credential():
    by_token = credential(asking(authorization="Bearer secret"))
    by_cookie = credential(asking(cookie="a=b; lianzhen_session=secret"))
    assert by_token == by_cookie == "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"


@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Basic eDp5"}, {"cookie": "other=1"}, {"cookie": "=;=;"}]
)
def test_without_a_credential_there_is_no_asking(headers: dict[str, str]):
    with pytest.raises(Problem) as caught:
        credential(asking(**headers))
    assert caught.value.code == "session/expired"


async def test_an_answer_is_remembered_for_seconds_only(bus: Bus, clinic: Clinic, clock: ManualClock):
    access = Access(bus, clock, remember_s=30)
    request = asking(authorization="Bearer doctor")
    clinic.admit("doctor", studies=("1.2",))
    async with bus.serve(StudyAccessQuestion, clinic.answer):
        for _ in range(3):
            await access.allow(request, "view", "1.2")
        assert len(clinic.asked) == 1
        clinic.holders.clear()
        await clock.advance(29)
        await access.allow(request, "view", "1.2")
        await clock.advance(2)
        with pytest.raises(Problem) as caught:
            await access.allow(request, "view", "1.2")
        assert caught.value.code == "session/expired"


async def test_a_refusal_is_not_remembered(bus: Bus, clinic: Clinic, clock: ManualClock):
    access = Access(bus, clock, remember_s=30)
    request = asking(authorization="Bearer doctor")
    clinic.admit("doctor")
    async with bus.serve(StudyAccessQuestion, clinic.answer):
        with pytest.raises(Problem):
            await access.allow(request, "view", "1.2")
        clinic.admit("doctor", studies=("1.2",))
        await access.allow(request, "view", "1.2")


async def test_a_new_study_shows_in_the_next_search(bus: Bus, clinic: Clinic, clock: ManualClock):
    access = Access(bus, clock, remember_s=30)
    request = asking(authorization="Bearer doctor")
    clinic.admit("doctor", studies=("1.2",))
    async with bus.serve(StudyAccessQuestion, clinic.answer):
        assert (await access.allow(request, "search")).study_uids == ["1.2"]
        clinic.admit("doctor", studies=("1.2", "1.3"))
        assert (await access.allow(request, "search")).study_uids == ["1.2", "1.3"]


async def test_one_studys_right_is_not_anothers(bus: Bus, clinic: Clinic, clock: ManualClock):
    access = Access(bus, clock, remember_s=30)
    request = asking(authorization="Bearer doctor")
    clinic.admit("doctor", studies=("1.2",))
    async with bus.serve(StudyAccessQuestion, clinic.answer):
        await access.allow(request, "view", "1.2")
        with pytest.raises(Problem) as caught:
            await access.allow(request, "view", "1.3")
        assert caught.value.code == "access/denied"
