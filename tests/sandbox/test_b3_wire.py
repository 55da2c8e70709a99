"""B3: price reports by session, zip in zip."""

import io
import re
import zipfile

from tests.sandbox.conftest import sprd

CONTRACT = re.compile(r"(DI1|DAP|DDI|FRC|DOL|WDO)[FGHJKMNQUVXZ]\d\d")


def reports(answer):
    """XML texts of an answer, oldest first, and their names."""
    with zipfile.ZipFile(io.BytesIO(answer.body)) as outer:
        inner = [zipfile.ZipFile(io.BytesIO(outer.read(name))) for name in outer.namelist()]
    return [(name, file.read(name)) for file in inner for name in file.namelist()]


def figures(xml):
    """Tag → text of each ticker."""
    text = xml.decode("utf-8-sig")
    found = {}
    for message in re.findall(r"<PricRpt>(.*?)</PricRpt>", text, re.S):
        attributes = message.split("<FinInstrmAttrbts>")[1]
        found[re.search(r"<TckrSymb>(.*?)<", message)[1]] = dict(re.findall(r"<(\w+)(?: Ccy=\"\w+\")?>([^<]*)</", attributes))
    return found


def test_a_session_is_a_zip_in_a_zip_with_one_message_an_instrument(get):
    answer = get(sprd("240229"))
    assert answer.content_type == "application/zip"
    name, xml = reports(answer)[-1]
    assert re.fullmatch(r"BVBG\.187\.01_SIM00471202402290001000\d{12}\.xml", name)
    text = xml.decode("utf-8-sig")
    assert f"<TtlNbOfMsg>{text.count('<PricRpt>')}</TtlNbOfMsg>" in text
    for namespace in ("urn:bvmf.052.01.xsd", "urn:iso:std:iso:20022:tech:xsd:head.001.001.01", "urn:bvmf.217.01.xsd"):
        assert f'xmlns="{namespace}"' in text


def test_contracts_on_rates_have_price_and_rate_and_fras_a_rate_only(get):
    found = figures(reports(get(sprd("240229")))[-1][1])
    for symbol, tags in found.items():
        if symbol.startswith(("DI1", "DAP", "DDI")) and CONTRACT.fullmatch(symbol):
            assert {"AdjstdQt", "AdjstdQtTax", "AdjstdQtStin"} <= set(tags)
        elif symbol.startswith("FRC"):
            assert "AdjstdQtTax" in tags
            assert "AdjstdQt" not in tags
        elif CONTRACT.fullmatch(symbol):
            assert "AdjstdQt" in tags
            assert "AdjstdQtTax" not in tags


def test_options_and_strategies_share_prefixes_and_have_no_settlement(get):
    beside = {symbol: tags for symbol, tags in figures(reports(get(sprd("240229")))[-1][1]).items() if not CONTRACT.fullmatch(symbol)}
    assert any(symbol.startswith("DIIF") for symbol in beside)
    assert any(re.fullmatch(r"DOL[A-Z]\d\d[CP]\d{6}", symbol) for symbol in beside)
    assert not any("AdjstdQt" in tags or "AdjstdQtTax" in tags for tags in beside.values())


def test_figures_carry_no_trailing_zeros_and_trades_lie_between_low_and_high(get):
    for tags in figures(reports(get(sprd("240229")))[-1][1]).values():
        assert not any(re.search(r"\.\d*0$", text) for text in tags.values())
        if "LastPric" in tags:
            low, high = float(tags["MinPric"]), float(tags["MaxPric"])
            assert all(low <= float(tags[tag]) <= high for tag in ("FrstPric", "LastPric", "TradAvrgPric"))


def test_creation_is_local_time_and_the_stamp_utc_in_summer_time_too(get):
    text = reports(get(sprd("180110"), now="2018-01-11T12:00:00Z"))[-1][1].decode("utf-8-sig")
    assert "<CreDtAndTm>2018-01-10T20:30:00</CreDtAndTm>" in text
    assert "<CreDt>2018-01-10T22:45:00Z</CreDt>" in text
    text = reports(get(sprd("240229")))[-1][1].decode("utf-8-sig")
    assert "<CreDtAndTm>2024-02-29T19:30:00</CreDtAndTm>" in text


def test_dates_without_a_file_answer_200_with_less_than_a_kilobyte(get):
    for day in ("240224", "231225", "171228", "240301", "240304"):             # Saturday, Christmas, before 2018, not out yet, tomorrow
        answer = get(sprd(day))
        assert answer.status == 200
        assert len(answer.body) < 1024
        assert zipfile.ZipFile(io.BytesIO(answer.body)).namelist() == []


def test_the_file_appears_when_it_is_published(get):
    assert len(get(sprd("240228"), now="2024-02-28T22:29:00Z").body) < 1024
    assert len(get(sprd("240228"), now="2024-02-28T22:46:00Z").body) > 1024


def two_snapshot_day(get):
    days = [f"2301{day:02d}" for day in range(1, 32)] + [f"2302{day:02d}" for day in range(1, 29)]
    return next(day for day in days if len(get(sprd(day)).body) > 1024 and len(reports(get(sprd(day)))) == 2)


def test_some_evenings_have_an_unconfirmed_snapshot_before_the_final_one(get):
    day = two_snapshot_day(get)
    (_, first), (_, final) = reports(get(sprd(day)))
    early, late = figures(first), figures(final)
    assert {tags.get("AdjstdQtStin") for tags in early.values()} == {"U", None}
    assert {tags.get("AdjstdQtStin") for tags in late.values()} == {"F", None}
    moved = [symbol for symbol in early if "AdjstdQtTax" in early[symbol] and early[symbol]["AdjstdQtTax"] != late[symbol]["AdjstdQtTax"]]
    assert moved
    assert not any("AdjstdQt" in tags for symbol, tags in early.items() if symbol.startswith(("DOL", "DDI", "FRC")))
    evening = f"20{day[:2]}-{day[2:4]}-{day[4:]}T22:40:00Z"
    assert [xml for _, xml in reports(get(sprd(day), now=evening))] == [first]


def corrected_day(get):
    for month in range(1, 7):
        for day in range(1, 29):
            yymmdd = f"23{month:02d}{day:02d}"
            later = get(sprd(yymmdd), now="2024-01-02T12:00:00Z").body
            evening = get(sprd(yymmdd), now=f"20{yymmdd[:2]}-{yymmdd[2:4]}-{yymmdd[4:]}T23:50:00Z").body
            if len(later) > 1024 and later != evening:
                return yymmdd
    return None


def test_a_corrected_file_replaces_the_first_the_next_business_day(get):
    day = corrected_day(get)
    evening = f"20{day[:2]}-{day[2:4]}-{day[4:]}T23:50:00Z"
    before, after = figures(reports(get(sprd(day), now=evening))[-1][1]), figures(reports(get(sprd(day)))[-1][1])
    changed = {symbol for symbol in after if before[symbol].get("AdjstdQtTax") != after[symbol].get("AdjstdQtTax")}
    assert any(symbol.startswith("DI1") for symbol in changed)


def test_a_byte_order_mark_opens_some_files(get):
    days = [f"23{month:02d}{day:02d}" for month in range(1, 5) for day in range(1, 29)]
    opened = [reports(answer)[-1][1][:3] == b"\xef\xbb\xbf" for day in days if len((answer := get(sprd(day))).body) > 1024]
    assert 0 < sum(opened) < len(opened) / 3


def test_the_long_report_has_volumes_limits_and_carriage_returns(get):
    name, xml = reports(get(sprd("240229", "PR")))[-1]
    assert name.startswith("BVBG.086.01_SIM")
    assert xml.startswith(b"\xef\xbb\xbf<?xml")
    assert b"\r\n" in xml
    short, long = figures(reports(get(sprd("240229")))[-1][1]), figures(xml)
    assert set(short) == set(long)
    for symbol, tags in short.items():
        assert {tag: long[symbol][tag] for tag in tags} == tags
    traded = next(tags for tags in long.values() if "LastPric" in tags and "AdjstdQt" in tags)
    assert {"MktDataStrmId", "NtlFinVol", "IntlFinVol", "VartnPts", "MaxTradLmt", "MinTradLmt"} <= set(traded)


def test_a_file_list_names_several_files(get):
    answer = get("/b3/pesquisapregao/download?filelist=SPRD240229.zip,PR240229.zip,")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as outer:
        assert outer.namelist() == ["SPRD240229.zip", "PR240229.zip"]


def test_the_closed_pages_redirect_to_the_error_page(get):
    answer = get("/b3/pages/portal/bmfbovespa/lumis/lum-taxas-referenciais-bmf-ptBR.asp?Data=02/01/2025")
    assert (answer.status, dict(answer.headers)["Location"]) == (302, "/b3/erro.asp")
    assert get("/b3/erro.asp").status == 200


def test_other_files_are_404_and_name_what_there_is(get):
    answer = get("/b3/pesquisapregao/download?filelist=TS240229.ex_")
    assert answer.status == 404
    assert b"PR{yymmdd}.zip" in answer.body
