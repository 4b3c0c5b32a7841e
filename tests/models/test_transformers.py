"""Transformers: padding says nothing, the future is unseen, kept keys change nothing, sizes are the published ones."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from dlplay.anatomy import APART, FUSED, _kept, anatomy, inspect, preset_task
from dlplay.architecture import architectures, preset
from dlplay.config import Config, Refusal
from dlplay.dataset import BEGIN, END, PAD, Task, load
from dlplay.experiment import experiment
from dlplay.layers.search import beam, greedy, writer
from dlplay.layers.tower import Tower
from dlplay.link import read
from dlplay.models.decoder import Decoder, DecoderConfig
from dlplay.models.encoder import Encoder, EncoderConfig
from dlplay.models.transformer import PairsConfig, Transformer
from dlplay.probes import decoding, writing
from dlplay.probes.onward import Onward
from dlplay.probes.seen import Seen
from dlplay.silence import silenced, switches
from dlplay.tap import listening, look
from dlplay.training import metrics
from dlplay.training.events import Step
from dlplay.training.loop import Training

TIME, SOURCE, TARGET, WORDS = 7, 6, 7, "abcd"
VOCABULARY = (PAD, *WORDS)
SMALL: dict[str, Any] = {"layers": 2, "heads": 2, "head_width": 6, "feed_forward": 10}
POSITIONS = ("sinusoidal", "learned", "rotary", "relative", "none")
KINDS = [
    {"positions": positions, "norm": norm, "normalise": normalise}
    for positions, (norm, normalise) in zip(
        POSITIONS, itertools.cycle((("before", "layer"), ("after", "rms"), ("before", "rms"))), strict=False
    )
]
every = pytest.mark.parametrize("kind", KINDS, ids=lambda one: "-".join(one.values()))
TAGS = Task("sequence", (TIME,), classes=tuple("xyz"), tokens=VOCABULARY, each_step=True)
CLASSES = Task("sequence", (TIME,), classes=tuple("xyz"), tokens=VOCABULARY)
NEXT = Task("sequence", (TIME,), classes=VOCABULARY, tokens=VOCABULARY, each_step=True, next_step=True)
PAIRS = Task(
    "pair", (SOURCE + TARGET,), classes=(PAD, BEGIN, END, *WORDS), tokens=VOCABULARY, each_step=True, source=SOURCE
)
LENGTHS = [2, 7, 4]


def made(model: Any, config: type[Config], task: Task, **more: Any) -> Any:
    torch.manual_seed(0)
    return model(config(**{**SMALL, **more}), task).eval()


def sentences(time: int = TIME) -> Tensor:
    """Three sequences, 2, 7 and 4 long, in this many places."""
    drawn = torch.randint(1, len(VOCABULARY), (3, TIME), generator=torch.Generator().manual_seed(1))
    found = torch.zeros(3, time, dtype=torch.int64)
    for row, length in enumerate(LENGTHS):
        found[row, :length] = drawn[row, :length]
    return found


def pairs() -> Tensor:
    random = torch.Generator().manual_seed(2)
    given = torch.randint(3, len(PAIRS.classes), (3, TARGET), generator=random)
    given[:, 0] = 1
    source = sentences()[:, :SOURCE]
    return torch.cat([source, given], dim=1)


@every
@pytest.mark.parametrize("answer_from", ["mean", "first"])
@pytest.mark.parametrize("task", [TAGS, CLASSES], ids=["tags", "classes"])
def test_padding_never_changes_what_an_encoder_answers(task: Task, answer_from: str, kind: dict) -> None:
    model, rows = made(Encoder, EncoderConfig, task, answer_from=answer_from, **kind), sentences()
    outputs = model(rows)
    with listening(model):
        assert torch.allclose(model(rows), outputs, atol=1e-5)
    for row, length in enumerate(LENGTHS):
        alone = model(rows[row : row + 1, :length])[0]
        assert torch.allclose(outputs[row, :length] if task.each_step else outputs[row], alone, atol=1e-5)


@every
@pytest.mark.parametrize("task", [TAGS, CLASSES], ids=["tags", "classes"])
def test_padding_never_changes_what_a_decoder_answers(task: Task, kind: dict) -> None:
    model, rows = made(Decoder, DecoderConfig, task, **kind), sentences()
    outputs = model(rows)
    for row, length in enumerate(LENGTHS):
        alone = model(rows[row : row + 1, :length])[0]
        assert torch.allclose(outputs[row, :length] if task.each_step else outputs[row], alone, atol=1e-5)


@every
def test_padding_never_changes_a_pair(kind: dict) -> None:
    model, rows = made(Transformer, PairsConfig, PAIRS, **kind), pairs()
    outputs = model(rows)
    for row, length in enumerate([2, 6, 4]):
        state = model.begin(rows[row : row + 1, :length])
        for place in range(TARGET):
            logits, state = model.advance(rows[row : row + 1, SOURCE + place], state)
            assert torch.allclose(outputs[row, place], logits[0], atol=1e-5)


def future_of(model: nn.Module, rows: Tensor, first: int) -> tuple[Tensor, Tensor]:
    """The answers before a place, and the gradient of these answers by the stream at every place."""
    with listening(model) as captures:
        outputs = model(rows)
    stream = captures[next(name for name in captures if name.endswith("begins") and "encoder" not in name)].value
    (gradient,) = torch.autograd.grad(outputs[:, :first].square().sum(), [stream])
    return outputs[:, :first], gradient


@every
@pytest.mark.parametrize("which", ["encoder", "decoder", "transformer"])
def test_nothing_of_the_future_comes_through(which: str, kind: dict) -> None:
    model, rows = {
        "encoder": (made(Encoder, EncoderConfig, NEXT, causal=True, **kind), sentences()),
        "decoder": (made(Decoder, DecoderConfig, NEXT, **kind), sentences()),
        "transformer": (made(Transformer, PairsConfig, PAIRS, **kind), pairs()),
    }[which]
    answers, gradient = future_of(model, rows, 3)
    assert (gradient[:, 3:] == 0).all()
    assert (gradient[:, :3].abs().sum(dim=-1) > 0).any()
    later = rows.clone()
    start = SOURCE if which == "transformer" else 0
    later[1, start + 3 :] = later[1, start + 3 :].flip(0) % 3 + 1
    assert not torch.equal(later, rows)
    assert torch.allclose(model(later)[:, :3], answers, atol=1e-6)
    with silenced(model, ["mask"]):
        assert not torch.allclose(model(later)[:, :3], model(rows)[:, :3], atol=1e-4)


@every
def test_without_the_mask_padding_is_still_not_looked_at(kind: dict) -> None:
    for model, rows, start in (
        (made(Decoder, DecoderConfig, NEXT, **kind), sentences(), 0),
        (made(Transformer, PairsConfig, PAIRS, **kind), pairs(), SOURCE),
    ):
        length = int((rows[0, start:] != 0).sum()) - 1
        rows[0, start + length :] = 0
        with silenced(model, ["mask"]):
            captures = look(model, rows)
        names = [name for name in captures if name.endswith("attention.weights") and "encoder" not in name]
        assert names
        for name in names:
            weights = captures[name].value[0]
            assert (weights[:, :length, length:] == 0).all()
            assert (weights[:, :length, :length] > 0).all()


@every
def test_the_future_is_exactly_0_in_every_head(kind: dict) -> None:
    for model, rows in (
        (made(Decoder, DecoderConfig, NEXT, **kind), sentences()),
        (made(Transformer, PairsConfig, PAIRS, **kind), pairs()),
    ):
        captures = look(model, rows)
        names = [name for name in captures if name.endswith("attention.weights") and "encoder" not in name]
        assert len(names) == SMALL["layers"]
        for name in names:
            weights = captures[name].value
            assert (weights.triu(1) == 0).all()
            assert torch.allclose(weights.sum(dim=-1), torch.ones(weights.shape[:-1]), atol=1e-5)


@every
def test_an_encoder_and_a_source_weigh_padding_at_exactly_0(kind: dict) -> None:
    rows = sentences()
    captures = look(made(Encoder, EncoderConfig, TAGS, **kind), rows)
    crossed = look(made(Transformer, PairsConfig, PAIRS, **kind), pairs())
    for row, length in enumerate(LENGTHS):
        assert (captures["blocks.1.attention.weights"].value[row, :, :, length:] == 0).all()
        assert (crossed["decoder.blocks.1.cross.weights"].value[row, :, :, min(length, SOURCE) :] == 0).all()


@every
@pytest.mark.parametrize("tied", [False, True])
def test_steps_one_by_one_are_steps_at_once(tied: bool, kind: dict) -> None:
    model, rows = made(Decoder, DecoderConfig, NEXT, tied=tied, **kind), sentences()
    at_once, state = model(rows), model.begin(rows[:, :0])
    for place in range(TIME):
        logits, state = model.advance(rows[:, place], state)
        assert torch.allclose(logits, at_once[:, place], atol=1e-5)
    assert state.places == TIME
    begun = model.begin(rows[:, :3])
    steps, _ = model.read(rows[:, 3:], begun)
    assert torch.allclose(steps, at_once[:, 3:], atol=1e-5)
    chosen = begun.only(torch.tensor([2, 0, 2]))
    again, after = model.read(rows[[2, 0, 2], 3:], chosen)
    assert torch.allclose(again, steps[[2, 0, 2]], atol=1e-5)
    assert (begun.places, after.places) == (3, TIME)


@every
def test_generation_goes_on_as_if_the_text_were_read_anew(kind: dict) -> None:
    """Also beyond what it was built for: then the last places are read again, from the first position on."""
    model, rows = made(Decoder, DecoderConfig, NEXT, **kind), sentences()[1:2].repeat(1, 2)
    onward = Onward(model, NEXT)
    for place in range(rows.shape[1]):
        found = onward.read(rows[:, place : place + 1])
        first = max(0, place + 1 - TIME)
        assert torch.allclose(found[:, 0], model(rows[:, first : place + 1])[:, -1], atol=1e-5)
        kept = onward.kept
        assert (kept is not None and kept.places == place + 1) == (place < TIME)


@every
def test_beam_and_greedy_write_through_what_is_kept(kind: dict) -> None:
    model, rows = made(Transformer, PairsConfig, PAIRS, **kind), pairs()
    with torch.no_grad():
        together = greedy(writer(model), rows[:, :SOURCE], TARGET).tolist()
        for row, written in enumerate(together):
            (found,) = beam(writer(model), rows[row : row + 1, :SOURCE], width=1, longest=TARGET).found
            assert list(found.tokens) == written[: len(found.tokens)]
        for one in beam(writer(model), rows[:1, :SOURCE], width=4, longest=TARGET).found:
            row = rows[:1].clone()
            row[0, SOURCE:] = torch.tensor([1, *one.tokens[:-1], *[0] * (TARGET - len(one.tokens))])
            logs = model(row)[0].double().log_softmax(dim=1)
            total = sum(float(logs[place, token]) for place, token in enumerate(one.tokens))
            assert one.log_probability == pytest.approx(total, abs=1e-4)


@every
@pytest.mark.parametrize("which", ["encoder", "decoder", "transformer"])
def test_the_last_stream_gives_the_answer(which: str, kind: dict) -> None:
    """What each block would answer if it were the last is asked through `answered`; the last one's is the answer."""
    model, rows, place = {
        "encoder": (made(Encoder, EncoderConfig, CLASSES, **kind), sentences(), "blocks"),
        "decoder": (made(Decoder, DecoderConfig, NEXT, tied=True, **kind), sentences(), "blocks"),
        "transformer": (made(Transformer, PairsConfig, PAIRS, tied=True, **kind), pairs(), "decoder.blocks"),
    }[which]
    captures = look(model, rows)
    streams = [captures[f"{place}.{layer}.after_feed_forward"].value for layer in range(SMALL["layers"])]
    assert torch.allclose(model.answered(streams[-1], rows), captures["output"].value, atol=1e-5)
    assert not torch.allclose(model.answered(streams[0], rows), captures["output"].value, atol=1e-3)


@pytest.mark.parametrize("which", ["encoder", "decoder", "transformer"])
def test_each_part_that_is_silenced_changes_the_answer_and_no_weight(which: str) -> None:
    model, rows = {
        "encoder": (made(Encoder, EncoderConfig, TAGS), sentences()),
        "decoder": (made(Decoder, DecoderConfig, NEXT), sentences()),
        "transformer": (made(Transformer, PairsConfig, PAIRS), pairs()),
    }[which]
    before, whole = {name: value.clone() for name, value in model.state_dict().items()}, model(rows)
    names = switches(model)
    assert ("mask" in names) == (which != "encoder")
    assert names[0] == "positions" or names[1] == "positions"
    for name in names:
        with silenced(model, [name]):
            fused = model(rows)
            with listening(model):
                assert torch.allclose(model(rows), fused, atol=1e-5), name
        assert not torch.allclose(fused, whole, atol=1e-5), name
    assert torch.equal(model(rows), whole)
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_without_positions_an_encoder_cannot_tell_orders_apart() -> None:
    rows, order = sentences()[1:2], torch.tensor([3, 0, 5, 6, 1, 4, 2])
    for positions in POSITIONS:
        model = made(Encoder, EncoderConfig, CLASSES, positions=positions)
        same = torch.allclose(model(rows), model(rows[:, order]), atol=1e-5)
        assert same == (positions == "none"), positions
        with silenced(model, ["positions"] if positions != "none" else []):
            assert torch.allclose(model(rows), model(rows[:, order]), atol=1e-5)


def test_a_tied_answer_is_the_table() -> None:
    model, rows = made(Decoder, DecoderConfig, NEXT, tied=True), sentences()
    captures = look(model, rows)
    stream = model.norm(captures["blocks.1.after_feed_forward"].value)
    assert torch.allclose(captures["output"].value, stream @ model.embedding.weight.T, atol=1e-5)
    loose = made(Decoder, DecoderConfig, NEXT)
    table = model.embedding.weight.numel()
    count, other = (sum(p.numel() for p in one.parameters()) for one in (model, loose))
    assert other - count == table + len(VOCABULARY)
    tags = made(Decoder, DecoderConfig, TAGS, tied=True)
    assert isinstance(tags.answer, nn.Linear), "answers that are no tokens need a layer of their own"


def test_one_table_where_source_and_target_are_one_vocabulary() -> None:
    shared = Task("pair", (8,), classes=PAIRS.classes, tokens=PAIRS.classes, each_step=True, source=4)
    one = made(Transformer, PairsConfig, shared, tied=True)
    assert one.encoder.embedding is one.decoder.embedding
    two = made(Transformer, PairsConfig, PAIRS, tied=True)
    assert two.encoder.embedding is not two.decoder.embedding
    assert one(torch.ones(2, 8, dtype=torch.int64)).shape == (2, 4, len(PAIRS.classes))


def test_what_foretells_the_next_step_must_not_see_it() -> None:
    for data in ("stories", "waves"):
        with pytest.raises(Refusal, match=r"foretells the next step must not see what comes behind it\.$"):
            read(f"model=encoder&data={data}&model.causal=off")
        assert experiment("encoder", data).network.causal
        assert not experiment("encoder", "sentiment").network.causal


def attention_weights(width: int, inner: int, bias: bool) -> int:
    return 4 * width * inner + (3 * inner + width if bias else 0)


def by_formula(config: Any, *, tokens: int, cross: bool, norms: int) -> int:
    """Parameters of one block: attention, perhaps over a source too, feed-forward and norms; tables are left out."""
    width, units = config.width, config.feed_forward
    count = (2 if cross else 1) * attention_weights(width, width, config.attention_bias)
    count += 2 * width * units + (units + width if config.feed_forward_bias else 0)
    return count + norms * width * (2 if config.normalise == "layer" else 1)


PUBLISHED = {  # counted by instantiation of the published networks
    "BERT base": 109_482_240,
    "GPT-2 small": 124_439_808,
    "GPT-2 medium": 354_823_168,
    "GPT-2 large": 774_030_080,
    "GPT-2 XL": 1_557_611_200,
    "Transformer base": 63_045_632,
    "T5 small": 60_506_624,
}


@pytest.mark.parametrize("name", [*PUBLISHED, "BERT large", "Transformer big", "T5 base"])
def test_published_sizes_are_exact(name: str) -> None:
    """Against what was counted where it was, and against the closed formula for all."""
    record, found = preset(name)
    config: Any = found.config
    width, vocabulary = config.width, found.tokens
    if record.slug == "transformer":
        count = vocabulary * width + config.layers * by_formula(config, tokens=0, cross=False, norms=2)
        count += config.layers * by_formula(config, tokens=0, cross=True, norms=3)
        if config.positions == "relative":
            count += 2 * 32 * config.heads
        if config.norm == "before":
            count += 2 * width
    else:
        count = (vocabulary + found.input_shape[0]) * width
        count += config.layers * by_formula(config, tokens=0, cross=False, norms=2)
        if record.slug == "encoder":  # two token types, the norm of the embedding, the pooler
            count += 2 * width + 2 * width + width * width + width
        else:
            count += 2 * width
    weighed = inspect(name)
    assert weighed["parameters"] == count == found.published["parameters"]
    assert PUBLISHED.get(name, count) == count


def test_attention_is_weighed_product_by_product() -> None:
    """A block: four projections, the scores and what they mix for each head, and two layers at each place."""
    config = EncoderConfig(**SMALL)
    width, inner, units, time = config.width, config.width, config.feed_forward, TIME
    found = anatomy(architectures()["encoder"], config, TAGS)
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["embedding", "positions", "blocks.0", "blocks.1", "norm", "answer"]
    for layer in ("blocks.0", "blocks.1"):
        assert rows[layer].macs == time * (4 * width * inner + 2 * width * units) + 2 * time * time * inner
    assert rows["answer"].macs == time * width * 3
    assert found.macs == sum(row.macs for row in found.rows)


def test_scores_cost_time_beside_their_products() -> None:
    """As many products in 8 heads of 2 units as in 1 of 16, and 8 times as many scores; apart from the kernel more."""

    def sifted(**more: Any) -> int:
        config = DecoderConfig(**{"layers": 1, "heads": 1, "head_width": 16, **more})
        return anatomy(architectures()["decoder"], config, NEXT).sifted

    assert sifted(heads=8, head_width=2) - sifted() == 7 * TIME * TIME * FUSED
    assert sifted(positions="relative") - sifted(positions="none") >= TIME * TIME * (APART - FUSED)


@pytest.mark.parametrize("more", [{}, {"positions": "relative"}, {"dropout": 0.1}, {"norm": "after"}], ids=str)
def test_what_going_back_needs_is_what_autograd_keeps(more: dict[str, Any]) -> None:
    """Of a real pass over rows without padding; 200 places, so that the weights of all pairs would be most of it."""
    task = Task("sequence", (200,), classes=VOCABULARY, tokens=VOCABULARY, each_step=True, next_step=True)
    config = DecoderConfig(**{**SMALL, **more})
    model = Decoder(config, task)
    with _kept(model) as kept:
        model(torch.ones(2, 200, dtype=torch.int64))
    weighed = anatomy(architectures()["decoder"], config, task).activations
    assert weighed == pytest.approx(sum(kept.values()) / 2, rel=0.05)


def test_cross_attention_is_weighed_too() -> None:
    config = PairsConfig(**SMALL)
    width, units = config.width, config.feed_forward
    found = anatomy(architectures()["transformer"], config, PAIRS)
    rows = {row.name: row for row in found.rows}
    feed = 2 * width * units
    assert rows["encoder.blocks.1"].macs == SOURCE * (4 * width**2 + feed) + 2 * SOURCE**2 * width
    own, over = TARGET * 4 * width**2 + 2 * TARGET**2 * width, 2 * (TARGET + SOURCE) * width**2
    assert rows["decoder.blocks.0"].macs == own + over + 2 * TARGET * SOURCE * width + TARGET * feed


def test_gpt2_has_the_products_of_its_size() -> None:
    """1,024 places: 12 blocks of 12 · 768² weights, two products over all pairs of places, and the table at the end."""
    width, time = 768, 1024
    wanted = 12 * (12 * width**2 * time + 2 * time**2 * width) + time * width * 50_257
    found = inspect("gpt-2 SMALL")
    assert found["macs"] == wanted
    assert found["layers"][0]["output_shape"] == [1, 1024, 768]
    assert found["layers"][-1]["output_shape"] == [1, 1024, 50_257]


def test_the_published_tasks_are_what_they_say() -> None:
    for name, shape, reads in (("BERT base", (768,), "sequence"), ("T5 small", (128, 32_128), "pair")):
        task = preset_task(*preset(name))
        assert (task.output_shape, task.reads) == (shape, reads)
    assert preset_task(*preset("GPT-2 XL")).next_step


def test_names_of_parts_are_the_same_everywhere() -> None:
    for model in (made(Encoder, EncoderConfig, TAGS), made(Decoder, DecoderConfig, NEXT)):
        assert isinstance(model, Tower)
        for part in ("embedding", "positions", "blocks", "norm", "answer", "output"):
            assert model.get_submodule(part) is not None
    pair = made(Transformer, PairsConfig, PAIRS)
    for part in ("encoder.blocks", "decoder.blocks", "decoder.embedding", "encoder.positions", "answer", "output"):
        assert pair.get_submodule(part) is not None


def test_numbers_are_read_without_a_table() -> None:
    task = Task("sequence", (TIME, 2), targets=("a",), features=("a", "b"))
    x = torch.from_numpy(np.linspace(-1, 1, 3 * TIME * 2, dtype=np.float32).reshape(3, TIME, 2))
    for model in (made(Encoder, EncoderConfig, task, tied=True), made(Decoder, DecoderConfig, task, tied=True)):
        assert isinstance(model.embedding, nn.Linear)
        assert model(x).shape == (3, 1)


def seen(model: str, data: str, example: dict[str, Any], **more: Any) -> Seen:
    value = experiment(model, data, {**SMALL, **more})
    torch.manual_seed(3)
    built = value.model.build(value.network, value.task).eval()
    return Seen(built, 7, value, load(value.dataset, value.data), example)


def test_a_decoder_writes_what_its_own_probabilities_say() -> None:
    facts, arrays = writing.picture(seen("decoder", "names", {}, tied=True), beginning="Ma", temperature=0)
    assert facts["beginning"] == [BEGIN, "M", "a"]
    written = arrays["given"] == 0
    assert written.any()
    assert np.allclose(arrays["shares"][written][:, 0, 1], 1)
    first = int(np.flatnonzero(written)[0])
    assert arrays["token"][first] == arrays["likely"][first][0]


def test_a_transformer_is_shown_while_it_writes() -> None:
    facts, arrays = decoding.picture(seen("transformer", "reverse", {"text": "abc"}), width=2)
    assert facts["source"] == ["a", "b", "c"]
    steps = len(facts["words"])
    assert arrays["hidden"].shape == (steps, 12)
    assert facts["beams"][0]["log"] == pytest.approx(sum(np.log(share) for share in facts["shares"]), abs=1e-4)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "low", "high"), [("Induction in two layers", 0.0, 0.3), ("Induction in one layer", 1.2, 9)]
)
def test_induction_takes_two_layers(name: str, low: float, high: float) -> None:
    """The loss of what comes again, after 3,000 steps: 32 letters, width 64, 4 heads, Adam at 0.002."""
    record, found = preset(name)
    with Training(experiment(record.slug, found.data, found.config, found.data_config, found.training)) as training:
        for event in training.events():
            if isinstance(event, Step) and event.step == 3000:
                break
        for part in ("train", "held-out"):
            outputs, targets = metrics.flat(*training.answers(part), training.task)
            assert low <= metrics.loss(outputs, targets, training.task) < high
