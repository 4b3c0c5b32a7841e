"""Where workers live. Five calls: start, call, runs, kill, poll; beside them `survey`, a question without a run.

On Linux a worker is forked from a process that is warm already (`dlplay.runs.preload`): tens of milliseconds, and most
of torch's memory is shared. Where that cannot be (macOS, Windows, devices other than the CPU) a worker is spawned; one
spare waits warm. The child holds the other end of a pipe; the end of the pipe, of the parent, or a stop is its end.
"""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlplay.config import Refusal
from dlplay.limits import Limits
from dlplay.runs.child import Child
from dlplay.runs.history import Batch
from dlplay.runs.wire import decode, encode

FORKS = sys.platform == "linux"
"""Whether workers are forked from a warm process. macOS has a forkserver too, but Metal does not survive a fork."""
MOST_BATCHES = 20_000
COLD = 180.0  # seconds for the first process of a server to import everything, on a slow or busy computer
PATIENCE = 3.0  # seconds for every worker together to leave at shutdown

Cursor = tuple[str, int, str]
"""An incarnation of a worker, how many of its events are known already, and its state as far as known."""
START: Cursor = ("", 0, "")


class RunLost(Refusal):
    """The worker has gone; the run can go on from its last snapshot."""

    def __init__(self, sentence: str):
        super().__init__("run", sentence)


class RunBusy(Refusal):
    """No answer in time: keep the last picture, ask again."""

    def __init__(self) -> None:
        super().__init__("run", "The run is busy with a long step and has not answered yet.")


@dataclass(frozen=True)
class News:
    """What a run reported after a cursor. lost: why it has ended by itself, else None."""

    cursor: Cursor
    state: str
    batches: tuple[Batch, ...]
    lost: str | None


class Link:
    """One child process and the pipe to it: questions go out numbered, answers and events come in on one thread."""

    def __init__(self, child: Child, begin: Mapping[str, Any]):
        self.child = child
        self.news = threading.Condition()
        self.state, self.stopping = "starting", False
        self.ready = False  # whether it has answered once, for a child that answers only
        self.lost: str | None = None
        self.incarnation, self.batches = "", deque[Batch](maxlen=MOST_BATCHES)
        self._numbers, self._sending = itertools.count(1), threading.Lock()
        self._asked: dict[int, Future[Any]] = {}
        self._overdue: set[int] = set()
        threading.Thread(target=self._listen, name="run", daemon=True).start()
        self.child.pipe.send_bytes(encode(begin))

    def ask(self, name: str, args: Sequence[Any], timeout: float) -> Any:
        """The answer. With timeout 0 the question is sent and nobody waits for it. Raises `Refusal`."""
        if timeout and name in ("look", "status") and self._overdue:
            raise RunBusy
        number, answer = next(self._numbers), Future[Any]()
        self._asked[number] = answer
        try:
            with self._sending:
                self.child.pipe.send_bytes(encode({"id": number, "name": name, "args": args}))
        except OSError:
            self._asked.pop(number, None)
            raise RunLost(self.lost or "The run has ended.") from None
        if not timeout:
            return None
        try:
            return answer.result(timeout)
        except NotInTime:
            with self.news:
                if number in self._asked:
                    self._overdue.add(number)
            raise RunBusy from None

    def known(self, since: Cursor) -> int:
        """How many events a cursor knows; one of a dead incarnation knows none."""
        return since[1] if since[0] == self.incarnation else 0

    def newer_than(self, since: Cursor) -> bool:
        """Whether there is something to poll."""
        return self.state != since[2] or bool(self.batches and self.batches[-1].next > self.known(since))

    def wait_for_end(self, timeout: float) -> bool:
        """Waits until the process has ended, at most so long; whether it has."""
        with self.news:
            return self.news.wait_for(lambda: self.state in ("lost", "stopped"), timeout)

    def _listen(self) -> None:
        try:
            self.child.start()
            while True:
                self._take(*decode(self.child.pipe.recv_bytes()))
        except (EOFError, OSError):
            pass
        with self._sending:
            self.child.pipe.close()
        how = self.child.end()
        with self.news:
            if self.stopping or self.state == "stopped":
                self.state = "stopped"
            else:
                self.state, self.lost = "lost", self.lost or how
            self.news.notify_all()
        for answer in list(self._asked.values()):
            if not answer.done():
                answer.set_exception(RunLost(self.lost or "The run has ended."))

    def _take(self, facts: dict[str, Any], blobs: list[bytes]) -> None:
        with self.news:
            self.state = facts.get("state", self.state)
            if facts["type"] == "events":
                if facts["incarnation"] != self.incarnation:
                    self.incarnation = facts["incarnation"]
                    self.batches.clear()
                steps, losses = np.frombuffer(blobs[0], np.int32), np.frombuffer(blobs[1], np.float32)
                self.batches.append(Batch(facts["first"], facts["next"], steps, losses, tuple(facts["others"])))
            elif facts["type"] == "failed":
                self.lost = facts["sentence"]
            elif facts["type"] == "answer":
                answer = self._asked.pop(facts["id"])
                self._overdue.discard(facts["id"])
            self.news.notify_all()
        if facts["type"] == "answer":
            if "refusal" in facts:
                answer.set_exception(Refusal(*facts["refusal"]))
            else:
                if "frames" in facts:
                    facts["value"]["frames"] = dict(zip(facts["frames"], blobs, strict=True))
                answer.set_result(facts["value"])


class LocalEngine:
    """Workers on this machine. memory: bytes each may take, else what a run may. forks: see `FORKS`."""

    def __init__(self, memory: int | None = None, *, forks: bool = FORKS):
        self.memory = int(Limits.of_environment().memory) if memory is None else memory
        self.forks = forks
        self._links: dict[str, Link] = {}
        self._lock = threading.Lock()
        self._spares: dict[bool, Child] = {}  # by whether it was forked
        self._surveyor: Link | None = None

    def warm(self) -> None:
        """Starts what makes the first run quick; returns at once."""
        threading.Thread(target=self._warm, name="warm", daemon=True).start()

    @property
    def ready(self) -> bool:
        """Whether the process that weighs has answered once, and so everything is imported."""
        return self._surveyor is not None and self._surveyor.ready

    def _warm(self) -> None:
        self._survey_link()
        self._keep_spare(self.forks)

    # -------------------------------------------------- the five calls

    def start(
        self,
        run_id: str,
        experiment: Mapping[str, Any],
        folder: Path,
        resume: Path | None = None,
        state: str = "paused",
        macs: int | None = None,
    ) -> None:
        """Begins a run in a process of its own, at step 0 or from a snapshot; returns at once.

        experiment: JSON. folder: where its snapshots go. state: what it does when it is there. macs: see `Training`.
        """
        begin = {
            "experiment": experiment,
            "folder": str(folder),
            "resume": str(resume) if resume else None,
            "state": state,
            "macs": macs,
            "memory": self.memory if experiment["training"]["device"] == "cpu" else 0,
        }
        forked = self.forks and experiment["training"]["device"] == "cpu"
        link = Link(self._take_spare(forked) or Child("worker", forked=forked), begin)
        with self._lock:
            self._links[run_id] = link

    def call(self, run_id: str, name: str, *args: Any, timeout: float = 5.0) -> Any:
        """Asks a run and gives its answer. Raises `RunLost`, `RunBusy`, or the `Refusal` the run answers with.

        With timeout 0 the command is sent, and nobody waits for it.
        """
        return self._link(run_id).ask(name, args, timeout)

    def runs(self) -> list[str]:
        """The runs whose process lives."""
        return [run_id for run_id, link in self._links.copy().items() if link.state not in ("lost", "stopped")]

    def kill(self, run_id: str) -> None:
        """Ends a run's process at once and forgets it."""
        with self._lock:
            link = self._links.pop(run_id, None)
        if link is not None:
            link.stopping = True
            link.child.kill()
            link.wait_for_end(1.0)

    def poll(self, run_id: str, since: Cursor = START, wait: float = 0.0) -> News:
        """What a run reported after `since`; waits so many seconds for something new.

        Asked again with the same cursor it answers the same; what lies before the cursor is forgotten.
        """
        link = self._link(run_id)
        with link.news:
            if wait:
                link.news.wait_for(lambda: link.newer_than(since), wait)
            after = link.known(since)
            while link.batches and link.batches[0].next <= after:
                link.batches.popleft()
            batches = tuple(link.batches)
            cursor = (link.incarnation, batches[-1].next if batches else after, link.state)
            return News(cursor, link.state, batches, link.lost)

    # -------------------------------------------------- leaving

    def shutdown(self) -> None:
        """Ends every process within some seconds."""
        with self._lock:
            links, self._links = list(self._links.values()), {}
            others = [link for link in (self._surveyor,) if link is not None]
            spares, self._surveyor, self._spares = list(self._spares.values()), None, {}
        for link in links:
            link.stopping = True
            try:
                link.ask("stop", [True], 0)
            except Refusal:
                continue
        for link in others:
            link.stopping = True
            link.child.kill()
        for spare in spares:
            spare.kill()
        deadline = time.monotonic() + PATIENCE
        for link in links:
            link.wait_for_end(deadline - time.monotonic())
            link.child.kill()

    # -------------------------------------------------- questions without a run

    def survey(self, name: str, payload: Any, timeout: float = 20.0) -> Any:
        """What the surveyor answers: "survey" of an experiment (JSON), or "devices". Raises `Refusal`.

        One process answers all; it begins anew when it died, and is ended when it takes too long.
        """
        link = self._survey_link()
        try:
            if not link.ready:  # what a cold start takes says nothing about the question
                link.ask("devices", [None], COLD)
                link.ready = True
            return link.ask(name, [payload], timeout)
        except RunBusy:
            link.child.kill()
            raise Refusal("network", "Weighing this took too long, so it is too large.") from None
        except RunLost:
            raise Refusal("network", "The process that weighs networks has ended; this one may be too large.") from None

    def _survey_link(self) -> Link:
        with self._lock:
            if self._surveyor is None or self._surveyor.state == "lost":
                self._surveyor = Link(Child("surveyor", forked=self.forks), {"memory": self.memory})
            return self._surveyor

    def _link(self, run_id: str) -> Link:
        try:
            return self._links[run_id]
        except KeyError:
            raise RunLost("This run has no process any more.") from None

    def _take_spare(self, forked: bool) -> Child | None:
        """The child that waits warm, if one does and lives; another is made ready."""
        with self._lock:
            spare = self._spares.pop(forked, None)
        threading.Thread(target=self._keep_spare, args=(forked,), name="spare", daemon=True).start()
        return spare if spare is not None and spare.lives else None

    def _keep_spare(self, forked: bool) -> None:
        with self._lock:
            if forked in self._spares:
                return
            self._spares[forked] = spare = Child("worker", forked=forked)
        spare.start()
