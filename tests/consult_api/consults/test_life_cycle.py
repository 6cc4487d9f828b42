"""Random lives of one consult over the real application: whatever people, clocks and restarts do, it can't die.

Everybody tries everything, also what isn't theirs, from a version that is over, twice with one key, or at the same
moment as somebody else; the clock jumps both ways, timers are fired by two workers at once, the bus delivers twice,
and the service is restarted in between.
"""

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from county import PASSWORD, PIN, START, County
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from standing_county import World

from consult_api.consults.lifecycle.imaging_link import StudyArrivals
from consult_api.consults.rules.machine import FINAL_STATES, TRANSITIONS
from consult_api.consults.rules.states import ConsultParty, ConsultState
from consult_api.consults.tables import (
    ACKNOWLEDGEMENTS,
    ATTESTATIONS,
    CONSULT_HISTORY,
    CONSULT_STUDIES,
    CONSULTS,
    OFFERS,
    REPORTS,
)
from consult_api.timers import TIMERS, TimerWorker
from wire.imaging import StudyReceived

ACTORS = ("tang", "tan", "xie", "xu", "xing", "sun", "duan", "qin", "an")
STUDY = "1.2.826.0.1.1"
# What a permitted and fresh event may still be refused for: the guards' own reasons.
GUARDS = {
    "department/nobody-on-duty",
    "consult/not-proposed",
    "consult/slot-not-possible",
    "consult/slot-taken",
    "consult/report-empty",
}
EVENTS: dict[str, dict[str, object]] = {
    "submit": {},
    "accept": {},
    "decline": {"reason": "In theatre"},
    "ask_back": {"question": "Since when?"},
    "answer_back": {"answer": "Since yesterday"},
    "route": {"department_id": "surgery", "reason": "Theirs"},
    "ring": {"person_id": "sun"},
    "propose": {"slots": []},
    "schedule": {"at": ""},
    "no_show": {"side": "requester"},
    "start_session": {},
    "interrupt": {},
    "resume": {},
    "finish": {},
    "sign": {"pin": PIN},
    "correct": {"pin": PIN, "reason": "Second look"},
    "acknowledge": {"verdict": "partly", "reason": "No beds"},
    "cancel": {"reason": "Well again"},
    "close": {"outcome": "recovered"},
}
# Who usually does what next, the first that is possible now.
ONWARD = (
    ("tang", "submit"),
    ("tang", "answer_back"),
    ("xie", "accept"),
    ("duan", "accept"),
    ("sun", "accept"),
    *(
        (name, event)
        for name in ("xie", "duan", "sun")
        for event in ("start_session", "resume", "finish", "sign")
    ),
    ("tang", "acknowledge"),
)
actors, events = st.sampled_from(ACTORS), st.sampled_from(sorted(EVENTS))


class ConsultLife(RuleBasedStateMachine):
    """One consult, all its people, and everything that may happen to it."""

    template: Path
    county: County
    folders: Iterator[Path]
    cookies: dict[str, str]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.template, self.county, next(self.folders), self.cookies)
        self.seen_signed: list[dict[str, Any]] = []
        self.seen_version, self.fired, self.keys = 0, 0, 0
        self.done: dict[tuple[str, str, int], Any] = {}

    def teardown(self) -> None:
        self.world.end()

    # What people know, and what they send.

    def read(self, name: str) -> dict[str, Any] | None:
        """The consult as this person sees it, or None for whoever doesn't."""
        answer = self.world.run(self.world.browser(name).get(f"/api/consults/{self.consult_id}"))
        assert answer.status_code in (200, 403, 404), answer.text
        return answer.json() if answer.status_code == 200 else None

    def body(self, event: str, version: int, consult: dict[str, Any] | None) -> dict[str, object]:
        body = {"event": event, "version": version, **EVENTS[event]}
        county, now = self.world.county, self.world.clock.now()
        match event:
            case "route":
                body["department_id"] = county.departments["surgery"]
            case "ring":
                body["person_id"] = county.people["sun"]
            case "propose":
                body["slots"] = [(now + timedelta(hours=hours)).isoformat() for hours in (1, 30)]
            case "schedule":
                slots: list[dict[str, Any]] = consult["slots"] if consult else []
                body["at"] = slots[0]["at"] if slots else now.isoformat()
            case _:
                pass
        return body

    def send(self, name: str, body: dict[str, object], key: str = "") -> Awaitable[Any]:
        headers = {"Idempotency-Key": key} if key else {}
        path = f"/api/consults/{self.consult_id}/events"
        return self.world.browser(name).post(path, json=body, headers=headers)

    def version(self) -> int:
        [row] = self.world.run(self.world.service.rows(CONSULTS))
        return row["version"]

    @initialize(
        urgency=st.sampled_from(("emergent", "urgent", "routine")),
        mode=st.sampled_from(("live", "store_and_forward")),
        ahead=st.integers(0, 9),
    )
    def begin(self, urgency: str, mode: str, ahead: int) -> None:
        """Begin anywhere between a draft and a closed consult."""
        tang = self.world.browser("tang")
        patient = self.world.run(self.world.service.patient(tang))
        draft = self.world.service.consult(tang, patient["id"], urgency=urgency, mode=mode)
        consult = self.world.run(draft)
        self.consult_id: str = consult["id"]
        self.go_on(ahead)

    @rule(name=actors, event=events)
    def somebody_tries_something(self, name: str, event: str) -> None:
        consult = self.read(name)
        is_theirs = consult is not None and event in consult["available_events"]
        version = self.version()
        answer = self.world.run(self.send(name, self.body(event, version, consult)))
        self.expect(answer, is_theirs=is_theirs)
        assert self.version() == version if answer.status_code != 200 else self.version() > version

    @rule(name=actors, data=st.data())
    def somebody_does_what_the_page_offers(self, name: str, data: st.DataObject) -> None:
        consult = self.read(name)
        offered = sorted(set(consult["available_events"]) & EVENTS.keys()) if consult else []
        if consult is None or not offered:
            return
        body = self.body(data.draw(st.sampled_from(offered)), consult["version"], consult)
        self.expect(self.world.run(self.send(name, body)), is_theirs=True)

    @rule(steps=st.integers(1, 4))
    def it_goes_on_as_it_should(self, steps: int) -> None:
        self.go_on(steps)

    def go_on(self, steps: int) -> None:
        """What usually happens; without it, chance alone would hardly ever come to a signed report."""
        for _ in range(steps):
            for name, event in ONWARD:
                consult = self.read(name)
                if consult is None or event not in consult["available_events"]:
                    continue
                if event in ("sign", "correct"):
                    self.a_report_is_written(name, "Infarction")
                body = self.body(event, consult["version"], consult)
                self.expect(self.world.run(self.send(name, body)), is_theirs=True)
                break

    @rule(name=actors, event=events, behind=st.integers(1, 3))
    def somebody_acts_on_an_old_page(self, name: str, event: str, behind: int) -> None:
        version = self.version()
        answer = self.world.run(self.send(name, self.body(event, version - behind, self.read(name))))
        assert answer.status_code in (403, 404, 409, 422), answer.text
        assert self.version() == version

    @rule(one=actors, other=actors, data=st.data())
    def two_act_on_one_version(self, one: str, other: str, data: st.DataObject) -> None:
        version, sent = self.version(), list[Awaitable[Any]]()
        for name in (one, other):
            consult = self.read(name)
            offered = sorted(set(consult["available_events"]) & EVENTS.keys()) if consult else []
            event = data.draw(st.sampled_from(offered) if offered else events)
            sent.append(self.send(name, self.body(event, version, consult)))

        async def at_once() -> list[Any]:
            return list(await asyncio.gather(*sent))

        codes = [answer.status_code for answer in self.world.run(at_once())]
        assert codes.count(200) <= 1
        assert set(codes) <= {200, 403, 404, 409, 422}

    @rule(name=actors, event=events)
    def a_request_is_sent_twice(self, name: str, event: str) -> None:
        body = self.body(event, self.version(), self.read(name))
        self.keys += 1
        first = self.world.run(self.send(name, body, f"key-{self.keys}"))
        version = self.version()
        second = self.world.run(self.send(name, body, f"key-{self.keys}"))
        if first.status_code == 200:
            assert second.json() == first.json()
        assert self.version() == version

    @rule(
        name=st.sampled_from(("xie", "xing", "sun", "duan")), text=st.sampled_from(("", "Infarction", "None"))
    )
    def a_report_is_written(self, name: str, text: str) -> None:
        path = f"/api/consults/{self.consult_id}/report-draft"
        answer = self.world.run(self.world.browser(name).put(path, json={"assessment": text}))
        assert answer.status_code in (200, 403, 404, 409), answer.text

    @rule(
        name=st.sampled_from(("tang", "xie", "qin")),
        expert=st.sampled_from(("xing", "sun")),
        event=st.sampled_from(("join", "decline", "withdraw", "countersign", "dissent")),
    )
    def experts_are_invited_and_answer(self, name: str, expert: str, event: str) -> None:
        path = f"/api/consults/{self.consult_id}/invitations"
        invitation = {"person_id": self.world.county.people[expert]}
        answer = self.world.run(self.world.browser(name).post(path, json=invitation))
        assert answer.status_code in (201, 403, 404, 409), answer.text
        consult = self.read(expert)
        mine = [each for each in (consult or {"invitations": []})["invitations"] if each["is_mine"]]
        if not mine:
            return
        body: dict[str, object] = {"event": event, "version": mine[-1]["version"]}
        body |= {"reason": "No"} if event in ("decline", "dissent") else {}
        body |= {"pin": PIN} if event in ("countersign", "dissent") else {}
        said = self.world.run(self.world.browser(expert).post(f"{path}/{mine[-1]['id']}/events", json=body))
        assert said.is_success == (event in mine[-1]["available_events"]), said.text

    @rule(name=st.sampled_from(("tang", "xie")), instances=st.integers(1, 9))
    def a_film_is_shown_and_its_arrival_announced_twice(self, name: str, instances: int) -> None:
        path = f"/api/consults/{self.consult_id}/studies"
        body = {"study_uid": STUDY, "patient_mismatch_confirmed": True}
        answer = self.world.run(self.world.browser(name).post(path, json=body))
        assert answer.status_code in (200, 403, 404, 409), answer.text
        self.keys += 1
        for counted in (instances, instances + 100):
            received = StudyReceived(
                event_id=f"event-{self.keys}",
                study_uid=STUDY,
                institution_id=self.world.county.institutions["stone"],
                stored_by="somebody",
                instances=counted,
                at=self.world.clock.now(),
            )
            self.world.run(StudyArrivals(self.world.service.service.surroundings)(received))
        counts = {row["instances"] for row in self.world.run(self.world.service.rows(CONSULT_STUDIES))}
        assert all(count <= 9 for count in counts)

    # What machines and clocks do.

    @rule(seconds=st.sampled_from((1, 60, 600, 3600, 5 * 3600, 26 * 3600, 8 * 86400, -60, -7200, -86400)))
    def the_clock_jumps(self, seconds: int) -> None:
        if self.world.clock.now() + timedelta(seconds=seconds) > START:
            self.world.clock.shift(seconds)

    @rule(seconds=st.sampled_from((0, 60, 180, 1800)))
    def two_workers_fire_the_timers_at_once(self, seconds: int) -> None:
        self.world.clock.shift(seconds)
        surroundings = self.world.service.service.surroundings
        worker = self.world.service.service.timers
        other = TimerWorker(surroundings.database, surroundings.clock, dict(worker.actions))
        due = [row for row in self.timers() if row["done_at"] is None and row["due_at"] <= self.now()]

        async def at_once() -> list[int]:
            return list(await asyncio.gather(worker.fire_due(), other.fire_due()))

        assert sum(self.world.run(at_once())) <= len(due)
        fired = {self.timer_key(row) for row in self.timers() if row["done_at"] is not None}
        assert {self.timer_key(row) for row in due} <= fired

    @rule()
    def the_service_is_restarted(self) -> None:
        self.world.stop()
        self.world.start()

    # What always holds.

    def now(self) -> Any:
        return self.world.clock.now()

    def timers(self) -> list[dict[str, Any]]:
        return self.world.run(self.world.service.rows(TIMERS))

    @staticmethod
    def timer_key(row: dict[str, Any]) -> tuple[str, str, int]:
        return row["aggregate"], row["kind"], row["epoch"]

    def expect(self, answer: Any, *, is_theirs: bool) -> None:
        """A step that the page offers is taken, or a guard says why not; any other is refused."""
        if is_theirs:
            assert answer.status_code == 200 or answer.json()["code"] in GUARDS, answer.text
        else:
            assert answer.status_code in (403, 404, 409, 422), answer.text

    @invariant()
    def somebody_can_always_go_on(self) -> None:
        [row] = self.world.run(self.world.service.rows(CONSULTS))
        state = ConsultState(row["state"])
        offers = self.world.run(self.world.service.rows(OFFERS))
        ringing = [offer for offer in offers if offer["status"] == "ringing"]
        accepted = [offer["person_id"] for offer in offers if offer["status"] == "accepted"]
        assert accepted == ([row["specialist_id"]] if row["specialist_id"] else [])
        if state in FINAL_STATES:
            return
        there = {ConsultParty.REQUESTER, ConsultParty.COORDINATOR}
        there |= {ConsultParty.OFFERED} if ringing else set()
        there |= {ConsultParty.SPECIALIST} if row["specialist_id"] else set()
        assert any(at is state and there & set(cell.by) for (at, _), cell in TRANSITIONS.items())
        assert state is not ConsultState.SUBMITTED
        if state is ConsultState.OFFERED:
            waits = [timer for timer in self.timers() if timer["kind"] == "escalate" and not timer["done_at"]]
            assert ringing or waits

    @invariant()
    def the_history_is_the_way_it_went(self) -> None:
        [row] = self.world.run(self.world.service.rows(CONSULTS))
        steps = self.world.run(self.world.service.rows(CONSULT_HISTORY))
        assert row["version"] >= self.seen_version
        self.seen_version = row["version"]
        assert [step["seq"] for step in steps] == list(range(2, row["version"] + 1))
        assert [step["from_state"] for step in steps[:1]] in ([], ["draft"])
        assert all(one["to_state"] == next_["from_state"] for one, next_ in pairwise(steps))
        assert row["state"] == (steps[-1]["to_state"] if steps else "draft")

    @invariant()
    def what_is_signed_stays(self) -> None:
        tables = (REPORTS, ATTESTATIONS, ACKNOWLEDGEMENTS)
        signed = [row for table in tables for row in self.world.run(self.world.service.rows(table))]
        assert all(row in signed for row in self.seen_signed)
        self.seen_signed = signed
        versions = [row["version"] for row in self.world.run(self.world.service.rows(REPORTS))]
        assert versions == list(range(1, len(versions) + 1))

    @invariant()
    def a_timer_that_has_fired_never_fires_again(self) -> None:
        done = {self.timer_key(row): row["done_at"] for row in self.timers() if row["done_at"] is not None}
        assert self.done.items() <= done.items()
        self.done = done


@pytest.fixture(scope="module")
def cookies(prepared_sqlite: tuple[Path, County], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Everybody's login in the prepared database: logging in takes longer than living."""
    template, county = prepared_sqlite
    folder = tmp_path_factory.mktemp("logins")
    world = World(template, county, folder, {})
    found: dict[str, str] = {}
    for name in ACTORS:
        browser = world.service.browser()
        body = {"username": name, "password": PASSWORD}
        world.run(browser.answer("POST", "/session", body))
        found[name] = browser.cookies["lianzhen_session"]
    world.end()
    return found | {"": str(folder / "database")}


def test_a_consult_cant_die(
    prepared_sqlite: tuple[Path, County], cookies: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    class Life(ConsultLife):
        """On this county."""

    Life.template, Life.county, Life.cookies = Path(cookies[""]), prepared_sqlite[1], cookies
    Life.folders = iter(lambda: tmp_path_factory.mktemp("life"), None)
    quick = settings(
        max_examples=9,
        stateful_step_count=32,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        phases=(Phase.explicit, Phase.generate),  # shrinking lives this long takes for ever
    )
    run_state_machine_as_test(Life, settings=quick)
