"""Data and Macro in a real browser and in the frame, over a release and a book made by the real run."""

import os

import pytest

from app.dashboard.frame import pages
from tests.app.browser import chromium, dashboard, fresh_browser, settle
from tests.app.test_home import BOXES
from tests.world import SmallWorld

pytestmark = pytest.mark.browser

HEADS = {
    "Data": ("every one answered and is on time", "Quality", "identities compared", "bytes hashed anew: the same", "Last run"),
    "Macro": ("hottest", "Payrolls, non-farm", "What it looked like", "Next:", "Focus, IPCA, 12 months ahead"),
}


@pytest.fixture(scope="module")
def opened(small_world: SmallWorld):
    """Both pages, each opened once at 1280 px."""
    if chromium() is None:
        assert not os.environ.get("CI"), ".ci/run installs chromium"
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with dashboard(small_world.environment) as url, fresh_browser() as browser:
        made = {}
        for title in HEADS:
            made[title] = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="dark")
            made[title].errors = errors = []
            made[title].on("pageerror", lambda error, errors=errors: errors.append(str(error)))
            settle(made[title], f"{url}/{title}")
            made[title].base = f"{url}/{title}"
        yield made


@pytest.mark.parametrize("title", HEADS)
def test_a_page_has_the_header_and_its_panels_and_no_error(opened, small_world, title):
    text = opened[title].inner_text("body")
    for words in ("SIMULATED", small_world.release_id, "quality", "as of", *HEADS[title]):
        assert words.lower() in text.lower(), words
    assert opened[title].query_selector("[data-testid=stException]") is None
    assert opened[title].errors == []                          # a chart that Vega refuses is drawn as nothing


@pytest.mark.parametrize("title", HEADS)
def test_every_chart_is_drawn_and_nothing_overlaps(opened, title):
    charts = opened[title].query_selector_all("[data-testid=stVegaLiteChart]")
    assert all(chart.bounding_box()["height"] > 100 for chart in charts)
    assert len(charts) >= (3 if title == "Macro" else 0)
    boxes = opened[title].evaluate(BOXES)
    for number, (name, left, top, right, bottom) in enumerate(boxes):
        for other, left2, top2, right2, bottom2 in boxes[number + 1 :]:
            apart = right <= left2 + 1 or right2 <= left + 1 or bottom <= top2 + 1 or bottom2 <= top + 1
            assert apart, f"{name!r} overlaps {other!r}"


def test_a_choice_is_in_the_url_and_a_link_of_the_header_keeps_the_as_of(opened, small_world):
    page = opened["Macro"]
    at = small_world.earlier.isoformat().replace("+", "%2B")
    settle(page, f"{page.base}?as_of={at}&series=br_unemployment&view=level")
    text = page.inner_text("body")
    assert "Unemployment rate" in text
    assert f"{small_world.earlier:%Y-%m-%d}" in text
    assert "2024-06" not in text.split("Unemployment rate", 1)[1].split("Next:", 1)[0]          # nothing that came later
    page.get_by_role("link", name="Data").click()
    page.get_by_text("describing").wait_for(timeout=30_000)
    assert "as_of=2024-03-15" in page.url


def test_a_phone_shows_one_column(opened):
    page = opened["Data"]
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 430


def test_only_pages_that_are_built_are_linked(opened):
    links = opened["Data"].eval_on_selector_all(".st-key-pages a", "links => links.map(link => link.innerText.trim())")
    assert links == list(pages()) == ["Home", "Macro", "Data"]
