"""What can be done where attention is seen: open a head, lock a weight, silence a part, read a text of one's own."""

from __future__ import annotations

from dlplay.config import Refusal, quoted
from dlplay.probes.choices import AVERAGES, DRAWN
from dlplay.ui import session, texts
from dlplay.ui.acts import Act, chosen, example, guarded, text, whole
from dlplay.ui.limits import DEEPEST, LAST, MOST_OFF, PART


def head(act: Act) -> None:
    """One head, or an average over all, is opened and stays open."""
    number = act.get("head")
    which = number if isinstance(number, str) and number in AVERAGES else whole(act, "head", high=LAST)
    session.look(head=(whole(act, "layer", high=DEEPEST), which))


def part(act: Act) -> None:
    """Another attention of the model; its heads and places are others."""
    session.look(attending=_name(act, "value"), head=None, pair=None, query=None)


def lock(act: Act) -> None:
    """A query and a key: how the weight between them comes about stays beside."""
    session.look(pair=(whole(act, "query", high=LAST), whole(act, "key", high=LAST)))


def release(_: Act) -> None:
    """One level back: first the weight, then the head."""
    session.look(**({"pair": None} if session.visit().view.pair is not None else {"head": None}))


def query(act: Act) -> None:
    """Who looks at the image: a patch, a latent, a word."""
    session.look(query=whole(act, "query", high=LAST))


def leave_query(_: Act) -> None:
    """One level back: first who looks, then the head."""
    session.look(**({"query": None} if session.visit().view.query is not None else {"head": None}))


def close(_: Act) -> None:
    """No head is open."""
    session.look(head=None)


def silence(act: Act) -> None:
    """Switches a part off, or on again."""
    name, off = _name(act, "name"), session.visit().view.off
    if name not in off and len(off) >= MOST_OFF:
        raise Refusal("silent", f"silent holds {len(off)} parts; at most {MOST_OFF} are switched off at once.")
    session.look(off=tuple(one for one in off if one != name) if name in off else (*off, name))


def hear(_: Act) -> None:
    """Everything is on again."""
    session.look(off=())


def drawn(act: Act) -> None:
    """How the weights of a head are drawn."""
    session.look(drawn=chosen(act, DRAWN))


def place(act: Act) -> None:
    """A place of the stream: how its answer comes about, or what it is like, stays beside."""
    session.look(time=whole(act, "at", high=LAST))


def leave(_: Act) -> None:
    """No place is locked."""
    session.look(time=None)


def shuffle(act: Act) -> None:
    """Another order of the same tokens."""
    session.look(shuffle=whole(act, "seed", high=LAST))


def own(act: Act) -> None:
    """A text of one's own."""
    if texts.write("text", text(act, "value").strip()):
        session.look(pair=None)


def _name(act: Act, field: str) -> str:
    name = text(act, field)
    if not PART.fullmatch(name):
        raise Refusal(field, f"{field} is {quoted(name)}; it is the name of a part of the model.")
    return name


heads = guarded({"head": head, "part": part, "silence": silence, "release": release, "example": example, "text": own})
large = guarded({"lock": lock, "release": release, "drawn": drawn, "silence": silence})
worked = guarded({"lock": lock, "release": release})
regions = guarded({"query": query, "release": leave_query, "silence": silence})
sheet = guarded({"head": head, "release": close, "silence": silence})
silencing = guarded({"silence": silence, "hear": hear})
stream = guarded({"place": place, "release": leave})
positions = guarded({"shuffle": shuffle, "place": place, "release": leave})
