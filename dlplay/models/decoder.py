"""What comes next, from all that came before.

A language model says how probable every token is at the next place. A Transformer decoder reads the text so far; its
attention lets each place ask the places before it and itself, never those behind: a mask sets the scores of the future
to −∞, and its weights are exactly 0. So one pass over a text trains all of its places at once.

    weights = softmax(mask(Q Kᵀ / √d)),   mask(s)_ij = s_ij where j ≤ i, else −∞
    P(token | text) = softmax(W norm(x))

It writes by drawing a token, reading it, and drawing the next. Keys and values of the places before do not change
then, and are kept: each new token costs one place, not the whole text. The GPT models are such decoders.

Radford, Narasimhan, Salimans, Sutskever: Improving Language Understanding by Generative Pre-Training, 2018; sizes and
norms before: Radford et al. 2019 (GPT-2). Mask: Vaswani et al. 2017. Tied tables: Press & Wolf 2016.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.transforming import GENTLY, TransformerConfig


class DecoderConfig(TransformerConfig):
    """Blocks that look back, and what the next token is told by."""

    tied: bool = field(False, help="answers with the table of tokens, where they answer")


def _gpt2(layers: int, heads: int, parameters: int) -> Preset:
    """GPT-2 with so many blocks, and heads of 64 units."""
    return Preset(
        DecoderConfig(
            layers=layers, heads=heads, head_width=64, feed_forward=4 * 64 * heads, activation="gelu-tanh",
            positions="learned", dropout=0.1, tied=True, attention_bias=True, scaled_embedding=False,
        ),
        input_shape=(1024,),
        outputs=50_257,
        tokens=50_257,
        published={"parameters": parameters},
        source="Radford et al. 2019, counted with the tied table once",
    )  # fmt: skip


_writer = DecoderConfig(layers=2, heads=4, head_width=16, feed_forward=256, tied=True)

ARCHITECTURE = Architecture(
    title="Transformer decoder",
    year=2018,
    paper="Radford et al.: Improving Language Understanding by Generative Pre-Training, 2018",
    reads=("sequence",),
    config=DecoderConfig,
    module="Decoder",
    inside="attention",
    presets={
        "Decoder writes names": Preset(_writer, data="names", training=GENTLY),
        "Decoder writes stories": Preset(_writer, data="stories", training=GENTLY),
        "Induction in two layers": Preset(
            DecoderConfig(), data="induction", data_config={"symbols": 32}, training={"rate": 0.002}
        ),
        "Induction in one layer": Preset(
            DecoderConfig(layers=1), data="induction", data_config={"symbols": 32}, training={"rate": 0.002}
        ),
        "Decoder on waves": Preset(DecoderConfig(), data="waves", training=GENTLY),
        "GPT-2 small": _gpt2(12, 12, 124_439_808),
        "GPT-2 medium": _gpt2(24, 16, 354_823_168),
        "GPT-2 large": _gpt2(36, 20, 774_030_080),
        "GPT-2 XL": _gpt2(48, 25, 1_557_611_200),
    },
)

from torch import Tensor

from dlplay.dataset import Task
from dlplay.layers.tower import Read, Tower, answering, last_of, logits, stands
from dlplay.tap import Tap


class Decoder(Tower):
    """Sequences, tokens (batch, time) or numbers (batch, time, feature), to answers at every step, or at the last.

    It goes on by itself through `begin` and `advance`, see `dlplay.layers.search`, or `read`.
    """

    def __init__(self, config: DecoderConfig, task: Task):
        tokens = len(task.tokens)
        features = 0 if tokens else task.input_shape[1]
        super().__init__(config, tokens=tokens, features=features, longest=task.input_shape[0], causal=True)
        self.reads_tokens, self.each_step = bool(tokens), task.each_step
        self.answer = answering(config.width, task, tied=config.tied)
        kind = "class" if task.classes else "unit"
        self.output = Tap(f"batch time {kind}" if task.each_step else f"batch {kind}")

    def forward(self, sequences: Tensor) -> Tensor:
        return self.output(self.answered(self.stream(sequences), sequences))

    def answered(self, stream: Tensor, sequences: Tensor) -> Tensor:
        """What it answers for sequences if the last block gives this stream (batch, time, unit)."""
        x = stream
        if not self.each_step:
            x = last_of(stands(sequences) if self.reads_tokens else None, x)  # (batch, unit)
        return logits(self.answer, self.norm(x), self.embedding)  # (batch, output) or (batch, time, output)

    def begin(self, source: Tensor) -> Read:
        """What is kept after reading the beginning of texts (batch, time), of which there can be nothing yet."""
        read = self.nothing_read()
        return self.further(source, read)[1] if source.shape[1] else read

    def advance(self, tokens: Tensor, state: Read) -> tuple[Tensor, Read]:
        """One step: the last token of each example (batch,) to the logits of the next (batch, class), and the state."""
        outputs, state = self.read(tokens[:, None], state)
        return outputs[:, 0], state

    def read(self, steps: Tensor, state: Read) -> tuple[Tensor, Read]:
        """The answers (batch, time, output) at the next steps (batch, time, …), and the state behind them."""
        stream, state = self.further(steps, state)
        return logits(self.answer, self.norm(stream), self.embedding), state
