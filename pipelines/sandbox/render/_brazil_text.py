"""Numbers and days as Brazilian sites spell them; `--` where there is none."""

from decimal import Decimal

import numpy as np

NONE = "--"
_DIGITS, _PLACES = 15, 15                  # of a script's numbers: significant digits, and decimals beyond which an exponent comes


def comma(value: float | None, places: int) -> str:
    """`19984,379876`."""
    return NONE if value is None else f"{value:.{places}f}".replace(".", ",")


def grouped(value: float | None, places: int) -> str:
    """`19.984,379876`."""
    return NONE if value is None else f"{value:,.{places}f}".translate(_TURNED)


def bare(value: float | None, places: int) -> str:
    """`14,714` for 14.7140: no zeros at the end."""
    if value is None:
        return NONE
    text = f"{value:.{places}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def script(value: float | None) -> str:
    """A number as the scripts of a page convert it: fifteen significant digits, `8,68153977703815E-03` where they reach beyond the
    fifteenth decimal."""
    if value is None:
        return NONE
    exact = Decimal(f"{value:.{_DIGITS - 1}e}").normalize()
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    if -exponent <= _PLACES:
        return f"{exact + 0:f}".replace(".", ",")
    mantissa, power = f"{exact:E}".split("E")
    return f"{mantissa.replace('.', ',')}E{int(power):+03d}"


def slashed(day: np.datetime64) -> str:
    """`20/03/2026`."""
    text = str(day)
    return f"{text[8:10]}/{text[5:7]}/{text[:4]}"


def packed(day: np.datetime64) -> str:
    """`20260320`."""
    return str(day).replace("-", "")


_TURNED = str.maketrans(".,", ",.")
