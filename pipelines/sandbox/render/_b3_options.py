"""`SupVol.txt` and `Premio.txt`: volatilities of options on the dollar by delta and expiry, and premiums of listed strikes.

The digit of a surface's code does not tell its delta, the text does; the first line has the word SIMULADO where the exchange names
the market. A series is the letter of its month and three of an alphabet without vowels.
"""

from collections.abc import Sequence

import numpy as np

from pipelines.connectors._b3_options import PREMIUMS, VOL_DECIMALS
from pipelines.sandbox.render._fixed_width import records, scaled
from pipelines.sandbox.world.contracts import CODES
from pipelines.sandbox.world.dollar_options import DELTAS, PREMIUM_DECIMALS, Premium, Smile

SURFACE, PREMIO = "SupVol.txt", "Premio.txt"
_CODES = {1: "DL1", 37: "DL2", 10: "DL3", 25: "DL4", 50: "DL5", 75: "DL6", 90: "DL7", 63: "DL8", 99: "DL9"}
_TITLE_WIDTH, _VOL_WIDTH = 60, 21
_ALPHABET = "BCDFGHJKLMNPQRSTVWXYZ0123456789"


def spell_surface(day: np.datetime64, smiles: Sequence[Smile]) -> bytes:
    """The file of a session: surfaces by code, expiries in order. UTF-8, read as latin-1 and written again, as on record."""
    head = f"{_packed(day)};Mercado SIMULADO – Superfície de V"
    rows = [
        ";".join((
            _CODES[delta], f"VOL DOLAR DELTA {delta}".ljust(_TITLE_WIDTH), f"{smile.business_days:04d}", f"{smile.days:04d}",
            scaled(float(smile.vol[DELTAS.index(delta)]), VOL_DECIMALS, _VOL_WIDTH),
        ))
        for delta in sorted(DELTAS, key=_CODES.__getitem__) for smile in smiles
    ]  # fmt: skip
    mangled = head.encode().decode("latin-1")
    return "".join(f"{line}\r\n" for line in (mangled, *rows)).encode()


def spell_premiums(day: np.datetime64, premiums: Sequence[Premium]) -> bytes:
    """The file of a session, options by expiry."""
    rows = [
        {
            "transaction": f"{place:06d}", "series": series(one.expiry, place), "kind": "C" if one.is_call else "V",
            "expiry": _packed(one.expiry), "strike": scaled(one.strike, PREMIUM_DECIMALS, 15),
            "premium": scaled(one.premium, PREMIUM_DECIMALS, 15),
        }
        for place, one in enumerate(premiums, start=1)
    ]  # fmt: skip
    return records(PREMIUMS, rows, {
        "complement": "001", "record": "01", "date": _packed(day), "contract": "DOL", "market": "3", "style": "E",
        "decimals": str(PREMIUM_DECIMALS),
    })  # fmt: skip


def series(expiry: np.datetime64, place: int) -> str:
    """The letter of the month of expiry, and the place of the option in three letters or digits."""
    size = len(_ALPHABET)
    month = int(expiry.astype("datetime64[M]").astype(np.int64)) % 12
    return CODES[month] + "".join(_ALPHABET[place // size**power % size] for power in (2, 1, 0))


def _packed(day: np.datetime64) -> str:
    return str(day).replace("-", "")
