"""Searches over the record, on both databases."""

import httpx
import pytest
from manual_clock import ManualClock

from consult_api.health_record.fhir.values import Resource

PEOPLE: list[Resource] = [
    {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"text": "李秀英"}],
        "birthDate": "1991-01-01",
        "gender": "female",
    },
    {
        "resourceType": "Patient",
        "id": "p2",
        "name": [{"text": "José García"}],
        "birthDate": "1950",
        "active": True,
    },
    {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "陈主任"}]},
]
REQUEST = {"resourceType": "ServiceRequest", "status": "active", "intent": "order"}


def task(number: int, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Task",
        "id": f"t{number}",
        "identifier": [{"system": "urn:tasks", "value": f"n{number}"}],
        "status": "requested",
        "intent": "order",
        "for": {"reference": "Patient/p1"},
        "focus": {"reference": "ServiceRequest/s1"},
        "authoredOn": f"2026-03-0{number}T09:00:00+08:00",
        **more,
    }


@pytest.fixture
async def filled(record: httpx.AsyncClient, clock: ManualClock) -> httpx.AsyncClient:
    """A record with two patients, a request and four tasks, each a minute apart."""
    resources = [
        *PEOPLE,
        {
            **REQUEST,
            "id": "s1",
            "subject": {"reference": "Patient/p1"},
            "requester": {"reference": "Practitioner/d1"},
        },
        task(1),
        task(2, status="accepted", businessStatus={"coding": [{"system": "urn:b", "code": "ringing"}]}),
        task(3, **{"for": {"reference": "Patient/p2"}}),
        {**task(4, status="completed"), "authoredOn": "2026-04", "identifier": [{"value": "n4"}]},
    ]
    for resource in resources:
        await clock.advance(60)
        answer = await record.put(f"{resource['resourceType']}/{resource['id']}", json=resource)
        assert answer.status_code == 201, answer.text
    return record


async def ids(record: httpx.AsyncClient, query: str) -> list[str]:
    answer = await record.get(query)
    assert answer.status_code == 200, answer.text
    return [entry["resource"]["id"] for entry in answer.json().get("entry", [])]


FOUND = {
    "Task": "t1 t2 t3 t4",
    "Task?_id=t2,t3": "t2 t3",
    "Task?_id:not=t2,t3": "t1 t4",
    "Task?identifier=urn:tasks|n1": "t1",
    "Task?identifier=n1,n4": "t1 t4",
    "Task?identifier=|n4": "t4",
    "Task?identifier=urn:tasks|": "t1 t2 t3",
    "Task?status=requested": "t1 t3",
    "Task?status:not=requested": "t2 t4",
    "Task?status=requested&patient=p2": "t3",
    "Task?patient=Patient/p1&status=accepted,completed": "t2 t4",
    "Task?patient=http://record.test/fhir/Patient/p2": "t3",
    "Task?subject:Patient=p2": "t3",
    "Task?subject=Practitioner/p2": "",
    "Task?focus=ServiceRequest/s1&business-status=urn:b|ringing": "t2",
    "Task?business-status:missing=true": "t1 t3 t4",
    "Task?business-status:missing=false": "t2",
    "Task?authored-on=2026-03-02": "t2",
    "Task?authored-on=2026-03": "t1 t2 t3",
    "Task?authored-on=2026": "t1 t2 t3 t4",
    "Task?authored-on=ne2026-03-02": "t1 t3 t4",
    "Task?authored-on=ge2026-03-02&authored-on=lt2026-03-03": "t2",
    "Task?authored-on=gt2026-03-02": "t3 t4",
    "Task?authored-on=sa2026-03-03": "t4",
    "Task?authored-on=eb2026-03-02": "t1",
    "Task?authored-on=le2026-03-01T01:00:00Z": "t1",
    "Task?authored-on=gt2026-04-15": "t4",
    "Task?_sort=-authored-on": "t4 t3 t2 t1",
    "Task?_sort=status,-_id": "t2 t4 t3 t1",
    "Task?_sort=-_lastUpdated&_count=1": "t4",
    "Task?_lastUpdated=gt2026-03-02T08:06:30Z": "t3 t4",
    "Task?_lastUpdated=le2026-03-02T08:05:30Z": "t1",
    "Patient?name=李": "p1",
    "Patient?name=jose": "p2",
    "Patient?name:contains=garcia": "p2",
    "Patient?name:exact=李秀英": "p1",
    "Patient?name:exact=李": "",
    "Patient?name=%25": "",
    "Patient?birthdate=1991-01-01": "p1",
    "Patient?birthdate=lt1960": "p2",
    "Patient?gender=female": "p1",
    "Patient?active=true": "p2",
    "ServiceRequest?requester=Practitioner/d1": "s1",
    "ServiceRequest?requester:Practitioner=d1&intent=order": "s1",
}


async def test_each_kind_of_parameter_finds_what_it_should(filled: httpx.AsyncClient):
    assert {query: " ".join(await ids(filled, query)) for query in FOUND} == FOUND


async def test_pages_follow_each_other_and_keep_the_search(filled: httpx.AsyncClient):
    first = (await filled.get("Task?status=requested,accepted&_count=2")).json()
    assert first["total"] == 3
    links = {link["relation"]: link["url"] for link in first["link"]}
    assert await ids(filled, links["next"]) == ["t3"]
    second = (await filled.get(links["next"])).json()
    relations = {link["relation"] for link in second["link"]}
    assert relations == {"self", "first", "previous"}


async def test_includes_come_once_and_do_not_count(filled: httpx.AsyncClient):
    query = "Task?_include=Task:patient&_include=Task:focus&_revinclude=Provenance:target"
    bundle = (await filled.get(query)).json()
    assert bundle["total"] == 4
    included = [each["resource"]["id"] for each in bundle["entry"] if each["search"]["mode"] == "include"]
    assert sorted(included) == ["p1", "p2", "s1"]
    assert await ids(filled, "Task?_id=t1&_include=Task:*") == ["t1", "s1", "p1"]
    assert await ids(filled, "ServiceRequest?_revinclude=Task:focus&_count=1") == [
        "s1",
        "t1",
        "t2",
        "t3",
        "t4",
    ]
    assert await ids(filled, "Task?_id=t1&_include=Task:subject:Practitioner") == ["t1"]


async def test_a_search_can_be_posted_so_that_no_log_sees_it(filled: httpx.AsyncClient):
    answer = await filled.post("Patient/_search", data={"name": "李"})
    assert [entry["resource"]["id"] for entry in answer.json()["entry"]] == ["p1"]


async def test_a_total_alone_brings_no_resources(filled: httpx.AsyncClient):
    bundle = (await filled.get("Task?_summary=count")).json()
    assert (bundle["total"], "entry" in bundle) == (4, False)


async def test_an_updated_resource_is_found_by_its_new_content_only(filled: httpx.AsyncClient):
    await filled.put("Task/t1", json=task(1, status="completed"))
    assert await ids(filled, "Task?status=requested") == ["t3"]
    assert sorted(await ids(filled, "Task?status=completed")) == ["t1", "t4"]


async def test_elements_are_marked_as_a_part_of_the_whole(filled: httpx.AsyncClient):
    (entry,) = (await filled.get("Task?_id=t1&_elements=status")).json()["entry"]
    assert set(entry["resource"]) == {"resourceType", "id", "meta", "status"}
    assert entry["resource"]["meta"]["tag"][0]["code"] == "SUBSETTED"
