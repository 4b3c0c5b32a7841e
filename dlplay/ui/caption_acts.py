"""What can be done where a caption is written: lock a word, choose whose weights are seen, widen the beam."""

from __future__ import annotations

from dlplay.ui import attention_acts, pairs_acts, session
from dlplay.ui.acts import Act, guarded


def release(_: Act) -> None:
    """No word is locked."""
    session.look(query=None)


caption = guarded(
    {
        "lock": pairs_acts.lock,
        "release": release,
        "head": attention_acts.head,
        "width": pairs_acts.width,
        "choose": pairs_acts.choose,
    }
)
