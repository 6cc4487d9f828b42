"""The JSON Schema of the signalling messages, from which the web client's types are generated.

`python -m signaling.schema` prints it. Beside the frames, the definitions `ClientMessage` and `ServerMessage`
are the unions of what a frame may carry, told apart by `type`.
"""

import json
import sys

from pydantic import JsonValue, TypeAdapter

from wire.signaling import ClientFrame, ClientMessage, ServerFrame, ServerMessage

TITLE = "Signaling"


def signaling_schema() -> dict[str, JsonValue]:
    """Return one JSON Schema (2020-12) whose ``$defs`` hold the frames, the unions and all they refer to."""
    client: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
    server: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
    unions, schema = TypeAdapter.json_schemas(
        [
            ("ClientMessage", "validation", client),
            ("ServerMessage", "validation", server),
            ("ClientFrame", "validation", TypeAdapter(ClientFrame)),
            ("ServerFrame", "validation", TypeAdapter(ServerFrame)),
        ]
    )
    definitions: dict[str, JsonValue] = {
        name: _without_property_titles(model) for name, model in schema["$defs"].items()
    }
    definitions.update({name: union for (name, _), union in unions.items() if name not in definitions})
    for frame, union in (("ClientFrame", "ClientMessage"), ("ServerFrame", "ServerMessage")):
        _refer(definitions[frame], union)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLE,
        "type": "object",
        "properties": {"client": {"$ref": "#/$defs/ClientFrame"}, "server": {"$ref": "#/$defs/ServerFrame"}},
        "required": ["client", "server"],
        "additionalProperties": False,
        "$defs": definitions,
    }


def _refer(frame: JsonValue, union: str) -> None:
    """Let the frame name its union instead of repeating it."""
    if isinstance(frame, dict) and isinstance(properties := frame.get("properties"), dict):
        properties["message"] = {"$ref": f"#/$defs/{union}"}


def _without_property_titles(model: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Drop the titles of single properties: generators of types would make a type of each."""
    properties = model.get("properties")
    if not isinstance(properties, dict):
        return model
    plain: dict[str, JsonValue] = {
        name: {key: value for key, value in described.items() if key != "title"}
        for name, described in properties.items()
        if isinstance(described, dict)
    }
    return {**model, "properties": plain}


if __name__ == "__main__":
    json.dump(signaling_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
