"""Words that came from outside, shown as they are: Streamlit reads every text as Markdown."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[!-/:-@\[-`{-~]")
_LINKS = re.compile(r"(?<=[:@])(?=\S)|(?<=www)(?=\.)", re.IGNORECASE)
_JOINER = "\u2060"
"""A character that is not seen; what it stands in is no address and no icon any more."""


def plain(text: str) -> str:
    """The text as Markdown that shows it letter by letter: no link, image, icon, colour, formula or HTML is in it.

    ASCII punctuation loses its meaning behind a backslash (CommonMark 0.31, section 2.4). Addresses and the names of
    icons are looked for in what is left, so they are broken up unseen. Half characters, which no page can carry, become
    question marks.
    """
    whole = " ".join(text.encode(errors="replace").decode().split())
    return _MARKS.sub(r"\\\g<0>", _LINKS.sub(_JOINER, whole))
