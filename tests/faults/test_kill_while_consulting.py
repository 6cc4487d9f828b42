"""Processes are killed at random moments while consults run from the request to the verdict.

The doctors' programs send again, with the same key, whatever got no answer. Afterwards every step that was answered is
there, every consult has one report, and both records hold each event once: the county's own, and that of another
county, which is killed now and then as well and counts what reaches it.
"""

import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from counted_record import events, search, total, until
from county_client import Json, Person
from lianzhen_server import LianzhenServer

from wire.identifiers import new_id

SEED = 20261129
PATIENT = "李国强"
AT_ONCE = 4
WITNESS_SHARE = 0.15
T = TypeVar("T")


class Persistent(Person):
    """Somebody whose program tries again, with the same key, until there is an answer."""

    def __init__(self, server: LianzhenServer, username: str) -> None:
        persist(lambda: super(Persistent, self).__init__(server, username))

    def get(self, path: str, **parameters: str | int) -> Any:
        return persist(lambda: super(Persistent, self).get(path, **parameters))

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        headers = {"Idempotency-Key": new_id()}
        answer = persist(lambda: self.http.post(path, json=body, headers=headers))
        assert answer.is_success, answer.text
        return answer.json()

    def put(self, path: str, body: Mapping[str, Any]) -> Json:
        return persist(lambda: super(Persistent, self).put(path, body))


def persist(work: Callable[[], T], tries: int = 2_400) -> T:
    """Do something that may be done again, until a server is there that answers."""
    pause = threading.Event()
    for _ in range(tries):
        try:
            return work()
        except httpx.TransportError:
            pause.wait(0.05)
    raise AssertionError("no server answered")


@dataclass
class Day:
    """What the doctors were shown, and how far they are."""

    wanted: int
    begun: int = 0
    ended: int = 0
    failed: bool = False
    shown: dict[str, int] = field(default_factory=dict[str, int])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> bool:
        with self.lock:
            self.begun += 1
            return self.begun <= self.wanted

    def show(self, consult: Json) -> Json:
        with self.lock:
            self.shown[consult["id"]] = max(consult["version"], self.shown.get(consult["id"], 0))
        return consult

    def end(self) -> None:
        with self.lock:
            self.ended += 1


def consult_all_day(county: LianzhenServer, day: Day) -> None:
    """Bring consults from the request to the verdict, one after another."""
    with Persistent(county, "wangfang") as doctor, Persistent(county, "zhangwei") as specialist:
        asked = {
            "patient_id": doctor.patient(PATIENT)["id"],
            "department_id": doctor.department("呼吸内科")["id"],
            "urgency": "routine",
            "mode": "store_and_forward",
            "question": "右下肺阴影，是否需要抗感染治疗？",
        }
        draft = {"findings": "右下肺片状影", "assessment": "社区获得性肺炎", "advice": "抗感染，三天后复查"}
        while day.begin():
            consult = day.show(doctor.post("/api/consults", asked))
            consult = day.show(doctor.step(consult, "submit"))
            consult = day.show(specialist.step(specialist.consult(consult["id"]), "accept"))
            specialist.put(f"/api/consults/{consult['id']}/report-draft", draft)
            consult = day.show(specialist.step(consult, "sign", pin=specialist.pin))
            day.show(doctor.step(doctor.consult(consult["id"]), "acknowledge", verdict="adopted"))
            day.end()


def work(county: LianzhenServer, day: Day) -> None:
    """Consult, and say so when it fails, so that nobody waits for what will never come."""
    try:
        consult_all_day(county, day)
    except BaseException:
        day.failed = True
        raise


def kill_all_day(county: LianzhenServer, witness: LianzhenServer, day: Day, kills: int) -> int:
    """Kill one of the processes at random moments, evenly over the day; return how often it was the county's."""
    chance, pause, own = random.Random(SEED), threading.Event(), 0
    for number in range(kills):
        due = number * day.wanted // kills
        until(lambda due=due: day.failed or day.ended >= due, "the consults stand still", 300)
        if day.failed:
            break
        pause.wait(chance.uniform(0.0, 0.4))
        is_witness = chance.random() < WITNESS_SHARE
        process = (witness if is_witness else county).processes[0]
        process.kill()
        process.start()
        own += not is_witness
        if (number + 1) % 50 == 0:
            print(f"{number + 1} kills, {day.ended} consults", flush=True)  # the long variant takes its time
    return own


def test_no_answered_step_is_lost_and_nothing_is_written_twice(
    county: LianzhenServer, witness: LianzhenServer, record_token: str, kills: int, consults: int
) -> None:
    own_token = county.command("admin", "token", "create", "--scope", "fhir").strip()
    feed_token = county.command("admin", "token", "create", "--scope", "regulator").strip()
    stores = ((county, own_token), (witness, record_token))
    until_settled(county, "the demonstration's own events are not delivered", 60)
    events_before = len(events(county, feed_token))
    before = [(total(*store, "Provenance?_count=0"), total(*store, "_history?_count=1")) for store in stores]

    day = Day(consults)
    with ThreadPoolExecutor(AT_ONCE + 1) as at_once:
        killing = at_once.submit(kill_all_day, county, witness, day, kills)
        working = [at_once.submit(work, county, day) for _ in range(AT_ONCE)]
        for one in working:
            one.result()
        own_kills = killing.result()

    until_settled(county, "the write-back did not end", 120 + 2 * consults)
    with Person(county, "wangfang") as doctor:
        for consult_id, version in day.shown.items():
            consult = doctor.consult(consult_id)
            assert (consult["state"], consult["version"] >= version) == ("acknowledged", True)
            assert [report["version"] for report in consult["reports"]] == [1]

    announced = len(events(county, feed_token)) - events_before
    grown: list[int] = []
    for store, (provenances, versions) in zip(stores, before, strict=True):
        assert total(*store, "Provenance?_count=0") - provenances == announced
        grown.append(total(*store, "_history?_count=1") - versions)
        written = [one for kind in ("Composition", "DocumentReference") for one in search(*store, kind)]
        assert {one["meta"]["versionId"] for one in written} == {"1"}
        assert {one["meta"]["versionId"] for one in search(*store, "Provenance")} == {"1"}
    assert grown[0] == grown[1]
    assert len(day.shown) == consults
    assert "0 faults" in county.command("audit", "verify")
    print(
        f"{kills} kills ({own_kills} of the county), {consults} consults, {announced} events, {grown} versions"
    )


def until_settled(county: LianzhenServer, what: str, within_s: float) -> None:
    """Wait until every event has reached every subscriber; a dead letter fails at once."""
    with Person(county, "admin") as administrator:

        def settled() -> bool:
            standing = administrator.get("/api/write-back")
            assert standing["attention"] == 0
            waiting = sum(one["waiting"] for one in standing["subscribers"])
            return waiting + standing["regulator_waiting"] == 0

        until(settled, what, within_s)
