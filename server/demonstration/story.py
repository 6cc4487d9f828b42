"""The demonstration county's patients and its one finished consult, made by its own people over HTTP in process."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx
import pydicom

from server.composition import assemble, open_machine
from server.demonstration.county import HEALTH_CENTRE_EAST, MEMBERS, RESIDENTS, RESPIRATORY, resident_id
from server.settings import Settings
from wire.identifiers import new_id

Json = dict[str, Any]

DOCTOR, SPECIALIST, PATIENT = "wangfang", "zhangwei", "陈秀英"
FILM = "chest-chen-xiuying.dcm"


class Login(Protocol):
    """What is needed to log in and to sign."""

    @property
    def username(self) -> str:
        """The name to log in with."""
        ...

    @property
    def password(self) -> str:
        """The password."""
        ...

    @property
    def pin(self) -> str:
        """The PIN for signing."""
        ...


async def tell_story(settings: Settings, logins: Sequence[Login], films: Sequence[Path]) -> None:
    """Register every patient at their own institution, then have one consult asked, answered and adopted."""
    async with AsyncExitStack() as stack:
        machine = await stack.enter_async_context(open_machine(settings))
        assembly = await assemble(machine, settings, ("consult_api", "imaging"))
        for service in assembly.services:
            await stack.enter_async_context(service.running())
        county = _County(httpx.ASGITransport(assembly.front), logins)
        for place in dict.fromkeys(resident.place for resident in RESIDENTS):
            await _register_patients(county, place)
        film = next(path for path in films if path.name == FILM)
        await _finish_one_consult(county, film)


class _County:
    """Logs people in on the application in this process."""

    def __init__(self, transport: httpx.ASGITransport, logins: Sequence[Login]) -> None:
        self._transport = transport
        self.logins = {login.username: login for login in logins}

    @asynccontextmanager
    async def as_person(self, username: str) -> AsyncGenerator[httpx.AsyncClient]:
        """Work as that person: every answer that says no is an error."""
        client = httpx.AsyncClient(transport=self._transport, base_url="http://localhost", timeout=60)
        client.event_hooks = {"response": [_refuse_problems]}
        login = self.logins[username]
        async with client:
            await client.post("/api/session", json={"username": login.username, "password": login.password})
            yield client


async def _refuse_problems(response: httpx.Response) -> None:
    if response.is_error:
        await response.aread()
        raise RuntimeError(f"{response.request.url.path}: {response.status_code} {response.text}")


async def _register_patients(county: _County, place: str) -> None:
    doctor = next(member for member in MEMBERS if member.place == place)
    async with county.as_person(doctor.username) as http:
        for number, resident in enumerate(RESIDENTS, start=1):
            if resident.place == place:
                await http.post(
                    "/api/patients",
                    json={
                        "name": resident.name,
                        "sex": resident.sex,
                        "resident_id": resident_id(resident, number),
                        "phone": resident.phone,
                        "address": resident.address,
                    },
                )


async def _finish_one_consult(county: _County, film: Path) -> None:
    async with county.as_person(DOCTOR) as doctor, county.as_person(SPECIALIST) as specialist:
        consult = await _ask(doctor)
        study_uid = await _store(doctor, film)
        await doctor.post(f"/api/consults/{consult['id']}/studies", json={"study_uid": study_uid})
        await _step(doctor, consult["id"], "submit")
        await _step(specialist, consult["id"], "accept")
        await specialist.put(
            f"/api/consults/{consult['id']}/report-draft",
            json={
                "findings": "双肺纹理增多、增粗，右下肺见斑片状模糊影，心影不大，肋膈角锐利。",
                "assessment": "慢性支气管炎伴右下肺感染。",
                "advice": "抗感染、化痰治疗，监测血氧；三天后复查胸片，若血氧低于92%请转诊。",
            },
        )
        pin = county.logins[SPECIALIST].pin
        await _step(specialist, consult["id"], "sign", pin=pin)
        await _step(doctor, consult["id"], "acknowledge", verdict="adopted")


async def _ask(doctor: httpx.AsyncClient) -> Json:
    patients = (await doctor.get("/api/patients", params={"q": PATIENT})).json()
    institutions = (await doctor.get("/api/institutions")).json()
    department = next(
        department
        for institution in institutions
        if institution["name"] != HEALTH_CENTRE_EAST
        for department in institution["departments"]
        if department["name"] == RESPIRATORY
    )
    answer = await doctor.post(
        "/api/consults",
        json={
            "patient_id": patients[0]["id"],
            "department_id": department["id"],
            "urgency": "routine",
            "mode": "store_and_forward",
            "question": "咳嗽、咳痰两周加重三天，胸片右下肺可疑阴影，请协助诊断和用药。",
            "complaint": "咳嗽咳痰两周，发热三天",
            "vitals": {"temperature_c": 38.2, "pulse_bpm": 96, "spo2_percent": 94},
        },
    )
    return answer.json()


async def _step(person: httpx.AsyncClient, consult_id: str, event: str, **details: str) -> None:
    version = (await person.get(f"/api/consults/{consult_id}")).json()["version"]
    body = {"event": event, "version": version, **details}
    await person.post(f"/api/consults/{consult_id}/events", json=body, headers={"Idempotency-Key": new_id()})


async def _store(doctor: httpx.AsyncClient, film: Path) -> str:
    dataset = await asyncio.to_thread(lambda: pydicom.dcmread(film, stop_before_pixels=True))
    boundary = new_id()
    head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    await doctor.post(
        "/dicomweb/studies",
        content=head + await asyncio.to_thread(film.read_bytes) + f"\r\n--{boundary}--\r\n".encode(),
        headers={
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={boundary}',
            "Accept": "application/dicom+json",
        },
    )
    return str(dataset.StudyInstanceUID)
