"""Documents: sections and boilerplate, tone against the past alone, and what changed from one to the next."""

import numpy as np
import polars as pl
import pytest

from models_py.nlp.diff import diff
from models_py.nlp.document import BOILERPLATE_WEIGHT, read, refused, tones
from models_py.nlp.sections import sections

CALM = (
    "The Committee decided to maintain the target range for the federal funds rate at 2 percent.\n"
    "Economic activity has been expanding at a moderate rate.\n"
    "Inflation has run close to 2 percent.\n"
    "Risks to the outlook appear roughly balanced.\n"
    "The Committee will monitor incoming information."
)
HAWKISH = CALM.replace("Inflation has run close to 2 percent.", "Inflation has risen and price pressures are elevated.")


def test_sections_run_until_another_is_named():
    said = ["O Copom decidiu elevar a taxa Selic.", "A inflação segue alta.", "Isso preocupa.", "O mercado de trabalho está aquecido."]
    assert sections(said, "pt") == ["decision", "inflation", "inflation", "activity"]


def test_a_document_equal_to_itself_has_no_difference_and_nothing_new():
    found = diff(read(CALM, "en"), read(CALM, "en"))
    assert (found.score, found.novelty) == (0.0, 0.0)


def test_the_difference_back_is_the_difference_with_the_other_sign():
    calm, hawkish = read(CALM, "en"), read(HAWKISH, "en")
    assert diff(calm, hawkish).score == pytest.approx(-diff(hawkish, calm).score)
    assert diff(calm, hawkish).score > 0


def test_a_sentence_added_counts_its_score_in_the_weight_of_its_section():
    added = read(f"{CALM}\nInflation has risen.", "en")
    assert diff(read(CALM, "en"), added).score == pytest.approx(1.5 * 1.0)
    assert diff(read(CALM, "en"), added).top()[0].new == "Inflation has risen."


def test_what_every_document_says_counts_less():
    before = [CALM.split("\n")] * 8
    assert read(CALM, "en", before).weights.max() == pytest.approx(2.0 * BOILERPLATE_WEIGHT)
    assert read(CALM, "en", before[:7]).weights.max() == 2.0


def test_a_later_document_changes_no_earlier_tone():
    readings = [read(HAWKISH if k % 3 else CALM, "en") for k in range(30)]
    np.testing.assert_array_equal(tones(readings)[:20], tones(readings[:20]))
    assert np.isnan(tones(readings)[:11]).all()


def test_a_committee_that_writes_anew_is_measured_anew():
    readings = [read(HAWKISH if k % 3 else CALM, "en") for k in range(30)]
    found = tones(readings, [0] * 15 + [1] * 15)
    assert np.isnan(found[15:26]).all()
    np.testing.assert_array_equal(found[:15], tones(readings[:15]))


def test_a_hawkish_document_stands_above_the_calm_ones_before_it():
    assert tones([read(CALM, "en")] * 20 + [read(HAWKISH, "en")])[-1] > 2.0


def test_a_fragment_has_no_tone_and_says_why():
    assert refused(read("Inflation rose.", "en"), "statement") == "1 sentences, a statement has 8 at least"
    assert "0% of sentences" in (refused(read("\n".join(f"Nothing {word}." for word in "abcdefghij"), "en"), "statement") or "")


def test_minutes_grow_more_dovish_from_the_rises_of_2015_to_the_cuts_of_2017(history):
    rows = pl.read_parquet(history / "text" / "copom_minutes_pt_147_230.parquet").sort("publish_date")
    year = pl.col("publish_date").str.slice(0, 4).cast(pl.Int32)
    chosen = rows.filter(year.is_between(2015, 2017))
    readings = [read(text, "pt") for text in chosen["text"]]
    mean = pl.DataFrame({"year": chosen.select(year).to_series(), "mean": [reading.mean for reading in readings]})
    by_year = dict(mean.group_by("year").mean().iter_rows())
    assert by_year[2015] > by_year[2016] > by_year[2017]      # the Selic rose in 2015, was held, then cut from 14.25 to 7 %
    assert all(refused(reading, "minutes") is None for reading in readings)
