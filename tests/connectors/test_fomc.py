from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import ConfigError, PayloadError, SourceDown, SourceRefused
from pipelines.connectors import CatalogueRow, Endpoint, fomc
from tests.connectors.build import payload, raw

LIVE = Endpoint("https://www.federalreserve.gov")
CALENDAR, STATEMENT, MINUTES = (raw("fomc", f"{name}.htm") for name in ("calendar", "statement_20310319", "minutes_20310129"))
STATEMENT_KEY, MINUTES_KEY, CALENDAR_KEY = "statement of 2031-03-19", "minutes of 2031-01-29", "calendar 2031-01-01..2031-12-31"
ROWS = [CatalogueRow("us_fomc_target_upper", "fomc", "target_upper", "monthly", revisable=False)]


def parse(body, key, status=200, released=None):
    return fomc.parse(payload("fomc", key, body, status, "text/html"), released)


def test_a_statement_says_its_hour_and_sets_a_range():
    found = parse(STATEMENT, STATEMENT_KEY)
    (one,) = found.documents
    assert (one.source_key, one.document_id, one.language) == ("fomc_stmt", "fomc_stmt_2031-03-19", "en")
    assert one.source_date == date(2031, 3, 19)
    assert (one.published_at, one.availability) == (datetime(2031, 3, 19, 18, 0, tzinfo=UTC), "published")
    assert [(rate.source_key, rate.value, rate.source_date) for rate in found.observations] == [
        ("target_lower", 4.75, date(2031, 3, 19)), ("target_upper", 5.0, date(2031, 3, 19)),
    ]


def test_the_text_is_what_the_committee_said_without_the_site_around_it():
    assert parse(STATEMENT, STATEMENT_KEY).documents[0].text.split("\n") == [
        "Federal Reserve issues FOMC statement", "Recent indicators suggest that growth has slowed.",
        "The Committee decided to lower the target range for the federal funds rate by 1/4 percentage point, to 4\u20113/4 to 5 percent.",
        "Voting for the monetary policy action were twelve members.",
    ]


def test_without_an_hour_a_statement_has_that_of_the_calendar():
    bare = STATEMENT.replace(b'<p class="releaseTime">For release at 2:00 p.m. EDT</p>', b"")
    (one,) = parse(bare, STATEMENT_KEY).documents
    assert (one.published_at, one.availability) == (datetime(2031, 3, 19, 18, 0, tzinfo=UTC), "scheduled")


def test_minutes_are_out_on_the_date_that_the_calendar_tells_or_three_weeks_later():
    known = fomc.context({CALENDAR_KEY: CALENDAR}.get, (CALENDAR_KEY, MINUTES_KEY))
    (one,) = parse(MINUTES, MINUTES_KEY, released=known).documents
    assert (one.published_at, one.availability) == (datetime(2031, 2, 20, 19, 0, tzinfo=UTC), "scheduled")
    assert one.text.split("\n") == [
        "Minutes of the Federal Open Market Committee", "January 28-29, 2031", "Participants agreed that inflation remained elevated.",
    ]
    (alone,) = parse(MINUTES, MINUTES_KEY).documents
    assert (alone.published_at, alone.availability) == (datetime(2031, 2, 19, 19, 0, tzinfo=UTC), "assumed")


@pytest.mark.parametrize(
    ("words", "range_"),
    [
        ("maintain the target range for the federal funds rate at 5-1/4 to 5-1/2 percent", [5.25, 5.5]),
        ("keep the target range for the federal funds rate at 0 to 1/4 percent", [0.0, 0.25]),
        ("raise the target range for the federal funds rate to 1/4 to 1/2 percent", [0.25, 0.5]),
        ("lower the target range for the federal funds rate to 1-1/2 to 1-3/4 percent", [1.5, 1.75]),
        ("reaffirm that the current 0 to 1/4 percent target range for the federal funds rate remains appropriate", [0.0, 0.25]),
        ("lower its target for the federal funds rate 50 basis points to 1 percent", []),
    ],
)
def test_ranges_are_written_in_quarters(words, range_):
    decided = b"lower the target range for the federal funds rate by 1/4 percentage point, to 4&#8209;3/4 to 5 percent"
    body = STATEMENT.replace(decided, words.encode())
    assert [one.value for one in parse(body, STATEMENT_KEY).observations] == range_


@pytest.mark.parametrize(
    ("body", "key", "status", "error", "reason"),
    [
        (STATEMENT, STATEMENT_KEY, 403, SourceRefused, "status 403"),
        (STATEMENT, STATEMENT_KEY, 404, SourceRefused, "status 404"),
        (STATEMENT, STATEMENT_KEY, 503, SourceDown, "status 503"),
        ("{}", STATEMENT_KEY, 200, PayloadError, "no HTML page"),
        (STATEMENT, "speech", 200, PayloadError, "neither a calendar nor a document"),
        ("<html><body>nothing</body></html>", CALENDAR_KEY, 200, PayloadError, "links to no statement"),
        ('<html><body><div id="article"><nav>x</nav></div></body></html>', STATEMENT_KEY, 200, PayloadError, "a document without text"),
        (CALENDAR.replace(b"20310129a.htm", b"20311329a.htm"), CALENDAR_KEY, 200, PayloadError, "month must be in"),
    ],
)
def test_errors_and_strange_answers_are_named(body, key, status, error, reason):
    with pytest.raises(error, match=reason) as caught:
        parse(body, key, status)
    assert (caught.value.source, caught.value.key) == ("fomc", key)


def test_calendars_are_asked_by_year_where_the_current_one_ends():
    planned = fomc.plan(ROWS, date(2024, 1, 1), date(2031, 6, 1), LIVE)
    assert [(request.key, request.url.rsplit("/", 1)[1]) for request in planned] == [
        ("calendar 2024-01-01..2031-12-31", "fomccalendars.htm"), ("calendar 2024 2024-01-01..2031-12-31", "fomchistorical2024.htm"),
        ("calendar 2025 2024-01-01..2031-12-31", "fomchistorical2025.htm"),
    ]
    assert planned[0].headers["User-Agent"].startswith("Mozilla/5.0")
    assert fomc.plan([], date(2024, 1, 1), date(2031, 6, 1), LIVE) == []
    with pytest.raises(ConfigError, match="fomc has no series 'votes'"):
        fomc.plan([CatalogueRow("x", "fomc", "votes", "monthly", revisable=False)], date(2031, 1, 1), date(2031, 6, 1), LIVE)


def test_a_calendar_calls_for_the_documents_of_the_window_and_gives_nothing_itself():
    request = fomc.plan(ROWS, date(2031, 1, 1), date(2031, 6, 1), LIVE)[0]
    found = payload("fomc", request.key, CALENDAR)
    assert [(one.key, one.url.removeprefix(LIVE.base_url)) for one in fomc.follow(request, found)] == [
        ("minutes of 2031-01-29", "/monetarypolicy/fomcminutes20310129.htm"),
        ("statement of 2031-01-29", "/newsevents/pressreleases/monetary20310129a.htm"),
        ("statement of 2031-03-19", "/newsevents/pressreleases/monetary20310319a.htm"),
    ]
    assert list(fomc.parse(found).documents) == []
    late = fomc.plan(ROWS, date(2031, 3, 1), date(2031, 6, 1), LIVE)[0]
    assert [one.key for one in fomc.follow(late, found)] == [STATEMENT_KEY]
    document = fomc.follow(request, found)[0]
    assert fomc.follow(document, payload("fomc", document.key, MINUTES)) == []
    assert fomc.settled(document, datetime(2031, 6, 1, tzinfo=UTC))
    assert not fomc.settled(document, datetime(2031, 4, 1, tzinfo=UTC))
    assert not fomc.settled(request, datetime(2041, 4, 1, tzinfo=UTC))
