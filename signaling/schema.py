"""The JSON Schema of the signalling messages, from which the web client's types are generated.

`python -m signaling.schema` prints it. The definitions `ClientMessage` and `ServerMessage` are the unions.
"""

import json
import sys

from pydantic import JsonValue, TypeAdapter

from wire.signaling import CLIENT_MESSAGE, SERVER_MESSAGE, ClientMessage, ServerMessage

TITLE = "Signaling"


def signaling_schema() -> dict[str, JsonValue]:
    """Return one JSON Schema (2020-12) whose ``$defs`` hold both unions and everything they refer to."""
    adapters: dict[str, TypeAdapter[ClientMessage] | TypeAdapter[ServerMessage]] = {
        "ClientMessage": CLIENT_MESSAGE,
        "ServerMessage": SERVER_MESSAGE,
    }
    unions, schema = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in adapters.items()], title=TITLE
    )
    definitions = {name: _without_property_titles(model) for name, model in schema["$defs"].items()}
    definitions.update({name: union for (name, _), union in unions.items()})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "type": "object",
        "properties": {
            "client": {"$ref": "#/$defs/ClientMessage"},
            "server": {"$ref": "#/$defs/ServerMessage"},
        },
        "required": ["client", "server"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _without_property_titles(model: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Drop the titles of single properties: generators of types would make a type of each."""
    properties = model.get("properties")
    if not isinstance(properties, dict):
        return model
    plain = {
        name: {key: value for key, value in described.items() if key != "title"}
        for name, described in properties.items()
        if isinstance(described, dict)
    }
    return {**model, "properties": plain}


if __name__ == "__main__":
    json.dump(signaling_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
