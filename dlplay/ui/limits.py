"""How far a link or a live part can point. Only its shape is checked with these; a run knows what it really has."""

from __future__ import annotations

import re

MOST = 999_999_999
"""The largest whole number."""
LAST_EXAMPLE = 9_999_999
FARTHEST = 99_999
"""The last channel, row or column of a map."""
LAST = 9_999
"""The last unit, head and step of a sequence."""
DEEPEST = 63
"""The last layer."""
FAR = 99
"""How far from the middle a point lies."""
LONGEST_TEXT = 500
"""Characters of a text of one's own."""
TAP = re.compile(r"[A-Za-z0-9_.]{1,60}")
"""Names of taps."""
PART = re.compile(r"[a-z_.0-9]{1,60}")
"""Names of parts of a model."""
MOST_OFF = 40
"""Parts that can be switched off at once."""
PANEL = re.compile(r"[a-z-]{1,30}")
"""Names of views that share one place."""
