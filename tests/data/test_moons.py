"""The moons are the ones scikit-learn makes, without its import."""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from dlplay.data import moons


@pytest.mark.parametrize("points", [20, 300])
def test_the_moons_are_those_of_scikit_learn(points):
    examples = moons.make(moons.PointsConfig(points=points, noise=0))
    expected, targets = make_moons(points, shuffle=False)
    np.testing.assert_allclose(examples.inputs, 3 * (expected - [0.5, 0.25]), atol=1e-5)
    assert examples.targets.tolist() == targets.tolist()
