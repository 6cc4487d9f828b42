"""The record over HTTP: what each interaction answers, and how each refusal is told."""

import asyncio
import base64

import httpx
from record_store import RecordStore
from sqlalchemy import select

from consult_api.access import GRANTS
from consult_api.database import AUDIT
from runtime.audit import verify
from wire.identifiers import new_id

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "name": [{"text": "李秀英"}]}


def task(resource_id: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Task",
        "id": resource_id,
        "status": "requested",
        "intent": "order",
        "for": {"reference": "Patient/p1"},
        **more,
    }


def entry(resource: dict[str, object], **request: str) -> dict[str, object]:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url, **request}}


def transaction(*entries: dict[str, object], kind: str = "transaction") -> dict[str, object]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def code_of(answer: httpx.Response) -> str:
    assert answer.json()["resourceType"] == "OperationOutcome", answer.text
    return answer.json()["issue"][0]["details"]["text"]


async def test_put_creates_then_updates_and_both_versions_can_be_read(record: httpx.AsyncClient):
    created = await record.put("Patient/p1", json=PATIENT)
    assert created.status_code == 201
    assert created.headers["location"] == "http://record.test/fhir/Patient/p1/_history/1"
    assert created.headers["etag"] == 'W/"1"'
    updated = await record.put("Patient/p1", json={**PATIENT, "gender": "male"})
    assert updated.status_code == 200
    assert updated.json()["meta"]["versionId"] == "2"
    assert (await record.get("Patient/p1/_history/1")).json()["gender"] == "female"
    assert (await record.get("Patient/p1")).json()["gender"] == "male"
    history = (await record.get("Patient/p1/_history")).json()
    assert [each["resource"]["meta"]["versionId"] for each in history["entry"]] == ["2", "1"]
    assert history["total"] == 2


async def test_putting_the_same_again_makes_no_version(record: httpx.AsyncClient):
    await record.put("Patient/p1", json=PATIENT)
    again = await record.put("Patient/p1", json={**PATIENT, "meta": {"lastUpdated": "2020-01-01T00:00:00Z"}})
    assert again.status_code == 200
    assert again.headers["etag"] == 'W/"1"'


async def test_decimals_come_back_with_every_digit(record: httpx.AsyncClient):
    body = (
        b'{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},'
        b'"valueQuantity":{"value":36.50},"component":[{"code":{"text":"y"},"valueQuantity":'
        b'{"value":0.1000000000000000055511151231257827}}]}'
    )
    await record.put("Observation/o1", content=body, headers={"Content-Type": "application/fhir+json"})
    text = (await record.get("Observation/o1")).text
    assert '"value":36.50' in text
    assert '"value":0.1000000000000000055511151231257827' in text
    assert '"value":36.50' in (await record.get("Observation?status=final")).text


async def test_an_update_of_another_version_is_refused(record: httpx.AsyncClient):
    await record.put("Patient/p1", json=PATIENT)
    changed = {**PATIENT, "gender": "male"}
    stale = await record.put("Patient/p1", json=changed, headers={"If-Match": 'W/"7"'})
    assert (stale.status_code, code_of(stale)) == (412, "fhir/version-differs")
    exists = await record.put("Patient/p1", json=changed, headers={"If-None-Match": "*"})
    assert (exists.status_code, code_of(exists)) == (412, "fhir/exists")
    assert (await record.put("Patient/p1", json=changed, headers={"If-Match": 'W/"1"'})).status_code == 200


async def test_an_unchanged_resource_is_not_sent_again(record: httpx.AsyncClient):
    await record.put("Patient/p1", json=PATIENT)
    assert (await record.get("Patient/p1", headers={"If-None-Match": 'W/"1"'})).status_code == 304


REFUSALS: list[tuple[str, str, object, int, str]] = [
    ("GET", "Patient/nobody", None, 404, "fhir/not-found"),
    ("GET", "Patient/p1/_history/9", None, 404, "fhir/not-found"),
    ("GET", "Patient/p1/_history/nine", None, 404, "fhir/not-found"),
    ("GET", "Wizard/1", None, 400, "fhir/unknown-type"),
    ("GET", "Patient/a_b", None, 400, "fhir/bad-id"),
    ("GET", "Patient?eyes=blue", None, 400, "fhir/unknown-parameter"),
    ("GET", "Task?patient.name=li", None, 400, "fhir/unknown-parameter"),
    ("GET", "Patient?name=%00", None, 400, "fhir/bad-parameter"),
    ("GET", "Task?authored-on=yesterday", None, 400, "fhir/bad-parameter"),
    ("PUT", "Patient/p1", {"resourceType": "Patient", "id": "p2"}, 400, "fhir/address-differs"),
    ("PUT", "Patient/p1", {"resourceType": "Task", "id": "p1"}, 422, "fhir/rule-broken"),
    ("PUT", "Patient?identifier=x", PATIENT, 405, "fhir/not-supported"),
    ("PUT", "Patient/p1", ["x"], 400, "fhir/not-json"),
    ("DELETE", "Patient/p1", None, 405, "http/405"),
    ("PATCH", "Patient/p1", PATIENT, 405, "http/405"),
    ("POST", "Parameters", {"resourceType": "Parameters"}, 405, "fhir/not-supported"),
]


async def test_each_refusal_is_an_operation_outcome(record: httpx.AsyncClient):
    for method, path, body, status, code in REFUSALS:
        answer = await record.request(method, path, json=body)
        assert (answer.status_code, code_of(answer)) == (status, code), (method, path)
        assert answer.headers["content-type"] == "application/fhir+json"


async def test_formats_other_than_json_are_refused(record: httpx.AsyncClient):
    xml = {"Content-Type": "application/fhir+xml"}
    assert (await record.put("Patient/p1", content=b"<Patient/>", headers=xml)).status_code == 415
    assert (await record.get("Patient/p1", headers={"Accept": "application/fhir+xml"})).status_code == 406
    assert (await record.get("Patient?_format=xml")).status_code == 406
    assert (await record.get("Patient?_format=json")).status_code == 200


async def test_a_narrative_with_script_is_refused_and_nothing_is_stored(record: httpx.AsyncClient):
    div = '<div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></div>'
    answer = await record.put("Patient/p1", json={**PATIENT, "text": {"status": "generated", "div": div}})
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Patient.text.div"]
    assert (await record.get("Patient/p1")).status_code == 404


async def test_a_transaction_resolves_references_between_its_entries(record: httpx.AsyncClient):
    urn = "urn:uuid:0190b0a0-0000-7000-8000-000000000001"
    created = {
        "fullUrl": urn,
        "resource": {"resourceType": "Patient", "gender": "male"},
        "request": {"method": "POST", "url": "Patient"},
    }
    answer = await record.post(
        "", json=transaction(created, entry({**task("t1"), "for": {"reference": urn}}))
    )
    assert answer.status_code == 200, answer.text
    location = answer.json()["entry"][0]["response"]["location"]
    patient = location.removesuffix("/_history/1")
    assert (await record.get("Task/t1")).json()["for"]["reference"] == patient
    assert (await record.get(f"Task?patient={patient}")).json()["total"] == 1


async def test_a_transaction_is_all_or_nothing(record: httpx.AsyncClient):
    broken = {**task("t2"), "status": "dreaming"}
    answer = await record.post("", json=transaction(entry(PATIENT), entry(task("t1")), entry(broken)))
    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[2].Task.status"]
    assert (await record.get("Patient/p1")).status_code == 404
    assert (await record.get("Task/t1")).status_code == 404
    assert (await record.get("_history")).json()["total"] == 0


async def test_a_failed_precondition_inside_a_transaction_undoes_all_of_it(record: httpx.AsyncClient):
    await record.put("Task/t1", json=task("t1"))
    accepted = entry({**task("t1"), "status": "accepted"}, ifMatch='W/"9"')
    answer = await record.post("", json=transaction(entry(PATIENT), accepted))
    assert (answer.status_code, code_of(answer)) == (412, "fhir/version-differs")
    assert (await record.get("Patient/p1")).status_code == 404


async def test_an_unresolved_urn_and_a_doubled_identity_are_refused(record: httpx.AsyncClient):
    lost = {**task("t1"), "focus": {"reference": "urn:uuid:0190b0a0-0000-7000-8000-00000000000f"}}
    assert (await record.post("", json=transaction(entry(lost)))).status_code == 400
    twice = transaction(entry(PATIENT), entry({**PATIENT, "gender": "male"}))
    assert (await record.post("", json=twice)).status_code == 400


async def test_a_batch_answers_each_entry_for_itself(record: httpx.AsyncClient):
    answer = await record.post(
        "",
        json=transaction(
            entry(PATIENT),
            entry({**task("t1"), "status": "dreaming"}),
            {"request": {"method": "GET", "url": "Patient/p1"}},
            {"request": {"method": "GET", "url": "Patient?gender=female&_count=1"}},
            {"request": {"method": "DELETE", "url": "Patient/p1"}},
            kind="batch",
        ),
    )
    entries = answer.json()["entry"]
    assert [each["response"]["status"][:3] for each in entries] == ["201", "422", "200", "200", "405"]
    assert entries[2]["resource"]["id"] == "p1"
    assert entries[3]["resource"]["total"] == 1
    assert (await record.get("Task/t1")).status_code == 404


async def test_the_capability_statement_needs_no_token_and_the_rest_does(store: RecordStore):
    async with store.client(token="stolen") as stranger:
        statement = (await stranger.get("metadata")).json()
        assert statement["fhirVersion"] == "4.0.1"
        answer = await stranger.get("Patient/p1")
        assert (answer.status_code, code_of(answer)) == (401, "session/expired")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    async with store.client(token="images-token") as archive:
        assert (await archive.get("Patient/p1")).status_code == 403
        assert (await archive.post("", json=transaction(entry(PATIENT)))).status_code == 403


async def test_a_township_token_reaches_only_patients_granted_to_the_township(
    store: RecordStore, record: httpx.AsyncClient
):
    def patient(resource_id: str, number: str) -> dict[str, object]:
        identifier = [{"system": "urn:lianzhen:county:patient", "value": number}]
        return {"resourceType": "Patient", "id": resource_id, "identifier": identifier}

    marker = {
        "resourceType": "Provenance",
        "id": "v2",
        "target": [{"reference": "Task/t2"}],
        "recorded": "2026-03-02T08:00:00Z",
        "agent": [{"who": {"display": "x"}}],
    }
    theirs = {**task("t2"), "for": {"reference": "Patient/p2"}}
    organization = {"resourceType": "Organization", "id": "h1", "name": "县医院"}
    everything = [patient("p1", "n1"), patient("p2", "n2"), task("t1"), theirs, organization, marker]
    await record.post("", json=transaction(*(entry(each) for each in everything)))
    async with store.database.write() as transaction_:
        await transaction_.connection.execute(
            GRANTS.insert().values(
                id=new_id(),
                patient_id="n1",
                institution_id="township-1",
                because_kind="consult",
                because_id="c1",
                valid_from=store.app.state.published,
            )
        )
    async with store.client(token="township-token") as township:
        assert (await township.get("Patient/p1")).status_code == 200
        assert (await township.get("Organization/h1")).status_code == 200
        for path in ("Patient/p2", "Task/t2", "Provenance/v2", "Task/t2/_history", "Patient/p2/$everything"):
            assert (await township.get(path)).status_code == 404, path
        found = (await township.get("Task?_include=Task:patient&_revinclude=Provenance:target")).json()
        assert {each["resource"]["id"] for each in found["entry"]} == {"t1", "p1"}
        assert (await township.put("Task/t2", json={**theirs, "status": "cancelled"})).status_code == 403
        stolen = {**task("t1"), "for": {"reference": "Patient/p2"}}
        assert (await township.put("Task/t1", json=stolen)).status_code == 403
        assert (await township.put("Task/t1", json={**task("t1"), "status": "accepted"})).status_code == 200


async def test_everything_of_a_patient_comes_with_the_people_it_names(record: httpx.AsyncClient):
    await record.post(
        "",
        json=transaction(
            entry(PATIENT),
            entry({"resourceType": "Patient", "id": "p2"}),
            entry({"resourceType": "Practitioner", "id": "d1"}),
            entry({"resourceType": "Practitioner", "id": "d2"}),
            entry(task("t1", requester={"reference": "Practitioner/d1"})),
            entry({**task("t2"), "for": {"reference": "Patient/p2"}}),
        ),
    )
    bundle = (await record.get("Patient/p1/$everything")).json()
    assert [each["resource"]["id"] for each in bundle["entry"]] == ["p1", "d1", "t1"]
    first = (await record.get("Patient/p1/$everything?_count=2")).json()
    following = next(link["url"] for link in first["link"] if link["relation"] == "next")
    assert [each["resource"]["id"] for each in (await record.get(following)).json()["entry"]] == ["t1"]


async def test_a_binary_is_served_as_itself_or_as_fhir(record: httpx.AsyncClient):
    data = base64.b64encode(b"%PDF-1.7").decode()
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "application/pdf", "data": data}
    await record.put("Binary/b1", json=binary)
    assert (await record.get("Binary/b1")).json()["data"] == data
    native = await record.get("Binary/b1", headers={"Accept": "application/pdf"})
    assert (native.content, native.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert native.headers["content-disposition"] == "attachment"


async def test_every_interaction_is_in_the_audit_and_its_chain_holds(
    store: RecordStore, record: httpx.AsyncClient
):
    await record.put("Patient/p1", json=PATIENT)
    await record.get("Patient/p1")
    await record.get("Patient?name=李")
    await record.get("Patient/nobody")
    async with store.database.read() as connection:
        rows = (await connection.execute(select(AUDIT.entry).order_by(AUDIT.entry.c.seq))).mappings().all()
        assert [(row["action"], row["subtype"], row["entity_id"]) for row in rows] == [
            ("C", "record.create", "p1"),
            ("R", "record.read", "p1"),
            ("R", "record.search", "-"),
            ("R", "record.denied", "nobody"),
        ]
        assert "李" not in "".join(row["detail"] for row in rows)
        assert (await verify(connection, AUDIT))[1] == []


async def test_a_body_larger_than_the_limit_is_refused(record: httpx.AsyncClient):
    answer = await record.put("Patient/p1", content=b" " * (16 * 1024 * 1024 + 1))
    assert (answer.status_code, code_of(answer)) == (413, "fhir/too-large")


async def test_of_many_updates_from_the_same_version_exactly_one_wins(record: httpx.AsyncClient):
    await record.put("Task/t1", json=task("t1"))
    answers = await asyncio.gather(
        *(
            record.put(
                "Task/t1",
                json=task("t1", description=f"number {number}"),
                headers={"If-Match": 'W/"1"'},
            )
            for number in range(8)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert (await record.get("Task/t1")).headers["etag"] == 'W/"2"'


async def test_creations_of_the_same_id_at_once_become_versions_one_after_another(record: httpx.AsyncClient):
    answers = await asyncio.gather(
        *(record.put("Task/t1", json=task("t1", description=f"number {number}")) for number in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert (await record.get("Task/t1/_history")).json()["total"] == 8


async def test_transactions_over_the_same_resources_in_opposite_order_do_not_block_each_other(
    record: httpx.AsyncClient,
):
    def both(number: int) -> dict[str, object]:
        entries = [entry(task(name, description=f"{number}")) for name in ("t1", "t2")]
        return transaction(*(entries if number % 2 else reversed(entries)))

    answers = await asyncio.gather(*(record.post("", json=both(number)) for number in range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8


async def test_a_resource_with_too_many_values_to_find_it_by_is_refused(record: httpx.AsyncClient):
    identifiers = [{"value": f"n{number}"} for number in range(5001)]
    answer = await record.put("Patient/p1", json={**PATIENT, "identifier": identifiers})
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (422, "too-costly")


async def test_a_posted_search_that_is_not_text_is_answered_all_the_same(record: httpx.AsyncClient):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await record.post("Patient/_search", content=b"name=\xff\xfe", headers=form)
    assert (answer.status_code, answer.json()["total"]) == (200, 0)
