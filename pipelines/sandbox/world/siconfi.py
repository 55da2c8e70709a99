"""SICONFI: the Union's budget execution report (RREO, annex 1) by bimester, BRL to the cent, cumulated from January.

Expenditure is that of `rtn` with interest on the federal debt. A report is delivered on the last business day of the month after its
bimester; one in fifteen is delivered again twelve days later, rectified. Totals are sums of rounded items.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import rng, rtn, schedule
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Publisher

Floats = NDArray[np.float64]
Dates = NDArray[np.datetime64]

SOURCE = "stn"
ANNEX = "RREO-Anexo 01"
RECTIFIED, RECTIFIED_BY, AFTER_DAYS = 1 / 15, 0.004, 12
COLUMNS: Mapping[str, float] = {                                   # share of what was settled that stands under each column
    "DESPESAS LIQUIDADAS ATÉ O BIMESTRE (h)": 1.0, "DESPESAS PAGAS ATÉ O BIMESTRE (j)": 0.965,
}
ITEMS = ("PessoalEEncargosSociais", "JurosEEncargosDaDivida", "OutrasDespesasCorrentes", "DespesasDeCapital")
# Account → its name in the report, and the items it adds up, in the report's order
ACCOUNTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "DespesasExcetoIntraOrcamentarias": ("DESPESAS (EXCETO INTRA-ORÇAMENTÁRIAS) (IX)", ITEMS),
    "DespesasCorrentes": ("DESPESAS CORRENTES", ITEMS[:3]),
    "PessoalEEncargosSociais": ("PESSOAL E ENCARGOS SOCIAIS", ITEMS[:1]),
    "JurosEEncargosDaDivida": ("JUROS E ENCARGOS DA DÍVIDA", ITEMS[1:2]),
    "OutrasDespesasCorrentes": ("OUTRAS DESPESAS CORRENTES", ITEMS[2:3]),
    "DespesasDeCapital": ("DESPESAS DE CAPITAL", ITEMS[3:]),
}
KEYS = tuple(f"siconfi/1/{ANNEX}/{account}/{column}" for account in ACCOUNTS for column in COLUMNS)
FIRST = "2015-01"                          # the first year that the service has


def series(p: Publisher, key: str) -> Prints:
    """Every print of an account under a column; dates are first days of bimesters.

    Raises:
        KeyError: no such account.
    """
    if key not in KEYS:
        raise KeyError(key)
    account, column = key.split("/")[-2:]
    opening, at, again, is_rectified = deliveries(p)
    items = _items(p, opening)
    exact = np.stack([items[name] for name in ACCOUNTS[account][1]]) * COLUMNS[column] * 1e6
    first, final = (np.round(exact * factor, 2).sum(axis=0) for factor in (1 + RECTIFIED_BY, 1.0))
    days = opening.astype("datetime64[D]")
    value = np.where(is_rectified, first, final)
    return p.prints(
        SOURCE, key, np.concatenate([days, days[is_rectified]]), np.concatenate([at, again[is_rectified]]),
        np.concatenate([value, final[is_rectified]]), 2, ACCOUNTS[account][0], "BRL", "B",
    )  # fmt: skip


def deliveries(p: Publisher) -> tuple[Dates, Dates, Dates, NDArray[np.bool_]]:
    """First months of bimesters, when each report was delivered and would be again, and whether it was."""
    months = p.truth.months
    opening = months[(months >= np.datetime64(FIRST)) & (months.astype(np.int64) % 2 == 0)][:-1]
    at = schedule.published(p.seed, "rreo", opening + 1)
    again = at + np.timedelta64(AFTER_DAYS, "D")
    return opening, at, again, rng.monthly(p.seed, "rreo.rectified", opening, 1, "uniform") < RECTIFIED


def _items(p: Publisher, opening: Dates) -> dict[str, Floats]:
    """Items cumulated from January to the end of each bimester, BRL million."""
    exact = rtn.items(p)
    monthly = {
        "PessoalEEncargosSociais": exact["personnel"], "JurosEEncargosDaDivida": p.truth.monthly["fiscal_federal_interest"],
        "OutrasDespesasCorrentes": exact["benefits"] + exact["mandatory"] + 0.75 * exact["discretionary"],
        "DespesasDeCapital": 0.25 * exact["discretionary"],
    }  # fmt: skip
    place = (opening - p.truth.months[0]).astype(np.int64) + 1
    month = opening.astype(np.int64) % 12 + 1
    total = {name: np.concatenate([[0.0], np.cumsum(values)]) for name, values in monthly.items()}
    return {name: values[place + 1] - values[place - month] for name, values in total.items()}
