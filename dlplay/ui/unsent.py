"""Messages that wait to be sent to a browser are sent, also when the live fragment runs again before they were.

Streamlit 1.67 drops the pictures of a whole page run that a fragment run overtakes, and still tells the browser that
the page is complete; the browser then removes those parts and makes them anew, without their hover, zoom and focus.
"""

from __future__ import annotations

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

_clear = ForwardMsgQueue.clear


def send_all() -> None:
    """From now on a fragment run drops nothing; a whole page run still does, because it shows everything again."""
    ForwardMsgQueue.clear = _kept  # type: ignore[method-assign]


def _kept(
    self: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
) -> None:
    if fragment_ids_this_run is None:
        _clear(self, retain_lifecycle_msgs)
    else:
        self._delta_index_map = {}  # what comes now stands behind what waits, and takes the place of none
