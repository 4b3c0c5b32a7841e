"""The one process that answers questions about experiments that do not run: their anatomy, the devices."""

from __future__ import annotations

import logging
import os
import sys
from multiprocessing.connection import Connection
from typing import Any

from dlplay import anatomy
from dlplay.config import Refusal
from dlplay.runs.heard import heed_signals, messages
from dlplay.runs.memory import limit_memory
from dlplay.runs.warm import rehearse
from dlplay.runs.wire import encode
from dlplay.runs.words import in_words
from dlplay.training.device import devices

log = logging.getLogger(__name__)


def _devices(_: Any) -> list[str]:
    preload = sys.modules.get("dlplay.runs.preload")  # forked, it sees the CPU alone
    return list(preload.DEVICES if preload else devices())


QUESTIONS = {"survey": anatomy.survey, "devices": _devices}


def main(pipe: Connection) -> None:
    """Answers one question after another. The first message gives the limit of memory."""
    heed_signals()
    rehearse()
    try:
        for message in messages(pipe):
            if "memory" in message:
                if message["memory"]:
                    limit_memory(message["memory"])
            else:
                pipe.send_bytes(encode({"type": "answer", "id": message["id"], **_answer(message)}))
    except (OSError, SystemExit):
        pass
    os._exit(0)


def _answer(message: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": QUESTIONS[message["name"]](*message["args"])}
    except Refusal as refusal:
        return {"refusal": [refusal.field, refusal.sentence]}
    except Exception as error:
        log.exception("a question was not answered")
        return {"refusal": ["network", f"This cannot be weighed. {in_words(error)}"]}
