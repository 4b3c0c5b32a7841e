"""What a visitor does in a live part, said to the run or to the experiment.

A browser can send anything, so every act is looked up by name and read field by field with `whole`, `number`,
`text` and `chosen`; what is not understood becomes one sentence in the experiment line.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from dlplay import tokens
from dlplay.config import Refusal, either, quoted
from dlplay.ui import session
from dlplay.ui.limits import LAST_EXAMPLE, LONGEST_TEXT, MOST
from dlplay.ui.view import View

log = logging.getLogger(__name__)
Act = Mapping[str, Any]
Choice = TypeVar("Choice", str, int)


def guarded(handlers: Mapping[str, Callable[[Act], None]]) -> Callable[[Act], None]:
    """One function for all acts of a part; a refusal becomes the visit's notice and loses nothing."""

    def handle(act: Act) -> None:
        do = act.get("do")
        handler = handlers.get(do) if isinstance(do, str) else None
        if handler is None:
            session.visit().notice = f"{quoted(do)} is nothing this picture can do."
        else:
            heed(handler, act)

    return handle


def heed(handler: Callable[[Act], None], act: Act) -> None:
    """Does what an act says; what is refused or makes no sense becomes the visit's notice."""
    here = session.visit()
    here.notice = ""
    try:
        handler(act)
    except Refusal as refusal:
        here.notice = refusal.sentence
    except (AttributeError, LookupError):  # from a part of another model or other data, which the page has just left
        log.warning("an act made no sense: %s", quoted(act.get("do")), exc_info=True)
        here.notice = f"The page sent something it cannot mean: {quoted(act.get('do'))}."


def number(act: Act, name: str, low: float, high: float) -> float:
    """A number that an act brings, as itself or written out. Raises `Refusal`."""
    given = act.get(name)
    try:
        value = float(given) if isinstance(given, int | float | str) and not isinstance(given, bool) else math.nan
    except (ValueError, OverflowError):
        value = math.nan
    if not low <= value <= high:
        raise Refusal(name, f"{name} is {quoted(given)}; it is a number from {low:g} to {high:g}.")
    return value


def whole(act: Act, name: str, low: int = 0, high: int = MOST) -> int:
    """A whole number that an act brings. Raises `Refusal`."""
    value = number(act, name, low, high)
    if not value.is_integer():
        raise Refusal(name, f"{name} is {value:g}; it is a whole number.")
    return int(value)


def text(act: Act, name: str) -> str:
    """Words that an act brings. Raises `Refusal`."""
    given = act.get(name)
    if not isinstance(given, str):
        raise Refusal(name, f"{name} is {quoted(given)}; it is text.")
    return given


def chosen(act: Act, known: tuple[Choice, ...]) -> Choice:
    """One of the values that can be chosen, for the field that the act is called after. Raises `Refusal`."""
    field, value = act["do"], act.get("value")
    if value not in known:
        raise Refusal(field, f"{field} is {quoted(value)}; it can be {either(map(str, known))}.")
    return known[known.index(value)]


def readable(words: str) -> str:
    """A text of one's own that the data's vocabulary has every token of. Raises `Refusal`."""
    task = session.visit().experiment.task
    if not task.tokens:
        raise Refusal("text", "text is of no use here; this data reads numbers.")
    if len(words) > LONGEST_TEXT:
        raise Refusal("text", f"text has {len(words):,} characters; at most {LONGEST_TEXT} are read.")
    tokens.encode(task, words)
    return words


def release(_: Act) -> None:
    """One level back: nothing is locked."""
    session.look(View.released)


def at(act: Act) -> None:
    """The kept step that every picture shows."""
    session.look(step=whole(act, "step"))


def example(act: Act) -> None:
    """The example that is looked at: its part and its place there."""
    part = "train" if act.get("part") == "train" else "held-out"
    index = whole(act, "index", high=LAST_EXAMPLE)
    session.look(View.on, part=part, index=index)
