"""The shipped plan of wrong prices: each fault is refused by name, with instrument, date and value, and the release before stays."""

import re

import pytest
import yaml

from models_py.gold.manifest import current_id
from models_py.kernel.errors import BuildError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings
from pipelines import stages
from pipelines.endpoints import endpoints
from pipelines.sandbox.faults import PLANS
from tests.world import SmallWorld, copied, run_stages, settings_at

pytestmark = pytest.mark.slow

PLAN = PLANS / "bad_prices.yaml"
FAULTS = {fault["kind"]: fault for fault in yaml.safe_load(PLAN.read_text())["faults"]}
NOW, EVE = "2024-06-14T08:45:00-03:00", "2024-06-13"
REFUSED = {
    "scale_error": rf"bounds_of_their_unit: 1 found: series_id usdbrl_ptax, reference_date {EVE}, .*value \d{{3}}\.",
    "outlier": rf"further_in_a_day_than_any_ever_did: \d found: .*series_id us_ust_10y, reference_date {EVE}, value -?0\.\d+, move",
    "identity_break": "all dollar futures imply one ptax, instrument_id dol\\w+, "
    r"reference_date 2024-06-\d\d, settlement 5\.\d+, expected 5\.\d+",
    "curve_arbitrage": "a longer DI1 is worth less, instrument_id di1f25, "
    r"reference_date 2024-06-03, settlement 101000\.0, expected 97\d",
}


def test_the_plan_has_a_name_for_each_of_its_faults():
    assert set(FAULTS) == set(REFUSED)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_wrong_price_is_refused_with_the_instrument_the_date_and_the_value(kind, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(yaml.safe_dump({"faults": [FAULTS[kind]]}))
    settings = Settings(lake=str(tmp_path / "lake"), world="sandbox", start="2024-06-03", now=NOW, sandbox_faults=str(plan))
    run = stages.start(settings)
    with endpoints(run.settings) as served:
        [report] = stages.ingest(run, served, [FAULTS[kind]["source"]])
    assert report.counts["ok"] > 0
    assert report.quarantined == 0                                   # the payloads are well formed: only their numbers are wrong
    with pytest.raises(BuildError) as caught:
        stages.build(run)
    assert re.search(REFUSED[kind], str(caught.value)), str(caught.value)


def test_with_the_whole_plan_nothing_is_published_and_the_release_before_stays(small_world: SmallWorld, tmp_path):
    world = copied(small_world, tmp_path / "lake")
    before = current_id(open_lake(world.settings))
    with pytest.raises(BuildError, match="nodes failed"):
        run_stages(settings_at(world.lake, "2024-07-01T08:45:00-03:00", sandbox_faults=str(PLAN)))
    assert current_id(open_lake(world.settings)) == before
