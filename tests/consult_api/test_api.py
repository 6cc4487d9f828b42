"""The interface's description: the web client's types are generated from it."""

import json
from typing import Any

import pytest
from county import PIN, Running
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from consult_api.api import build_app

DESCRIPTION = build_app().openapi()


def test_the_description_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DESCRIPTION).validate()


def test_every_operation_has_a_name_of_its_own_and_says_how_it_refuses() -> None:
    operations = [one for methods in DESCRIPTION["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for operation in operations:
        assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("path", "count"),
    [("/api/consults/{consult_id}/events", 19), ("/api/referrals/{referral_id}/events", 24)],
)
def test_events_are_told_apart_by_their_name(path: str, count: int) -> None:
    schema = DESCRIPTION["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["discriminator"]["propertyName"] == "event"
    assert len(schema["discriminator"]["mapping"]) == len(schema["oneOf"]) == count


def conforms(name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    Draft202012Validator(schema).validate(value)


async def test_what_is_answered_is_what_is_described(embedded: Running) -> None:
    browser = embedded.browser()
    served = await browser.get("/api/openapi.json")
    assert served.json() == json.loads(json.dumps(DESCRIPTION))
    tang, xie = await embedded.login("tang"), await embedded.login("xie")
    consult = await embedded.awaiting_report()
    conforms("Consult", consult)
    signed = await embedded.move(xie, consult, "sign", pin=PIN)
    acknowledged = await embedded.move(tang, signed, "acknowledge", verdict="adopted")
    conforms("Consult", acknowledged)
    conforms("Me", await tang.answer("GET", "/session"))
    conforms("PatientRecord", await tang.answer("GET", f"/patients/{consult['patient']['id']}/record"))
    for row in await tang.answer("GET", "/consults/transitions"):
        conforms("ConsultTransition", row)
    for row in await tang.answer("GET", "/referrals/transitions"):
        conforms("ReferralTransition", row)
    for one in await tang.answer("GET", "/institutions"):
        conforms("Institution", one)
    for one in await tang.answer("GET", "/beds"):
        conforms("BedPool", one)
    for one in await xie.answer("GET", "/consults?view=worklist"):
        conforms("ConsultSummary", one)
    refused = await tang.get("/api/consults/unknown")
    conforms("ProblemBody", refused.json())
