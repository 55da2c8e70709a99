"""One-way cost of trading, in the unit of the seed: basis points of yield for rates, of notional for currencies.

Doubled when the VIX is above 30. Source: STRATEGIES §0.
"""

from functools import cache

from models_py.kernel import seeds
from models_py.kernel.errors import ConfigError
from models_py.ledger.marks import Mark

STRESSED_VIX, STRESSED_MULTIPLE = 30.0, 2.0
YEARS_2, YEARS_5 = 504, 1260
BP = 1e-4


@cache
def _rows() -> dict[str, tuple[str, float, float, float]]:
    return {
        row["family"]: (row["cost_unit"], float(row["cost_under_2y"]), float(row["cost_2y_to_5y"]), float(row["cost_over_5y"]))
        for row in seeds.read("instruments").iter_rows(named=True)
    }


def one_way(family: str, tenor_bd: int, *, vix: float | None) -> float:
    """Cost in basis points of the family's unit.

    Raises:
        ConfigError: the seed has no such family.
    """
    if family not in _rows():
        raise ConfigError(f"instruments.csv has no costs of {family!r}")
    _, short, middle, long = _rows()[family]
    cost = short if tenor_bd < YEARS_2 else middle if tenor_bd <= YEARS_5 else long
    return cost * stress(vix)


def in_brl(family: str, tenor_bd: int, quantity: float, mark: Mark, *, vix: float | None) -> float:
    """Cost in BRL of trading a quantity at a mark, positive."""
    bp = one_way(family, tenor_bd, vix=vix)
    per_contract = bp * mark.dv01 if _rows()[family][0] == "bp of yield" else bp * BP * mark.value
    return abs(quantity) * per_contract


def stress(vix: float | None) -> float:
    """What costs are multiplied by. An unknown VIX (None, NaN) counts as calm: it is an input of costs, not of safety."""
    return STRESSED_MULTIPLE if vix is not None and vix > STRESSED_VIX else 1.0
