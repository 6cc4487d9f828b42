"""What the shared health record is told of a consult."""

from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from consult_api.access import Actor
from consult_api.consults.queries.invitations import experts_among, invitations_of, post_of
from consult_api.consults.queries.page import (
    reports_of,
    requester_post,
    specialist_post,
    studies_of,
)
from consult_api.consults.rules.states import Mode, Urgency
from consult_api.consults.schemas.consult import Report
from consult_api.directory.queries import Post, department_summaries, person_part, practitioners
from consult_api.patients.queries import patient_part, require_patient
from wire.clinical import (
    AttestationPart,
    ConsultRecorded,
    PatientPart,
    PersonPart,
    ReportAttested,
    ReportSigned,
    StudyPart,
    VitalsPart,
)


async def _person(connection: AsyncConnection, post: Post) -> PersonPart:
    return await person_part(connection, (await practitioners(connection, [post]))[post])


async def part_of_patient(
    connection: AsyncConnection, actor: Actor, patient_id: str, now: datetime
) -> PatientPart:
    """The patient, as whoever acts may see them."""
    return await patient_part(connection, await require_patient(connection, actor, patient_id, now))


async def recorded(
    connection: AsyncConnection, actor: Actor, row: RowMapping, now: datetime
) -> ConsultRecorded:
    """The consult as it stands now. `row` is its row after the change."""
    specialist = specialist_post(row)
    newest = next(reversed(await reports_of(connection, [row["id"]])), None)
    department = (await department_summaries(connection, [row["department_id"]]))[row["department_id"]]
    return ConsultRecorded(
        consult_id=row["id"],
        version=row["version"],
        episode_id=row["episode_id"],
        state=row["state"],
        urgency=Urgency(row["urgency"]).value,
        mode=Mode(row["mode"]).value,
        question=row["question"],
        complaint=row["complaint"],
        vitals=VitalsPart(**row["vitals"]) if row["vitals"] else None,
        patient=await part_of_patient(connection, actor, row["patient_id"], now),
        requester=await _person(connection, requester_post(row)),
        department_id=department.id,
        department_name=department.name,
        performing_institution_id=department.institution_id,
        performing_institution_name=department.institution_name,
        specialist=await _person(connection, specialist) if specialist else None,
        experts=await _experts(connection, row["id"]),
        respond_by=row["breach_at"],
        scheduled_for=row["scheduled_for"],
        scheduled_minutes=row["scheduled_minutes"],
        submitted_at=row["submitted_at"],
        session_started_at=row["session_started_at"],
        session_ended_at=row["session_ended_at"],
        studies=[
            StudyPart(
                study_uid=study.study_uid,
                modalities=study.modalities,
                description=study.description,
                study_date=study.study_date,
                series=study.series,
                instances=study.instances,
            )
            for study in await studies_of(connection, [row["id"]])
        ],
        report_id=newest.id if newest else None,
        report_version=newest.version if newest else None,
        at=now,
    )


async def signed(connection: AsyncConnection, actor: Actor, row: RowMapping, report: Report) -> ReportSigned:
    """A report that has just been signed. `row` is the consult's row after the change."""
    return ReportSigned(
        report_id=report.id,
        report_version=report.version,
        replaces_version=report.version - 1 or None,
        consult_id=row["id"],
        consult_version=row["version"],
        episode_id=row["episode_id"],
        patient=await part_of_patient(connection, actor, row["patient_id"], report.signed_at),
        question=row["question"],
        findings=report.findings,
        assessment=report.assessment,
        advice=report.advice,
        author=await person_part(connection, report.signed_by),
        signed_at=report.signed_at,
        content_sha256=report.content_sha256,
        study_uids=[study.study_uid for study in await studies_of(connection, [row["id"]])],
    )


async def attested(
    connection: AsyncConnection, actor: Actor, row: RowMapping, report: Report
) -> ReportAttested:
    """A signed report with all that other experts have said to it."""
    return ReportAttested(
        **dict(await signed(connection, actor, row, report)),
        attestations=[
            AttestationPart(
                by=await person_part(connection, each.by),
                stance=each.stance.value,
                reason=each.reason,
                signed_at=each.signed_at,
                content_sha256=each.content_sha256,
            )
            for each in report.attestations
        ],
    )


async def _experts(connection: AsyncConnection, consult_id: str) -> tuple[PersonPart, ...]:
    invitations = await invitations_of(connection, consult_id)
    there = experts_among(invitations)
    posts = [post_of(each) for each in invitations if each["person_id"] in there]
    return tuple([await _person(connection, post) for post in dict.fromkeys(posts)])


async def part_of_actor(connection: AsyncConnection, actor: Actor) -> PersonPart:
    """Whoever acts, at the place where they do."""
    return await _person(connection, Post(actor.actor_id, actor.institution_id or "", actor.department_id))
