"""Signed checkpoints of the audit: how long each chain was and how it ended, one compact JWS a line (RFC 7515 §7.1).

Whoever can write the database can write new chains and new heads. A line that was copied to another place before can't
be written anew, and its signature shows that nobody changed the copy. The key is a file beside the data, never in the
database.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from runtime.audit import Checkpoint
from wire.problems import Kind, Problem

_KEY = "audit-key.json"
_PUBLIC = "audit-key.public.json"


def signing_key(folder: Path) -> ECKey:
    """The P-256 key in this folder, made at first use, readable by its owner alone; its public half beside it."""
    path = folder / _KEY
    if not path.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(json.dumps(key.as_dict(private=True)))
        (folder / _PUBLIC).write_text(json.dumps(key.as_dict(private=False)))
    return ECKey.import_key(json.loads(path.read_text()))


def public_key(path: Path) -> ECKey:
    """Read a public key that was copied out.

    Raises:
        Problem: `audit/key-unreadable`.
    """
    try:
        return ECKey.import_key(json.loads(path.read_text()))
    except (OSError, ValueError, JoseError) as error:
        raise Problem("audit/key-unreadable", Kind.INVALID, f"{path} holds no public key.") from error


def append(path: Path, checkpoints: Sequence[Checkpoint], key: ECKey, at: datetime) -> None:
    """Sign these heads and add them to a file as one line."""
    claims = {"at": at.isoformat(), "chains": [asdict(checkpoint) for checkpoint in checkpoints]}
    line = jws.serialize_compact({"alg": "ES256"}, json.dumps(claims, sort_keys=True), key)
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, key: ECKey) -> list[Checkpoint]:
    """Read every line of a file.

    Raises:
        Problem: `audit/checkpoint-unreadable` when the file or a line can't be read, or its signature is wrong.
    """
    found: list[Checkpoint] = []
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        raise Problem("audit/checkpoint-unreadable", Kind.INVALID, f"{path} can't be read.") from error
    for number, line in enumerate(lines, 1):
        try:
            claims = json.loads(jws.deserialize_compact(line, key, algorithms=["ES256"]).payload)
            found += [Checkpoint(**chain) for chain in claims["chains"]]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Problem(
                "audit/checkpoint-unreadable", Kind.INVALID, f"{path}, line {number}: not a line of this key."
            ) from error
    return found
