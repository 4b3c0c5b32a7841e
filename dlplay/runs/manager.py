"""All runs of one server: opened within limits, found by their id, stopped when nobody watches, revived from disk."""

from __future__ import annotations

import functools
import json
import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dlplay.config import Refusal
from dlplay.experiment import Experiment, as_json, from_json
from dlplay.home import home
from dlplay.runs.engine import LocalEngine
from dlplay.runs.folder import IDENTITY, Folder, clean
from dlplay.runs.history import History
from dlplay.runs.pace import QUICKEST, SLOWEST
from dlplay.runs.places import Places
from dlplay.runs.run import RESTING, Run
from dlplay.training.settings import until

PATIENCE = 3.0  # seconds for runs to leave a snapshot behind
NOTICED = 3.0  # seconds after its last touch that a page counts as open
SAVED, CLEANED = 30.0, 300.0  # seconds between two savings of all histories, two cleanings of the disk
SURVEYS = 256  # remembered

log = logging.getLogger(__name__)


class Runs:
    """The runs of a server. `tidy` is called every second by a thread of its own between `start` and `shutdown`."""

    def __init__(
        self,
        engine: LocalEngine | None = None,
        where: Path | None = None,
        *,
        places: Places | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.engine = engine or LocalEngine()
        self.where = where or home() / "runs"
        self.places = places or Places.of_environment()
        self._clock = clock
        self._lock = threading.RLock()
        self._runs: dict[str, Run] = {}
        self._touched: dict[str, float] = {}
        self._leaving: dict[str, threading.Event] = {}
        self._surveys: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._ended = threading.Event()
        self._housekeeper: threading.Thread | None = None

    # -------------------------------------------------- the life of the server

    def start(self) -> None:
        """Warms the workers' forkserver in the background and begins to tidy; returns at once."""
        self.engine.warm()
        self._ended.clear()
        self._housekeeper = threading.Thread(target=self._keep_house, name="runs", daemon=True)
        self._housekeeper.start()

    @property
    def warm(self) -> bool:
        """Whether a run begins at once: what its process is made from is there."""
        return self.engine.ready

    def shutdown(self) -> None:
        """Stops every run, each with a snapshot and its history on disk, and every process."""
        self._ended.set()
        if self._housekeeper is not None:
            self._housekeeper.join(PATIENCE)
        with self._lock:
            leaving, self._runs = list(self._runs.values()), {}
        self._stop(leaving)
        self.engine.shutdown()

    def _keep_house(self) -> None:
        cleaned, saved = -CLEANED, self._clock()
        while not self._ended.wait(1.0):
            now = self._clock()
            try:
                self.tidy()
                if now - saved > SAVED:
                    saved = now
                    self._save(self.all())
                if now - cleaned > CLEANED:
                    cleaned = now
                    clean(self.where, set(self._runs), days=self.places.days, size=self.places.disk)
            except Exception:  # a full disk, or one broken run, must not end the housekeeping for all others
                log.exception("the runs could not be kept in order")

    # -------------------------------------------------- what a page asks

    def open(self, experiment: Experiment, visitor: str, run_id: str = "") -> Run:
        """A new run at step 0, paused. Raises `Refusal` when it is too large, impossible, or one too many.

        run_id: of a run that is gone, whose address then leads to this one.
        """
        facts = self.weigh(experiment)
        with self._lock:
            self._make_room(visitor)
            free = IDENTITY.fullmatch(run_id) and run_id not in self._runs and not (self.where / run_id).exists()
            run = self._new(experiment, visitor, facts, run_id if free else secrets.token_urlsafe(12))
            run.begin()
        return run

    def find(self, run_id: str) -> Run | None:
        """The run of this id, if it has a process or had one a moment ago."""
        return self._runs.get(run_id)

    def history(self, run_id: str) -> History | None:
        """What the run of this id has reported, from its process or as it was kept on disk; None when nothing is."""
        found = self.find(run_id)
        if found is not None:
            return found.history
        if not IDENTITY.fullmatch(run_id):
            return None
        path = Folder(self.where / run_id).history
        try:
            return _kept(path, path.stat().st_mtime_ns)
        except OSError:
            return None

    def adopt(self, run_id: str) -> Run | None:
        """The run of this id, revived from its last snapshot when only its folder is left; None when nothing is.

        Raises `Refusal` when it would be one too many.
        """
        found = self.find(run_id)
        if found is not None or not IDENTITY.fullmatch(run_id):
            return found
        if leaving := self._leaving.get(run_id):  # its process is writing the snapshot to go on from, or it goes
            leaving.wait(PATIENCE)
        folder = Folder(self.where / run_id)
        record = folder.read()
        if record is None:
            return None
        try:
            experiment = from_json(record.get("experiment"))
        except Refusal:
            return None
        facts = self.survey(experiment)
        visitor, state = str(record.get("visitor", "")), record.get("state")
        with self._lock:
            if run_id not in self._runs:
                self._make_room(visitor)
                run = Run(run_id, experiment, folder, self.engine, visitor=visitor, facts=facts, **_manner(record))
                self._hold(run)
                run.begin(folder.mend(), state if state in (*RESTING, "playing") else "paused")
            return self._runs[run_id]

    def fork(self, run_id: str, step: int, visitor: str, experiment: Experiment | None = None) -> Run:
        """A new run that goes on from a kept moment of another, with the settings of then. Raises `Refusal`.

        experiment: one that agrees with the other run's up to `step` and goes on differently.
        """
        parent = self.adopt(run_id)
        if parent is None or step not in parent.folder.kept():
            raise Refusal("step", f"step is {step}; no snapshot of it is kept.")
        parent.save(history=True)
        with self._lock:
            self._make_room(visitor)
            past = experiment or replace(parent.experiment, training=until(parent.experiment.training, step))
            folder = Folder(self.where / secrets.token_urlsafe(12))
            snapshot = folder.take_over(parent.folder, step)
            if parent.folder.history.exists():
                folder.history.write_bytes(parent.folder.history.read_bytes())
            name, facts, pace = folder.path.name, parent.facts, parent.pace
            run = Run(name, past, folder, self.engine, visitor=visitor, facts=facts, pace=pace)
            self._hold(run)
            run.begin(snapshot)
        return run

    def close(self, run_id: str) -> None:
        """Forgets a run and ends it, its folder too; returns at once."""
        with self._lock:
            run = self._runs.pop(run_id, None)
            self._touched.pop(run_id, None)
            if run is not None:
                self._leaving[run_id] = threading.Event()
        if run is not None:
            threading.Thread(target=self._end, args=(run,), name="closing").start()

    def touch(self, run_id: str) -> None:
        """Says that a page shows this run right now."""
        self._touched[run_id] = self._clock()

    def away(self, run_id: str) -> None:
        """Says that a page shows this run no longer: it may make room for another."""
        if run_id in self._touched:
            self._touched[run_id] = min(self._touched[run_id], self._clock() - NOTICED)

    def watched(self) -> int:
        """How many runs are shown on a page right now."""
        now = self._clock()
        return sum(now - self._touched.get(run_id, -NOTICED) < NOTICED for run_id in list(self._runs))

    def all(self) -> list[Run]:
        """Every run with a process."""
        with self._lock:
            return list(self._runs.values())

    # -------------------------------------------------- weighing

    def survey(self, experiment: Experiment) -> dict[str, Any]:
        """What `dlplay.anatomy.survey` says about an experiment, asked once for each shape of it. Raises `Refusal`.

        It is weighed with the largest batch that it comes to.
        """
        asked, training = as_json(experiment), experiment.training
        batch = max([training.batch, *(change.value for change in training.changes if change.name == "batch")])
        asked["training"] = {"optimiser": training.optimiser, "batch": batch}
        key = json.dumps(asked, sort_keys=True)
        with self._lock:
            if key in self._surveys:
                self._surveys.move_to_end(key)
                return self._surveys[key]
        answer = self.engine.survey("survey", asked)
        with self._lock:
            self._surveys[key] = answer
            if len(self._surveys) > SURVEYS:
                self._surveys.popitem(last=False)
        return answer

    def weigh(self, experiment: Experiment) -> dict[str, Any]:
        """The same, when it can be run here. Raises `Refusal` in one sentence otherwise."""
        device = experiment.training.device
        if device != "cpu" and device not in self.devices():
            raise Refusal("device", f"device is {device}; this machine has {', '.join(self.devices())}.")
        facts = self.survey(experiment)
        if facts.get("misfit"):
            raise Refusal("network", facts["misfit"]["sentence"])
        if facts.get("too_large"):
            raise Refusal("network", facts["too_large"])
        return facts

    @functools.cached_property
    def _devices(self) -> tuple[str, ...]:
        return tuple(self.engine.survey("devices", None))

    def devices(self) -> tuple[str, ...]:
        """The devices a run can compute on here; "cpu" is the first."""
        return self._devices

    # -------------------------------------------------- order

    def tidy(self) -> None:
        """Takes in what all runs report, and stops those that nobody has watched for long."""
        now, leaving = self._clock(), []
        for run in self.all():
            unseen = now - self._touched.setdefault(run.id, now)
            patience = self.places.idle if run.state in ("playing", "starting") else self.places.resting
            if unseen > min(patience, self.places.idle):
                run.pause()
                leaving.append(run)
        self._forget(leaving)
        self._stop(leaving)

    def _make_room(self, visitor: str) -> None:
        """Stops runs that are on no page, oldest first, for one more: the visitor's own, resting before playing, and
        of others those that rest."""
        own = [run for run in self._runs.values() if run.visitor == visitor]
        self._let_rest(own, self.places.per_visitor, also_playing=True)
        self._let_rest(list(self._runs.values()), self.places.in_all)
        own = [run for run in self._runs.values() if run.visitor == visitor]
        if len(own) >= self.places.per_visitor:
            many = f"{len(own)} of your runs {'is' if len(own) == 1 else 'are'} going on"
            most = f"{self.places.per_visitor} at a time {'is' if self.places.per_visitor == 1 else 'are'} allowed"
            raise Refusal("run", f"{many}; {most}. Pause or close one.")
        if len(self._runs) >= self.places.in_all:
            raise Refusal(
                "run", f"All {self.places.in_all} places of this server are taken. Try again in some minutes."
            )

    def _let_rest(self, among: list[Run], places: int, *, also_playing: bool = False) -> None:
        """Stops as many of these as leave one place free, where so many are on no page."""
        now, many = self._clock(), len(among) - places + 1
        if many > 0:
            busy = {run.id: run.state in ("playing", "starting") for run in among}
            unseen = [run for run in among if (also_playing or not busy[run.id]) and not self._shown(run, now)]
            leaving = sorted(unseen, key=lambda run: (busy[run.id], self._touched[run.id]))[:many]
            for run in leaving:
                if busy[run.id]:
                    run.pause()
            self._forget(leaving)
            self._stop(leaving)

    def _shown(self, run: Run, now: float) -> bool:
        return now - self._touched[run.id] < NOTICED

    def _forget(self, leaving: list[Run]) -> None:
        with self._lock:
            for run in leaving:
                self._runs.pop(run.id, None)
                self._touched.pop(run.id, None)
                self._leaving[run.id] = threading.Event()

    def _stop(self, leaving: list[Run]) -> None:
        """Ends these runs together; what is needed to revive them stays on disk."""
        for run in leaving:
            run.leave()
        deadline = time.monotonic() + PATIENCE
        for run in leaving:
            try:
                run.gone(deadline - time.monotonic())
            except Exception:
                log.exception("a run could not be kept on disk")
            finally:
                self._leaving.pop(run.id, threading.Event()).set()

    def _end(self, run: Run) -> None:
        """Ends a run that nobody will ask for again, and takes its folder away."""
        try:
            run.close()
            run.folder.remove()
        finally:
            self._leaving.pop(run.id, threading.Event()).set()

    def _save(self, running: list[Run]) -> None:
        """Writes what is known of these runs; one that cannot be written costs the others nothing."""
        for run in running:
            try:
                run.save(history=True)
            except Exception:
                log.exception("a run could not be kept on disk")

    def _new(self, experiment: Experiment, visitor: str, facts: dict[str, Any], run_id: str) -> Run:
        folder = Folder(self.where / run_id)
        run = Run(folder.path.name, experiment, folder, self.engine, visitor=visitor, facts=facts)
        self._hold(run)
        return run

    def _hold(self, run: Run) -> None:
        self._runs[run.id] = run
        self._touched[run.id] = self._clock()


def _manner(record: Mapping[str, Any]) -> dict[str, Any]:
    """How fast a run on disk went, and what was pinned of it; what is neither is left out."""
    pace, pins = record.get("pace"), record.get("pins")
    return {
        "pace": pace if isinstance(pace, int | float) and SLOWEST <= pace <= QUICKEST else None,
        "pins": tuple(step for step in pins if isinstance(step, int)) if isinstance(pins, list) else (),
    }


@functools.lru_cache(maxsize=16)
def _kept(path: Path, written: int) -> History:
    """A history on disk, read once for every time it was written."""
    return History.load(path)


@functools.cache
def runs() -> Runs:
    """The runs of this server process."""
    return Runs()
