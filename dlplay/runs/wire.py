"""Messages between the server and its workers: one JSON object and any number of blobs as one piece of bytes.

    bytes 0–3   length n of the header, little-endian
    bytes 4–…   header, JSON in UTF-8, with the lengths of the blobs under "blobs"
    then        the blobs

No pickle. Both ends are ours, so the header may hold Python's NaN and Infinity.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def encode(facts: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """Facts (JSON) and blobs as bytes."""
    header = json.dumps({**facts, "blobs": [len(blob) for blob in blobs]}, separators=(",", ":")).encode()
    return b"".join([len(header).to_bytes(4, "little"), header, *blobs])


def decode(message: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The facts and the blobs again."""
    at = 4 + int.from_bytes(message[:4], "little")
    facts = json.loads(message[4:at])
    blobs = []
    for length in facts.pop("blobs"):
        blobs.append(message[at : at + length])
        at += length
    return facts, blobs
