"""How numbers are written for people, with a true minus.

`number`, `fixed` and `count` are twins of those in `assets/live/dom.js`, digit for digit; one list of cases tests both.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

MINUS, UNKNOWN = "−", "–"


def number(value: float, digits: int = 3) -> str:
    """3 significant digits with a true minus: −0.420, 14,714, 2.1e−4, 8.0e13; "–" for what is no number."""
    if not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    size, sign = abs(value), MINUS if value < 0 else ""
    if size >= 1e9:
        return sign + _exponential(size)
    if size >= 999.5:
        return sign + count(size)
    if size < 0.001:
        return sign + _exponential(size)
    places = digits - 1 - _power(size)
    rounded = _round(size, places)
    if _power(rounded) > _power(size):  # 9.999 has become 10.00
        places -= 1
    return f"{sign}{_round(size, places):.{max(places, 0)}f}"


def fixed(value: float, digits: int = 2) -> str:
    """Fixed decimals for arithmetic that should line up: −0.88."""
    if not math.isfinite(value):
        return UNKNOWN
    text = f"{_round(abs(value), digits):.{digits}f}"
    return MINUS + text if value < 0 and float(text) else text


def count(value: float) -> str:
    """A whole number in groups: 14,714."""
    return f"{int(_round(value, 0)):,}".replace("-", MINUS)


def large(value: float) -> str:
    """A count, short from a million on: 14,714, 138.4 M, 15.5 G."""
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if value >= size:
            return f"{value / size:,.1f} {letter}"
    return count(value)


def short(value: float, digits: int = 6) -> str:
    """As few digits as say it, as a setting is written: 0, 0.03, 32, 1e−4, 4.55e28."""
    if not math.isfinite(value):
        return UNKNOWN
    size, sign = abs(value), MINUS if value < 0 else ""
    form = "e" if 0 < size < 0.001 else "g"
    mantissa, _, exponent = f"{size:.{digits - (form == 'e')}{form}}".partition("e")
    if not exponent:
        return sign + mantissa
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{sign}{mantissa}e{int(exponent)}".replace("-", MINUS)


def _power(size: float | Decimal) -> int:
    return (size if isinstance(size, Decimal) else Decimal(float(size))).adjusted()


def _round(value: float, places: int) -> Decimal:
    """Rounded half away from zero in the number's exact value, as JavaScript does."""
    return Decimal(float(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _exponential(size: float) -> str:
    rounded = _round(size, 1 - _power(size))
    mantissa, exponent = f"{rounded:.1e}".split("e")
    return f"{mantissa}e{MINUS if size < 1 else ''}{abs(int(exponent))}"
