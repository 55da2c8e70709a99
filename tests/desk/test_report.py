"""The page of a replay: whole, offline, honest about its world."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest

from models_py.backtest import report, svg
from models_py.backtest.replay import replay as replayed


@pytest.fixture(scope="module")
def played(release):
    return replayed(release, date(2021, 3, 1), date(2021, 9, 30))


@pytest.fixture(scope="module")
def page(played, tmp_path_factory) -> str:
    return report.write(played, tmp_path_factory.mktemp("page") / "deep" / "replay.html").read_text()


class Balanced(HTMLParser):
    """Every tag that opens closes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed(page):
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []


def test_the_page_needs_no_network_and_no_script(page):
    assert "<script" not in page
    assert not re.search(r"(src|href)\s*=|url\(|@import", page)
    assert [link for link in re.findall(r"https?://[^\"' ]+", page) if "w3.org" not in link] == []


def test_a_simulated_result_says_so_first_and_again_among_its_limits(page):
    assert page.index("SIMULATED") < page.index("<h1>")
    assert "The world is simulated" in page


def test_the_page_names_grades_horizon_and_window(page):
    for text in ("weakest grade", "12m", "derived", "2021-03-01 to 2021-09-30", "Deflated Sharpe", "PSR", "time assumed"):
        assert text in page, text


def test_the_page_has_its_charts(page):
    assert page.count("<svg") >= 4
    assert "nan" not in re.sub(r"<[^>]*>", "", page)


def test_the_same_replay_gives_the_same_page(played, page, tmp_path):
    assert report.write(played, tmp_path / "again.html").read_text() == page


def test_real_history_is_not_called_simulated(played, tmp_path):
    html = report.html(replace(played, world_id="files"))
    assert "SIMULATED" not in html
    assert "derived from federal bonds" in html


@pytest.mark.parametrize(("mean", "verdict"), [(0.0001, "cannot be told from luck"), (0.002, "is more than two standard errors from zero")])
def test_a_result_within_two_errors_is_called_luck_and_one_beyond_is_not(played, mean, verdict):
    days = len(played.sessions)
    daily = mean + 0.01 * np.where(np.arange(days) % 2, 1.0, -1.0)      # mean / error of the mean: 0.01 and 0.2 times the root of the days
    assert days > 120
    assert report.finding(replace(played, gross=daily, cost=np.zeros(days))).endswith(verdict)


def test_a_replay_without_positions_is_told_without_numbers(release):
    # January 2018: nothing has a history yet
    empty = replayed(release, date(2018, 1, 10), date(2018, 1, 31))
    assert report.finding(empty) == "The desk held no position: there is no result"
    assert "NO DATA 100%" in report.html(empty)


def test_a_line_with_a_gap_is_drawn_in_two_runs():
    days = np.arange("2020-01-01", "2020-01-11", dtype="datetime64[D]")
    drawn = svg.lines(days, {"x": np.array([1, 2, 3, np.nan, np.nan, 1, 2, 3, 4, 5.0])}, unit="%")
    assert drawn.count("<polyline") == 2


def test_axis_ticks_are_round_and_span_the_line():
    assert svg._ticks(-0.013, 0.041) == pytest.approx([-0.02, 0.0, 0.02, 0.04, 0.06])
    assert svg._ticks(0.0, 0.0) == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("top", "shown"),
    [
        (0.099, ["0.0", "2.5", "5.0", "7.5", "10.0"]),
        (0.041, ["0", "2", "4", "6"]),
        (0.00041, ["0.00", "0.02", "0.04", "0.06"]),
    ],
)
def test_an_axis_says_its_ticks_as_they_are(top, shown):
    days = np.arange("2020-01-01", "2020-01-03", dtype="datetime64[D]")
    drawn = svg.lines(days, {"x": np.array([0.0, top])}, unit="%")
    assert re.findall(r'text-anchor="end">([-\d.]+)<', drawn) == shown


def test_bars_carry_their_numbers():
    drawn = svg.bars(["a", "b"], [0.0123, -0.0456], unit="% a year")
    assert "+1.23" in drawn
    assert "-4.56" in drawn


def test_the_number_of_the_longest_loss_stays_clear_of_its_name():
    drawn = svg.bars(["a", "b"], [0.01, -0.0456], unit="% a year")
    name, number = (float(re.search(rf'x="([\d.]+)"[^>]*>{text}<', drawn)[1]) for text in ("b", "-4.56"))
    assert number - name > 45                       # both end there; five digits at 11 px are 35 wide


def test_names_at_line_ends_do_not_overlap():
    days = np.arange("2020-01-01", "2020-01-11", dtype="datetime64[D]")
    drawn = svg.lines(days, {name: np.linspace(0, 1, 10) for name in "abc"}, unit="ratio", percent=False)
    heights = [float(y) for y in re.findall(r'<text x="616" y="([\d.]+)"', drawn)]
    assert np.diff(sorted(heights)).min() >= 12.9
