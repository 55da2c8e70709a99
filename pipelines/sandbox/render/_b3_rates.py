"""`TaxaSwap.txt`: reference rates, a record a curve and vertex, curves by code. The word SIM opens the title of each curve."""

from pipelines.connectors._b3_rates import DECIMALS, LAYOUT
from pipelines.sandbox.render._fixed_width import records, scaled, sign
from pipelines.sandbox.world.reference_rates import ReferenceRates

MEMBER = "TaxaSwap.txt"
TITLES = {
    "APR": "DIxPRE Aj. PRE", "DCL": "CUPOM LIMPO - SELIC", "DCO": "SELIC X DOL", "DIC": "DI X IPCA", "DOC": "DIxXDOL Cupom limpo",
    "DOL": "DIxDOL", "PRE": "DIxPRE", "PTX": "PTAX", "SLP": "SELICxPRE",
}
_TITLE_WIDTH = 15


def spell_rates(rates: ReferenceRates) -> bytes:
    """The file of a session."""
    vertices = [
        {"days": f"{days:05d}", "business_days": f"{business_days:05d}", "fixed": "F" if fixed else "M", "vertex": f"{term:05d}"}
        for days, business_days, fixed, term in zip(
            rates.days.tolist(), rates.business_days.tolist(), rates.is_fixed.tolist(), rates.term.tolist(), strict=True
        )
    ]
    curves = [(curve, f"SIM {title}"[:_TITLE_WIDTH], rates.curves[curve].tolist()) for curve, title in TITLES.items()]
    rows = [
        {"curve": curve, "title": title, "sign": sign(value), "value": scaled(value, DECIMALS, 14), **vertex}
        for curve, title, values in curves for value, vertex in zip(values, vertices, strict=True)
    ]  # fmt: skip
    common = {"complement": "001", "record": "01", "date": str(rates.day).replace("-", ""), "kind": "T1"}
    return records(LAYOUT, [{"transaction": f"{place:06d}", **row} for place, row in enumerate(rows)], common)
