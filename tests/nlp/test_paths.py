"""Series of tone: two documents of one meeting together, nothing before its publication, corrections that change no other meeting."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models_py.nlp.paths import tone_paths

CALM = "\n".join(f"Inflation remained near {k} percent." for k in range(1, 9)) + "\nMembers met for two days."
HAWKISH = CALM + "\nInflation has risen. Price pressures are elevated. Job gains have been strong. Wages increased sharply."
FIRST = date(2018, 1, 31)


def documents(count: int, last: str = CALM, minutes: bool = False) -> pl.DataFrame:
    """Statements at 19:00 UTC of each meeting day, alternating a little; minutes of 60 sentences three weeks later if asked."""
    rows = []
    for k in range(count):
        day = FIRST + timedelta(days=42 * k)
        text = last if k == count - 1 else CALM if k % 2 else CALM.replace("near 1 percent", "elevated")
        rows.append(("fomc_stmt", day, datetime(day.year, day.month, day.day, 19, tzinfo=UTC), text, f"s{k}"))
        if minutes:
            rows.append(("fomc_min", day, rows[-1][2] + timedelta(days=21), "\n".join([text] * 7), f"m{k}"))
    frame = pl.DataFrame(rows, ["kind", "meeting_date", "available_at", "text", "raw_sha256"], orient="row")
    return frame.with_columns(language=pl.lit("en"), held_at="available_at", availability=pl.lit("scheduled"), vintage=1)


def paths(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.from_arrow(tone_paths(frame.to_arrow()))


def test_the_first_tone_is_of_the_twelfth_document_and_a_hawkish_one_stands_out():
    found = paths(documents(14, HAWKISH)).filter(pl.col("series_id") == "us_fomc_tone_z")
    assert found.height == 3
    assert found["value"][-1] > 1.5 > found["value"][-2]
    assert found["reference_date"][-1] == FIRST + timedelta(days=42 * 13)


def test_a_change_is_from_the_last_document_of_the_kind():
    found = paths(documents(14, HAWKISH))
    tone = found.filter(pl.col("series_id") == "us_fomc_tone_z")["value"]
    change = found.filter(pl.col("series_id") == "us_fomc_tone_change")["value"]
    assert change.to_list() == pytest.approx([tone[1] - tone[0], tone[2] - tone[1]])


def test_minutes_of_a_meeting_join_its_statement_at_two_fifths():
    found = paths(documents(13, HAWKISH, minutes=True)).filter(pl.col("series_id") == "us_fomc_tone_z")
    alone = paths(documents(13, HAWKISH)).filter(pl.col("series_id") == "us_fomc_tone_z")["value"][-1]
    assert found["value"][-2] == pytest.approx(alone)                    # the statement, before its minutes
    assert found["value"][-1] != found["value"][-2]
    assert found["available_at"][-1] - found["available_at"][-2] == timedelta(days=21)


def test_later_documents_and_later_words_change_nothing_that_was_said():
    longer = documents(20, HAWKISH)
    before = paths(longer.head(13))
    corrected = longer.filter(pl.col("raw_sha256") == "s3").with_columns(text=pl.lit(HAWKISH), vintage=2)
    after = paths(pl.concat([longer, corrected]))
    kept = after.filter(pl.col("available_at") <= before["available_at"].max())
    assert kept.equals(before)


def test_a_language_without_documents_has_no_tone():
    assert paths(documents(13).with_columns(language=pl.lit("pt"))).height == 0
