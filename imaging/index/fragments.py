"""The JSON that QIDO-RS answers with, prepared when rows are written (PS3.18 §10.6.3.3)."""

import json
from collections.abc import Iterable, Sequence

from imaging.dicom.json_model import BULK_MARK, JsonDataSet, JsonElement, JsonValue, dumps

STUDY_TAGS = (
    *("00080005", "00080020", "00080030", "00080050", "00080090", "00080201", "00081030", "00081048"),
    *("00081060", "00081080", "00100010", "00100020", "00100021", "00100030", "00100040", "00101010"),
    *("00101020", "00101030", "0020000D", "00200010"),
)
"""PS3.18 Table 10.6.3-3, and what of the Patient Study module clinicians look at."""

SERIES_TAGS = (
    *("00080005", "00080021", "00080031", "00080060", "00080070", "0008103E", "00081090", "00180015"),
    *("00181030", "0020000E", "00200011", "00200060", "00400244", "00400245", "00400275"),
)
"""PS3.18 Table 10.6.3-4, and body part, laterality, protocol and device."""

INSTANCE_TAGS = (
    *("00080005", "00080008", "00080016", "00080018", "00080023", "00080033", "00083002", "00200012"),
    *("00200013", "00280008", "00280010", "00280011", "00280100"),
)
"""PS3.18 Table 10.6.3-5, and image type and content time."""

MODALITIES, STUDY_SERIES, STUDY_INSTANCES = "00080061", "00201206", "00201208"
SERIES_INSTANCES, RETRIEVE_URL, AVAILABILITY = "00201209", "00081190", "00080056"


_MARK = BULK_MARK.encode()


def pick(source: JsonDataSet, tags: Iterable[str]) -> JsonDataSet:
    """Take what there is of `tags`, by reference for sequences as for plain values."""
    return {tag: source[tag] for tag in tags if tag in source}


def study_fragment(
    base: JsonDataSet, *, modalities: Sequence[str], series_count: int, instance_count: int
) -> bytes:
    """Return a study's JSON object with its current counts."""
    listed: list[JsonValue] = [*modalities]
    counted: JsonDataSet = {
        MODALITIES: {"vr": "CS", "Value": listed} if listed else {"vr": "CS"},
        STUDY_SERIES: {"vr": "IS", "Value": [series_count]},
        STUDY_INSTANCES: {"vr": "IS", "Value": [instance_count]},
        AVAILABILITY: {"vr": "CS", "Value": ["ONLINE"]},
        RETRIEVE_URL: _url(base, "0020000D"),
    }
    return dumps(dict(sorted({**base, **counted}.items())))


def series_fragment(base: JsonDataSet, *, study_uid: str, instance_count: int) -> bytes:
    """Return a series' JSON object with its current count."""
    counted: JsonDataSet = {
        "0020000D": {"vr": "UI", "Value": [study_uid]},
        SERIES_INSTANCES: {"vr": "IS", "Value": [instance_count]},
    }
    counted[RETRIEVE_URL] = _url({**base, **counted}, "0020000D", "0020000E")
    return dumps(dict(sorted({**base, **counted}.items())))


def instance_fragment(header: JsonDataSet) -> bytes:
    """Return an instance's JSON object."""
    own = pick(header, (*INSTANCE_TAGS, "0020000D", "0020000E"))
    own[AVAILABILITY] = {"vr": "CS", "Value": ["ONLINE"]}
    own[RETRIEVE_URL] = _url(header, "0020000D", "0020000E", "00080018")
    return dumps(dict(sorted(own.items())))


def _url(source: JsonDataSet, *uid_tags: str) -> JsonElement:
    """Return a Retrieve URL that lacks the service's address, which is put before it when it is served."""
    path = ""
    for level, tag in zip(("studies", "series", "instances"), uid_tags, strict=False):
        values = source.get(tag, {}).get("Value")
        path += f"/{level}/{values[0] if isinstance(values, list) else ''}"
    return {"vr": "UR", "Value": [f"{BULK_MARK}{path}"]}


def addressed(body: bytes, base: str) -> bytes:
    """Complete the references in a JSON body with the service's address."""
    return body.replace(_MARK, base.encode("latin-1", "replace"))


def merge(*fragments: bytes) -> JsonDataSet:
    """Read fragments into one object, ascending by tag; earlier ones win, so the deepest level comes first."""
    merged: JsonDataSet = {}
    for fragment in reversed(fragments):
        merged.update(json.loads(fragment))
    return dict(sorted(merged.items()))
