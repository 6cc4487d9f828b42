"""Every refusal of the record, told as FHIR tells it.

    FhirProblem
    ├── bad_request        400  fhir/not-json, fhir/invalid, fhir/unknown-parameter, …
    ├── not_found          404  fhir/not-found, fhir/unknown-type
    ├── not_supported      405  fhir/not-supported
    ├── conflict           409  fhir/conflict
    ├── precondition       412  fhir/version-differs, fhir/exists
    └── unprocessable      422  fhir/rule-broken

`issue` is a code of FHIR R4 IssueType (http://hl7.org/fhir/issue-type). Texts hold element names and codes, never
a value that came in: they are logged, and values are patients' data.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consult_api.health_record.fhir.values import Json, Resource, at_path, objects, text_at
from wire.problems import Kind, Problem

ISSUE_OF_KIND: Mapping[Kind, str] = {
    Kind.INVALID: "invalid",
    Kind.UNAUTHENTICATED: "login",
    Kind.FORBIDDEN: "forbidden",
    Kind.NOT_FOUND: "not-found",
    Kind.NOT_ACCEPTABLE: "not-supported",
    Kind.CONFLICT: "conflict",
    Kind.GONE: "deleted",
    Kind.STALE: "conflict",
    Kind.TOO_LARGE: "too-long",
    Kind.UNSUPPORTED: "not-supported",
    Kind.UNPROCESSABLE: "processing",
    Kind.TOO_MANY: "throttled",
    Kind.INTERNAL: "exception",
    Kind.UNAVAILABLE: "transient",
    Kind.STORAGE_FULL: "no-store",
}

_STABLE_CODE = re.compile(r"[a-z]+/[a-z0-9-]+")
_PLACE = re.compile(r"[A-Za-z0-9_.\[\]()/:*-]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One finding: an IssueType code, what is wrong, and where (FHIRPath, such as `Task.status`)."""

    code: str
    diagnostics: str
    expression: str = ""


class FhirProblem(Problem):
    """A refusal with one or more findings."""

    def __init__(self, code: str, kind: Kind, issues: Sequence[Issue], *, status: int | None = None) -> None:
        super().__init__(code, kind, issues[0].diagnostics)
        self.issues = tuple(issues)
        self.status = self.http_status if status is None else status

    def at(self, prefix: str) -> "FhirProblem":
        """Return the same refusal with every expression moved under `prefix`, for an entry of a bundle."""
        moved = [
            Issue(
                code=issue.code,
                diagnostics=issue.diagnostics,
                expression=f"{prefix}.{issue.expression}" if issue.expression else prefix,
            )
            for issue in self.issues
        ]
        return FhirProblem(self.code, self.kind, moved, status=self.status)


def bad_request(code: str, detail: str, *, issue: str = "invalid", expression: str = "") -> FhirProblem:
    """400: the request isn't FHIR, or asks for something unknown."""
    finding = Issue(code=issue, diagnostics=detail, expression=expression)
    return FhirProblem(code, Kind.INVALID, [finding])


def not_found(code: str, detail: str) -> FhirProblem:
    """404: no such resource, version or type."""
    return FhirProblem(code, Kind.NOT_FOUND, [Issue(code="not-found", diagnostics=detail)])


def not_supported(detail: str) -> FhirProblem:
    """405: an interaction that the record doesn't offer, such as deleting."""
    return FhirProblem(
        "fhir/not-supported", Kind.INVALID, [Issue(code="not-supported", diagnostics=detail)], status=405
    )


def conflict(code: str, detail: str) -> FhirProblem:
    """409: another write to the same resource won."""
    return FhirProblem(code, Kind.CONFLICT, [Issue(code="conflict", diagnostics=detail)])


def precondition(code: str, detail: str) -> FhirProblem:
    """412: `If-Match` or `If-None-Match` doesn't hold (RFC 9110 §13.1)."""
    return FhirProblem(code, Kind.STALE, [Issue(code="conflict", diagnostics=detail)])


def unprocessable(issues: Sequence[Issue]) -> FhirProblem:
    """422: well-formed, but it breaks rules of R4; one finding each."""
    return FhirProblem("fhir/rule-broken", Kind.UNPROCESSABLE, issues)


def issues_of(problem: Problem) -> tuple[Issue, ...]:
    """Return a problem's findings; a problem from elsewhere becomes one."""
    if isinstance(problem, FhirProblem):
        return problem.issues
    return (Issue(code=ISSUE_OF_KIND[problem.kind], diagnostics=problem.detail),)


def status_of(problem: Problem) -> int:
    """Return the HTTP status a problem is answered with."""
    return problem.status if isinstance(problem, FhirProblem) else problem.http_status


def operation_outcome(code: str, issues: Sequence[Issue], *, severity: str = "error") -> Resource:
    """Build the OperationOutcome; `code` is the project's own stable code, kept in `details.text`."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": severity,
                "code": issue.code,
                "details": {"text": code},
                "diagnostics": issue.diagnostics,
                **({"expression": [issue.expression]} if issue.expression else {}),
            }
            for issue in issues
        ],
    }


def redacted(outcome: Resource) -> Resource:
    """Return an OperationOutcome with its codes and places alone.

    Servers repeat in `diagnostics`, `details.text` and the narrative what they were sent: patients' data. Kept of
    texts are stable codes such as our own, `fhir/rule-broken`.
    """
    issues = [_redacted_issue(issue) for issue in objects(outcome.get("issue"))]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _redacted_issue(issue: Resource) -> Resource:
    kept: dict[str, Json] = {name: text for name in ("severity", "code") if (text := text_at(issue, name))}
    codings: list[Json] = [
        {name: coding[name] for name in ("system", "code") if name in coding}
        for coding in objects(list(at_path(issue, "details.coding")))
    ]
    text = text_at(issue, "details", "text")
    if codings:
        kept["details"] = {"coding": codings}
    elif _STABLE_CODE.fullmatch(text):
        kept["details"] = {"text": text}
    for name in ("expression", "location"):
        places = issue.get(name)
        if isinstance(places, list):
            kept[name] = [place for place in places if isinstance(place, str) and _PLACE.fullmatch(place)]
    return kept
