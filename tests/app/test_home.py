"""Home in a real browser, over a release and a book made by the real run."""

import os
from pathlib import Path

import pytest

from tests.app.browser import chromium, dashboard, fresh_browser, settle
from tests.world import SmallWorld

pytestmark = pytest.mark.browser

# boxes of charts and tables, in page coordinates
BOXES = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart], .desk, [data-testid=stMetric], h5')]
    .filter(e => !e.closest('details:not([open])'))
    .map(e => { const b = e.getBoundingClientRect(); return [e.innerText?.slice(0, 30) ?? '', b.left, b.top, b.right, b.bottom] })
    .filter(b => b[3] - b[1] > 2 && b[4] - b[2] > 2)"""


@pytest.fixture(scope="module")
def browser():
    if chromium() is None:
        assert not os.environ.get("CI"), ".ci/run installs chromium"
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with fresh_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(small_world: SmallWorld, browser):
    with dashboard(small_world.environment) as url:
        opened = browser.new_page(viewport={"width": 1280, "height": 900})
        settle(opened, url)
        opened.base = url
        yield opened


def test_the_page_says_that_it_is_simulated_and_which_release_it_reads(page, small_world):
    text = page.inner_text("body")
    assert "SIMULATED" in text
    assert small_world.release_id in text
    assert "quality" in text


def test_every_panel_has_a_title_and_no_error_is_shown(page):
    text = page.inner_text("body")
    heads = ("NAV, BRL mn", "thousand BRL this year", "Nearest limit", "What moved", "What we think", "DI1 curve", "USDBRL, PTAX sell")
    for words in heads:
        assert words in text, words
    assert page.query_selector("[data-testid=stException]") is None


def test_charts_carry_units_on_their_axes(page):
    titles = page.eval_on_selector_all("[data-testid=stVegaLiteChart] svg text, [data-testid=stVegaLiteChart] canvas", "e => e.length")
    assert titles > 0
    labels = page.evaluate("() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(e => e.innerText).join(' ')")
    for unit in ("BRL thousand", "use of limit", "% a.a. 252", "BRL per USD"):
        assert unit in labels, unit


def test_tables_align_their_numbers_and_none_is_cut_off(page):
    assert page.eval_on_selector_all(".desk td.n", "cells => cells.every(c => getComputedStyle(c).textAlign === 'right')")
    cut = page.eval_on_selector_all(".desk", "tables => tables.filter(t => t.scrollWidth > t.clientWidth + 1).map(t => t.innerText)")
    assert cut == []


def test_how_opens_the_formula_where_it_stands(page):
    page.get_by_text("how", exact=True).first.click()
    page.get_by_text("from models_py/ledger/positions.py").wait_for(timeout=10_000)
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_told_from_its_ground_in_both_themes(browser, page, scheme):
    context = browser.new_context(color_scheme=scheme)
    opened = context.new_page()
    settle(opened, page.base)
    ink = opened.eval_on_selector("h5", "e => getComputedStyle(e).color")
    ground = opened.eval_on_selector("[data-testid=stApp]", "e => getComputedStyle(e).backgroundColor")
    shade = [sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3 for colour in (ink, ground)]
    context.close()
    assert (shade[1] > 200) == (scheme == "light"), (ink, ground)
    assert abs(shade[0] - shade[1]) > 150


def test_nothing_overlaps(page):
    boxes = page.evaluate(BOXES)
    assert len(boxes) > 8
    for number, (name, left, top, right, bottom) in enumerate(boxes):
        for other, left2, top2, right2, bottom2 in boxes[number + 1 :]:
            apart = right <= left2 + 1 or right2 <= left + 1 or bottom <= top2 + 1 or bottom2 <= top + 1
            assert apart, f"{name!r} overlaps {other!r}"


def test_an_as_of_in_the_url_rewinds_the_page(page, small_world):
    settle(page, f"{page.base}/?as_of={small_world.earlier.isoformat().replace('+', '%2B')}")
    text = page.inner_text("body")
    assert f"{small_world.earlier:%Y-%m}" in text
    assert page.query_selector("[data-testid=stException]") is None


def test_an_empty_lake_says_what_to_run(browser, tmp_path: Path):
    with dashboard({"MACRO_LAKE": str(tmp_path), "MACRO_WORLD": "sandbox"}) as url:
        opened = browser.new_page()
        settle(opened, url)
        opened.get_by_text("make run").wait_for(timeout=30_000)             # code is drawn by a part of the page that loads later


def test_a_phone_shows_one_column(page):
    page.set_viewport_size({"width": 420, "height": 900})
    settle(page, page.base)
    assert page.evaluate("document.documentElement.scrollWidth") <= 430
    assert "SIMULATED" in page.inner_text("body")
