"""What a worker needs before its first step, done once: torch imported, a tiny model trained, the garbage frozen.

The first model on the meta device imports another second of torch, and a picture what it is drawn with. Under a
forkserver all this happens once, in the process that every worker is forked from (`dlplay.runs.preload`).
"""

from __future__ import annotations

import functools
import gc

import torch

from dlplay.anatomy import survey
from dlplay.catalogue import modules
from dlplay.experiment import as_json, experiment
from dlplay.training.events import Step
from dlplay.training.loop import Training


@functools.cache
def rehearse() -> None:
    """Weighs the default experiment, takes two steps of it on one thread, and imports every picture."""
    torch.set_num_threads(1)
    modules("dlplay.probes")
    default = experiment("mlp", "circle")
    survey(as_json(default))
    training = Training(default)
    for event in training.events():
        if isinstance(event, Step) and event.step >= 2:
            break
    training.seen(None, {})
    training.close()
    gc.collect()
    gc.freeze()
