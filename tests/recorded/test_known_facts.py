"""Every known fact of the history holds: on the files as the connector parses them, and in a release made of them.

Facts of series that load only to be tested are looked up in a test import, also for the release.
"""

import pytest

from tests.conftest import SHARED
from tests.recorded.facts import Fact, holds, read
from tests.recorded.world import World

PATH = SHARED / "history" / "KNOWN_FACTS.csv"
FACTS = read(PATH) if PATH.is_file() else []
TESTED_ONLY = ("usdbrl_yahoo", "eurusd_yahoo", "usdbrl_ptax_bid_month_average", "br_curve_taxaswap_pre")

pytestmark = pytest.mark.recorded


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_known_fact_holds_in_the_parsed_files(fact: Fact, tested_history: World) -> None:
    found, true = holds(fact, tested_history)
    assert true, f"{fact.target} {fact.measure} {fact.key} {fact.dates}: {found}, expected {fact.expected} ± {fact.tolerance}"


@pytest.mark.slow
@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.name)
def test_a_known_fact_holds_in_a_release(fact: Fact, files_release: World, tested_history: World) -> None:
    found, true = holds(fact, tested_history if fact.target in TESTED_ONLY else files_release)
    assert true, f"{fact.target} {fact.measure} {fact.key} {fact.dates}: {found}, expected {fact.expected} ± {fact.tolerance}"


def test_facts_are_all_looked_up(history) -> None:
    assert len(FACTS) == sum(1 for _ in (history / "KNOWN_FACTS.csv").open(encoding="utf-8")) - 1
