"""Parts of panels: tables, numbers, and that every `how` leads somewhere."""

import polars as pl
import pytest

from app.dashboard import how
from app.dashboard.how import How
from app.dashboard.numbers import change, number, reading
from app.dashboard.panels import markup

HOWS = {name: value for name, value in vars(how).items() if isinstance(value, How)}


@pytest.mark.parametrize("name", HOWS)
def test_every_how_shows_what_stands_in_the_project(name):
    assert len(HOWS[name].text()) > 100


def test_a_how_that_leads_nowhere_is_an_error():
    with pytest.raises(LookupError, match="No such heading"):
        How("docs/method.md", "No such heading").text()
    with pytest.raises(LookupError, match="docs/nowhere"):
        How("docs/nowhere.md").text()


def test_a_section_ends_where_the_next_one_of_its_level_begins():
    text = How("docs/quality.md", "Six questions").text()
    assert "completeness" in text
    assert "Reading it" not in text


def test_a_table_aligns_numbers_greys_what_is_old_and_escapes_what_it_shows():
    html = markup(pl.DataFrame({"name": ["<b>", "y"], "last": ["1.0", None]}), numbers=("last",), faded=(False, True))
    assert '<th>name</th><th class="n">last</th>' in html
    assert '<tr><td>&lt;b&gt;</td><td class="n">1.0</td></tr>' in html
    assert '<tr class=old><td>y</td><td class="n"></td></tr>' in html


@pytest.mark.parametrize(
    ("value", "spec", "unit", "text"),
    [
        (-1234.5, "+,.1f", "", "−1,234.5"),
        (0.4, "+,.0f", "bp", "0 bp"),
        (-0.0, "+.2f", "", "0.00"),
        (0.0125, ".2%", "", "1.25 %"),
        (None, "+.1f", "bp", ""),
    ],
)
def test_numbers_have_a_true_minus_a_unit_and_no_signed_zero(value, spec, unit, text):
    assert number(value, spec, unit) == text


def test_rates_are_read_in_percent_and_change_in_basis_points():
    assert (reading(0.1175, "decimal"), change(-0.0025, "decimal")) == ("11.75 %", "−25 bp")
    assert (reading(4.8413, "BRL per USD"), change(0.0107, "BRL per USD")) == ("4.8413 R$/US$", "+0.0107")
    assert (reading(20.4, "vol points"), change(None, "decimal")) == ("20.40 vol pt", "")


def test_dates_do_not_wrap_and_addresses_wrap_anywhere():
    columns = {"when": ["2024-01-09 13:30", ""], "of": ["2024-01", "2024-02"], "sha": ["a" * 64, ""], "what": ["a b", ""]}
    html = markup(pl.DataFrame(columns))
    assert '<td class="d">2024-01-09 13:30</td><td class="d">2024-01</td><td class="w">' in html
    assert "<td>a b</td>" in html
