"""A worker process: one thread trains, and everything else it is asked, it answers between two steps.

The main thread reads the pipe and puts what it hears into the inbox of the training thread. The training thread looks
into the inbox before every step and waits there whenever there is nothing to train; it never sleeps. The process ends
with a stop, with the pipe, or with its parent, and leaves a snapshot behind.
"""

from __future__ import annotations

import functools
import logging
import math
import os
import queue
import threading
import time
import uuid
from array import array
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from dlplay import frame
from dlplay.anatomy import weigh
from dlplay.catalogue import modules
from dlplay.config import Refusal, quoted
from dlplay.experiment import as_json, from_json
from dlplay.probes import asked
from dlplay.runs.heard import heed_signals, messages
from dlplay.runs.memory import limit_memory
from dlplay.runs.pace import accepted
from dlplay.runs.warm import rehearse
from dlplay.runs.wire import encode
from dlplay.runs.words import in_words
from dlplay.training import events
from dlplay.training.loop import Training

NICE = 7
EVERY = 0.05  # seconds between two batches of events
LAST_WORDS = 2.0  # seconds a worker has to leave a snapshot behind
MOST_WANTS = 16
COMMANDS = ("play", "pause", "step", "epoch", "pace", "set", "edit", "pin", "look", "status", "stop")

log = logging.getLogger(__name__)
Message = dict[str, Any]
Picture = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


def main(pipe: Connection) -> None:
    """The life of a worker process. The first message says what to train, the others are `COMMANDS`."""
    heed_signals()
    rehearse()
    inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
    trainer = None
    try:
        for message in messages(pipe):
            if trainer is None:
                trainer = threading.Thread(target=_train, args=(pipe, inbox, message), name="train", daemon=True)
                trainer.start()
            else:
                inbox.put(message)
    except SystemExit:
        pass
    if trainer is not None:
        inbox.put({"name": "stop", "args": [True]})
        trainer.join(LAST_WORDS)
    os._exit(0)


def _train(pipe: Connection, inbox: queue.SimpleQueue[Message], begin: Message) -> None:
    """The training thread; its end is the end of the process."""
    torch.set_num_threads(1)
    code = 0
    try:
        if begin["memory"]:
            limit_memory(begin["memory"])
        Worker(pipe, inbox, begin).live()
    except OSError:
        pass  # the server has gone; nobody is left to tell
    except BaseException as error:
        code = 1
        if not isinstance(error, Refusal):
            log.exception("a run has ended")
        pipe.send_bytes(encode({"type": "failed", "sentence": in_words(error)}))
    os._exit(code)


class Worker:
    """Owns the model and trains it. begin: experiment (JSON), folder, resume (a snapshot's path or None), state, macs.

    From its first step on it stands behind whatever answers a person (nice): what has not trained yet is waited for.
    """

    def __init__(self, pipe: Connection, inbox: queue.SimpleQueue[Message], begin: Message):
        self.pipe, self.inbox = pipe, inbox
        self.folder = Path(begin["folder"]) if begin["folder"] else None
        resume = Path(begin["resume"]) if begin["resume"] else None
        self.report = _Report(pipe)
        self.nice = False
        experiment = from_json(begin["experiment"])
        self.training = Training(
            experiment, folder=self.folder, resume=resume, progress=self._fetching, macs=begin["macs"]
        )
        self.events = self.training.events()
        self.state: str = begin["state"]
        self.end = self.state  # "finished" or "diverged" when the events have ended
        self.budget: int | None = None  # steps until it pauses by itself
        self.until: float = math.inf  # epoch at which it pauses by itself
        self.interval, self.due = 0.0, 0.0  # pace: seconds between steps, and when the next one may be taken
        self._from_here()

    def _fetching(self, share: float, sentence: str) -> None:
        """Tells how far the data has come, before there is anything to train on."""
        self.report.add(events.Fetching(share, sentence))
        self.report.send("starting")
        self._behind()

    def _behind(self) -> None:
        """Leaves the processor to others that want it, from now on."""
        if not self.nice and hasattr(os, "nice"):
            os.nice(NICE)
        self.nice = True

    def live(self) -> None:
        """Trains and answers until it is told to stop."""
        self.report.send(self.state)
        while True:
            message = self._asked()
            if message is None:
                self._behind()
                self._advance()
            elif message["name"] == "stop":
                self._stop(message)
                return
            else:
                self._answer(message)

    # -------------------------------------------------- between two steps

    def _asked(self) -> Message | None:
        """The next message, or None when it is time for a step."""
        while True:
            at = time.monotonic()
            if self.state != "playing" or self.report.due(at):
                self.report.send(self.state)
            if self.state != "playing":
                self._measure()
                return self.inbox.get()
            if not self.inbox.empty():
                return self.inbox.get()
            late = self.due - at
            if late <= 0:
                return None
            try:
                return self.inbox.get(timeout=min(late, EVERY) if self.report.full else late)
            except queue.Empty:
                continue

    def _measure(self) -> None:
        """At rest the newest measurement is of this very step, so that curves and answers agree."""
        if self.state != "paused" or not self.inbox.empty():
            return
        event = self.training.measure()
        if event is not None:
            self.report.add(event)
            if isinstance(event, events.Diagnosis):
                self.state = self.end = "diverged"
            self.report.send(self.state)

    def _advance(self) -> None:
        """One step with all that is told about it: a pause or a stop never falls between a step and its loss."""
        for event in self.events:
            if isinstance(event, events.Step):
                return self._count(event)
            if isinstance(event, events.Changed) and event.experiment != as_json(self.training.experiment):
                continue  # changed again since; the newer one was told already
            self.report.add(event)
            if isinstance(event, events.Finished | events.Diagnosis):
                self.end = "finished" if isinstance(event, events.Finished) else "diverged"
        self.state, self.events = self.end, self.training.events()

    def _count(self, step: events.Step) -> None:
        self.report.step(step.step, step.loss)
        self.due = max(self.due, time.monotonic()) + self.interval if self.interval else 0.0
        if self.budget is not None:
            self.budget -= 1
        if self.budget == 0 or self.training.epoch >= self.until:
            self.state = "paused"

    def _answer(self, message: Message) -> None:
        """Answers, or says in words why not. Whatever a question breaks, the training goes on."""
        blobs: Sequence[bytes] = ()
        answer: Message = {"type": "answer", "id": message["id"]}
        try:
            if message["name"] not in COMMANDS:
                raise Refusal("command", f"command is {message['name']!r:.40}; a run knows {', '.join(COMMANDS)}.")
            if message["name"] == "look":
                answer["value"], answer["frames"], blobs = self.look(*message["args"])
            else:
                answer["value"] = getattr(self, message["name"])(*message["args"])
        except Refusal as refusal:
            answer["refusal"] = [refusal.field, refusal.sentence]
        except Exception as error:
            log.exception("a question was not answered")
            answer["refusal"] = [message["name"], in_words(error)]
        self.report.send(self.state)
        self.pipe.send_bytes(encode(answer | {"state": self.state}, blobs))

    def _stop(self, message: Message) -> None:
        (keep,) = message["args"]
        if keep and self.folder:
            self._snapshot()
        self.training.close()
        self.report.send(self.state)
        if "id" in message:
            self.pipe.send_bytes(encode({"type": "answer", "id": message["id"], "state": "stopped", "value": None}))

    # -------------------------------------------------- commands

    def play(self, steps: int | None = None) -> Message:
        """Trains on, without end or for so many steps."""
        self.state, self.budget, self.until, self.due = "playing", steps, math.inf, 0.0
        return self.status()

    def pause(self) -> Message:
        """Stops after the step that was taken last."""
        if self.state == "playing":
            self.state = "paused"
        return self.status()

    def step(self, steps: int = 1) -> Message:
        """Takes so many steps, and first those that were asked for before."""
        return self.play(steps + (self.budget or 0 if self.state == "playing" else 0))

    def epoch(self) -> Message:
        """Trains until every example was seen once more, counted from the last whole epoch."""
        status = self.play()
        self.until = math.floor(self.training.epoch + 1e-9) + 1 - 1e-9
        return status

    def pace(self, steps_per_second: float | None) -> Message:
        """Slow motion: at most so many steps a second; None is as fast as it goes."""
        pace = accepted(steps_per_second)
        self.interval, self.due = (1 / pace if pace else 0.0), 0.0
        return self.status()

    def set(self, values: Mapping[str, Any]) -> Message:
        """Settings from the next step on. A larger batch is weighed first."""
        if "batch" in values:
            weigh(self.training.experiment.but(training={"batch": values["batch"]}))
        self.training.set(**values)
        return self._changed()

    def edit(self, parameter: str, index: int, value: float) -> Message:
        """One weight from the next step on."""
        self.training.edit(parameter, index, value)
        return self._changed()

    def pin(self, steps: list[int]) -> list[int]:
        """Keeps the snapshots of these steps, not those pinned before; of now for a step without. Gives them."""
        found = sorted({step if step in self.training.kept() else self._snapshot() for step in steps})
        self.training.pin(*found)
        return found

    def _snapshot(self) -> int:
        """A snapshot of this moment, told at once; its step."""
        if self.training.step not in self.training.kept():
            self.training.snapshot()
            self.report.add(events.Snapshot(self.training.step, self.training.kept()))
        return self.training.step

    def _changed(self) -> Message:
        """Told at once: a paused run reports nothing by itself until the next step."""
        told = as_json(self.training.experiment)
        self.report.add(events.Changed(self.training.step, told))
        return told

    def _from_here(self) -> None:
        """Said first of all after a beginning: what follows goes on after this step."""
        self.report.add(events.Begun(self.training.step, self.training.kept()))

    def status(self) -> Message:
        """Where the run is: state, step, epoch, and the process it is in."""
        return {
            "state": self.state,
            "step": self.training.step,
            "epoch": float(self.training.epoch),
            "pid": os.getpid(),
        }

    def look(self, wants: list[Message], step: int | None, example: Message) -> tuple[Message, list[str], list[bytes]]:
        """Pictures of the model at a kept step, or now; what could not be drawn is said in words beside them.

        wants: [{"key", "picture", …wanted}]. Gives {"refused": {key: [field, sentence]}}, keys and frames.
        """
        if not isinstance(wants, list) or len(wants) > MOST_WANTS or not all(isinstance(one, dict) for one in wants):
            raise Refusal("wants", f"wants is a list of at most {MOST_WANTS} pictures, each a set of named values.")
        if step is not None and (type(step) is not int or step < 0):
            raise Refusal("step", f"step is {quoted(step)}; it is a whole number, counted from 0.")
        keys, refused, frames = [], {}, []
        seen = self.training.seen(step, asked.example(example))
        for want in wants:
            key = str(want.get("key"))
            try:
                frames.append(frame.pack(*_draw(seen, want)))
                keys.append(key)
            except Refusal as refusal:
                refused[key] = [refusal.field, refusal.sentence]
            except Exception as error:
                log.exception("a picture could not be drawn")
                sentence = f"The picture {str(want.get('picture'))!r:.40} could not be drawn. {in_words(error)}"
                refused[key] = ["picture", sentence]
        return {"refused": refused}, keys, frames


class _Report:
    """Events on their way to the server: numbered, collected, sent in batches."""

    def __init__(self, pipe: Connection):
        self.pipe = pipe
        self.incarnation = uuid.uuid4().hex
        self.next, self.sent_at, self.said = 0, 0.0, ""
        self.steps, self.losses, self.others = array("i"), array("f"), list[Message]()

    @property
    def full(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self.steps or self.others)

    def due(self, at: float) -> bool:
        return at - self.sent_at >= EVERY and self.full

    def step(self, step: int, loss: float) -> None:
        self.steps.append(step)
        self.losses.append(loss)

    def add(self, event: events.Report) -> None:
        self.others.append(events.as_json(event))

    def send(self, state: str) -> None:
        """Sends what waits, and that the state is another."""
        if not self.full and state == self.said:
            return
        first, self.next = self.next, self.next + len(self.steps) + len(self.others)
        facts = {
            "type": "events",
            "incarnation": self.incarnation,
            "first": first,
            "next": self.next,
            "state": state,
            "others": self.others,
        }
        self.pipe.send_bytes(encode(facts, [self.steps.tobytes(), self.losses.tobytes()]))
        self.steps, self.losses, self.others = array("i"), array("f"), []
        self.sent_at, self.said = time.monotonic(), state


@functools.cache
def pictures() -> dict[str, Picture]:
    """Every picture by its file's name: what stands in `dlplay/probes/` and has a function `picture`."""
    found = {module.__name__.rpartition(".")[2]: vars(module).get("picture") for module in modules("dlplay.probes")}
    return {name: picture for name, picture in found.items() if callable(picture)}


def _draw(seen: Any, want: Message) -> tuple[dict[str, Any], dict[str, Any]]:
    name = want.get("picture")
    if not isinstance(name, str) or name not in pictures():
        raise Refusal("picture", f"picture is {name!r:.40}; known pictures are {', '.join(pictures())}.")
    wanted = {key: value for key, value in want.items() if key not in ("key", "picture")}
    return pictures()[name](seen, **asked.wanted(pictures()[name], wanted))
