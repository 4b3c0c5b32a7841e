"""What is right for a text that nobody made, by the rule that the data is made by."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlplay.config import Refusal
from dlplay.dataset import NO_ANSWER, dataset, datasets
from dlplay.tokens import answered, encode, written

RULED = [slug for slug, record in datasets().items() if record.answer is not None]
OTHER_WAY = {
    "numbers": {"direction": "to_words"},
    "roman": {"direction": "to_roman"},
    "dates": {"write": "dots"},
    "modular-addition": {"operation": "minus", "modulus": 23},
    "induction": {"repeats": True, "symbols": 4, "first_time": True},
}


@pytest.mark.parametrize(("slug", "other"), [(slug, other) for slug in RULED for other in (False, slug in OTHER_WAY)])
def test_the_rule_answers_every_example_as_the_data_does(slug: str, other: bool) -> None:
    record = dataset(slug)
    few = {"examples": 200} if "examples" in record.config.model_fields else {}
    config = record.config(**OTHER_WAY[slug] if other else {}, **few)
    task, found = record.task(config), record.make(config)
    for row, target in zip(found.inputs, found.targets, strict=True):
        text = written(row[: task.source or None], task.tokens, task.joint)
        assert np.array_equal(answered(record, config, text), target)


@pytest.mark.parametrize("slug", RULED)
@given(data=st.data())
def test_any_text_of_known_tokens_has_an_answer_that_fits_or_a_reason_why_not(slug: str, data: st.DataObject) -> None:
    record = dataset(slug)
    config = record.config(**data.draw(st.sampled_from([{}, OTHER_WAY.get(slug, {})])))
    task = record.task(config)
    most = task.source or task.input_shape[0]
    words = data.draw(st.lists(st.sampled_from(task.tokens[1:]), min_size=1, max_size=most))
    text = task.joint.join(words)
    encode(task, text)
    found, why = None, ""
    try:
        found = answered(record, config, text)
    except Refusal as refusal:
        why = refusal.sentence
    if found is None:
        assert why.endswith(".")
    else:
        assert np.shape(found) == (task.output_shape if task.each_step else ())[:1]


@pytest.mark.parametrize(
    ("slug", "text", "answer"),
    [
        ("numbers", "two hundred forty one", "241"),
        ("numbers", "forty hundred", None),
        ("numbers", "two two", None),
        ("roman", "MCMXCIV", "1994"),
        ("roman", "IIII", None),
        ("roman", "IC", None),
        ("dates", "March 3, 2024", "2024-03-03"),
        ("dates", "29 Feb 24", "2024-02-29"),
        ("dates", "29 Feb 23", None),
        ("dates", "3 March 24", None),
        ("dates", "3 March 123", None),
        ("french", "she does not see a small cat", "elle ne voit pas de petit chat"),
        ("french", "i sleeps", None),
        ("french", "the cat", None),
        ("french", "you sleep the dog", None),
        ("counting", "aabb.", "equal"),
        ("counting", "abab", None),
        ("brackets", "([)]", "wrong"),
        ("parity", "1101", "odd"),
        ("sorting", "dcab", "abcd"),
        ("sorting", "baa", "aab"),
        ("modular-addition", "58 + 3 =", "2"),
        ("modular-addition", "58 + 3", None),
        ("modular-addition", "= 3 + 3", None),
        ("modular-addition", "+ + 3 =", None),
        ("induction", "abcab", "bc"),
        ("induction", "abac", "b"),
        ("induction", "abc", ""),
    ],
)
def test_a_text_that_nobody_made_is_answered_or_refused(slug: str, text: str, answer: str | None) -> None:
    record = dataset(slug)
    config, task = record.config(), record.task(record.config())
    if answer is None:
        with pytest.raises(Refusal, match=r"^[A-Z].*\.$"):
            answered(record, config, text)
        return
    found = answered(record, config, text)
    joint = task.joint if task.answer_joint is None else task.answer_joint
    if isinstance(found, int):
        assert task.classes[found] == answer
    else:
        assert written((n for n in found if n != NO_ANSWER), task.classes, joint) == answer


def test_where_no_rule_is_known_that_is_said() -> None:
    with pytest.raises(Refusal, match="No rule"):
        answered(dataset("names"), dataset("names").config(), "France")
