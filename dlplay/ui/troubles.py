"""What nobody hopes for, each with words and a way on: diverged, worker lost, nothing to train."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from dlplay.experiment import from_json
from dlplay.frame import pack
from dlplay.runs.run import Run
from dlplay.ui import session
from dlplay.ui.acts import Act, guarded, whole
from dlplay.ui.parts import BANNER
from dlplay.ui.plain import plain

EVIDENCE = 40
"""The last losses that are drawn beside what is said of them."""

Way = tuple[str, Callable[[], None]]
"""What a button says, and what it does."""


def show(run: Run) -> None:
    """At most one banner, the gravest thing first. Its place is always there, so that nothing else moves house."""
    diagnosis = run.history.diagnosis
    with st.container(key="state"):
        if run.fetching is not None:
            share, sentence = run.fetching
            st.progress(share, plain(sentence))
        elif run.state == "lost":
            _lost(run)
        elif diagnosis is not None:
            _diverged(run, diagnosis)


def impossible() -> None:
    """Instead of the stage, where there is no run to show. What is wrong with layers is said where they are."""
    here, possible = session.visit(), session.possible()
    with st.container(border=True, key="no-run"):
        st.markdown("**There is no run to show**")
        if here.experiment.model.free_stack and not possible:
            st.markdown("It begins as soon as the layers fit: the panel **Layers** says what is wrong.")
        else:
            st.markdown(plain(here.notice or "This network cannot be built as it stands."))
        with st.container(horizontal=True, gap="small"):
            if possible:
                st.button("Try again", icon=":material/restart_alt:", key="try-again")
            if here.past:
                st.button("Undo the last change", icon=":material/undo:", key="undo-change", on_click=session.undo)


def _lost(run: Run) -> None:
    kept = run.whole
    ways: list[Way] = [(f"Go on from step {kept[-1]:,}" if kept else "Try again", run.resume)]
    if not kept and session.visit().past:
        ways.append(("Undo the last change", session.undo))
    _banner("warn", "The training has stopped." if kept else "This run did not begin.", run.lost or "", ways)


def _diverged(run: Run, diagnosis: dict[str, Any]) -> None:
    back = diagnosis.get("back_to")
    ways = [(label, partial(_remedy, told, back)) for label, told in diagnosis["remedies"]]
    losses = run.history.losses[1][-EVIDENCE:]
    _banner("error", f"{diagnosis['title']}.", diagnosis["sentence"], ways, losses[np.isfinite(losses) & (losses > 0)])


def _remedy(experiment: dict[str, Any], back_to: int | None) -> None:
    session.go_on(from_json(experiment), back_to)


def _banner(kind: str, title: str, text: str, ways: Sequence[Way], losses: Sequence[float] | np.ndarray = ()) -> None:
    facts = {"kind": kind, "title": title, "text": text, "ways": [words for words, _ in ways]}

    def go(act: Act) -> None:
        ways[whole(act, "way", high=len(ways) - 1)][1]()

    BANNER("banner", pack(facts, {"losses": np.asarray(losses, np.float32)}), guarded({"go": go}))
