"""Recorded payloads and ours have the same keys, in the same order, of the same types, with the same white space.

A payload's form is the payload with numbers and free text taken out; lists are reduced to the forms of their rows.
"""

import gzip
import io
import json
import re
import zipfile

import numpy as np
import pytest

from pipelines.sandbox.render._focus_rows import SETS, envelope, tokens
from tests.sandbox.conftest import FOCUS, XML, chart, fred, sgs, sprd, treasury
from tests.sandbox.test_b3_wire import reports

pytestmark = pytest.mark.recorded

ALL = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}


def form(value):
    """Keys in order and types; texts that are numbers or dates keep that much."""
    if isinstance(value, dict):
        return {key: form(inner) for key, inner in value.items()}
    if isinstance(value, list):
        rows = [json.dumps(form(inner)) for inner in value]
        return sorted(set(rows))
    if isinstance(value, str):
        for name, pattern in (("iso", r"\d{4}-\d\d-\d\d"), ("dd/mm/yyyy", r"\d\d/\d\d/\d{4}"), ("number", r"-?\d+(\.\d+)?|\.")):
            if re.fullmatch(pattern, value):
                return name
        return "text"
    return "null" if value is None else type(value).__name__


def same_form(ours: bytes, theirs: bytes) -> None:
    assert json.dumps(form(json.loads(ours))) == json.dumps(form(json.loads(theirs)))


def is_compact(body: bytes) -> bool:
    return json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode().count(b" ") == body.count(b" ")


@pytest.mark.parametrize(("file", "target"), [
    ("sgs_1_ptax_venda_2025H2.json", sgs(1)), ("sgs_432_selic_meta_2025H2.json", sgs(432)), ("sgs_433_ipca_2017_2025.json", sgs(433)),
    ("sgs_433_ultimos_3.json", "/bcb_sgs/dados/serie/bcdata.sgs.433/dados/ultimos/3"),
    ("sgs_226_tr_datafim.json", "/bcb_sgs/dados/serie/bcdata.sgs.226/dados/ultimos/1"),
    ("error_400_ultimos_gt_20.json", "/bcb_sgs/dados/serie/bcdata.sgs.1/dados/ultimos/3000"),
    ("error_404_no_values_in_window.json", sgs(433, "01/01/2030", "01/02/2030")),
    ("error_406_daily_window_gt_10y.json", "/bcb_sgs/dados/serie/bcdata.sgs.1/dados"),
])
def test_sgs(recorded, get, file, target):
    theirs, ours = (recorded / "bcb_sgs" / file).read_bytes().rstrip(), get(target).body
    same_form(ours, theirs)
    assert is_compact(ours) == is_compact(theirs) is True
    if file.startswith("error"):
        blind = re.compile(rb"\d\d/\d\d/\d{4}|sgs\.\d+")
        assert blind.sub(b"", ours) == blind.sub(b"", theirs)


def test_the_sgs_page_for_a_bad_request_is_byte_for_byte_the_recorded_one(recorded, get):
    theirs = (recorded / "bcb_sgs" / "error_200_html_requisicao_invalida.html").read_bytes()
    assert get("/bcb_sgs/dados/serie/bcdata.sgs.999999999/dados?formato=json").body == theirs


def test_sgs_values_keep_their_decimals(recorded, get):
    for file, target in (("sgs_1_ptax_venda_2025H2.json", sgs(1)), ("sgs_433_ipca_2017_2025.json", sgs(433))):
        places = [{len(row["valor"].partition(".")[2]) for row in json.loads(body)} for body in
                  ((recorded / "bcb_sgs" / file).read_bytes(), get(target).body)]
        assert places[0] == places[1]


def test_the_focus_twelve_month_set(recorded, get):
    theirs = (recorded / "bcb_focus" / "inflacao12m_ipca_servicos_2021.json").read_bytes()
    chosen = "Indicador%20eq%20'IPCA%20Servi%C3%A7os'%20and%20Data%20ge%20'2014-01-02'"
    ours = get(f"{FOCUS}?$top=2&$format=json&$filter={chosen}&$orderby=Data").body
    same_form(ours, theirs)
    blank = re.compile(rb"-?\d+\.\d{4}")
    assert len(blank.findall(ours)) == len(blank.findall(theirs)) == 10
    assert is_compact(ours)
    assert is_compact(theirs)


@pytest.mark.parametrize(("file", "name"), [
    ("mensais_ipca_2026-09-18.json", "ExpectativaMercadoMensais"), ("anuais_2026-06-26.json", "ExpectativasMercadoAnuais"),
    ("selic_2026-06-26.json", "ExpectativasMercadoSelic"), ("top5_selic_documented.json", "ExpectativasMercadoTop5Selic"),
])
def test_focus_sets_to_come_are_spelled_as_recorded(recorded, file, name):
    theirs = (recorded / "bcb_focus" / file).read_bytes()
    row = json.loads(theirs)["value"][0]
    columns = {key: np.array([value if isinstance(value, int | float) else value or ""]) for key, value in row.items()}
    assert tuple(columns) == SETS[name]
    ours = envelope(tokens({key: value.astype(float) if value.dtype.kind in "if" else value for key, value in columns.items()}), name)
    assert json.loads(ours)["value"][0] == row
    assert list(json.loads(ours)) == list(json.loads(theirs))
    assert json.loads(ours)["@odata.context"] == json.loads(theirs)["@odata.context"]


@pytest.mark.parametrize(("file", "target"), [
    ("empty_value.json", FOCUS.replace("Inflacao12Meses", "Selic") + "?$filter=Data%20eq%20'2026-06-27'&$format=json"),
    ("error_400_malformed_uri.txt", f"{FOCUS}?$filter=Data%20eq"), ("error_500_internal.html", f"{FOCUS}?%24format=json"),
])
def test_focus_answers_without_rows_are_byte_for_byte_the_recorded_ones(recorded, get, file, target):
    assert get(target).body == (recorded / "bcb_focus" / file).read_bytes()


@pytest.mark.parametrize(("file", "target"), [
    ("observations_GDP_all_vintages.json", fred("/series/observations", series_id="GDP", **ALL)),
    ("observations_GDP_2024-12-19.json", fred("/series/observations", series_id="GDP")),
    ("observations_GDP_initial_release_output4.json", fred("/series/observations", series_id="GDP", output_type=4, **ALL)),
    ("vintagedates_GDP.json", fred("/series/vintagedates", series_id="GDP")),
    ("release_10_dates.json", fred("/release/dates", release_id=53)), ("releases_dates_page1.json", fred("/releases/dates")),
    ("series_GDP_info_2024-12-19.json", fred("/series", series_id="GDP")),
    ("series_GDP_release.json", fred("/series/release", series_id="GDP")),
    ("error_400_series_not_found.json", fred("/series", series_id="NOPE")),
    ("error_400_bad_api_key.json", "/fred/fred/series?series_id=GDP&file_type=json&api_key=zz"),
    ("error_400_vintage_limit_2000.json", fred("/series/observations", series_id="DGS10", **ALL)),
])
def test_fred(recorded, get, file, target):
    theirs, ours = (recorded / "fred" / file).read_bytes().rstrip(), get(target).body
    same_form(ours, theirs)
    assert is_compact(ours)
    assert is_compact(theirs)
    if file.startswith("error"):
        assert re.sub(rb"\d{4} vintage", b"", ours) == re.sub(rb"\d{4} vintage", b"", theirs)


def shape_of_csv(text: str) -> tuple:
    lines = text.split("\n")
    cells = {re.sub(r"\d", "9", cell) for line in lines[1:] for cell in line.split(",")}
    return lines[0], cells - {""}, text.endswith("\n")


def test_treasury_csv(recorded, get):
    theirs = (recorded / "us_treasury" / "par_yield_curve_2023.csv").read_text()
    assert shape_of_csv(get(treasury(2023)).body.decode()) == shape_of_csv(theirs)
    theirs = (recorded / "us_treasury" / "par_yield_curve_2026-10.csv").read_text()
    ours = get(treasury(2026), now="2026-10-04T12:00:00Z").body.decode()
    assert ours.split("\n")[0] == theirs.split("\n")[0]


def test_treasury_xml(recorded, get):
    theirs = (recorded / "us_treasury" / "par_yield_curve_2026-10.xml").read_text()
    ours = get(f"{XML}&field_tdr_date_value_month=202610", now="2026-10-02T23:00:00Z").body.decode()

    def blind(text: str) -> str:
        return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|(?<=>)-?\d+(?:\.\d+)?(?=<)|(?<=;id=)\d+", "#", text)

    assert blind(ours) == blind(theirs)


def messages(xml: str) -> tuple[str, set[str]]:
    """The file up to its first message, and the distinct forms of messages, figures and identifiers taken out."""
    def blind(text: str) -> str:
        text = re.sub(r"(?<=>)(?:BV0|SIM)\d{32}(?=<)|(?<=>)-?[\d.]+(?=<)|\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ?)?", "#", text)
        return re.sub(r"(?<=<TckrSymb>)[^<]+", "#", text)

    head, *rest = xml.split("<BizGrp>")
    rest[-1] = rest[-1].split("</BizGrp>")[0] + "</BizGrp>\n"
    outside = [re.sub(r"(?s)<FinInstrmAttrbts>.*?</FinInstrmAttrbts>", "", blind(part)).rstrip() for part in rest]
    return blind(head), set(outside)


def test_b3_reports_are_built_like_the_recorded_ones(recorded, get):
    with zipfile.ZipFile(recorded / "b3" / "SPRD250203.zip") as file:
        theirs = file.read(file.namelist()[0]).decode("utf-8-sig")
    ours = reports(get(sprd("240229")))[-1][1].decode("utf-8-sig")
    assert messages(ours) == messages(theirs)
    assert ours.split("</BizGrp>")[-1] == theirs.split("</BizGrp>")[-1]


CONTRACTS = re.compile(r"(DI1|DAP|DDI|FRC|DOL|WDO)[FGHJKMNQUVXZ]\d\d")


def tag_orders(xml: str) -> dict[str, list[list[str]]]:
    """For each family, the tags of its messages in order, with currencies."""
    found: dict[str, list[list[str]]] = {}
    for message in re.findall(r"<PricRpt>(.*?)</PricRpt>", xml, re.S):
        symbol = CONTRACTS.fullmatch(re.search(r"<TckrSymb>(.*?)<", message)[1])
        if symbol and "<FinInstrmAttrbts>" in message:
            found.setdefault(symbol[1], []).append(re.findall(r"<(\w+(?: Ccy=\"\w+\")?)>", message.split("<FinInstrmAttrbts>")[1]))
    return found


@pytest.mark.parametrize("kind", ["SPRD", "PR"])
def test_b3_figures_have_the_recorded_tags_in_the_recorded_order(recorded, get, kind):
    if kind == "SPRD":
        with zipfile.ZipFile(recorded / "b3" / "SPRD250203.zip") as file:
            theirs = tag_orders(file.read(file.namelist()[0]).decode("utf-8-sig"))
    else:
        theirs = tag_orders(gzip.decompress((recorded / "b3" / "BVBG086_pricereport_20180102.xml.gz").read_bytes()).decode("utf-8-sig"))
    ours = tag_orders(reports(get(sprd("240229", kind)))[-1][1].decode("utf-8-sig"))
    assert set(ours) == set(theirs)
    order = max((row for rows in theirs.values() for row in rows), key=len)
    assert all([tag for tag in order if tag in row] == row for rows in theirs.values() for row in rows)
    for family, rows in ours.items():
        assert all([tag for tag in order if tag in row] == row for row in rows)
        settled = [{tag.split(" ")[0] for row in found[family] for tag in row if "Adjstd" in tag} for found in (ours, theirs)]
        assert settled[0] - {"AdjstdValCtrct"} == settled[1] - {"AdjstdValCtrct"}, family


def test_the_containers_are_zips_of_the_recorded_kind(recorded, get):
    theirs = zipfile.ZipFile(recorded / "b3" / "pesquisapregao_SPRD250203_outer.zip")
    ours = zipfile.ZipFile(io.BytesIO(get(sprd("240229")).body))
    assert [re.sub(r"\d", "9", name) for name in ours.namelist()] == [re.sub(r"\d", "9", name) for name in theirs.namelist()]
    inside = [zipfile.ZipFile(io.BytesIO(file.read(file.namelist()[0]))).infolist()[0] for file in (ours, theirs)]
    assert inside[0].compress_type == inside[1].compress_type == zipfile.ZIP_DEFLATED
    assert len(inside[0].filename) == len(inside[1].filename)


def test_yearly_files_of_positions_have_the_recorded_header_and_paddings(recorded, real):
    for name, end in (("fut_fin_txt_2026.zip", "\r\n"), ("deacot2025.zip", "\n")):
        bodies = (recorded / "cftc" / name).read_bytes(), real(f"/cftc/files/dea/history/{name}", now="2026-03-20T20:00:00Z").body
        theirs, ours = (zipfile.ZipFile(io.BytesIO(body)) for body in bodies)
        assert ours.namelist() == theirs.namelist()
        yours, mine = (archive.read(archive.namelist()[0]).decode("latin-1").split(end) for archive in (theirs, ours))
        assert mine[0] == yours[0]
        assert mine[-1] == yours[-1] == ""
        # from the eighth column on: positions, changes and shares, padded to their widths unless missing
        padded, known = ({tuple(map(len, line.split(",")[7:40])) for line in lines[1:-1]} for lines in (mine, yours))
        assert {width for row in padded for width in row} <= {width for row in known for width in row}
        assert padded & known


def test_a_row_of_positions_is_named_like_the_recorded_one(recorded, real):
    for file, code in (("socrata_tff_gpe5-46if_ES_latest2.json", "13874A"), ("socrata_tff_BRL_2026.json", "102741")):
        theirs = json.loads((recorded / "cftc" / file).read_bytes())[0]
        chosen = f"$select={','.join(theirs)}&cftc_contract_market_code={code}&$order=report_date_as_yyyy_mm_dd%20DESC&$limit=1"
        (ours,) = json.loads(real(f"/cftc/resource/gpe5-46if.json?{chosen}").body)
        assert json.dumps(form(ours)) == json.dumps(form(theirs))
        whole = list(json.loads(real(f"/cftc/resource/gpe5-46if.json?{chosen.split('&', 1)[1]}").body)[0])
        assert [name for name in whole if name in theirs] == list(theirs)
    empty = (recorded / "cftc" / "socrata_empty.json").read_bytes()
    assert real("/cftc/resource/gpe5-46if.json?cftc_contract_market_code=000000").body == empty
    error = (recorded / "cftc" / "socrata_error_400_no_such_column.json").read_bytes()
    assert json.loads(real("/cftc/resource/gpe5-46if.json?$select=nope").body) == json.loads(error)


@pytest.mark.parametrize(("file", "target"), [
    ("chart_AAPL_raw_2025.json", chart("HYG", "2024-01-01", "2024-02-28")),
    ("chart_EURUSD=X_1d.json", chart("BRL=X", "2024-01-01", "2024-02-28")),
])
def test_a_chart(recorded, real, file, target):
    def blind(body: bytes) -> dict:
        (found,) = json.loads(body)["chart"]["result"]
        for name in ("dividends",):                                   # named by their stamps
            found.get("events", {})[name] = list(found.get("events", {}).get(name, {}).values())
        quote = found["indicators"]["quote"][0]                       # its columns come in any order, with nulls or without
        found["indicators"] = [sorted(quote), sorted(found["indicators"])]
        meta = found["meta"]
        return {"keys": list(found), "meta": {name: re.sub("int|float", "number", json.dumps(form(meta[name]))) for name in meta}}

    theirs, ours = blind((recorded / "yahoo" / file).read_bytes()), blind(real(target).body)
    assert json.dumps(ours) == json.dumps(theirs)
