import gzip
import time
from datetime import UTC, date, datetime

import pytest

from models_py.kernel.errors import PayloadError, SourceDown
from pipelines.connectors import LINEAGE_COLUMNS, QUOTES, Endpoint, Payload, Request, _archive, b3
from tests.connectors.build import message, payload, raw, report, session_file, zipped

KEY = "SPRD310314"
DI1 = {"OpnIntrst": "1357911", "AdjstdQt": "76828.74", "AdjstdQtTax": "14.875", "AdjstdQtStin": "F", "PrvsAdjstdQt": "76708.33"}
FRC = {"AdjstdQtTax": "5.41", "AdjstdQtStin": "F", "PrvsAdjstdQtTax": "5.39", "PrvsAdjstdQtStin": "F"}


PADDING = "".join(f"{number * 7919 % 65521:04x}" for number in range(900))


def parse(body: bytes | str, key: str = KEY):
    return b3.parse(payload("b3", key, body)).quotes


def figures(body: bytes | str, key: str = KEY) -> dict[tuple[str, str], float]:
    return {(row["symbol"], row["field"]): row["value"] for row in parse(body, key).to_pylist()}


def nested(*reports: str) -> bytes:
    """A zip in a zip, larger than the empty one that stands for no session."""
    padded = (text.replace("<BizFileHdr>", f"<BizFileHdr><!--{PADDING}-->") for text in reports)
    files = {f"BVBG.187.01_{place}.xml": text for place, text in enumerate(padded)}
    return zipped({"SPRD310314.zip": zipped(files)})


def test_a_session_file_gives_settlement_rate_previous_and_open_interest():
    assert figures(raw("b3", "SPRD310314.zip")) == {
        ("DI1F32", "open_interest"): 1357911, ("DI1F32", "settlement"): 90909.09, ("DI1F32", "rate"): 10.0,
        ("DOLJ31", "settlement"): 5123.456, ("DOLJ31", "previous"): 5100.25,
    }


def test_frc_has_a_rate_and_no_price_and_its_previous_is_a_rate():
    assert figures(report([message("FRCJ31", FRC)])) == {("FRCJ31", "rate"): 5.41, ("FRCJ31", "previous"): 5.39}


def test_rows_are_the_bronze_columns_without_lineage_stamped_by_the_newest_message_in_utc():
    table = parse(raw("b3", "SPRD310314.zip"))
    assert table.column_names == [name for name in QUOTES.names if name not in (*LINEAGE_COLUMNS, "source")]
    assert set(table["published_at"].to_pylist()) == {datetime(2031, 3, 14, 22, 40, 11, tzinfo=UTC)}
    assert set(table["source_date"].to_pylist()) == {date(2031, 3, 14)}
    assert set(table["source_key"].to_pylist()) == {"SPRD"}
    assert set(table["availability"].to_pylist()) == {"published"}


@pytest.mark.parametrize(
    "ticker", ["DI1F32F33", "DOLJ31C005450", "DI1A32", "DI1F3", "WDOJ31", "INDJ31", "DDIF322", "XDI1F32"]
)
def test_options_strategies_and_other_families_are_not_ours(ticker):
    assert parse(report([message(ticker, DI1)])).num_rows == 0


@pytest.mark.parametrize("ticker", ["DI1F32", "DAPK33", "DDIJ31", "FRCZ40", "DOLQ31"])
def test_the_five_families_are(ticker):
    assert parse(report([message(ticker, DI1)])).num_rows > 0


def test_of_several_snapshots_the_newest_stands_whatever_their_order():
    early = report([message("DI1F32", {**DI1, "AdjstdQtTax": "14.870", "AdjstdQtStin": "U"}, made="2031-03-14T22:31:00Z")])
    late = report([message("DI1F32", DI1, made="2031-03-14T22:45:00Z")])
    for order in ((early, late), (late, early)):
        assert figures(nested(*order))["DI1F32", "rate"] == 14.875


def test_a_byte_order_mark_prefixes_and_the_long_form_change_nothing():
    expected = figures(report([message("DI1F32", DI1)]))
    assert figures(report([message("DI1F32", DI1)]).encode("utf-8-sig")) == expected
    assert figures(report([message("DI1F32", DI1, prefix="p:")])) == expected
    assert figures(report([message("DI1F32", DI1)], kind="BVBG.086.01"), "PR310314") == expected
    assert figures(gzip.compress(report([message("DI1F32", DI1)]).replace("\n", "\r\n").encode())) == expected


def test_missing_tags_are_normal():
    assert figures(report([message("DAPK33", {"OpnIntrst": "10"}), message("DDIJ31", {})])) == {("DAPK33", "open_interest"): 10}


def test_a_tiny_zip_is_no_session():
    found = payload("b3", KEY, zipped({}))
    b3.validate(found)
    assert b3.is_empty(found)
    assert len(b3.parse(found).quotes) == 0


def test_a_message_given_twice_counts_once_and_two_that_differ_are_refused():
    assert parse(report([message("DI1F32", DI1), message("DI1F32", DI1)])).num_rows == 4
    with pytest.raises(PayloadError, match="DI1F32 is given twice, with different figures"):
        parse(report([message("DI1F32", DI1), message("DI1F32", {**DI1, "AdjstdQt": "1.00"})]))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (report([message("DI1F32", DI1, day="2031-03-13")]), "DI1F32 is of 2031-03-13, not of the session 2031-03-14"),
        (report([message("DI1F32", {**DI1, "AdjstdQuote": "1"})]), "unknown tag AdjstdQuote of DI1F32"),
        (report([message("DI1F32", {**DI1, "AdjstdQt": "76.828,74"})]), "not a number: '76.828,74'"),
        (report([message("DI1F32", {**DI1, "AdjstdQt": "NaN"})]), "not a number: 'NaN'"),
        (report([message("DI1F32", {**DI1, "AdjstdQt": ""})]), "not a number: ''"),
        (report([message("DI1F32", {**DI1, "AdjstdQt": "9" * 400})]), "not a finite number"),
        (report([message("DI1F32", DI1)], count=2), "holds 1 messages, its head says 2"),
        (report([message("DI1F32", DI1)])[:-40], "cut short"),
        (report([message("DI1F32", DI1)]).replace("TradDt", "Trade"), "a message without trade date and ticker"),
        (report([message("DI1F32", DI1, made="2031-03-14T22:45:00")]), "without zone"),
        (report([message("DI1F32", DI1)], kind="BVBG.028.02"), "no price report .BVBG.086, BVBG.187.: b'BVBG.028.02'"),
        (report([]), "without messages"),
        (zipped({"TaxaSwap.txt": "x" * 5000}) + b"\0" * 2000, "no price report|corrupt zip"),
        (session_file(date(2031, 3, 14))[:900] + b"\0" * 900, "corrupt zip"),
        ("<html><title>Erro</title></html>", "an HTML page instead of a zip: Erro"),
        ("", "empty body"),
        ("RptDt;TckrSymb", "neither zip, gzip nor XML"),
        (b"\x1f\x8b" + b"junk" * 500, "corrupt gzip"),
    ],
)
def test_what_is_not_the_sessions_report_is_refused_with_what_was_found(body, reason):
    with pytest.raises(PayloadError, match=reason) as caught:
        parse(body)
    assert (caught.value.source, caught.value.key) == ("b3", KEY)


def test_a_zip_that_would_unpack_beyond_its_allowance_is_refused_unread(monkeypatch):
    monkeypatch.setattr(_archive, "MAX_UNPACKED", 10_000_000)
    bomb = zipped({"a.xml": b"\0" * 20_000_000})
    assert len(bomb) < 30_000
    with pytest.raises(PayloadError, match="more than 10000000 bytes unpacked"):
        parse(bomb)
    with pytest.raises(PayloadError, match="more than 10000000 bytes unpacked"):
        parse(gzip.compress(b"\0" * 20_000_000))


def test_zips_nested_without_end_and_zips_of_many_files_are_refused():
    body = zipped({"a.xml": "x" * 3000})
    for _ in range(4):
        body = zipped({"a.zip": body, "padding.txt": PADDING})
    with pytest.raises(PayloadError, match="nested deeper than 3"):
        parse(body)
    with pytest.raises(PayloadError, match="zip with 65 files"):
        parse(zipped({f"{number}.xml": "x" * 100 for number in range(65)}))


def test_a_server_error_is_the_source_down():
    with pytest.raises(SourceDown, match="status 503"):
        b3.validate(payload("b3", KEY, "x", status=503))


def test_sessions_are_those_of_the_exchange_from_the_first_file_on():
    planned = b3.plan((), date(2010, 1, 1), date(2018, 2, 19), Endpoint("https://www.b3.com.br"))
    keys = [request.key for request in planned]
    assert keys[0] == "SPRD180102"
    # 25 January is a holiday of the city of São Paulo, 12 and 13 February carnival
    assert not {"SPRD180125", "SPRD180212", "SPRD180213", "SPRD180106"} & set(keys)
    assert "SPRD180214" in keys
    assert planned[0].url == "https://www.b3.com.br/pesquisapregao/download?filelist=SPRD180102.zip"
    assert b3.plan((), date(2010, 1, 1), date(2017, 12, 29), Endpoint("https://www.b3.com.br")) == []


def test_a_file_is_due_by_eleven_at_night_and_final_once_the_next_session_could_correct_it():
    friday = Request("b3", "SPRD310221", "")
    assert b3.due(friday) == datetime(2031, 2, 22, 2, tzinfo=UTC)
    assert not b3.settled(friday, datetime(2031, 2, 28, tzinfo=UTC))
    assert b3.settled(friday, datetime(2031, 3, 2, tzinfo=UTC))
    assert not b3.abandoned(friday, datetime(2031, 3, 2, tzinfo=UTC))


def test_a_session_of_two_hundred_contracts_is_read_in_five_milliseconds_of_work():
    tickers = [f"{root}{letter}{year}" for root in ("DI1", "DAP", "DDI", "DOL") for letter in "FGHJKMNQUVXZ" for year in (32, 33, 34, 35)]
    body = nested(report([message(ticker, DI1) for ticker in tickers] + [message(f"BGIG32C{number:06d}", {}) for number in range(8)]))
    one: Payload = payload("b3", KEY, body)
    best = 1.0
    for _ in range(40):
        started = time.process_time()
        assert b3.parse(one).quotes.num_rows == 4 * len(tickers)
        best = min(best, time.process_time() - started)
    assert best < 0.005
