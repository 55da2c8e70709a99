"""`CZ-down.asp`: the term structure as ANBIMA's page writes it, latin-1, CR LF, four blocks with an empty line between them.

Parameters are what a script makes of a number; vertices from a thousand on have a dot; where nominal bonds do not reach, nothing.
"""

from collections.abc import Iterable

import numpy as np

from models_py.quant.svensson import Svensson
from pipelines.connectors._anbima_curve import CURVES, PARAMETERS
from pipelines.sandbox.render._brazil_text import comma, grouped, script, slashed
from pipelines.sandbox.world.bond_listing import CODES
from pipelines.sandbox.world.term_structure import CIRCULAR, TermStructure


def spell_curve(curve: TermStructure) -> bytes:
    """The file of a session."""
    parameters = [_parameters(name, of) for name, of in zip(CURVES, (curve.nominal, curve.real), strict=True)]
    rates = zip(curve.vertices.tolist(), curve.real_rate, curve.nominal_rate, curve.breakeven, strict=True)
    blocks = (
        [f"{slashed(curve.day)};{';'.join(PARAMETERS)}", *parameters],
        ["ETTJ Inflação Implicita (IPCA) - SIMULADO", "Vertices;ETTJ IPCA;ETTJ PREF;Inflação Implícita",
         *(f"{grouped(vertex, 0)};{';'.join(map(_rate, found))}" for vertex, *found in rates)],
        ["PREFIXADOS (CIRCULAR 3.361)", "Vertices;Taxa (%a.a.)",
         *(f"{grouped(vertex, 0)};{_rate(found)}" for vertex, found in zip(CIRCULAR, curve.circular, strict=True))],
        ["Erro Título a Título", "Titulo;SELIC;Vencimento;Erro (%a.a.)",
         *(f"{one.kind};{CODES[one.kind]};{slashed(one.maturity)};{comma(one.error, 4)}" for one in curve.missed)],
    )  # fmt: skip
    return _joined(blocks).encode("latin-1")


def _joined(blocks: Iterable[list[str]]) -> str:
    return "".join("".join(f"{line}\r\n" for line in (*block, "")) for block in blocks)


def _parameters(name: str, of: Svensson) -> str:
    return ";".join((name, *(script(value) for value in of)))


def _rate(value: float) -> str:
    return "" if np.isnan(value) else comma(value, 4)
