"""Views that share one place on a page: a row of names, of which one is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dlplay.config import Config
from dlplay.dataset import Task
from dlplay.experiment import Experiment
from dlplay.runs.run import Run
from dlplay.ui import session

Pictures = Mapping[str, bytes]


@dataclass(frozen=True)
class Panel:
    """One view. wants, show: its questions to the run, and their answers on the page.

    fits, suits: for which tasks and networks.
    """

    name: str
    wants: Callable[[], list[dict[str, Any]]]
    show: Callable[[Run, Pictures], None]
    fits: Callable[[Task], bool] = lambda task: True
    suits: Callable[[Config], bool] = lambda network: True

    @property
    def key(self) -> str:
        """Its name as a link says it."""
        return self.name.lower().replace(" ", "-")


def fitting(panels: Sequence[Panel], value: Experiment) -> list[Panel]:
    """Those that fit an experiment; the first is shown first."""
    return [panel for panel in panels if panel.fits(value.task) and panel.suits(value.network)]


def turned(panels: Sequence[Panel], value: Experiment) -> Panel:
    """The one that is turned to, of those that fit."""
    found = fitting(panels, value)
    return next((panel for panel in found if panel.key == session.visit().view.panel), found[0])


def turn(panels: Sequence[Panel], value: Experiment, said: str = "") -> Panel:
    """The names of those that fit, none where there is no choice; gives the one turned to. said: what holds for all."""
    found, shown = fitting(panels, value), turned(panels, value)
    if len(found) > 1:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="under"):
            for panel in found:
                st.button(
                    panel.name,
                    key=f"under.{panel.name}",
                    type="secondary" if panel == shown else "tertiary",
                    on_click=_turn_to,
                    args=(panel.key,),
                )
            if said:
                st.caption(said)
    return shown


def _turn_to(key: str) -> None:
    session.look(panel=key)
