"""Texts that a visitor writes. One that cannot be read stays in its box beside the reason, and changes nothing else."""

from __future__ import annotations

from typing import Literal

from dlplay.config import Refusal
from dlplay.ui import session
from dlplay.ui.acts import readable
from dlplay.ui.limits import LONGEST_TEXT
from dlplay.ui.view import Refused, View

Box = Literal["text", "beginning"]
"""Whose text it is: what a model reads, or how a text that it writes begins."""


def write(box: Box, given: str) -> bool:
    """Takes what was written into a box, checked token by token; whether it could be read."""
    try:
        if given or box == "text":
            readable(given)
    except Refusal as refusal:
        refuse(box, given, refusal.sentence)
        return False
    if box == "text":
        session.look(View.on, text=given)
    else:
        session.look(beginning=given, refused=None)
    return True


def refuse(box: Box, given: str, sentence: str) -> None:
    """Keeps a text that cannot be read, and why, for the box it was written into."""
    session.look(refused=Refused(box, given[: 2 * LONGEST_TEXT], sentence))


def asked(box: Box) -> dict[str, dict[str, str]]:
    """What a picture is told so that a box can show what was refused; nothing where nothing was."""
    refused = session.visit().view.refused
    if refused is None or refused.box != box:
        return {}
    return {"refused": {"text": refused.text, "sentence": refused.sentence}}
