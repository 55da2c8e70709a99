"""SOV_03: default swaps against bonds."""

import polars as pl

from models_py.kernel.registry import strategy
from models_py.signals.fit import matrix, residual
from models_py.signals.scale import clip1, gated, z

ENTRY = 1.5                                      # standard deviations


@strategy(
    code="SOV_03",
    asset_class="credit",
    needs=("br_cds_5y", "br_embi"),
    legs={"cds_br_5y": 1.0, "embi_br": -1.0},    # a positive score sells protection and is short the dollar bond
    horizon="6W",
    rebalance="daily",
    source="Fontana & Scheicher (2016), JBF 62; Bai & Collin-Dufresne (2019), FM 48(2)",
    cost_bp=6.0,
    max_age={"br_cds_5y": 2, "br_embi": 5},
    enabled=False,
)
def sovereign_bond_basis(x: pl.DataFrame, *, window: int = 504) -> pl.Series:
    """Sell protection against bonds when default swaps are wide of them, and the reverse.

        basis = CDS 5y - a - b EMBI over 504;   s = clip1(z(basis; 504) / 2) where |z| ≥ 1.5, else 0

    Why it pays: the two price the same default, and capital that can hold both is slow.
    When it fails: durations differ, bonds must be borrowed, and the bond index is spliced in 2024.
    """
    wide = z(residual(x["br_cds_5y"], matrix(x["br_embi"]), window), window)
    return gated(clip1(wide / 2.0), wide.abs() >= ENTRY)
