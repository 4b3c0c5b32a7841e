"""What one visitor's page is about, as a value: the experiment being edited, what is looked at, the moments before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from dlplay.experiment import Experiment
from dlplay.ui.scrubber import WATCHABLE
from dlplay.ui.view import View

REMEMBERED = 50
"""Moments that undo can go back."""


@dataclass(frozen=True)
class Moment:
    """What a page was about before a change: undo and redo come back to it."""

    experiment: Experiment
    run_id: str


@dataclass
class Visit:
    """One visitor's page. experiment is the draft; the run it is meant for may still have another.

    chosen: how often a model or a data set was chosen.
    from_run: the address named a run and no experiment, so the run says what it is.
    followed: the moment that was last shown. While the visitor has no draft, the page takes up what the run becomes.
    surveyed: what was found out about an experiment last.
    written: what the address bar was told last, at the time `written_at`. before: what it said before that, and the
    browser may still say for a moment, because a request carries the address as it stood when the request was sent.
    """

    experiment: Experiment
    view: View = View()
    visitor: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    run_id: str = ""
    play: bool = False
    from_run: bool = False
    notice: str = ""
    selected: int | None = None
    chosen: int = 0
    answers: bool = False
    speed: float | None = WATCHABLE
    written: dict[str, str] = field(default_factory=dict)
    before: list[dict[str, str]] = field(default_factory=list)
    written_at: float = 0.0
    followed: Moment | None = None
    surveyed: tuple[Experiment, dict[str, Any]] | None = None
    past: list[Moment] = field(default_factory=list)
    future: list[Moment] = field(default_factory=list)

    @property
    def moment(self) -> Moment:
        """What the page is about now."""
        return Moment(self.experiment, self.run_id)

    def remember(self) -> None:
        """Something is about to change: undo comes back to this moment, and nothing can be redone any more."""
        self.past = [*self.past[1 - REMEMBERED :], self.moment]
        self.future = []
