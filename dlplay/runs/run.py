"""The handle of one run that a page holds: what it is told, what it shows, what it has reported."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dlplay.config import Refusal
from dlplay.experiment import Experiment, as_json, from_json
from dlplay.runs.engine import START, LocalEngine, RunBusy, RunLost
from dlplay.runs.folder import Folder
from dlplay.runs.history import History
from dlplay.runs.pace import accepted
from dlplay.training.events import Changed, Fetching, tells

SOON, LONG, PICTURE = 0.25, 5.0, 1.0  # seconds a page waits for a command, for a change, for pictures
RESTING = ("paused", "finished", "diverged")


class Pictures(dict[str, bytes]):
    """Frames by key; `refused` says for the other keys why there is none."""

    def __init__(self, frames: Mapping[str, bytes] = {}, refused: Mapping[str, Refusal] = {}):
        super().__init__(frames)
        self.refused = dict(refused)


class Run:
    """One run. Every method may be called from any thread, none waits for a training step for long.

    state: "starting", "playing", "paused", "finished", "diverged", "lost" (see `lost`) or "stopped".
    facts: what `dlplay.anatomy.survey` says about it, where it was weighed. pins: steps that are kept for ever.
    pace: steps a second at most, None for as fast as it goes.
    """

    def __init__(
        self,
        run_id: str,
        experiment: Experiment,
        folder: Folder,
        engine: LocalEngine,
        *,
        visitor: str = "",
        facts: Mapping[str, Any] | None = None,
        pace: float | None = None,
        pins: tuple[int, ...] = (),
    ):
        self.id, self.visitor, self.folder = run_id, visitor, folder
        self.facts: Mapping[str, Any] = facts or {}
        self.pace, self.pins = pace, pins
        self._engine = engine
        self._experiment = experiment
        self._history = History.load(folder.history)
        self._saved = self._history.version
        self._lock = threading.RLock()
        self._cursor = START
        self._state, self._why = "stopped", ""
        self._patience = PICTURE
        self._wanted = "paused"
        self._whole: tuple[int, ...] | None = None
        self._fetching: tuple[float, str] | None = None

    # -------------------------------------------------- what it shows

    @property
    def state(self) -> str:
        self._gather()
        return self._state

    @property
    def plays(self) -> bool:
        """Whether it trains, or will as soon as its process is there."""
        return self.state == "playing" or (self._state == "starting" and self._wanted == "playing")

    @property
    def experiment(self) -> Experiment:
        """What is trained, with every change made by hand so far."""
        self._gather()
        return self._experiment

    @property
    def history(self) -> History:
        """Everything it has reported up to now."""
        self._gather()
        return self._history

    @property
    def fetching(self) -> tuple[float, str] | None:
        """The share and a sentence, while the data it needs is being fetched."""
        return self._fetching if self.state == "starting" else None

    @property
    def lost(self) -> str | None:
        """Why the run has ended without being asked to, and what is kept of it."""
        if self.state != "lost":
            return None
        last = self.whole[-1] if self.whole else None
        kept = "Nothing of it is kept." if last is None else f"Everything up to step {last:,} is kept."
        return f"{self._why} {kept}"

    @property
    def whole(self) -> tuple[int, ...]:
        """The steps of a lost run that has them on disk, up to the last that can be read: it goes on from there."""
        if self._whole is None:
            self._whole = tuple(self.folder.whole())
        return self._whole

    def look(
        self, wants: list[dict[str, Any]], step: int | None = None, example: Mapping[str, Any] | None = None
    ) -> Pictures:
        """Pictures as bytes by key, of the newest step or a kept one.

        wants: [{"key", "picture": a file in dlplay/probes/, …what its function takes}]. Raises `Refusal` when nothing
        could be drawn; is empty when the run cannot answer now: keep the last pictures and ask again.
        """
        self.arrive()
        if self.state in ("starting", "lost", "stopped"):
            return Pictures()
        try:
            answer = self._engine.call(self.id, "look", wants, step, dict(example or {}), timeout=self._patience)
        except RunBusy:  # its pictures take long: wait longer for the next ones
            self._patience = min(2 * self._patience, LONG)
            return Pictures()
        except RunLost:
            return Pictures()
        self._patience = PICTURE
        refused = {key: Refusal(*said) for key, said in answer["refused"].items()}
        if refused and not answer["frames"]:
            raise next(iter(refused.values()))
        return Pictures(answer["frames"], refused)

    def status(self) -> dict[str, Any]:
        """State, step, epoch and process number, asked from the process. Raises `RunLost` or `RunBusy`."""
        return self._engine.call(self.id, "status")

    def arrive(self) -> None:
        """Waits a moment for a run that is starting to be there."""
        if self.state == "starting":
            self.wait(lambda run: run._state != "starting", SOON)

    def wait(self, condition: Callable[[Run], bool], timeout: float = 10.0) -> bool:
        """Waits until a condition holds; whether it does."""
        deadline = time.monotonic() + timeout
        while not condition(self):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._gather(wait=left)
        return True

    # -------------------------------------------------- what it is told

    def play(self, steps: int | None = None) -> None:
        """Trains on, without end or for so many steps. Raises `RunLost`."""
        self._wanted = "playing" if steps is None else "paused"
        self._tell("play", steps)

    def pause(self) -> None:
        """Stops after the step that was taken last."""
        self._wanted = "paused"
        try:
            self._tell("pause")
        except RunLost:
            return

    def step(self, steps: int = 1) -> None:
        """Takes so many steps. Raises `RunLost`."""
        self._wanted = "paused"
        self._tell("step", steps)

    def epoch(self) -> None:
        """Trains until the next whole epoch. Raises `RunLost`."""
        self._wanted = "paused"
        self._tell("epoch")

    def speed(self, steps_per_second: float | None) -> None:
        """Slow motion; None is as fast as it goes. Raises `Refusal`."""
        pace = accepted(steps_per_second)
        self._tell("pace", pace)
        self.pace = pace

    def set(self, **values: Any) -> None:
        """Changes settings from the next step on; `experiment` has them afterwards. Raises `Refusal`."""
        self.experiment.but(training=values)
        self._engine.call(self.id, "set", values, timeout=LONG)
        self._gather()

    def edit(self, parameter: str, index: int, value: float) -> None:
        """Sets one weight by hand; `experiment` has it afterwards. Raises `Refusal`."""
        self._engine.call(self.id, "edit", parameter, index, value, timeout=LONG)
        self._gather()

    def pin(self, *steps: int) -> None:
        """Keeps the snapshots of these steps for ever, in place of those pinned before. Raises `Refusal`.

        A step that has none, because the run has just left it, stands for the present one; `pins` has what was kept.
        """
        self.pins = tuple(self._engine.call(self.id, "pin", list(steps), timeout=LONG))
        self.save()

    def _tell(self, name: str, *args: Any, timeout: float = SOON) -> None:
        """Sends a command. A busy run obeys a little later, so nobody waits for it."""
        with suppress(RunBusy):
            self._engine.call(self.id, name, *args, timeout=0 if self.state == "starting" else timeout)
        self.save()

    # -------------------------------------------------- beginning and end

    def begin(self, resume: Path | None = None, state: str = "paused") -> None:
        """Starts its process, at step 0 or from a snapshot; returns at once."""
        with self._lock:
            self.folder.create()
            self._cursor, self._state, self._why = START, "starting", ""
            self._wanted, self._whole = state, None
            self._engine.start(
                self.id, as_json(self._experiment), self.folder.snapshots, resume, state, self.facts.get("macs")
            )
            if self.pace is not None:
                self._engine.call(self.id, "pace", self.pace, timeout=0)
            kept = self.folder.kept()
            self.pins = tuple(step for step in self.pins if step in kept)
            if self.pins:
                self._engine.call(self.id, "pin", list(self.pins), timeout=0)
        self.save()

    def resume(self) -> None:
        """Goes on from the last snapshot in a new process, playing if it was playing."""
        self._engine.kill(self.id)
        self.begin(self.folder.mend(), self._wanted)

    def leave(self) -> None:
        """Asks it to end and to leave a snapshot behind, without waiting."""
        self._gather()
        self._wanted = self._state if self._state in RESTING else self._wanted
        try:
            self._engine.call(self.id, "stop", True, timeout=0)
        except RunLost:
            return

    def gone(self, timeout: float) -> None:
        """Waits for the end that `leave` asked for, at most so long; then it has ended. What it reported is saved."""
        try:
            self.wait(lambda run: run.state in ("stopped", "lost"), timeout)
            self.save(history=True)
        finally:
            self.close()

    def close(self) -> None:
        """Ends its process at once."""
        with self._lock:
            self._gather()
            self._engine.kill(self.id)
            self._state = "stopped"

    def save(self, *, history: bool = False) -> None:
        """Writes what its link needs to find it again."""
        with self._lock:
            self._gather()
            state = self._state if self._state in RESTING else self._wanted
            self.folder.create()
            told = {"state": state, "visitor": self.visitor, "pace": self.pace, "pins": self.pins}
            self.folder.write({"experiment": as_json(self._experiment), **told})
            if history and self._saved != self._history.version:
                self._saved = self._history.version
                self._history.save(self.folder.history)

    def _gather(self, wait: float = 0.0) -> None:
        """Takes in what the process has reported."""
        try:
            if wait:
                self._engine.poll(self.id, self._cursor, wait)
            with self._lock:
                news = self._engine.poll(self.id, self._cursor)
                self._cursor, self._state, self._why = news.cursor, news.state, news.lost or ""
                for batch in news.batches:
                    self._history.add(batch)
                    for event in batch.others:
                        if tells(event, Changed):
                            self._experiment = from_json(event["experiment"])
                        elif tells(event, Fetching):
                            self._fetching = (event["share"], event["sentence"])
        except RunLost:
            return
