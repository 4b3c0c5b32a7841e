"""One language in, another one out, with nothing but attention.

The encoder reads the source, every place in the light of all. The decoder writes the target: each place looks back at
what was written (masked self-attention), then over the whole source (cross-attention: its question, the encoder's keys
and values), and says which token comes next.

    h = encoder(source)
    x ← x + attention(norm(x), past)    x ← x + cross(norm(x), h)    x ← x + feed_forward(norm(x))
    P(y_t | y_<t, source) = softmax(W norm(x_t))

No state is carried from step to step, so all places of a target are trained at once, and any two tokens are one step
apart however far they stand. T5 is the same with relative positions, norms by size, and almost no added numbers.

Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin: Attention Is All You Need, 2017. T5: Raffel et
al., Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer, 2020.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.transforming import GENTLY, TransformerConfig


class PairsConfig(TransformerConfig):
    """An encoder and a decoder of as many blocks each."""

    tied: bool = field(False, help="answers with the table of the target's tokens")


def _published(config: PairsConfig, tokens: int, parameters: int, source: str) -> Preset:
    """A published size: sources and targets of 128 places, from one vocabulary."""
    return Preset(
        config,
        input_shape=(256,),
        outputs=tokens,
        tokens=tokens,
        source_places=128,
        published={"parameters": parameters},
        source=source,
    )


_base = PairsConfig(
    layers=6, heads=8, head_width=64, feed_forward=2048, activation="relu", norm="after", dropout=0.1, tied=True
)
_t5 = _base.but(
    norm="before", normalise="rms", positions="relative", feed_forward_bias=False, scaled_scores=False, epsilon=1e-6
)
_vaswani = "Vaswani et al. 2017, counted with 37,000 tokens that source, target and answer share"
_raffel = "Raffel et al. 2020, version 1.0"

ARCHITECTURE = Architecture(
    title="Transformer",
    year=2017,
    paper="Vaswani et al.: Attention Is All You Need, 2017",
    reads=("pair",),
    config=PairsConfig,
    module="Transformer",
    inside="attention",
    presets={
        "Transformer turns rows round": Preset(PairsConfig(), data="reverse", training=GENTLY),
        "Transformer on dates": Preset(PairsConfig(), data="dates", training=GENTLY),
        "Transformer to French": Preset(PairsConfig(feed_forward=256), data="french", training=GENTLY),
        "Small T5 to French": Preset(
            _t5.but(layers=2, heads=4, head_width=16, feed_forward=256, dropout=0.0), data="french", training=GENTLY
        ),
        "Transformer base": _published(_base, 37_000, 63_045_632, _vaswani),
        "Transformer big": _published(
            _base.but(heads=16, feed_forward=4096, dropout=0.3), 37_000, 214_171_648, _vaswani
        ),
        "T5 small": _published(_t5, 32_128, 60_506_624, _raffel),
        "T5 base": _published(_t5.but(layers=12, heads=12, feed_forward=3072), 32_128, 222_903_552, _raffel),
    },
)

from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.tower import Read, Tokens, Tower, answering, logits, stands
from dlplay.tap import Tap


class Transformer(nn.Module):
    """Pairs (batch, source + target) int64 to logits (batch, target, class).

    It writes by itself through `begin` and `advance`, see `dlplay.layers.search`.
    """

    def __init__(self, config: PairsConfig, task: Task):
        super().__init__()
        self.places = task.source
        target, width = task.input_shape[0] - task.source, config.width
        words = Tokens(task.outputs, width, scaled=config.scaled_embedding)
        shared = words if config.tied and task.tokens == task.classes else None
        self.encoder = Tower(config, tokens=len(task.tokens), longest=task.source, embedding=shared)
        self.decoder = Tower(config, tokens=task.outputs, longest=target, causal=True, memory=width, embedding=words)
        self.hidden = Tap("batch time unit")
        self.answer = answering(width, task, tied=config.tied)
        self.output = Tap("batch time class")

    def forward(self, pairs: Tensor) -> Tensor:
        source, given = pairs[:, : self.places], pairs[:, self.places :]
        stream = self.decoder.stream(given, read=Read((), *self._encoded(source)))
        return self.output(self.answered(stream, pairs))

    def answered(self, stream: Tensor, pairs: Tensor) -> Tensor:
        """What it answers for pairs if the decoder's last block gives this stream (batch, time, unit)."""
        x = self.hidden(self.decoder.norm(stream))
        return logits(self.answer, x, self.decoder.embedding)  # (batch, time, class)

    def begin(self, source: Tensor) -> Read:
        """The state before the first token, for sources (batch, key) int64."""
        return self.decoder.nothing_read(*self._encoded(source))

    def advance(self, tokens: Tensor, state: Read) -> tuple[Tensor, Read]:
        """One step: the last token of each example (batch,) to the logits of the next (batch, class), and the state."""
        stream, state = self.decoder.further(tokens[:, None], state)
        return self.answered(stream, tokens[:, None])[:, 0], state

    def _encoded(self, source: Tensor) -> tuple[Tensor, Tensor | None]:
        """What the encoder reads in sources (batch, key): (batch, key, unit), and which places are no padding."""
        there = stands(source)
        return self.encoder.norm(self.encoder.stream(source, there=there)), there
