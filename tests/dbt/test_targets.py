"""Survey targets: which period a catalogue slice picks, and that a series has one target a survey day."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dbt import compiled
from tests.dbt.lake import observation
from tests.dbt.silver import Silver

CONNECTION = compiled.connect()
MEETINGS = "[date '2026-09-16', date '2026-11-04', date '2026-12-09']"
FETCHED = "2026-11-20T11:40:00+00:00"


def slice_date(slice_: str, day: date) -> date | None:
    sql = compiled.render("select {{ slice_date(slice, day, meetings) }}", slice=f"'{slice_}'", day=f"date '{day}'", meetings=MEETINGS)
    return CONNECTION.sql(sql).fetchone()[0]


def label_date(label: str) -> date | None:
    return CONNECTION.sql(compiled.render("select {{ label_date(label, meetings) }}", label=f"'{label}'", meetings=MEETINGS)).fetchone()[0]


@pytest.mark.parametrize(
    ("slice_", "day", "end"),
    [
        ("month+0", date(2026, 2, 10), date(2026, 2, 28)),
        ("month+1", date(2026, 12, 31), date(2027, 1, 31)),
        ("month+1", date(2026, 1, 31), date(2026, 2, 28)),
        ("quarter+0", date(2026, 5, 31), date(2026, 6, 30)),
        ("quarter+1", date(2026, 11, 2), date(2027, 3, 31)),
        ("year+0", date(2026, 1, 1), date(2026, 12, 31)),
        ("year+1", date(2026, 12, 31), date(2027, 12, 31)),
        ("meeting+0", date(2026, 9, 16), date(2026, 9, 16)),
        ("meeting+0", date(2026, 9, 17), date(2026, 11, 4)),
        ("meeting+1", date(2026, 9, 17), date(2026, 12, 9)),
        ("meeting+2", date(2026, 11, 20), None),
        ("", date(2026, 1, 1), None),
    ],
)
def test_a_slice_counts_periods_from_the_survey_day(slice_, day, end):
    assert slice_date(slice_, day) == end


@pytest.mark.parametrize(
    ("label", "end"),
    [
        ("2026", date(2026, 12, 31)),
        ("02/2024", date(2024, 2, 29)),
        ("3/2026", date(2026, 9, 30)),
        ("R2/2026", date(2026, 11, 4)),
        ("2026-06-30", date(2026, 6, 30)),
        ("R8/2031", None),
        ("semana", None),
    ],
)
def test_a_label_names_the_end_of_a_period(label, end):
    assert label_date(label) == end


@settings(max_examples=100, deadline=None)
@given(st.dates(date(2001, 1, 1), date(2030, 12, 31)), st.integers(0, 30))
def test_months_ahead_end_on_the_last_day_of_their_month(day, ahead):
    month = day.year * 12 + day.month - 1 + ahead
    year, number = divmod(month, 12)
    assert slice_date(f"month+{ahead}", day) == date(year, number + 1, monthrange(year, number + 1)[1])


def catalogued(series_id: str, target: str) -> dict[str, object]:
    return {
        "series_id": series_id,
        "title": series_id,
        "source": "bcb_focus",
        "source_key": "Anuais|an indicator of our own|0|Mediana",
        "unit": "decimal",
        "scale": 0.01,
        "frequency": "daily",
        "period_end": "day",
        "target": target,
        "release_lag": "next_monday 08:30 BRT",
        "release_grade": "scheduled",
        "revisable": False,
        "forward": False,
        "max_age_bd": 10,
        "country": "br",
        "category": "expectations",
        "grade": "market",
        "worlds": "sandbox live",
    }


def test_a_set_with_many_targets_becomes_as_many_series_with_one_target_a_survey_day():
    silver = Silver([catalogued("br_focus_own_y0", "year+0"), catalogued("br_focus_own_y1", "year+1")])
    rows = [
        observation("Anuais|an indicator of our own|0|Mediana", day, value, FETCHED, source="bcb_focus", target=label)
        for day, value, label in (
            ("2025-12-31", 4.3, "2025"),
            ("2025-12-31", 4.1, "2026"),
            ("2025-12-31", 3.8, "2027"),
            ("2026-01-02", 4.0, "2026"),
            ("2026-01-02", 3.7, "2027"),
        )
    ]
    found = [(row[0], row[1], row[2], row[5]) for row in silver.vintages(rows)]
    assert found == [
        ("br_focus_own_y0", date(2025, 12, 31), date(2025, 12, 31), 0.043),
        ("br_focus_own_y0", date(2026, 1, 2), date(2026, 12, 31), 0.04),
        ("br_focus_own_y1", date(2025, 12, 31), date(2026, 12, 31), 0.041),
        ("br_focus_own_y1", date(2026, 1, 2), date(2027, 12, 31), 0.037),
    ]
    many = silver.connection.sql("""
        select count(*) from (
            select 1 from int_observation_vintages group by series_id, reference_date having count(distinct target_date) > 1
        )
    """)
    assert many.fetchone() == (0,)


def test_a_mapped_survey_without_labels_takes_the_target_of_its_slice():
    row = observation(
        "br_focus_gdp_y1",
        "2015-12-31",
        -0.0295,
        FETCHED,
        source="files",
        published_at="2016-01-04T10:30:00+00:00",
        availability="scheduled",
    )
    ((_, reference, target, *_),) = Silver().vintages([row], world="files")
    assert (reference, target) == (date(2015, 12, 31), date(2016, 12, 31))


def test_a_twelve_month_survey_has_no_target_date():
    row = observation("IPCA|N|0|Mediana", "2026-11-13", 4.2, FETCHED, source="bcb_focus")
    ((*_, target, _, _, value, _),) = [row[:7] for row in Silver().vintages([row])]
    assert (target, value) == (None, 0.042)


@pytest.mark.parametrize(("world", "meeting"), [("live", date(2026, 9, 16)), ("sandbox", date(2026, 9, 23))])
def test_the_next_meeting_is_one_of_the_worlds_own(world, meeting):
    silver = Silver([catalogued("br_focus_selic_next", "meeting+0") | {"source_key": "Selic|a key of our own"}])
    row = observation("Selic|a key of our own", "2026-09-04", 14.5, FETCHED, source="bcb_focus")
    assert [(row[0], row[2]) for row in silver.vintages([row], world=world)] == [("br_focus_selic_next", meeting)]
