import json
from pathlib import Path

import pytest

from consult_api.health_record.fhir import definitions
from consult_api.health_record.fhir.definitions import pattern, structure
from consult_api.health_record.fhir.resource_types import RESOURCE_TYPES

TABLE = Path(definitions.__file__).with_name("r4_definitions.json")


def test_the_table_holds_every_resource_of_r4_says_whence_it_comes_and_stays_small():
    table = json.loads(TABLE.read_text())
    assert "4.0.1" in table["source"]
    assert "CC0" in table["source"]
    assert TABLE.stat().st_size < 300_000
    assert set(table["types"]) >= RESOURCE_TYPES


def test_every_type_that_an_element_names_is_in_the_table():
    table = json.loads(TABLE.read_text())
    unknown = {
        (name, element.kind.name)
        for name in table["types"]
        if (shape := structure(name))
        for element in shape.elements.values()
        if structure(element.kind.name) is None and pattern(element.kind.name) is None
    }
    assert unknown == set()


def test_a_type_has_its_own_elements_and_those_that_it_inherits():
    task = structure("Task")
    assert task is not None
    status = task.elements["status"]
    assert (status.needed, status.repeats, status.kind.name) == (True, False, "code")
    assert {"requested", "completed"} < status.kind.codes
    assert task.elements["identifier"].repeats
    assert {"id", "meta", "text", "contained", "extension"} < set(task.elements)


def test_a_choice_is_spelt_with_each_of_its_types():
    observation = structure("Observation")
    assert observation is not None
    spelt = [name for name, one in observation.elements.items() if one.choice == "value[x]"]
    assert "valueQuantity" in spelt
    assert "valueDateTime" in spelt
    needed = structure("Task.input")
    assert needed is not None
    assert needed.needed_choices == ("value[x]",)


def test_a_reference_knows_its_targets_and_none_for_any():
    task = structure("Task")
    assert task is not None
    assert task.elements["encounter"].kind.targets == {"Encounter"}
    assert task.elements["focus"].kind.targets == frozenset()


@pytest.mark.parametrize(
    ("primitive", "text", "is_right"),
    [
        ("string", "一　二\u00a0三", True),
        ("code", "in-progress", True),
        ("code", " in-progress", False),
        ("date", "2026-03", True),
        ("date", "2026-3", False),
        ("instant", "2026-03-02T08:00:00Z", True),
        ("instant", "2026-03-02", False),
        ("oid", "urn:oid:1.2.3", True),
        ("uuid", "urn:uuid:6F6C1F0E-7b0a-4a36-9d0e-3d1f0f6f7a11", False),
    ],
)
def test_a_primitive_is_spelt_as_r4_spells_it(primitive: str, text: str, is_right: bool):
    spelt = pattern(primitive)
    assert spelt is not None
    assert (spelt.fullmatch(text) is not None) == is_right


def test_what_r4_doesnt_know_has_neither_structure_nor_pattern():
    assert structure("Wizard") is None
    assert pattern("Task") is None
