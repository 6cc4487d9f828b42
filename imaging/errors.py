"""What imaging can refuse, each with a stable code.

```
Problem
└── DicomProblem             the file itself
    ├── dicom/not-dicom          no PS3.10 preamble and prefix
    ├── dicom/truncated          ends before its own lengths say so
    ├── dicom/malformed          can't be read as a data set
    ├── dicom/too-deep           sequences nested beyond the limit
    ├── dicom/too-large          beyond a limit of size, elements, frames or inflated bytes
    ├── dicom/identity-missing   lacks a UID that addresses it
    ├── dicom/media-directory    a DICOMDIR, not an instance
    ├── instance/differs         same SOP Instance UID, other bytes
    ├── instance/belongs-elsewhere  the study or the instance is another institution's
    ├── instance/wrong-study     STOW to a study that the instance doesn't name
    ├── pixels/…                 can't be turned into a picture
    └── study|series|instance|frame|bulkdata/unknown
    web/…                        the request
```

`failure_reason` is the code that STOW-RS and C-STORE report (PS3.18 Table I.2-2, PS3.4 Table B.2-1, PS3.7 Annex C).
"""

from collections.abc import Mapping

from wire.problems import Kind, Problem

PROCESSING_FAILURE = 0x0110
"""(PS3.7 Annex C) the general failure."""
DUPLICATE_INSTANCE = 0x0111
"""(PS3.7 Annex C) duplicate SOP instance."""
NOT_AUTHORISED = 0x0124
"""(PS3.7 Annex C) refused: not authorised."""
OUT_OF_RESOURCES = 0xA700
"""(PS3.4 Table B.2-1) refused: out of resources."""
DATA_SET_MISMATCH = 0xA900
"""(PS3.4 Table B.2-1) data set does not match the SOP class."""
CANNOT_UNDERSTAND = 0xC000
"""(PS3.4 Table B.2-1) cannot understand."""


class DicomProblem(Problem):
    """A problem with a DICOM file, with the number that DICOM peers understand."""

    def __init__(
        self,
        code: str,
        kind: Kind,
        detail: str,
        *,
        failure_reason: int = CANNOT_UNDERSTAND,
        parameters: Mapping[str, str | int] | None = None,
    ) -> None:
        super().__init__(code, kind, detail, parameters=parameters)
        self.failure_reason = failure_reason


def not_dicom() -> DicomProblem:
    """The bytes don't begin as PS3.10 §7.1 says."""
    return DicomProblem(
        "dicom/not-dicom", Kind.UNPROCESSABLE, "This is not a DICOM file: the DICM prefix is missing."
    )


def truncated(missing_bytes: int) -> DicomProblem:
    """An element claims more bytes than there are."""
    return DicomProblem(
        "dicom/truncated",
        Kind.UNPROCESSABLE,
        "The file ends before its contents do; it was probably cut off on the way.",
        parameters={"missing_bytes": missing_bytes},
    )


def malformed(what: str) -> DicomProblem:
    """The data set can't be read. `what` names the rule, never a value."""
    return DicomProblem("dicom/malformed", Kind.UNPROCESSABLE, f"The DICOM data set can't be read: {what}.")


def too_deep(limit: int) -> DicomProblem:
    """Sequences are nested beyond `limit`."""
    return DicomProblem(
        "dicom/too-deep",
        Kind.UNPROCESSABLE,
        "Sequences are nested too deeply.",
        parameters={"limit": limit},
    )


def too_large(what: str, limit: int) -> DicomProblem:
    """A limit of size is passed. `what` is one of bytes, elements, inflated-bytes, fragments, pixels."""
    return DicomProblem(
        "dicom/too-large",
        Kind.TOO_LARGE,
        f"The file passes the limit of {what}.",
        failure_reason=OUT_OF_RESOURCES,
        parameters={"what": what, "limit": limit},
    )


def identity_missing(attribute: str) -> DicomProblem:
    """A UID that addresses the instance is missing or not a UID."""
    return DicomProblem(
        "dicom/identity-missing",
        Kind.UNPROCESSABLE,
        f"{attribute} is missing or not a valid UID.",
        failure_reason=DATA_SET_MISMATCH,
        parameters={"attribute": attribute},
    )


def media_directory() -> DicomProblem:
    """A DICOMDIR was sent."""
    return DicomProblem(
        "dicom/media-directory",
        Kind.UNPROCESSABLE,
        "This is a media directory (DICOMDIR); send the images it lists.",
        failure_reason=DATA_SET_MISMATCH,
    )


def instance_differs() -> DicomProblem:
    """Same UID, other bytes: what is stored stays."""
    return DicomProblem(
        "instance/differs",
        Kind.CONFLICT,
        "An instance with this UID and other contents is already stored; it was kept, this one refused.",
        failure_reason=DUPLICATE_INSTANCE,
    )


def belongs_elsewhere() -> DicomProblem:
    """Another institution owns the study or the instance."""
    return DicomProblem(
        "instance/belongs-elsewhere",
        Kind.CONFLICT,
        "This study belongs to another institution, which alone may add to it.",
        failure_reason=NOT_AUTHORISED,
    )


def wrong_study() -> DicomProblem:
    """PS3.18 §10.5.1: an instance of another study than the one in the path."""
    return DicomProblem(
        "instance/wrong-study",
        Kind.CONFLICT,
        "The instance belongs to another study than the one addressed.",
        failure_reason=DATA_SET_MISMATCH,
    )


def unknown(what: str) -> DicomProblem:
    """There is no such `what` (study, series, instance, frame, bulkdata), or not for whom asks."""
    return DicomProblem(f"{what}/unknown", Kind.NOT_FOUND, f"There is no such {what}.")


def cannot_render(reason: str, detail: str) -> DicomProblem:
    """The pixels can't be shown; `reason` is absent, unsupported, incomplete, too-large or damaged."""
    kind = Kind.NOT_FOUND if reason == "absent" else Kind.UNPROCESSABLE
    return DicomProblem(f"pixels/{reason}", kind, detail)


def not_acceptable(offered: str) -> Problem:
    """PS3.18 §8.7.8: none of the media types that were asked for can be served."""
    return Problem(
        "web/not-acceptable",
        Kind.NOT_ACCEPTABLE,
        f"None of the accepted media types can be served here; this can: {offered}.",
    )


def bad_request(what: str) -> Problem:
    """The request itself is wrong. `what` never quotes a value that a patient may stand behind."""
    return Problem("web/bad-request", Kind.INVALID, f"The request can't be understood: {what}.")
