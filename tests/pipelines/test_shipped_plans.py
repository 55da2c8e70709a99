"""The shipped fault plans on small worlds: each does what its `trips` says, and leaves what its `leaves` says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from models_py.kernel.settings import Settings
from pipelines import stages
from pipelines.connectors import connectors
from pipelines.reports import SourceReport
from pipelines.sandbox.server import serve
from tests.pipelines.lake_rows import outcomes, rows

pytestmark = pytest.mark.slow

# IBGE prints June on 10 July at 11:50 in São Paulo, the BLS on 11 July at 09:30
DAY_AFTER, CPI_DAY, MORNING_AFTER = "2024-07-11T08:45:00-03:00", "2024-07-11T10:00:00-03:00", "2024-07-12T08:45:00-03:00"
IPCA, CPI = "433", "CPIAUCSL"


@dataclass(frozen=True)
class Asked:
    """A run whose sources have been asked: their reports, and what the plan did to the answers."""

    run: stages.Run
    reports: dict[str, SourceReport]
    hits: list[dict[str, object]]

    def struck(self, source: str) -> set[object]:
        return {hit["kind"] for hit in self.hits if hit["source"] == source}

    @property
    def in_trouble(self) -> set[str]:
        return {report.source for report in self.reports.values() if report.errors}

    def known(self, source: str, key: str, day: date) -> list[float]:
        """Values of a date that the lake holds, in the order in which they were fetched."""
        found = [row for row in rows(self.run.lake, "observations") if (row["source"], row["source_key"]) == (source, key)]
        return [row["value"] for row in sorted(found, key=lambda row: row["fetched_at"]) if row["source_date"] == day]


def asked(settings: Settings, sources: list[str] | None = None) -> Asked:
    """Ask sources under the plan of the settings."""
    run = stages.start(settings)
    with serve(run.settings) as sandbox:
        served = {source: sandbox.endpoint(source) for source in connectors() if source != "files"}
        reports = stages.ingest(run, served, sources)
        return Asked(run, {report.source: report for report in reports}, sandbox.hits)


@pytest.fixture
def short(tmp_path: Path) -> Callable[..., Asked]:
    """Ask some sources at an instant under a plan, for a lake that begins in May 2024."""

    def go(now: str, plan: str, *sources: str) -> Asked:
        settings = Settings(lake=str(tmp_path / "lake"), world="sandbox", start="2024-05-02", now=now, sandbox_faults=plan)
        return asked(settings, list(sources))

    return go


def test_on_a_calm_day_nothing_is_struck(short):
    found = short(DAY_AFTER, "calm", "bcb_sgs")
    assert (found.hits, found.in_trouble) == ([], set())
    assert found.known("bcb_sgs", IPCA, date(2024, 6, 1)) == [0.9]


def test_on_a_monday_retries_get_through_and_a_late_release_is_not_there_yet(short):
    found = short(DAY_AFTER, "monday", "bcb_sgs", "fred", "b3")
    assert found.struck("fred") == {"http_status", "rate_limit"}
    assert found.struck("bcb_sgs") == {"timeout", "late_release"}
    assert found.in_trouble == set()
    assert outcomes(found.run.lake, "fred")["failed"] > 0                       # a line that breaks leaves no poll, a status does
    assert [len(found.known("bcb_sgs", IPCA, date(2024, month, 1))) for month in (5, 6)] == [1, 0]


def test_on_a_release_day_the_first_print_is_wrong_and_a_second_vintage_comes_a_day_later(short):
    first = short(CPI_DAY, "release_day", "bcb_sgs", "fred")
    assert first.struck("bcb_sgs") == {"html_instead_of_data", "corrected_print"}
    assert first.struck("fred") == {"connection_reset", "late_release"}
    assert first.known("bcb_sgs", IPCA, date(2024, 6, 1)) == pytest.approx([1.35])
    assert [len(first.known("fred", CPI, date(2024, month, 1))) > 0 for month in (5, 6)] == [True, False]       # four hours late
    later = short(MORNING_AFTER, "release_day", "bcb_sgs", "fred")
    assert first.in_trouble == later.in_trouble == set()
    assert later.known("bcb_sgs", IPCA, date(2024, 6, 1)) == pytest.approx([1.35, 0.9])
    assert set(later.known("fred", CPI, date(2024, 6, 1))) == {303.042}
