"""`ms<yymmdd>.txt`: marks of federal bonds as ANBIMA writes them, latin-1, CR LF, `@` between cells, no zeros at the end of a number."""

from collections.abc import Sequence

import numpy as np

from pipelines.connectors._anbima_bonds import HEADING
from pipelines.sandbox.render._brazil_text import bare, packed
from pipelines.sandbox.world.anbima import BondLine

TITLE = "ANBIMA - Associação Brasileira das Entidades dos Mercados Financeiro e de Capitais - SIMULADO"
_RATE, _PRICE, _DEVIATION = 4, 6, 14


def spell_bonds(day: np.datetime64, lines: Sequence[BondLine]) -> bytes:
    """The file of a session."""
    rows = [
        "@".join((
            one.kind, packed(day), one.code, packed(one.issued), packed(one.maturity), bare(one.bid, _RATE), bare(one.ask, _RATE),
            bare(one.rate, _RATE), bare(one.price, _PRICE), bare(one.deviation, _DEVIATION),
            *(bare(bound, _RATE) for bound in (*one.interval, *one.next_interval)), "Calculado",
        ))
        for one in lines
    ]  # fmt: skip
    return "".join(f"{line}\r\n" for line in (TITLE, "", "@".join(HEADING), *rows)).encode("latin-1")
