"""A file dropped into `dlplay/models/` is an architecture everywhere, without another edit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests import example


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example.copy(tmp_path_factory.mktemp("project"))


def said(project: Path, script: str) -> str:
    """What a Python process says that runs the script in that project."""
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=project, capture_output=True, text=True, timeout=100, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def test_is_in_the_catalogue_without_torch(project: Path) -> None:
    script = """
import sys
from dlplay.architecture import architectures, preset
print(architectures()["bumps"].title, preset("Bumps on a circle")[0].slug, "torch" in sys.modules)
"""
    assert said(project, script) == "Bumps bumps False"


def test_has_a_link_and_its_limits(project: Path) -> None:
    script = """
from dlplay import link
from dlplay.config import Refusal
made = link.read("model=bumps&data=iris&model.units=24")
assert link.read(link.write(made)) == made
try:
    link.read("model=bumps&model.units=1000")
except Refusal as refusal:
    print(refusal.sentence)
"""
    assert said(project, script) == "units is '1000'; the largest allowed is 128."


def test_every_parameter_learns_and_every_tap_is_seen(project: Path) -> None:
    script = """
import torch
from dlplay import link
from dlplay.dataset import load
from dlplay.tap import look
for given in ("model=bumps&data=circle", "model=bumps&data=iris", "model=bumps&data=diabetes"):
    made = link.read(given)
    split = load(made.dataset, made.data)
    model = made.model.build(made.network, made.task)
    inputs = torch.from_numpy(split.train.inputs[:16])
    seen = look(model, inputs)
    assert list(seen) == ["value", "output"]
    assert seen["output"].value.shape == (16, made.task.outputs)
    model(inputs).square().mean().backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())
print("learns")
"""
    assert said(project, script) == "learns"
