"""The states nobody hopes for, each with words and a way on: diverged, worker lost, too large."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlplay.config import Refusal
from dlplay.experiment import from_json
from dlplay.runs.run import Run
from dlplay.ui import session


def show(run: Run) -> None:
    """At most one banner: the gravest thing first."""
    diagnosis = run.history.diagnosis
    if run.fetching is not None:
        st.progress(*run.fetching)
    elif run.state == "lost":
        _lost(run)
    elif diagnosis is not None:
        _diverged(diagnosis)


def impossible() -> None:
    """Instead of the stage, where there is no run to show."""
    with st.container(border=True, key="no-run"):
        st.markdown("**There is nothing to train yet**")
        st.markdown(session.visit().notice or "This network cannot be built as it stands.")
        st.button(
            "Undo the last change", icon=":material/undo:", on_click=session.undo, disabled=not session.visit().past
        )


def _lost(run: Run) -> None:
    if not run.history.kept:
        st.warning(f"**This run did not begin.** {run.lost}", icon=":material/warning:")
        with st.container(horizontal=True, gap="small"):
            st.button("Try again", key="resume", icon=":material/restart_alt:", on_click=run.resume)
            if session.visit().past:
                st.button("Undo the last change", icon=":material/undo:", key="undo-start", on_click=session.undo)
        return
    with st.container(key="state-lost"):
        st.warning(f"**The training process ended by itself.** {run.lost}", icon=":material/warning:")
        st.button(
            f"Go on from step {run.history.kept[-1]:,}",
            key="resume",
            icon=":material/restart_alt:",
            on_click=run.resume,
        )


def _diverged(diagnosis: dict[str, Any]) -> None:
    with st.container(key="state-diverged"):
        st.error(f"**{diagnosis['title']}** {diagnosis['sentence']}", icon=":material/error:")
        with st.container(horizontal=True, gap="small"):
            for place, (label, experiment) in enumerate(diagnosis["remedies"]):
                st.button(label, key=f"remedy.{place}", on_click=_remedy, args=(experiment, diagnosis.get("back_to")))


def _remedy(experiment: dict[str, Any], back_to: int | None) -> None:
    try:
        session.go_on(from_json(experiment), back_to)
    except Refusal as refusal:
        session.visit().notice = refusal.sentence
