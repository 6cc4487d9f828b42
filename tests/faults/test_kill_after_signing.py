"""The whole server is killed around the moment a report is signed; no signature is lost, none is recorded twice.

The witness is a second county's record store, which counts: it lives through every kill, and each resource's
version tells how often it was written.
"""

import random
import threading

import httpx
from counted_record import search, until
from county_client import Json, Person, written_consult
from lianzhen_server import LianzhenServer

KILLS = 50
SEED = 20261122
PATIENT = "李国强"


def reports_of(server: LianzhenServer, token: str, patient: str) -> tuple[list[Json], list[Json]]:
    """Return the compositions and document references that a record holds of that patient."""
    subjects = [
        found for found in search(server, token, "Patient") if found["name"][0].get("text") == patient
    ]
    if not subjects:
        return [], []
    subject = f"Patient/{subjects[0]['id']}"
    return (
        search(server, token, "Composition", subject=subject),
        search(server, token, "DocumentReference", subject=subject),
    )


def test_every_signature_shown_survives_a_kill_and_reaches_the_record_exactly_once(
    county: LianzhenServer, witness: LianzhenServer, record_token: str
) -> None:
    chance = random.Random(SEED)
    with Person(county, "wangfang") as doctor, Person(county, "zhangwei") as specialist:
        consults = [
            written_consult(doctor, specialist, patient=PATIENT, department="呼吸内科") for _ in range(KILLS)
        ]
        shown = [consult["id"] for consult in consults if sign_and_kill(county, specialist, consult, chance)]
        finished = [doctor.consult(consult["id"]) for consult in consults]
        signed = {consult["id"] for consult in finished if consult["state"] == "reported"}
        assert set(shown) <= signed
        assert len(shown) >= KILLS // 3
        for consult in finished:
            versions = [report["version"] for report in consult["reports"]]
            assert versions == ([1] if consult["id"] in signed else [])

    local_token = county.command("admin", "token", "create", "--scope", "fhir").strip()
    for server, token in ((county, local_token), (witness, record_token)):
        until(
            lambda server=server, token=token: len(reports_of(server, token, PATIENT)[0]) >= len(signed),
            "the reports did not reach the record",
        )
        compositions, documents = reports_of(server, token, PATIENT)
        assert (len(compositions), len(documents)) == (len(signed), len(signed))
        assert {resource["meta"]["versionId"] for resource in compositions + documents} == {"1"}
    assert "0 faults" in county.command("audit", "verify")


def sign_and_kill(county: LianzhenServer, specialist: Person, consult: Json, chance: random.Random) -> bool:
    """Sign and have the server killed: half the time just after the answer, else at any moment of the signing.

    Returns whether the answer came.
    """
    process = county.processes[0]
    answered = False
    if chance.random() < 0.5:
        specialist.step(consult, "sign", pin=specialist.pin)
        answered = True
        threading.Event().wait(chance.uniform(0.0, 0.1))
        process.kill()
    else:
        killer = threading.Timer(chance.uniform(0.0, 0.4), process.kill)
        killer.start()
        try:
            specialist.step(consult, "sign", pin=specialist.pin)
            answered = True
        except httpx.TransportError:
            pass
        killer.join()
    process.start()
    return answered
