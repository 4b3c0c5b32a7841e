"""A page of its own for a test: a function as its script, at an address, run to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from streamlit.testing.v1 import AppTest

from dlplay.runs.manager import runs

PATIENCE = 90
"""Seconds that a page may take."""


def opened(script: Callable[[], None], address: Mapping[str, str]) -> AppTest:
    """The page after one run of it, without an exception; the runs that it began have ended."""
    page = AppTest.from_function(script, default_timeout=PATIENCE)
    page.query_params.update(address)
    page.run()
    for run in runs().all():
        runs().close(run.id)
    assert not page.exception, page.exception[0].stack_trace
    return page
