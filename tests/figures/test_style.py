"""The colours of the tokens in Plotly."""

import pytest

from dlplay.figures import style


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_middle_of_the_signed_scale_is_the_ground_of_zero(theme):
    scale = dict(style.colorscale("signed", theme))
    assert scale[0.5] == style.colour("zero", theme)
    assert min(scale) == 0
    assert max(scale) == 1
