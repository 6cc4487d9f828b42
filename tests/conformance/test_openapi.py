"""The HTTP interface keeps to its own description, whatever is sent (Schemathesis, as somebody of each kind)."""

import subprocess
import sys
from pathlib import Path

import pytest
from county_client import Json, Person
from lianzhen_server import LianzhenServer

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
EXAMPLES = 5
LEFT_OUT = (
    "/api/events",  # it goes on for ever
    "/api/session",  # logging out would end the test's own login
)


def offered_consult(doctor: Person) -> Json:
    """A consult that is offered, so that events meet one that somebody may move."""
    consult = doctor.post(
        "/api/consults",
        {
            "patient_id": doctor.patient("杨桂兰")["id"],
            "department_id": doctor.department("呼吸内科")["id"],
            "urgency": "routine",
            "mode": "store_and_forward",
            "question": "胸痛两小时",
        },
    )
    return doctor.step(consult, "submit")


@pytest.mark.parametrize("username", ["wangfang", "wujianguo", "admin"])
def test_every_answer_is_a_described_one(
    embedded_county: LianzhenServer, tmp_path: Path, username: str
) -> None:
    county = embedded_county
    with Person(county, "wangfang") as doctor:
        consult = offered_consult(doctor)
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(
        f'[parameters]\n"path.consult_id" = "{consult["id"]}"\n"path.patient_id" = "{consult["patient"]["id"]}"\n'
    )
    with Person(county, username) as person:
        cookie = person.http.cookies["lianzhen_session"]
        ran = subprocess.run(
            [
                *(SCHEMATHESIS, "--config-file", configuration, "run", f"{county.base_url}/api/openapi.json"),
                *("--header", f"Cookie: lianzhen_session={cookie}"),
                *("--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES)),
                *("--generation-deterministic", "--generation-with-security-parameters", "false"),
                # What is well-formed may still be refused, by what stands in the database; and where
                # `consults/transitions` meets `consults/{consult_id}`, Allow tells the methods of both.
                *("--exclude-checks", "positive_data_acceptance,allow_header_conformance"),
                *(part for path in LEFT_OUT for part in ("--exclude-path", path)),
                *("--continue-on-failure", "--request-timeout", "60"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[ran.stdout.find("= FAILURES") :][:8000]
    assert " failures" not in ran.stdout
