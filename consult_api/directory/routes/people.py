"""People, their roles and certificates, as their administrator keeps them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from consult_api.access import Action
from consult_api.directory.lifecycle import certificates, staff
from consult_api.directory.queries.administration import reach_of
from consult_api.directory.queries.staff import PeopleSought, people_listed
from consult_api.directory.rules.people import EVIDENCE_LARGEST_BYTES
from consult_api.directory.schemas import (
    CertificateGiven,
    Disabling,
    FileName,
    IssuedSecret,
    PersonChanges,
    PersonDetails,
    PersonGiven,
    PersonRow,
    RoleGiven,
    SearchText,
    Verification,
)
from consult_api.request import Call, Permitted, received, surroundings_of

router = APIRouter(tags=["people"], prefix="/people")

Managing = Annotated[Call, Depends(Permitted(Action.MANAGE_PEOPLE), scope="function")]
Id = Annotated[str, Path(pattern=r"^[0-9A-Za-z-]{1,36}$")]
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.get("")
async def list_people(
    call: Managing,
    q: SearchText = "",
    institution_id: str | None = None,
    attention: Annotated[
        bool, Query(description="only whose certificates expire within 60 days or aren't valid")
    ] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> list[PersonRow]:
    """List people by name, username or certificate number."""
    reach = await reach_of(call.connection, call.actor)
    today = call.now.astimezone(call.surroundings.settings.county_time).date()
    sought = PeopleSought(text=q.strip(), institution_id=institution_id, attention=attention)
    return await people_listed(call.connection, reach, sought, today, limit=limit)


@router.post("", status_code=201)
async def enrol_person(body: PersonGiven, call: Managing) -> PersonDetails:
    """Enrol somebody with a first role; a password is issued separately."""
    return await call.once(PersonDetails, body, lambda: staff.enrol(call, body))


@router.get("/{person_id}")
async def read_person(person_id: Id, call: Managing) -> PersonDetails:
    """Read somebody's particulars."""
    return await staff.details(call, person_id)


@router.put("/{person_id}")
async def change_person(person_id: Id, body: PersonChanges, call: Managing) -> PersonDetails:
    """Change somebody's particulars."""
    return await call.once(PersonDetails, body, lambda: staff.change(call, person_id, body))


@router.put("/{person_id}/disabling")
async def disable_person(person_id: Id, body: Disabling, call: Managing) -> PersonDetails:
    """Keep somebody out from now on, or let them in again; their sessions end at once."""
    return await call.once(PersonDetails, body, lambda: staff.disable(call, person_id, body))


@router.post("/{person_id}/password")
async def issue_password(person_id: Id, call: Managing) -> IssuedSecret:
    """Make a new password; it is in this answer and nowhere else, so this is never answered twice."""
    return await staff.issue_password(call, person_id)


@router.delete("/{person_id}/pin")
async def clear_pin(person_id: Id, call: Managing) -> PersonDetails:
    """Forget somebody's PIN, so that they choose a new one."""
    return await staff.clear_pin(call, person_id)


@router.post("/{person_id}/memberships", status_code=201)
async def give_role(person_id: Id, body: RoleGiven, call: Managing) -> PersonDetails:
    """Give somebody a further role."""
    return await call.once(PersonDetails, body, lambda: staff.add_role(call, person_id, body))


@router.delete("/{person_id}/memberships/{membership_id}")
async def end_role(person_id: Id, membership_id: Id, call: Managing) -> PersonDetails:
    """Let a role end."""
    return await staff.end_role(call, person_id, membership_id)


@router.post("/{person_id}/credentials", status_code=201)
async def add_credential(person_id: Id, body: CertificateGiven, call: Managing) -> PersonDetails:
    """Note a practice certificate, unverified."""
    return await call.once(PersonDetails, body, lambda: certificates.add(call, person_id, body))


@router.put("/{person_id}/credentials/{credential_id}")
async def change_credential(
    person_id: Id, credential_id: Id, body: CertificateGiven, call: Managing
) -> PersonDetails:
    """Correct a certificate; it is unverified then."""
    return await call.once(
        PersonDetails, body, lambda: certificates.change(call, person_id, credential_id, body)
    )


@router.put("/{person_id}/credentials/{credential_id}/verification")
async def verify_credential(
    person_id: Id, credential_id: Id, body: Verification, call: Managing
) -> PersonDetails:
    """Say that a certificate is as its scan shows, or take that back."""
    return await call.once(
        PersonDetails, body, lambda: certificates.verify(call, person_id, credential_id, body)
    )


async def _scan(request: Request, name: FileName) -> certificates.Scan:
    """Receive and keep the scan before the transaction begins."""
    content = await received(
        request, Action.MANAGE_PEOPLE, area="evidence", largest_bytes=EVIDENCE_LARGEST_BYTES
    )
    return await certificates.keep_scan(surroundings_of(request).blobs, content, name)


@router.put("/{person_id}/credentials/{credential_id}/evidence", openapi_extra=FILE_BODY)
async def upload_evidence(
    person_id: Id,
    credential_id: Id,
    scan: Annotated[certificates.Scan, Depends(_scan)],
    call: Managing,
) -> PersonDetails:
    """Lay a scan (PDF, JPEG or PNG, at most 10 MiB, as the whole body) beside a certificate."""
    return await certificates.show_evidence(call, person_id, credential_id, scan)


@router.get("/{person_id}/credentials/{credential_id}/evidence", response_class=Response)
async def read_evidence(person_id: Id, credential_id: Id, call: Managing) -> Response:
    """Download a certificate's scan. It is never shown as a page of ours: it came from outside."""
    scan = await certificates.find_scan(call, person_id, credential_id)
    content = await call.surroundings.blobs.read(scan.sha256)
    return Response(
        content,
        media_type=scan.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(scan.name, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
            "Cache-Control": "no-store",
        },
    )
