"""Registering and finding patients, and beginning episodes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from consult_api import errors
from consult_api.access import Grant, write_grant
from consult_api.directory.queries import institution_names
from consult_api.patients import queries
from consult_api.patients.rules import ResidentIdFault, Sex, is_same_name, parse_resident_id, sound_of
from consult_api.patients.schemas import Patient, PatientRegistration
from consult_api.patients.tables import EPISODES, PATIENTS
from consult_api.request import Call
from wire.clinical import Changed, PatientRegistered, PersonPart
from wire.identifiers import new_id
from wire.problems import Kind, Problem


async def register(call: Call, body: PatientRegistration) -> tuple[Patient, bool]:
    """Register a patient, or return the one with this resident ID; the second value says whether it is new.

    Raises:
        Problem: `patient/resident-id-invalid`, `patient/sex-missing`, `patient/identity-conflict`.
    """
    institution_id = call.actor.institution_id
    if institution_id is None:
        raise Problem(
            "access/denied", Kind.FORBIDDEN, "Patients belong to an institution; this token has none."
        )
    identity = _identity(call, body)
    patient = Patient(
        id=new_id(),
        version=1,
        name=body.name,
        sex=identity.sex,
        birth_date=identity.birth_date,
        resident_id=identity.resident_id,
        phone=body.phone,
        address=body.address,
        institution_id=institution_id,
        registered_at=call.now,
    )
    is_new = await _insert(call, patient)
    if not is_new:
        patient = await _existing(call, patient)
    await write_grant(
        call.connection,
        Grant(
            patient_id=patient.id,
            institution_id=institution_id,
            because_kind="registration",
            because_id=patient.id,
            valid_from=call.now,
        ),
    )
    subtype = "patient.register" if is_new else "patient.link"
    await call.audit("C", subtype, ("patient", patient.id), patient_id=patient.id)
    if is_new:
        await _announce(call, patient, institution_id)
    return patient, is_new


@dataclass(frozen=True, slots=True)
class _Identity:
    sex: Sex
    birth_date: date | None
    resident_id: str | None


def _identity(call: Call, body: PatientRegistration) -> _Identity:
    if not body.resident_id:
        if body.sex is None:
            raise errors.sex_missing()
        return _Identity(body.sex, body.birth_date, None)
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    known = parse_resident_id(body.resident_id, today)
    if isinstance(known, ResidentIdFault):
        raise errors.resident_id_invalid(known.value)
    if body.birth_date not in (None, known.birth_date):
        raise errors.resident_id_invalid(ResidentIdFault.BIRTH_DATE.value)
    if body.sex not in (None, known.sex):
        raise errors.resident_id_invalid(ResidentIdFault.SEX.value)
    return _Identity(known.sex, known.birth_date, known.number)


async def _insert(call: Call, patient: Patient) -> bool:
    sound = sound_of(patient.name)
    build = postgresql.insert if call.surroundings.database.dialect == "postgresql" else sqlite.insert
    result = await call.connection.execute(
        build(PATIENTS)
        .values(
            pinyin=sound.pinyin,
            initials=sound.initials,
            registered_by=call.actor.actor_id,
            **patient.model_dump(),
        )
        .on_conflict_do_nothing(index_elements=[PATIENTS.c.resident_id])
        .returning(PATIENTS.c.id)
    )
    return result.first() is not None


async def _existing(call: Call, typed: Patient) -> Patient:
    query = select(PATIENTS).where(PATIENTS.c.resident_id == typed.resident_id)
    patient = queries.patient_of((await call.connection.execute(query)).mappings().one())
    if not is_same_name(patient.name, typed.name):
        raise errors.identity_conflict("name")
    return patient


async def _announce(call: Call, patient: Patient, institution_id: str) -> None:
    names = await institution_names(call.connection, [institution_id])
    by = PersonPart(
        person_id=call.actor.actor_id,
        name=call.actor.name,
        institution_id=institution_id,
        institution_name=names[institution_id],
    )
    part = await queries.patient_part(call.connection, patient)
    await call.announce(f"patient/{patient.id}", PatientRegistered(patient=part, by=by, at=call.now))
    call.tell(
        Changed(
            kind="patient",
            id=patient.id,
            version=patient.version,
            reason="registered",
            institution_ids=(institution_id,),
        )
    )


async def search(call: Call, text: str, limit: int) -> list[Patient]:
    """Search, and write down who was found by whom."""
    found = await queries.search(call.connection, call.actor, text, call.now, limit=limit)
    await call.audit("R", "patient.search", ("patient", "search"), detail=f"{len(found)} found")
    return found


async def join_episode(call: Call, patient_id: str, episode_id: str | None) -> str:
    """Use an episode of this patient, or begin a new one; return its id.

    Raises:
        Problem: `episode/not-found` when it is another patient's.
    """
    if episode_id is not None:
        if episode_id not in await queries.episode_starts(call.connection, call.actor, patient_id, call.now):
            raise errors.not_found("episode")
        return episode_id
    episode_id = new_id()
    await call.connection.execute(
        insert(EPISODES).values(
            id=episode_id,
            patient_id=patient_id,
            institution_id=call.actor.institution_id,
            started_at=call.now,
        )
    )
    return episode_id
