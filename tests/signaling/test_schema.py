"""The schema that the web client's types are made from."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

from signaling.schema import signaling_schema
from wire import signaling as wire


def alternatives(union: object) -> set[str]:
    return {alternative.__name__ for alternative in get_args(get_args(union)[0])}


def test_every_message_of_both_directions_is_told_apart_by_its_type() -> None:
    definitions = signaling_schema()["$defs"]
    assert isinstance(definitions, dict)
    for name, union in (("ClientMessage", wire.ClientMessage), ("ServerMessage", wire.ServerMessage)):
        described = json.loads(json.dumps(definitions[name]))
        assert described["discriminator"]["propertyName"] == "type"
        assert {ref.split("/")[-1] for ref in described["discriminator"]["mapping"].values()} == (
            alternatives(union)
        )


def test_every_field_is_required_and_nothing_else_is_let_in() -> None:
    for name, described in json.loads(json.dumps(signaling_schema()["$defs"])).items():
        if described.get("type") == "object":
            assert set(described["required"]) == set(described["properties"]), name
            assert described["additionalProperties"] is False, name


def test_every_reference_leads_somewhere() -> None:
    schema = signaling_schema()
    text = json.dumps(schema)
    names = {part.split('"')[0] for part in text.split("#/$defs/")[1:]}
    assert isinstance(schema["$defs"], dict)
    assert names <= set(schema["$defs"])


def test_the_command_prints_the_schema() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "signaling.schema"], check=True, capture_output=True, text=True
    )
    assert json.loads(printed.stdout) == json.loads(json.dumps(signaling_schema()))


def test_protocols_page_lists_every_message_with_its_fields() -> None:
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) ?\|", page, flags=re.MULTILINE))
    for union in (wire.ClientMessage, wire.ServerMessage):
        for message in get_args(get_args(union)[0]):
            name = get_args(message.model_fields["type"].annotation)[0]
            fields = [field.removesuffix(" or null") for field in rows[name].split(", ") if field]
            assert fields == [field for field in message.model_fields if field != "type"], name
