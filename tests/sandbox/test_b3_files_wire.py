"""B3 beside its price report: files by session, tokens and tables of the bulletin, quotes of the day."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.connectors import Endpoint, Payload, b3_bulletin
from tests.sandbox.conftest import bulletin_file, ex_file
from tests.sandbox.world.worlds import world

NOON = "2024-03-01T15:00:00Z"
SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def inner(answer) -> dict[str, bytes]:
    """Bytes of the text in each file of an answer, by the file's name."""
    with zipfile.ZipFile(io.BytesIO(answer.body)) as outer:
        found = {}
        for name in outer.namelist():
            with zipfile.ZipFile(io.BytesIO(outer.read(name))) as file:
                (member,) = file.namelist()
                found[name] = file.read(member)
        return found


@pytest.mark.parametrize("kind", ["TS", "RE", "SV", "ID"])
def test_files_are_there_for_every_session_since_2010(real, kind):
    for day in ("100104", "171228", "240229"):
        (text,) = inner(real(ex_file(kind, day), now=NOON)).values()
        assert text.endswith(b"\r\n")


def test_the_bulletin_ends_where_the_price_report_begins(real):
    (text,) = inner(real(ex_file("BF", "171228"), now=NOON)).values()
    assert {len(line) for line in text.split(b"\r\n")[:-1]} == {523}
    assert inner(real(ex_file("BF", "180102"), now=NOON)) == {}


@pytest.mark.parametrize("day", ["240224", "240212", "231229", "240301", "091230", "240230"])
def test_a_day_without_session_or_file_is_a_zip_of_nothing(real, day):
    answer = real(ex_file("TS", day), now=NOON)
    assert (answer.status, answer.content_type) == (200, "application/zip")
    assert len(answer.body) < 1024
    assert inner(answer) == {}


def test_files_are_out_with_the_price_report(real):
    assert inner(real(ex_file("TS", "240229"), now="2024-03-01T01:29:00Z")) == {}
    assert list(inner(real(ex_file("TS", "240229"), now="2024-03-01T01:46:00Z"))) == ["TS240229.ex_"]


def test_several_files_come_in_one_zip_and_an_unknown_name_is_404(real):
    target = ex_file("TS", "240229").replace("TS240229.ex_", "TS240229.ex_,ID240229.ex_,")
    assert list(inner(real(target, now=NOON))) == ["TS240229.ex_", "ID240229.ex_"]
    assert real(ex_file("XX", "240229"), now=NOON).status == 404


def test_reference_rates_come_again_where_settlements_are_corrected(real):
    exchange = world(1, 2024).b3
    day, times = next((day, exchange.times(day)) for day in exchange.sessions[3000:] if exchange.times(day).corrected_at is not None)
    before, after = (str(times.corrected_at + np.timedelta64(seconds, "s")) + "Z" for seconds in (-1, 0))
    texts = [inner(real(ex_file("TS", f"{day.item():%y%m%d}"), now=now)) for now in (before, after)]
    lines = [next(iter(text.values())).decode("latin-1").split("\r\n") for text in texts]
    moved = {one[21:26].strip() for one, other in zip(*lines, strict=True) if one != other}
    assert "PRE" in moved
    assert moved <= {"PRE", "SLP", "APR", "DIC", "PTX"}


def test_each_curve_has_each_vertex_and_the_word_in_its_title(real):
    (text,) = inner(real(ex_file("TS", "240229"), now=NOON)).values()
    lines = text.decode("latin-1").split("\r\n")[:-1]
    assert {len(line) for line in lines} == {72}
    curves = [line[21:26].strip() for line in lines]
    assert list(dict.fromkeys(curves)) == ["APR", "DCL", "DCO", "DIC", "DOC", "DOL", "PRE", "PTX", "SLP"]
    assert len({curves.count(curve) for curve in set(curves)}) == 1
    assert all(line[26:30] == "SIM " for line in lines)
    assert [line[:6] for line in lines] == [f"{place:06d}" for place in range(len(lines))]


def test_bytes_of_a_session_do_not_depend_on_now(real):
    for kind in ("TS", "RE", "SV", "ID", "BF"):
        target = ex_file(kind, "171106")
        assert real(target, now="2017-11-08T12:00:00Z").body == real(target, now=NOON).body


def token(real, name, day, now=NOON):
    return real(f"/b3_bulletin/api/download/requestname?fileName={name}&date={day}", now=now)


@pytest.mark.parametrize("name", ["TradeInformationConsolidated", "DerivativesOpenPosition"])
def test_a_token_opens_the_file_of_its_day(real, name):
    said = json.loads(token(real, name, "2024-02-29").body)
    assert said["redirectUrl"] == f"~/api/download/?token={said['token']}"
    assert said["file"] == {"name": f"{name}File_20240229_1", "extension": ".csv"}
    body = real(f"/b3_bulletin/api/download/?token={said['token']}", now=NOON).body
    assert body == real(bulletin_file(name, "2024-02-29", 1), now=NOON).body
    lines = body.decode().split("\r\n" if name.startswith("Trade") else "\n")
    assert lines[0].startswith("RptDt;TckrSymb;ISIN;")
    assert {line.split(";")[0] for line in lines[1:-1]} == {"2024-02-29"}
    assert {line.count(";") for line in lines[:-1]} == {lines[0].count(";")}


@pytest.mark.parametrize(("name", "day"), [
    ("TradeInformationConsolidated", "2024-02-25"), ("TradeInformationConsolidated", "2024-03-01"),
    ("TradeInformationConsolidated", "2020-12-30"), ("Nothing", "2024-02-29"), ("DerivativesOpenPosition", "2024-02-31"),
])
def test_without_a_file_there_is_no_token(real, name, day):
    assert token(real, name, day).status == 400


def test_a_token_of_another_world_or_none_opens_nothing(real):
    said = json.loads(token(real, "TradeInformationConsolidated", "2024-02-29").body)["token"]
    for wrong in (said[:-2], "", "QUJD", bulletin_file("TradeInformationConsolidated", "2024-02-29", 2).split("=")[1]):
        assert real(f"/b3_bulletin/api/download/?token={wrong}", now=NOON).status == 400


def test_rates_of_frc_have_no_price_and_trades_their_volumes(real):
    text = real(bulletin_file("TradeInformationConsolidated", "2024-02-29", 1), now=NOON).body.decode()
    header, *rows = [line.split(";") for line in text.split("\r\n")[:-1]]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    forwards = [row for row in cells if re.fullmatch(r"FRC[A-Z]\d\d", row["TckrSymb"])]
    assert forwards
    assert {row["AdjstdQt"] for row in forwards} == {""}
    assert all(row["AdjstdQtTax"] for row in forwards)
    traded = [row for row in cells if re.fullmatch(r"DI1[A-Z]\d\d", row["TckrSymb"]) and row["TradQty"]]
    assert all(int(row["FinInstrmQty"]) == 12 * int(row["TradQty"]) and float(row["NtlFinVol"].replace(",", ".")) > 0 for row in traded)


def page(real, day, number=1, size=1000, method="POST", now=NOON):
    target = f"/b3_bulletin/bdi/table/ConsolidatedTradesDerivatives/{day}/{day}/{number}/{size}"
    return json.loads(real(target, now=now, method=method, body=b"{}" if method == "POST" else b"").body)["table"]


def test_the_table_holds_twenty_one_sessions_by_post_alone(real):
    sessions = world(1, 2024).b3.sessions
    out = sessions[sessions < np.datetime64("2024-03-01")]
    assert page(real, out[-21])["values"]
    assert page(real, out[-22])["values"] == []
    assert page(real, out[-1], method="GET")["values"] == []
    assert page(real, "2024-03-01")["values"] == []
    assert page(real, "2024-02-25")["values"] == []


def test_pages_of_the_table_put_together_are_the_whole(real):
    whole = page(real, "2024-02-29")
    assert [column["name"] for column in whole["columns"]] == ["TckrSymb", "AdjstdQt", "AdjstdQtTax"]
    parts = [page(real, "2024-02-29", number, 40)["values"] for number in range(1, 9)]
    assert [row for part in parts for row in part] == whole["values"]
    assert len(whole["values"]) > 100
    assert parts[-1] == []


def test_the_connector_follows_a_token_to_its_file(real):
    def ask(request):
        answer = real(request.url.split("#")[0], now=NOON, method=request.method, body=request.body or b"")
        return Payload("b3_bulletin", request.key, request.url, answer.body, answer.status, answer.content_type,
                       datetime(2024, 3, 1, 15, tzinfo=UTC), "0" * 16, "0" * 64)  # fmt: skip

    rows = [type("Row", (), {"source_key": name})() for name in ("TradeInformationConsolidated", "DerivativesOpenPosition")]
    first = b3_bulletin.plan(rows, date(2024, 2, 29), date(2024, 2, 29), Endpoint("/b3_bulletin", None))
    assert [request.key.split(" ")[1] for request in first] == ["token", "token"]
    (trades,), (positions,) = (b3_bulletin.follow(request, ask(request)) for request in first)
    quotes = {(one.symbol, one.field): one.value for one in b3_bulletin.parse(ask(trades)).quotes}
    settled = {row["symbol"]: row for row in world(1, 2024).b3.settlements(np.datetime64("2024-02-29")).to_dicts()}
    contracts = [symbol for symbol, row in settled.items() if row["family"] != "WDO"]
    assert {symbol: quotes.get((symbol, "settlement")) for symbol in contracts} == {one: settled[one]["settlement"] for one in contracts}
    assert {symbol: quotes.get((symbol, "rate")) for symbol in contracts} == {one: settled[one]["rate"] for one in contracts}
    interest = {one.symbol: one.value for one in b3_bulletin.parse(ask(positions)).quotes}
    assert interest == {one: settled[one]["open_interest"] for one in contracts if settled[one]["open_interest"] is not None}


def quotes_of_the_day(real, family, now):
    return json.loads(real(f"/b3_intraday/mds/api/v1/DerivativeQuotation/{family}", now=now).body)


def test_quotes_of_the_day_begin_a_quarter_after_nine_and_stop_after_the_close(real):
    # 29 February 2024, 09:00 in São Paulo is 12:00 UTC
    early, first, noon, evening = (
        quotes_of_the_day(real, "DI1", f"2024-02-29T{time}Z") for time in ("11:59:00", "12:14:00", "16:00:00", "23:00:00")
    )
    assert [one["Msg"]["dtTm"] for one in (early, first, noon, evening)] == [
        "2024-02-28 18:15:00", "2024-02-29 09:14:00", "2024-02-29 13:00:00", "2024-02-29 18:15:00",
    ]  # fmt: skip
    assert not any("curPrc" in row["SctyQtn"] for row in first["Scty"])
    assert sum("curPrc" in row["SctyQtn"] for row in noon["Scty"]) > 10
    assert all("SIMULADO" in row["desc"] for row in noon["Scty"])


def test_quotes_stay_within_the_day_and_know_the_settlement_of_the_eve(real):
    said = quotes_of_the_day(real, "DI1", "2024-02-29T18:00:00Z")["Scty"]
    eve = {row["symbol"]: row["rate"] for row in world(1, 2024).b3.settlements(np.datetime64("2024-02-28")).to_dicts()}
    assert said[-1]["symb"] == "DI1D"
    for row in said[:-1]:
        quotes = row["SctyQtn"]
        assert quotes["prvsDayAdjstmntPric"] == eve[row["symb"]]
        if "curPrc" in quotes:
            assert quotes["minPric"] <= quotes["curPrc"] <= quotes["maxPric"]
            assert row["buyOffer"]["price"] < quotes["curPrc"] < row["sellOffer"]["price"]


def test_of_an_unknown_commodity_and_before_the_first_session_the_service_has_no_quote(real):
    assert quotes_of_the_day(real, "XYZ", NOON)["BizSts"]["cd"] == "NOK"
    assert quotes_of_the_day(real, "DI1", "2010-01-03T15:00:00Z")["BizSts"]["cd"] == "NOK"
    assert real("/b3_intraday/mds/api/v2/DI1", now=NOON).status == 404


# a year with summer time at both its ends
@given(seconds=st.integers(int(datetime(2018, 2, 1, tzinfo=UTC).timestamp()), int(datetime(2018, 12, 30, tzinfo=UTC).timestamp())))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_table_or_quote_is_served_before_its_time(real, seconds):
    now = datetime.fromtimestamp(seconds, UTC)
    exchange = world(1, 2018).b3
    for day in exchange.sessions[exchange.sessions <= np.datetime64(now.astimezone(SAO_PAULO).date())][-2:]:
        out = exchange.times(day).published_at <= np.datetime64(seconds, "s")
        assert bool(inner(real(ex_file("TS", f"{day.item():%y%m%d}"), now=now.isoformat()))) == out
        assert bool(page(real, day, now=now.isoformat())["values"]) == out
    told = datetime.fromisoformat(quotes_of_the_day(real, "DOL", now.isoformat())["Msg"]["dtTm"])
    assert told <= now.astimezone(SAO_PAULO).replace(tzinfo=None)
