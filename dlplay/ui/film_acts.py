"""What can be done where a film is seen frame by frame: lock a frame or a unit, choose what is shown of the eyes."""

from __future__ import annotations

from dlplay.ui import session
from dlplay.ui.acts import Act, example, guarded, release, whole
from dlplay.ui.limits import DEEPEST, FARTHEST
from dlplay.ui.states_acts import layer, lock, step


def eyes(act: Act) -> None:
    """A layer of what looks at each frame, and one of its maps."""
    session.look(eyes=(whole(act, "layer", high=DEEPEST), whole(act, "channel", high=FARTHEST)))


film = guarded({"step": step, "lock": lock, "release": release, "eyes": eyes, "layer": layer, "example": example})
