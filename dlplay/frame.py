"""A frame: some facts and some arrays as one piece of bytes, the form in which pictures travel to the browser.

    bytes 0–3   length n of the header, little-endian
    bytes 4–…   header, JSON in UTF-8, padded with spaces so that the arrays begin at a multiple of 8
    then        the arrays, each at a multiple of 8, C order, little-endian

The header is `{**facts, "arrays": {name: {"dtype", "shape", "at"}}}`; `assets/live/frame.js` reads the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

DTYPES = ("float32", "uint8", "int32")


def pack(facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray] | None = None) -> bytes:
    """Facts (JSON, no NaN) and arrays (float32, uint8 or int32; other kinds become float32 or int32) as bytes."""
    parts, table, at = [], {}, 0
    for name, array in (arrays or {}).items():
        array = _plain(np.asarray(array))
        raw = array.tobytes()
        table[name] = {"dtype": str(array.dtype), "shape": list(array.shape), "at": at}
        raw += b"\0" * (-len(raw) % 8)
        parts.append(raw)
        at += len(raw)
    header = json.dumps({**facts, "arrays": table}, allow_nan=False, separators=(",", ":")).encode()
    header += b" " * (-(len(header) + 4) % 8)
    return b"".join([len(header).to_bytes(4, "little"), header, *parts])


def unpack(frame: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The facts and the arrays again."""
    length = int.from_bytes(frame[:4], "little")
    facts = json.loads(frame[4 : 4 + length])
    arrays = {}
    for name, entry in facts.pop("arrays").items():
        count = int(np.prod(entry["shape"], dtype=int))
        flat = np.frombuffer(frame, entry["dtype"], count, 4 + length + entry["at"])
        arrays[name] = flat.reshape(entry["shape"])
    return facts, arrays


def finite(value: float) -> float | None:
    """The number, or None for what is not finite and so has no place in JSON."""
    return float(value) if math.isfinite(value) else None


def cleaned(value: Any) -> Any:
    """The same plain data with None for every number that is not finite."""
    if isinstance(value, dict):
        return {key: cleaned(part) for key, part in value.items()}
    if isinstance(value, list):
        return [cleaned(part) for part in value]
    return finite(value) if isinstance(value, float) else value


def _plain(array: np.ndarray) -> np.ndarray:
    if str(array.dtype) not in DTYPES:
        array = array.astype("int32" if array.dtype.kind in "iub" else "float32")
    return np.asarray(array, order="C")
