"""People of the demonstration county, working through the HTTP interface as any program may."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import httpx
from lianzhen_server import LianzhenServer

from wire.identifiers import new_id

Json = dict[str, Any]
TIMEOUT_S = 30


class Person:
    """Somebody who is logged in."""

    def __init__(self, server: LianzhenServer, username: str) -> None:
        login = server.login(username)
        self.pin = login["pin"]
        self.http = httpx.Client(base_url=server.base_url, timeout=TIMEOUT_S)
        answer = self.http.post("/api/session", json={"username": username, "password": login["password"]})
        assert answer.status_code == 200, answer.text
        self.me: Json = answer.json()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str, **parameters: str | int) -> Any:
        answer = self.http.get(path, params=parameters)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        answer = self.http.post(path, json=body, headers={"Idempotency-Key": new_id()})
        assert answer.is_success, answer.text
        return answer.json()

    def put(self, path: str, body: Mapping[str, Any]) -> Json:
        answer = self.http.put(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def step(self, consult: Json, event: str, **details: Any) -> Json:
        """Do a step of a consult from the version in hand; return the consult after it."""
        return self.post(
            f"/api/consults/{consult['id']}/events",
            {"event": event, "version": consult["version"], **details},
        )

    def consult(self, consult_id: str) -> Json:
        return self.get(f"/api/consults/{consult_id}")

    def department(self, name: str) -> Json:
        return next(
            department
            for institution in self.get("/api/institutions")
            for department in institution["departments"]
            if department["name"] == name
        )

    def patient(self, name: str) -> Json:
        return next(patient for patient in self.get("/api/patients", q=name) if patient["name"] == name)

    def store(self, *films: Path) -> httpx.Response:
        """Send DICOM files as a browser does (DICOM PS3.18 §10.5)."""
        boundary = new_id()
        body = b"".join(
            b"--%b\r\nContent-Type: application/dicom\r\n\r\n%b\r\n" % (boundary.encode(), film.read_bytes())
            for film in films
        )
        return self.http.post(
            "/dicomweb/studies",
            content=body + f"--{boundary}--\r\n".encode(),
            headers={
                "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
                "Accept": "application/dicom+json",
            },
        )


def written_consult(doctor: Person, specialist: Person, *, patient: str, department: str) -> Json:
    """Bring a written consult to the point where only the specialist's signature is missing."""
    consult = doctor.post(
        "/api/consults",
        {
            "patient_id": doctor.patient(patient)["id"],
            "department_id": doctor.department(department)["id"],
            "urgency": "routine",
            "mode": "store_and_forward",
            "question": "右下肺阴影，是否需要抗感染治疗？",
        },
    )
    doctor.step(consult, "submit")
    consult = specialist.step(specialist.consult(consult["id"]), "accept")
    specialist.put(
        f"/api/consults/{consult['id']}/report-draft",
        {"findings": "右下肺片状影", "assessment": "社区获得性肺炎", "advice": "抗感染，三天后复查"},
    )
    return specialist.consult(consult["id"])
