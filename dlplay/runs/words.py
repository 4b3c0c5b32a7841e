"""Errors as sentences."""

from __future__ import annotations

from dlplay.config import Refusal

LONGEST = 200


def in_words(error: BaseException) -> str:
    """One sentence about an error, for a visitor to read."""
    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, MemoryError) or "allocate memory" in str(error) or "out of memory" in str(error):
        return "The run needed more memory than a run may have."
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first if len(first) < LONGEST else first[: LONGEST - 1] + '…'}"
