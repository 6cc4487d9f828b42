"""fhirpy, beda.software's asynchronous client, against the record."""

import pytest
from fhirpy import AsyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome, ResourceNotFound
from record_store import COUNTY_TOKEN


@pytest.fixture
def client(record_url: str) -> AsyncFHIRClient:
    return AsyncFHIRClient(record_url, authorization=f"Bearer {COUNTY_TOKEN}")


async def test_a_resource_is_created_updated_read_and_refreshed(client: AsyncFHIRClient):
    patient = client.resource("Patient", name=[{"text": "李秀英"}], gender="female")
    await patient.save()
    assert patient["meta"]["versionId"] == "1"
    patient["gender"] = "male"
    await patient.save()
    assert patient["meta"]["versionId"] == "2"
    again = await client.reference("Patient", patient.id).to_resource()
    assert again.serialize() == patient.serialize()
    await again.refresh()
    assert again["gender"] == "male"


async def test_a_resource_can_be_put_under_an_id_of_ones_own(client: AsyncFHIRClient):
    await client.resource("Organization", id="h1", name="德安县人民医院").save()
    assert (await client.get("Organization", "h1"))["name"] == "德安县人民医院"


async def test_searches_page_count_sort_and_include(client: AsyncFHIRClient):
    await client.resource("Patient", id="p1").save()
    for number in range(7):
        task = client.resource(
            "Task",
            id=f"t{number}",
            status="requested" if number % 2 else "completed",
            intent="order",
            authoredOn=f"2026-03-0{number + 1}T08:00:00Z",
            **{"for": {"reference": "Patient/p1"}},
        )
        await task.save()
    tasks = client.resources("Task")
    assert await tasks.count() == 7
    assert [each.id for each in await tasks.limit(2).fetch_all()] == [f"t{number}" for number in range(7)]
    assert await tasks.search(status="requested").count() == 3
    assert await tasks.search(status__not="requested").count() == 4
    newest = await tasks.search(authored_on__ge="2026-03-03").sort("-authored-on").fetch()
    assert [each.id for each in newest] == ["t6", "t5", "t4", "t3", "t2"]
    bundle = await tasks.search(patient="Patient/p1").include("Task", "patient").limit(1).fetch_raw()
    kinds = [(entry.search.mode, entry.resource.resource_type) for entry in bundle.entry]
    assert kinds == [("match", "Task"), ("include", "Patient")]
    first = await tasks.search(status="completed").sort("authored-on").elements("status").first()
    assert first is not None
    assert set(first) == {"resourceType", "id", "meta", "status"}
    assert (await tasks.search(_id="t3").get()).id == "t3"


async def test_a_transaction_goes_through_as_a_whole(client: AsyncFHIRClient):
    patient = client.resource("Patient", id="p1")
    bundle = client.resource(
        "Bundle",
        type="transaction",
        entry=[
            {"resource": patient.serialize(), "request": {"method": "PUT", "url": "Patient/p1"}},
            {
                "fullUrl": "urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11",
                "resource": {"resourceType": "ServiceRequest", "status": "active", "intent": "order",
                             "subject": {"reference": "Patient/p1"}},
                "request": {"method": "POST", "url": "ServiceRequest"},
            },
            {
                "resource": {"resourceType": "Task", "id": "t1", "status": "requested", "intent": "order",
                             "focus": {"reference": "urn:uuid:6f6c1f0e-7b0a-4a36-9d0e-3d1f0f6f7a11"}},
                "request": {"method": "PUT", "url": "Task/t1"},
            },
        ],
    )  # fmt: skip
    answer = await client.execute("", data=bundle.serialize())
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201 Created"] * 3
    task = await client.reference("Task", "t1").to_resource()
    focus = await client.reference(reference=task["focus"]["reference"]).to_resource()
    assert focus["resourceType"] == "ServiceRequest"


async def test_refusals_are_told_in_the_clients_own_words(client: AsyncFHIRClient, record_url: str):
    with pytest.raises(ResourceNotFound):
        await client.reference("Patient", "nobody").to_resource()
    with pytest.raises(OperationOutcome):
        await client.resource("Task", status="dreaming", intent="order").save()
    with pytest.raises(OperationOutcome):
        await client.resources("Patient").search(eyes="blue").fetch()
    with pytest.raises(AuthorizationError):
        await AsyncFHIRClient(record_url).resources("Patient").fetch()


async def test_everything_about_a_patient_comes_by_the_operation(client: AsyncFHIRClient):
    await client.resource("Patient", id="p1").save()
    await client.resource("Condition", id="c1", subject={"reference": "Patient/p1"}).save()
    found = await client.resource("Patient", id="p1").execute("$everything", method="get")
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["p1", "c1"]
