"""The small worlds with four months before them: r* is told after half a year of one-year real rates, and of nothing else."""

from datetime import date, timedelta

from tests.dbt import markets
from tests.dbt.markets import Tables, mapped, observation, stamp

DAYS = markets.sessions(date(2023, 9, 1), date(2023, 12, 28))
BONDS = ("2024-07-01", "2025-01-01", "2026-01-01")
MONTHS = (10, 13, 25)
SMOOTHED = "IPCA|S|0|Mediana"


def disturbed_world() -> Tables:
    """Futures that settle, with corrections and late files, preceded by DI1 and Focus."""
    observations, quotes = markets.disturbed_world()
    for n, (day, state) in enumerate(markets.walks(DAYS, 3).items()):
        quotes += markets.settlements("di1", day, state, MONTHS)
        observations.append(observation("bcb_focus", SMOOTHED, day, 3.5 + 0.001 * n))
    return observations, quotes


def bonds_world() -> Tables:
    """Bonds that are marked, preceded by LTN, the policy rate and Focus."""
    observations, quotes = markets.bonds_world()
    for n, (day, state) in enumerate(markets.walks(DAYS, 3).items()):
        quotes += markets.indicated("ltn", day, state, BONDS)
        observations.append(mapped("br_selic_target", day, 0.1225, stamp(day, 0)))
        observations.append(mapped("br_focus_ipca_12m_smoothed", day, 0.035 + 0.00001 * n, stamp(day + timedelta(7), 8, 30)))
    return observations, quotes


WORLDS = {"sandbox": disturbed_world, "files": bonds_world}
