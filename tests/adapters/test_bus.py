"""Both buses keep the same promises."""

import asyncio
from typing import ClassVar

import pytest

from runtime.bus import Bus
from wire.envelope import Acknowledged, Message
from wire.problems import Kind, Problem


class Greeting(Message):
    subject: ClassVar[str] = "test.greeting"
    text: str


class Echo(Message):
    subject: ClassVar[str] = "test.echo"
    text: str


@pytest.fixture(params=["memory", "redis"])
def either_bus(request: pytest.FixtureRequest) -> Bus:
    return request.getfixturevalue(f"{request.param}_bus")


async def echo(question: Greeting) -> Message:
    return Echo(text=question.text)


async def test_question_gets_its_answer(either_bus: Bus) -> None:
    async with either_bus.serve(Greeting, echo):
        answer = await either_bus.ask(Greeting(text="你好"), Echo)
    assert answer.text == "你好"


async def test_many_questions_at_once_each_get_their_own_answer(either_bus: Bus) -> None:
    async with either_bus.serve(Greeting, echo):
        answers = await asyncio.gather(*(either_bus.ask(Greeting(text=str(n)), Echo) for n in range(100)))
    assert [answer.text for answer in answers] == [str(n) for n in range(100)]


async def test_problem_reaches_whoever_asked(either_bus: Bus) -> None:
    async def refuse(_: Greeting) -> Message:
        raise Problem("test/no", Kind.CONFLICT, "No.", parameters={"n": 3})

    async with either_bus.serve(Greeting, refuse):
        with pytest.raises(Problem) as caught:
            await either_bus.ask(Greeting(text="?"), Echo)
    assert (caught.value.code, caught.value.kind, caught.value.parameters) == (
        "test/no",
        Kind.CONFLICT,
        {"n": 3},
    )


async def test_accident_on_the_answering_side_is_a_problem_without_its_text(either_bus: Bus) -> None:
    async def stumble(_: Greeting) -> Message:
        raise RuntimeError("张三")

    async with either_bus.serve(Greeting, stumble):
        with pytest.raises(Problem) as caught:
            await either_bus.ask(Greeting(text="?"), Echo)
    assert caught.value.code == "bus/failed"
    assert "张三" not in str(caught.value)


async def test_question_nobody_serves_fails_as_unavailable(either_bus: Bus) -> None:
    with pytest.raises(Problem) as caught:
        await either_bus.ask(Greeting(text="?"), Echo, to="nobody", timeout_s=0.1)
    assert (caught.value.code, caught.value.kind) == ("bus/no-answer", Kind.UNAVAILABLE)


async def test_wrong_kind_of_answer_is_refused(either_bus: Bus) -> None:
    async def acknowledge(_: Greeting) -> Message:
        return Acknowledged()

    async with either_bus.serve(Greeting, acknowledge):
        with pytest.raises(Problem) as caught:
            await either_bus.ask(Greeting(text="?"), Echo)
    assert caught.value.code == "bus/wrong-answer"


async def test_addressed_question_reaches_only_its_address(either_bus: Bus) -> None:
    async def first(_: Greeting) -> Message:
        return Echo(text="first")

    async def second(_: Greeting) -> Message:
        return Echo(text="second")

    async with either_bus.serve(Greeting, first, to="1"), either_bus.serve(Greeting, second, to="2"):
        assert (await either_bus.ask(Greeting(text="?"), Echo, to="2")).text == "second"
        assert (await either_bus.ask(Greeting(text="?"), Echo, to="1")).text == "first"


async def test_question_asked_before_its_server_is_there_is_answered_when_it_comes(either_bus: Bus) -> None:
    asked = asyncio.create_task(either_bus.ask(Greeting(text="early"), Echo, to="late"))
    await asyncio.sleep(0)
    async with either_bus.serve(Greeting, echo, to="late"):
        assert (await asked).text == "early"


async def test_hint_reaches_every_subscriber(either_bus: Bus) -> None:
    async with either_bus.subscribe(Greeting) as one, either_bus.subscribe(Greeting) as two:
        await either_bus.publish(Greeting(text="all"))
        assert (await anext(one)).text == "all"
        assert (await anext(two)).text == "all"


async def test_hint_nobody_listens_to_is_no_error(either_bus: Bus) -> None:
    await either_bus.publish(Greeting(text="nobody"))
