"""Numbers in the browser are written like those in Python."""

import json
from pathlib import Path

CASES = json.loads((Path(__file__).parents[1] / "number_cases.json").read_text())


def test_a_number_is_written_like_in_python(visit):
    page = visit("/assets/tokens.json")
    written = page.evaluate(
        """async (cases) => {
          const words = await import("/assets/live/dom.js");
          return cases.map(([name, given]) => words[name](...given.map((value) => value ?? NaN)));
        }""",
        CASES,
    )
    assert written == [expected for _, _, expected in CASES]
