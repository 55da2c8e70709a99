"""SGS: consumer and producer prices. The IPCA is copied from IBGE within three hours, its cores come two to five hours after it.

Changes in % a month with two decimals, as printed; twelve-month and target rates in %. Never revised.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.world import copom
from pipelines.sandbox.world.grid import BRT, utc
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher

Floats = NDArray[np.float64]

SOURCE = "bcb_sgs"
#        column of truth, release, delay of the copy, title
CHANGES: dict[str, tuple[str, str, str, str]] = {
    "433": ("printed_ipca", "ipca", "copy", "IPCA, monthly change"),
    "7478": ("printed_ipca15", "ipca15", "copy", "IPCA-15, monthly change"),
    "188": ("printed_inpc", "ipca", "copy", "INPC, monthly change"),
    "11427": ("ipca_core_ex0", "ipca", "core", "IPCA core, exclusion EX0"),
    "16121": ("ipca_core_ex1", "ipca", "core", "IPCA core, exclusion EX1"),
    "27838": ("ipca_core_ex2", "ipca", "core", "IPCA core, exclusion EX2"),
    "27839": ("ipca_core_ex3", "ipca", "core", "IPCA core, exclusion EX3"),
    "29683": ("ipca_core_ex3_services", "ipca", "core", "IPCA core EX3, services"),
    "28751": ("ipca_core_exfe", "ipca", "core", "IPCA core, food and energy excluded"),
    "11426": ("ipca_core_ma", "ipca", "core", "IPCA core, trimmed mean"),
    "4466": ("ipca_core_ms", "ipca", "core", "IPCA core, smoothed trimmed mean"),
    "16122": ("ipca_core_dp", "ipca", "core", "IPCA core, double weight"),
    "28750": ("ipca_core_p55", "ipca", "core", "IPCA core, percentile 55"),
    "10841": ("ipca_non_durable", "ipca", "core", "IPCA, non-durable goods"),
    "10842": ("ipca_semi_durable", "ipca", "core", "IPCA, semi-durable goods"),
    "10843": ("ipca_durable", "ipca", "core", "IPCA, durable goods"),
    "10844": ("ipca_services", "ipca", "core", "IPCA, services"),
    "27863": ("ipca_industrial", "ipca", "core", "IPCA, industrial goods"),
    "27864": ("ipca_food_at_home", "ipca", "core", "IPCA, food at home"),
    "4447": ("ipca_tradable", "ipca", "core", "IPCA, tradable goods"),
    "4448": ("ipca_non_tradable", "ipca", "core", "IPCA, non-tradable goods"),
    "4449": ("ipca_administered", "ipca", "core", "IPCA, administered prices"),
    "11428": ("ipca_free", "ipca", "core", "IPCA, free prices"),
    "1635": ("ipca_group_food", "ipca", "copy", "IPCA, food and beverages"),
    "1636": ("ipca_group_housing", "ipca", "copy", "IPCA, housing"),
    "1637": ("ipca_group_articles", "ipca", "copy", "IPCA, household articles"),
    "1638": ("ipca_group_clothing", "ipca", "copy", "IPCA, clothing"),
    "1639": ("ipca_group_transport", "ipca", "copy", "IPCA, transport"),
    "1640": ("ipca_group_communication", "ipca", "copy", "IPCA, communication"),
    "1641": ("ipca_group_health", "ipca", "copy", "IPCA, health and personal care"),
    "1642": ("ipca_group_personal", "ipca", "copy", "IPCA, personal expenses"),
    "1643": ("ipca_group_education", "ipca", "copy", "IPCA, education"),
    "189": ("printed_igp_m", "igpm", "", "IGP-M, monthly change"),
    "190": ("printed_igp_di", "igpdi", "", "IGP-DI, monthly change"),
    "7447": ("printed_igp_10", "igp10", "", "IGP-10, monthly change"),
    "7448": ("printed_igpm_first", "igpm_first", "", "IGP-M, first preview"),
    "7449": ("printed_igpm_second", "igpm_second", "", "IGP-M, second preview"),
    "225": ("printed_ipa_di", "igpdi", "", "IPA-DI, monthly change"),
    "7450": ("printed_ipa_m", "igpm", "", "IPA-M, monthly change"),
    "191": ("printed_ipc_di", "igpdi", "", "IPC-Br, monthly change"),
    "7453": ("printed_ipc_m", "igpm", "", "IPC-M, monthly change"),
    "192": ("printed_incc_di", "igpdi", "", "INCC-DI, monthly change"),
    "7456": ("printed_incc_m", "igpm", "", "INCC-M, monthly change"),
    "193": ("printed_ipc_fipe", "fipe", "", "IPC-Fipe, monthly change"),
}
FIRST_MONTH = "2009-01"
TARGET_LEAD_YEARS = 2                   # a target is set in June two years before


def catalogue(p: Publisher) -> Catalogue:
    """Series of this module by code."""
    out: Catalogue = {code: partial(_change, p, code) for code in CHANGES}
    return out | {"13522": partial(_twelve_months, p), "21379": partial(_diffusion, p), "10764": partial(_quarter_to_date, p),
                  "13521": partial(_target, p)}


def _change(p: Publisher, code: str) -> Prints:
    column, release, copied, title = CHANGES[code]
    first = p.grid.month(FIRST_MONTH)
    return p.once(SOURCE, code, release, p.truth.months[first:], p.truth.monthly[column][first:], 2, title, "% a month", copied=copied)


def _twelve_months(p: Publisher) -> Prints:
    """Twelve-month change from published indices, from the twelfth month they exist."""
    index = p.truth.monthly["index_ipca"]
    value = np.full(index.size, np.nan)
    value[12:] = (index[12:] / index[:-12] - 1) * 100
    first = p.grid.month(FIRST_MONTH) + 12
    return p.once(SOURCE, "13522", "ipca", p.truth.months[first:], value[first:], 2, "IPCA, twelve-month change", "%", copied="copy")


def _diffusion(p: Publisher) -> Prints:
    first = p.grid.month(FIRST_MONTH)
    return p.once(SOURCE, "21379", "ipca", p.truth.months[first:], p.truth.monthly["ipca_diffusion"][first:], 2, "IPCA, diffusion index",
                  "%",
                  copied="core")


def _quarter_to_date(p: Publisher) -> Prints:
    """IPCA-E: IPCA-15 compounded within the quarter, in the quarter's last month."""
    index = p.truth.monthly["index_ipca15"]
    value = np.full(index.size, np.nan)
    value[3:] = (index[3:] / index[:-3] - 1) * 100
    ends = np.flatnonzero((np.arange(index.size) % 12 % 3 == 2) & np.isfinite(value))
    return p.once(SOURCE, "10764", "ipca15", p.truth.months[ends], value[ends], 2, "IPCA-E, change of the quarter", "%", "Q", copied="copy")


def _target(p: Publisher) -> Prints:
    """Inflation target by year, set on 30 June two years before."""
    years = np.arange(2010, p.grid.until.year + TARGET_LEAD_YEARS + 1)
    dates = np.array([f"{year}-01-01" for year in years], "datetime64[D]")
    set_on = np.array([f"{year - TARGET_LEAD_YEARS}-06-30" for year in years], "datetime64[D]")
    value = np.array([copom.target(int(year)) for year in years])
    return p.prints(SOURCE, "13521", dates, utc(set_on, 18.0, BRT), value, 2, "Inflation target", "% a year", "A")
