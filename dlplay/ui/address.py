"""The address bar and the visit say the same: an address becomes a visit, and a visit the address of its page."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlencode

from dlplay import link
from dlplay.config import Refusal
from dlplay.ui import page_run, view
from dlplay.ui.view import View
from dlplay.ui.visit import REMEMBERED, Visit

DEFAULT = "model=mlp&data=spiral&model.hidden=8~6&model.features=x~y~sinx~siny&train.rate=0.02&train.batch=10"
CATCHING_UP = 5.0
"""Seconds in which a browser that was told of a new address may still send an old one without a run in it."""


def read(address: Mapping[str, str], known: Visit | None) -> Visit:
    """The visit that an address asks for. known: where the same visitor was before; undo comes back to there."""
    notice = ""
    try:
        experiment = link.read(address if set(address) - set(link.VIEW) else DEFAULT)
    except Refusal as refusal:
        experiment, notice = link.read(DEFAULT), f"This link could not be opened: {refusal.sentence}"
    arrived = Visit(experiment, view.read(address) if not notice else View(), notice=notice, written=dict(address))
    arrived.from_run = not set(address) - set(link.VIEW)
    arrived.run_id = "" if notice else address.get("run", "")[:40]
    arrived.play = address.get("play") == "on" and not notice
    if known is not None:
        _move_on(known, arrived)
    return arrived


def ours(here: Visit, address: Mapping[str, str]) -> bool:
    """Whether the address was written here: the last one, or one before it that a busy browser still sends.

    One that the visitor has gone back to is told apart by `forget`.
    """
    return address == here.written or (address in here.before and ("run" in address or _catching_up(here)))


def forget(here: Visit) -> None:
    """The visitor went back or forward in the browser: what the address says now is meant."""
    here.before, here.written = [], {}


def write(here: Visit, said: Mapping[str, str]) -> dict[str, str] | None:
    """What the address bar shall say, or None where it may stay as it is. said: what it says now."""
    wanted = {**link.pairs(here.experiment), **here.view.pairs(), "run": here.run_id}
    stray = said != wanted and not _catching_up(here)
    if here.written != wanted:
        here.before = [*here.before[1 - REMEMBERED :], here.written]
        here.written, here.written_at = wanted, time.monotonic()
        return wanted
    return wanted if stray else None


def share(here: Visit, url: str) -> str:
    """The link of the experiment and the view, without the visitor's own run. url: of the page."""
    return f"{url.split('?')[0]}?{urlencode({**link.pairs(here.experiment), **here.view.pairs()})}"


def _catching_up(here: Visit) -> bool:
    return time.monotonic() - here.written_at < CATCHING_UP


def _move_on(known: Visit, arrived: Visit) -> None:
    """The same visitor at another address: by the Back button, or by hand. Undo comes back to where they were."""
    arrived.visitor, arrived.speed, arrived.answers = known.visitor, known.speed, known.answers
    arrived.past, arrived.future = known.past, known.future
    if known.moment != arrived.moment:
        known.remember()
        arrived.past, arrived.future = known.past, []
    if known.run_id != arrived.run_id:
        page_run.put_aside(known)
