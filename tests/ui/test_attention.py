"""What is looked at of attention goes through the link, and what a browser sends is checked."""

from __future__ import annotations

import pytest

from dlplay.dataset import datasets
from dlplay.frame import pack
from dlplay.ui import inside_attention, view
from dlplay.ui.view import View
from tests.ui.page import opened

LOOKED = View(
    attending="decoder.blocks.cross",
    head=(1, "rollout"),
    pair=(3, 4),
    off=("blocks.0.attention.2", "mask"),
    drawn="matrix",
    shuffle=7,
    query=5,
    top_k=5,
    top_p=0.9,
)


@pytest.mark.parametrize("one", [LOOKED, View(head=(2, 3)), View()])
def test_a_view_goes_through_its_pairs(one: View) -> None:
    assert view.read(one.pairs()) == one


@pytest.mark.parametrize(
    "pairs",
    [
        {"attending": "a b"},
        {"head": "1"},
        {"head": "1.all"},
        {"weight": "1"},
        {"off": "~~"},
        {"off": "~".join(["mask"] * 41)},
        {"drawn": "circles"},
        {"top_p": "1.5"},
        {"top_k": "-1"},
    ],
)
def test_what_makes_no_sense_is_left_out(pairs: dict[str, str]) -> None:
    assert view.read(pairs) == View()


READERS = {"sequence": ("encoder", "decoder"), "pair": ("transformer",)}
TEXTS = [
    (model, slug)
    for slug, record in datasets().items()
    for model in READERS.get(record.gives, ())
    if record.task(record.config()).tokens
]


def _ill() -> None:
    """Texts that cannot be read, in the box of a Transformer's page."""
    import re

    from dlplay.dataset import BEGIN
    from dlplay.ui import attention_acts, session

    session.run()
    here = session.visit()
    task = here.experiment.task
    begins, most = task.tokens[1] == BEGIN, task.source or task.input_shape[0]
    known = min((token for token in task.tokens if token.isalnum() or token in "()[].<>"), key=len)
    before = here.view.text
    for given, said in (
        ("", "^text is empty; write at least one token.$"),
        (" \t ", "^text is empty; write at least one token.$"),
        (task.joint.join([known] * 120), f"^text has 120 tokens; at most {most - begins} fit.$"),
        ("x" * 501, "^text has 501 characters; at most 500 are read.$"),
        ("€", "^text holds '€'; this data knows .+[.]$"),
        (f"{known}{task.joint}\N{GRINNING FACE}", "^text holds '\N{GRINNING FACE}'; this data knows .+[.]$"),
        ("·", "^text holds '·'; this data knows .+[.]$"),
    ):
        if begins and not given.strip():
            continue  # a text that begins by itself may be nothing else
        attention_acts.heads({"do": "text", "value": given})
        refused = here.view.refused
        assert refused is not None, given
        assert re.match(said, refused.sentence), refused.sentence
        assert refused.sentence.count(". ") == 0, refused.sentence  # one sentence
        assert (refused.box, refused.text) == ("text", given.strip())
        assert (here.view.text, here.notice) == (before, "")
    attention_acts.heads({"do": "text", "value": known})
    assert (here.view.text, here.view.refused) == (known, None)


@pytest.mark.parametrize(("model", "data"), TEXTS)
def test_a_text_that_cannot_be_read_is_told_in_one_sentence(model: str, data: str) -> None:
    opened(_ill, {"v": "1", "model": model, "data": data})


def test_what_is_off_is_told_in_a_few_words() -> None:
    def told(*names: str) -> str:
        return inside_attention.without(pack({"without": list(names)}, {}))

    assert inside_attention.without(None) == told() == ""
    assert told("the mask") == "off: the mask"
    assert told("the mask", "layer 1 head 3", "layer 2", "positions") == "off: the mask, layer 1 head 3 and 2 more"
