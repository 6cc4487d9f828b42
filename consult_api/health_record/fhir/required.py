"""Required elements and status codes of the resource types that the project writes (FHIR R4 4.0.1).

The code lists are the `required` bindings of each type's `status`.
"""

from collections.abc import Mapping

REQUIRED: Mapping[str, Mapping[str, str]] = {
    "Binary": {"contentType": "a text"},
    "Bundle": {"type": "a text"},
    "Composition": {
        "status": "a text",
        "type": "an object",
        "date": "a text",
        "author": "a list",
        "title": "a text",
    },
    "Condition": {"subject": "an object"},
    "DiagnosticReport": {"status": "a text", "code": "an object"},
    "DocumentReference": {"status": "a text", "content": "a list"},
    "Encounter": {"status": "a text", "class": "an object"},
    "Endpoint": {
        "status": "a text",
        "connectionType": "an object",
        "payloadType": "a list",
        "address": "a text",
    },
    "EpisodeOfCare": {"status": "a text", "patient": "an object"},
    "ImagingStudy": {"status": "a text", "subject": "an object"},
    "Observation": {"status": "a text", "code": "an object"},
    "Provenance": {"target": "a list", "recorded": "a text", "agent": "a list"},
    "ServiceRequest": {"status": "a text", "intent": "a text", "subject": "an object"},
    "Task": {"status": "a text", "intent": "a text"},
}

_STATUS_CODES: Mapping[str, str] = {
    "Composition": "preliminary final amended entered-in-error",
    "DiagnosticReport": (
        "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown"
    ),
    "DocumentReference": "current superseded entered-in-error",
    "Encounter": ("planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"),
    "Endpoint": "active suspended error off entered-in-error test",
    "EpisodeOfCare": "planned waitlist active onhold finished cancelled entered-in-error",
    "ImagingStudy": "registered available cancelled entered-in-error unknown",
    "Observation": ("registered preliminary final amended corrected cancelled entered-in-error unknown"),
    "ServiceRequest": "draft active on-hold revoked completed entered-in-error unknown",
    "Task": (
        "draft requested received accepted rejected ready cancelled in-progress on-hold failed "
        "completed entered-in-error"
    ),
}
STATUS_CODES = {name: frozenset(codes.split()) for name, codes in _STATUS_CODES.items()}
