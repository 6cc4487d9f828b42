"""Practice certificates: kept with a scan as evidence, believed once an administrator has compared the two.

A change of number, date or scan makes a certificate unverified again.
"""

from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, update

from consult_api.directory.lifecycle.staff import changed, details, refuse_number, require_mine
from consult_api.directory.queries.staff import require_credential
from consult_api.directory.rules.people import evidence_type
from consult_api.directory.schemas import CertificateGiven, PersonDetails, Verification
from consult_api.directory.tables import CREDENTIALS
from consult_api.request import Call
from runtime.blobs import BlobStore
from wire.identifiers import new_id
from wire.problems import Kind, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A scan that is among the blobs, durably."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int


async def keep_scan(blobs: BlobStore, content: bytes, name: str) -> Scan:
    """Keep a scan by its content.

    Raises:
        Problem: `evidence/unknown-type` for what is neither PDF, JPEG nor PNG; what the store raises.
    """
    media_type = evidence_type(content[:16])
    if media_type is None:
        raise Problem("evidence/unknown-type", Kind.UNSUPPORTED, "Evidence is a PDF, a JPEG or a PNG.")
    sha256 = await blobs.put(content)
    return Scan(sha256=sha256, name=name, media_type=media_type, size_bytes=len(content))


async def add(call: Call, person_id: str, body: CertificateGiven) -> PersonDetails:
    """Note a certificate, unverified.

    Raises:
        Problem: `person/not-found`, `person/not-yours`, `credential/number-taken`.
    """
    await require_mine(call, person_id)
    await refuse_number(call, body, person_id)
    credential_id = new_id()
    await call.connection.execute(
        insert(CREDENTIALS).values(id=credential_id, person_id=person_id, evidence="", **body.model_dump())
    )
    await call.audit("C", "credential.add", ("credential", credential_id))
    return await details(call, person_id)


async def _mine(call: Call, person_id: str, credential_id: str) -> RowMapping:
    await require_mine(call, person_id)
    return await require_credential(call.connection, person_id, credential_id)


async def _write(call: Call, credential_id: str, subtype: str, **values: object) -> None:
    await call.connection.execute(
        update(CREDENTIALS).where(CREDENTIALS.c.id == credential_id).values(**values)
    )
    await call.audit("U", subtype, ("credential", credential_id))


async def change(call: Call, person_id: str, credential_id: str, body: CertificateGiven) -> PersonDetails:
    """Correct a certificate's number or last day; it is unverified then.

    Raises:
        Problem: as `add`, `credential/not-found`.
    """
    row = await _mine(call, person_id, credential_id)
    await refuse_number(call, body, person_id)
    if (row["number"], row["expires_on"]) != (body.number, body.expires_on):
        unverified = {"verified_at": None, "verified_by": None}
        await _write(call, credential_id, "credential.change", **body.model_dump(), **unverified)
        await changed(call, person_id)
    return await details(call, person_id)


async def show_evidence(call: Call, person_id: str, credential_id: str, scan: Scan) -> PersonDetails:
    """Lay a scan beside a certificate, which is unverified then.

    Raises:
        Problem: `person/not-found`, `person/not-yours`, `credential/not-found`.
    """
    await _mine(call, person_id, credential_id)
    await _write(
        call,
        credential_id,
        "credential.evidence",
        evidence_sha256=scan.sha256,
        evidence_name=scan.name,
        evidence_type=scan.media_type,
        evidence_bytes=scan.size_bytes,
        verified_at=None,
        verified_by=None,
    )
    await changed(call, person_id)
    return await details(call, person_id)


async def find_scan(call: Call, person_id: str, credential_id: str) -> Scan:
    """Find a certificate's scan, and write down who looked at it.

    Raises:
        Problem: `person/not-found`, `person/not-yours`, `credential/not-found`, `evidence/not-found`.
    """
    row = await _mine(call, person_id, credential_id)
    if row["evidence_sha256"] is None:
        raise Problem("evidence/not-found", Kind.NOT_FOUND, "There is no scan of this certificate.")
    await call.audit("R", "credential.evidence", ("credential", credential_id))
    return Scan(
        sha256=row["evidence_sha256"],
        name=row["evidence_name"],
        media_type=row["evidence_type"],
        size_bytes=row["evidence_bytes"],
    )


async def verify(call: Call, person_id: str, credential_id: str, body: Verification) -> PersonDetails:
    """Say that a certificate is as its scan shows, or take that back. Nobody verifies their own.

    Raises:
        Problem: as `find_scan`, `credential/own`, `credential/expired`.
    """
    row = await _mine(call, person_id, credential_id)
    if body.is_verified:
        today = call.now.astimezone(call.surroundings.settings.county_time).date()
        if person_id == call.actor.actor_id:
            raise Problem("credential/own", Kind.FORBIDDEN, "Nobody verifies their own certificate.")
        if row["evidence_sha256"] is None:
            raise Problem("evidence/not-found", Kind.NOT_FOUND, "There is no scan of this certificate.")
        if row["expires_on"] < today:
            raise Problem("credential/expired", Kind.CONFLICT, "This certificate has expired.")
    at, by = (call.now, call.actor.actor_id) if body.is_verified else (None, None)
    subtype = "credential.verify" if body.is_verified else "credential.doubt"
    await _write(call, credential_id, subtype, verified_at=at, verified_by=by)
    await changed(call, person_id)
    return await details(call, person_id)
