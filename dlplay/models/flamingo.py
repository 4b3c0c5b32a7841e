"""A writer who learns to look.

A text decoder learns first, from sentences alone: it never sees a picture, and all it can do is to guess what is
usually said. Then it is frozen; not one of its weights moves again. Between its blocks stand new ones, which ask a
picture and add what they find to the stream, each through a gate:

    x ← x + tanh(g) · attention(x, picture)      x ← x + tanh(g′) · feed_forward(x)      g = g′ = 0 at first

While the gates are shut the frozen decoder writes as it did before. Step by step learning opens them, as far as what is
seen helps to say the next word, and so a model of text becomes one of pictures without forgetting how to write. In
Flamingo the eyes are frozen, too, and were trained before; here they are small, and learn along with the gates.

Alayrac et al., Flamingo: a Visual Language Model for Few-Shot Learning, 2022, section 2.2.
"""

from __future__ import annotations

from dlplay.architecture import Architecture, Preset
from dlplay.config import field
from dlplay.layers.transforming import TransformerConfig


class FlamingoConfig(TransformerConfig):
    """A text decoder, when it is frozen, and the eyes that it is given then."""

    text_steps: int = field(
        300, ge=0, le=10_000, step=50, label="Text alone", unit="steps", help="trains the decoder, then freezes it"
    )
    convolutions: int = field(2, ge=1, le=4, help="rounds of convolution and pool of the eyes")
    channels: int = field(16, ge=1, le=64, help="maps of the first round; each round doubles them")


ARCHITECTURE = Architecture(
    title="Flamingo-like",
    year=2022,
    paper="Alayrac et al.: Flamingo, a Visual Language Model for Few-Shot Learning, 2022",
    reads=("caption",),
    config=FlamingoConfig,
    module="Flamingo",
    inside="attention",
    moments=lambda config: ((config.text_steps, "decoder frozen"),) if config.text_steps else (),
    presets={"A frozen writer learns to see": Preset(FlamingoConfig(), data="scenes", training={"rate": 0.003})},
)

import torch
from torch import Tensor, nn

from dlplay.dataset import Task
from dlplay.layers.block import BlockCache
from dlplay.layers.cross import Cross
from dlplay.layers.regions import Regions
from dlplay.layers.tower import Read, Tower
from dlplay.tap import Tap

EYES = ("eyes.", "looks.")
"""Names of parameters that are not the text decoder's begin with these."""


class Flamingo(Tower):
    """Pictures and the words so far (batch, pixel + target) int64 to logits of the next word (batch, target, class).

    It writes by itself through `begin` and `advance`, see `dlplay.layers.search`.
    """

    def __init__(self, config: FlamingoConfig, task: Task):
        places = task.output_shape[0]
        super().__init__(config, tokens=task.outputs, longest=places, causal=True)
        self.places, self.text_steps = task.source, config.text_steps
        self.eyes = Regions(task.picture or (), convolutions=config.convolutions, channels=config.channels)
        width, heads, memory = config.width, config.heads, self.eyes.width
        self.looks = nn.ModuleList(
            Cross(
                width,
                heads,
                config.head_width,
                config.feed_forward,
                memory=memory,
                gated=True,
                activation=config.activation,
                normalise=config.normalise,
                dropout=config.dropout,
            )
            for _ in range(config.layers)
        )
        self.gates = Tap("batch unit")
        self.answer = nn.Linear(width, task.outputs)
        self.output = Tap("batch time class")
        names = [name for name, _ in self.named_parameters()]
        self.seeing = tuple(name for name in names if name.startswith(EYES))
        self.writing = tuple(name for name in names if not name.startswith(EYES))

    def resting(self, step: int) -> tuple[str, ...]:
        """The parameters that stay as they are in the step after so many: the eyes first, then the decoder."""
        return self.seeing if step < self.text_steps else self.writing

    def forward(self, pairs: Tensor) -> Tensor:
        source, words = pairs[:, : self.places], pairs[:, self.places :]
        x = self.stream(words, read=Read((), self.eyes(source)))
        opened = torch.cat([gate.tanh() for gate in self.gate_parameters()])  # (unit,)
        self.gates(opened.expand(len(x), -1))
        return self.output(self.answered(x, pairs))  # (batch, time, class)

    def looked(self, place: int, x: Tensor, memory: Tensor | None, cache: BlockCache | None) -> Tensor:
        """What goes into a block: where there is a memory the stream has looked at it."""
        return x if memory is None else self.looks[place](x, memory, cache=None if cache is None else cache.cross)

    def answered(self, stream: Tensor, _: Tensor) -> Tensor:
        """The logits (batch, time, class) for pairs if the last block gives this stream (batch, time, unit)."""
        return self.answer(self.norm(stream))

    def gate_parameters(self) -> list[nn.Parameter]:
        """What tanh is taken of, from the first block on: of its attention, then of its feed-forward part."""
        return [*self._gates().values()]

    def openings(self) -> dict[str, float]:
        """How far each gate stands open: tanh of its parameter, by its layer and part."""
        return {name: gate.tanh().item() for name, gate in self._gates().items()}

    def _gates(self) -> dict[str, nn.Parameter]:
        """What tanh is taken of, by layer and part, from the first block on."""
        named = dict(self.looks.named_parameters())
        parts = (("attention", "cross_gate"), ("feed-forward", "feed_forward_gate"))
        return {
            f"layer {layer + 1} {part}": named[f"{layer}.{gate}"]
            for layer in range(len(self.looks))
            for part, gate in parts
        }

    def begin(self, source: Tensor) -> Read:
        """The state before the first word, for pictures (batch, pixel) int64."""
        return self.nothing_read(self.eyes(source))

    def advance(self, tokens: Tensor, state: Read) -> tuple[Tensor, Read]:
        """One step: the last word of each example (batch,) to the logits of the next (batch, class), and the state."""
        stream, state = self.further(tokens[:, None], state)
        return self.answered(stream, tokens)[:, 0], state
