"""No look-ahead: what became known after a decision may be anything, the decision stays byte for byte."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models_py import desk
from models_py.backtest.poison import POISONS, poisoned
from models_py.gold import Release, open_release
from models_py.kernel.settings import Settings

pytestmark = pytest.mark.slow

DATES = ("2023-11-16", "2024-02-15", "2024-05-09")


def digests(release: Release, last: str) -> dict[str, str]:
    """Digest of each of ten decisions up to a session."""
    day = datetime.fromisoformat(last).date()
    decided = desk.prepare(release, day - timedelta(days=14), day)
    return {str(decision.session): decision.digest for decision in decided}


@pytest.fixture(scope="module")
def release(small_world):
    with open_release(small_world.settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def truth(release):
    return {day: digests(release, day) for day in DATES}


@pytest.mark.parametrize("poison", POISONS)
@pytest.mark.parametrize("day", DATES)
def test_decisions_stay_when_everything_known_later_is_poisoned(release, truth, day, poison, tmp_path: Path):
    after = datetime.fromisoformat(f"{day}T11:40:00").replace(tzinfo=UTC)               # 08:40 in São Paulo, the cut-off
    settings = Settings(lake=str(tmp_path), now=release.manifest.published_at)
    with poisoned(release, after, poison, settings) as bad:
        assert len(truth[day]) >= 8
        assert digests(bad, day) == truth[day]


def test_the_poison_is_seen_by_the_decisions_after_it(release, truth, tmp_path: Path):
    """The control: a poison a month before the last decision must change it, else the test above proves nothing."""
    after = datetime.fromisoformat("2024-04-09T11:40:00").replace(tzinfo=UTC)
    with poisoned(release, after, "nothing", Settings(lake=str(tmp_path), now=release.manifest.published_at)) as bad:
        assert set(digests(bad, "2024-05-09").values()).isdisjoint(truth["2024-05-09"].values())


def test_a_decision_alone_is_the_decision_among_many(release, truth):
    at = datetime.fromisoformat(f"{DATES[1]}T11:45:00").replace(tzinfo=UTC)
    with open_release(release.settings, release.id) as fresh:
        assert desk.decide(fresh, at).digest == truth[DATES[1]][DATES[1]]
