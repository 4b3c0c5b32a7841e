"""Encoder, decoder and attention: padding says nothing, steps one by one are steps at once, and both write alike."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from dlplay.dataset import BEGIN, END, NO_ANSWER, PAD, Task
from dlplay.layers.search import beam, greedy, writer
from dlplay.models.seq2seq import Seq2Seq, Seq2SeqConfig
from dlplay.recipe import recipes
from dlplay.tap import look
from dlplay.training.loop import Training

SOURCE, TARGET, WORDS = 6, 7, "abcd"
SMALL = Seq2SeqConfig(units=8, embedding=6)
CONFIGS = [
    SMALL.but(cell=cell, attention=attention, **more)
    for cell, attention in itertools.product(("lstm", "gru"), ("none", "additive", "multiplicative"))
    for more in ({}, {"layers": 2, "bidirectional": True}, {"backwards": True})
]
every = pytest.mark.parametrize("config", CONFIGS, ids=lambda one: "-".join(map(str, one.model_dump().values())))


def _task(source: int = SOURCE) -> Task:
    classes = (PAD, BEGIN, END, *WORDS)
    return Task(
        "pair", (source + TARGET,), classes=classes, tokens=(PAD, *WORDS), each_step=True, joint="", source=source
    )


def _model(config: Seq2SeqConfig, source: int = SOURCE) -> Seq2Seq:
    torch.manual_seed(0)
    return Seq2Seq(config, _task(source))


def _pairs(source: int = SOURCE) -> tuple[Tensor, list[int]]:
    """Three pairs with sources 2, 6 and 4 long, in this many places."""
    lengths, generator = [2, 6, 4], torch.Generator().manual_seed(1)
    read = torch.randint(1, len(WORDS) + 1, (3, SOURCE), generator=generator)
    given = torch.randint(3, len(WORDS) + 3, (3, TARGET), generator=generator)
    given[:, 0] = 1
    pairs = torch.zeros(3, source + TARGET, dtype=torch.int64)
    for row, length in enumerate(lengths):
        pairs[row, :length] = read[row, :length]
    pairs[:, source:] = given
    return pairs, lengths


@every
def test_padding_never_changes_an_answer(config: Seq2SeqConfig) -> None:
    narrow, wide = _model(config).eval(), _model(config, SOURCE + 5).eval()
    wide.load_state_dict(narrow.state_dict())
    outputs = narrow(_pairs()[0])
    assert torch.allclose(outputs, wide(_pairs(SOURCE + 5)[0]), atol=1e-6)
    pairs, lengths = _pairs()
    for row, length in enumerate(lengths):
        alone = _model(config, length).eval()
        alone.load_state_dict(narrow.state_dict())
        assert torch.allclose(
            outputs[row], alone(torch.cat([pairs[row, :length], pairs[row, SOURCE:]])[None])[0], atol=1e-6
        )


@every
def test_steps_one_by_one_are_steps_at_once(config: Seq2SeqConfig) -> None:
    model, (pairs, _) = _model(config).eval(), _pairs()
    at_once, state = model(pairs), model.begin(pairs[:, :SOURCE])
    for place in range(TARGET):
        logits, state = model.advance(pairs[:, SOURCE + place], state)
        assert torch.allclose(logits, at_once[:, place], atol=1e-5)


@every
def test_alignment_rows_sum_to_one_over_the_source_alone(config: Seq2SeqConfig) -> None:
    pairs, lengths = _pairs()
    captures = look(_model(config).eval(), pairs)
    if config.attention == "none":
        assert "alignment" not in captures
        return
    weights = captures["alignment"].value
    assert weights.shape == (3, TARGET, SOURCE)
    assert torch.allclose(weights.sum(dim=-1), torch.ones(3, TARGET), atol=1e-6)
    for row, length in enumerate(lengths):
        assert (weights[row, :, length:] == 0).all()
        assert (captures["states"].value[row, length:] == 0).all()
    context = weights @ captures["states"].value
    assert torch.allclose(captures["context"].value, context, atol=1e-6)


@pytest.mark.parametrize("attention", ["none", "additive", "multiplicative"])
def test_its_own_tokens_are_fed_where_no_teacher_is(attention: str) -> None:
    """Without a teacher the outputs are those along the greedily written target, whatever was given."""
    config = SMALL.but(attention=attention, teacher_forcing=0)
    model, (pairs, _) = _model(config), _pairs()
    free = model.train()(pairs)
    state, token = model.begin(pairs[:, :SOURCE]), pairs[:, SOURCE]
    for place in range(TARGET):
        logits, state = model.advance(token, state)
        assert torch.allclose(logits, free[:, place], atol=1e-5)
        token = logits.argmax(dim=1)
    assert not torch.allclose(model.eval()(pairs), free, atol=1e-3)


@pytest.mark.parametrize("attention", ["none", "additive", "multiplicative"])
def test_a_share_of_own_tokens_comes_from_the_random_state(attention: str) -> None:
    config = SMALL.but(attention=attention, teacher_forcing=0.5)
    model, (pairs, _) = _model(config).train(), _pairs()

    def drawn(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return model(pairs)

    assert torch.equal(drawn(0), drawn(0))
    assert any(not torch.equal(drawn(0), drawn(seed)) for seed in range(1, 5))
    always = model.eval()(pairs)
    model.teacher_forcing = 1.0
    assert torch.allclose(model.train()(pairs), always, atol=1e-6)


@every
def test_a_beam_of_one_writes_what_greedy_writes(config: Seq2SeqConfig) -> None:
    model, (pairs, _) = _model(config).eval(), _pairs()
    with torch.no_grad():
        together = greedy(model, pairs[:, :SOURCE], TARGET).tolist()
        for row, written in enumerate(together):
            (found,) = beam(model, pairs[row : row + 1, :SOURCE], width=1, longest=TARGET).found
            assert list(found.tokens) == written[: len(found.tokens)]


@every
def test_a_wider_beam_tells_the_probability_of_what_it_found(config: Seq2SeqConfig) -> None:
    model, (pairs, _) = _model(config).eval(), _pairs()
    with torch.no_grad():
        for one in beam(model, pairs[:1, :SOURCE], width=4, longest=TARGET).found:
            row = pairs[:1].clone()
            row[0, SOURCE:] = torch.tensor([1, *one.tokens[:-1], *[0] * (TARGET - len(one.tokens))])
            logs = model(row)[0].double().log_softmax(dim=1)
            total = sum(float(logs[place, token]) for place, token in enumerate(one.tokens))
            assert one.log_probability == pytest.approx(total, abs=1e-5)


@pytest.mark.slow
def test_long_sources_get_lost_in_one_vector_and_not_under_attention() -> None:
    """Rows of 3 to 20 letters written backwards, after 1,500 steps; both told the truth before and by itself."""
    torch.set_num_threads(1)
    told, alone = _right_at("backwards-bottleneck")
    assert 0.45 <= told <= 0.7
    assert alone <= 0.5
    told, alone = _right_at("backwards-attention")
    assert told >= 0.95
    assert alone >= 0.8


def _right_at(name: str, length: int = 20) -> tuple[float, float]:
    """Share of right tokens of held-out rows of this length in a recipe: teacher forced, and written greedily."""
    recipe = recipes()[name]
    with Training(recipe.experiment) as training:
        for _ in training.run(recipe.steps):
            pass
        model, _ = training.at()
        part, places = training.split.held_out, training.task.source
    rows = (part.inputs[:, :places] != 0).sum(axis=1) == length
    inputs, targets = torch.from_numpy(part.inputs[rows]), torch.from_numpy(part.targets[rows])
    with torch.inference_mode():
        outputs = model(inputs).argmax(dim=-1), greedy(writer(model), inputs[:, :places], targets.shape[1])
    told, alone = (float((output == targets)[targets != NO_ANSWER].float().mean()) for output in outputs)
    return told, alone
