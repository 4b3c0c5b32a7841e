"""The bar at the bottom: play, pause, step, epoch, rewind, seed, and the time machine."""

from __future__ import annotations

from dlplay.config import Refusal
from dlplay.runs.pace import QUICKEST, SLOWEST
from dlplay.ui import session
from dlplay.ui.acts import Act, at, guarded, number, whole
from dlplay.ui.view import View

MOST_PINS = 12


def play(_: Act) -> None:
    """Goes on, or begins the run the draft asks for. Looking back ends: the newest step is shown."""
    session.look(View.newest)
    if session.stale():
        session.renew(play=True)
    else:
        session.run().play()


def pause(_: Act) -> None:
    session.run().pause()


def step(_: Act) -> None:
    session.look(View.newest)
    session.run().step(1)


def epoch(_: Act) -> None:
    session.look(View.newest)
    session.run().epoch()


def rewind(_: Act) -> None:
    """At step 0 with the same initial weights; settings changed on the way stay as they are now."""
    session.rewind()


def seed(_: Act) -> None:
    """Other initial weights."""
    session.edit(training={"seed": (session.visit().experiment.training.seed + 1) % 10_000})


def live(_: Act) -> None:
    session.look(View.newest)


def pin(act: Act) -> None:
    run, step = session.run(), whole(act, "step")
    if step not in run.pins and len(run.pins) >= MOST_PINS:
        raise Refusal("pins", f"{len(run.pins)} moments are pinned; {MOST_PINS} can be. Remove one first.")
    run.pin(*sorted({*run.pins, step}))


def unpin(act: Act) -> None:
    run, gone = session.run(), whole(act, "step")
    run.pin(*(step for step in run.pins if step != gone))


def back(_: Act) -> None:
    """One snapshot back from what is shown."""
    view, kept = session.visit().view, session.run().history.kept
    shown = session.run().history.step if view.step is None else view.step
    earlier = [step for step in kept if step < shown]
    if earlier:
        session.look(step=earlier[-1])


def fork(act: Act) -> None:
    session.fork(whole(act, "step"))


def gone_back(_: Act) -> None:
    session.gone_back()


def speed(act: Act) -> None:
    value = number(act, "value", SLOWEST, QUICKEST) if act.get("value") else None
    session.run().speed(value)
    session.visit().speed = value


handle = guarded(
    {
        "play": play,
        "pause": pause,
        "step": step,
        "epoch": epoch,
        "rewind": rewind,
        "seed": seed,
        "at": at,
        "live": live,
        "pin": pin,
        "unpin": unpin,
        "back": back,
        "fork": fork,
        "speed": speed,
        "gone_back": gone_back,
    }
)
