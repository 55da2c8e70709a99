"""B3's recorded files beside the price report and ours are spelled alike: widths, headings, codes and line ends, figures taken out."""

import io
import json
import re
import zipfile

import pytest

from pipelines.connectors._b3_bulletin import LAYOUT as BULLETIN
from pipelines.connectors._b3_masters import INDICATORS
from pipelines.connectors._b3_rates import LAYOUT as RATES
from tests.sandbox.conftest import bulletin_file, ex_file
from tests.sandbox.test_b3_files_wire import inner

pytestmark = pytest.mark.recorded

NOON = "2024-03-01T15:00:00Z"


def text_in(body: bytes) -> bytes:
    """The one file in a zip."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        (name,) = file.namelist()
        return file.read(name)


def shapes(layout, text: bytes, names: tuple[str, ...], keep) -> dict[str, set[tuple[str, ...]]]:
    """By the value of the field `keep`: some fields of its records, each digit as 0."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for record in layout.read(text.decode("latin-1")):
        found.setdefault(record[keep], set()).add(tuple(re.sub(r"\d", "0", record[name]) for name in names))
    return found


def test_reference_rates_have_the_recorded_fields(recorded, real):
    theirs = text_in((recorded / "b3" / "TS190910.ex_").read_bytes())
    (ours,) = inner(real(ex_file("TS", "190910"), now=NOON)).values()
    names = ("transaction", "complement", "record", "date", "kind", "days", "business_days", "sign", "value", "fixed", "vertex")
    yours, mine = (shapes(RATES, text, names, "curve") for text in (theirs, ours))
    assert mine.keys() <= yours.keys()
    for curve, forms in mine.items():
        assert {form for form in forms if "-" not in form} <= yours[curve], curve
    titles = [{record["curve"]: record["title"].strip() for record in RATES.read(text.decode("latin-1"))} for text in (theirs, ours)]
    for curve, title in titles[1].items():
        assert f"SIM {titles[0][curve]}"[:15].strip() == title


def test_the_old_bulletin_has_the_recorded_fields(recorded, real):
    theirs = text_in((recorded / "b3" / "BF150102.zip").read_bytes())
    (ours,) = inner(real(ex_file("BF", "150102"), now=NOON)).values()
    names = ("complement", "record", "date", "trading", "market", "type", "maturity", "settlement", "settlement_sign",
             "settlement_decimals", "point_value", "open_interest", "days", "business_days", "reference")  # fmt: skip
    yours, mine = (shapes(BULLETIN, text, names, "commodity") for text in (theirs, ours))
    for commodity in ("DI1", "DOL", "DDI"):
        assert mine[commodity] <= yours[commodity], commodity
    tickers = [
        {record["ticker"].strip() for record in BULLETIN.read(text.decode("latin-1")) if record["commodity"] == "DI1"}
        for text in (theirs, ours)
    ]
    assert len(tickers[0] & tickers[1]) > 20


def test_indicators_have_the_recorded_fields(recorded, real):
    theirs = (recorded / "b3" / "Indic_20141212.txt").read_bytes()
    (ours,) = inner(real(ex_file("ID", "141212"), now=NOON)).values()
    yours, mine = (list(INDICATORS.read(text.decode("latin-1"))) for text in (theirs, ours))
    known = {(one["group"], one["code"], re.sub(r"\d", "0", one["value"]), one["decimals"], one["date"]) for one in yours}
    assert {(one["group"], one["code"], re.sub(r"\d", "0", one["value"]), one["decimals"], one["date"]) for one in mine} <= known


@pytest.mark.parametrize(("name", "file"), [
    ("TradeInformationConsolidated", "TradeInformationConsolidated_2026-09-11.csv"),
    ("DerivativesOpenPosition", "DerivativesOpenPosition_agro_2025-12-19.csv"),
])
def test_files_of_the_bulletin_have_the_recorded_heading_and_line_ends(recorded, real, name, file):
    theirs = (recorded / "b3" / file).read_bytes()
    ours = real(bulletin_file(name, "2024-02-29", 1), now=NOON).body
    end = b"\r\n" if b"\r\n" in theirs else b"\n"
    yours, mine = theirs.split(end), ours.split(end)
    assert mine[0] == yours[0]
    assert mine[-1] == yours[-1] == b""
    assert {line.count(b";") for line in mine[:-1]} == {line.count(b";") for line in yours[:-1]}
    # no zeros at the end of a figure, a comma before its decimals
    cells = [cell for line in (*mine[1:-1], *yours[1:-1]) for cell in line.split(b";") if re.fullmatch(rb"-?[\d,.]+", cell)]
    assert all(re.fullmatch(rb"-?\d+(,\d*[1-9])?", cell) for cell in cells)


def test_the_answer_with_a_token_and_the_table_have_the_recorded_keys(recorded, real):
    theirs = json.loads((recorded / "b3" / "TradeInformationConsolidated_token.json").read_bytes())
    ours = json.loads(real("/b3_bulletin/api/download/requestname?fileName=TradeInformationConsolidated&date=2024-02-29", now=NOON).body)
    assert [list(ours), list(ours["file"])] == [list(theirs), list(theirs["file"])]
    assert ours["redirectUrl"].startswith(theirs["redirectUrl"].removesuffix("REDACTED"))
    theirs = json.loads((recorded / "b3" / "bdi_table_page.json").read_bytes())
    target = "/b3_bulletin/bdi/table/ConsolidatedTradesDerivatives/2024-02-29/2024-02-29/1/1000"
    ours = json.loads(real(target, now=NOON, method="POST", body=b"{}").body)
    assert ours["table"]["columns"] == theirs["table"]["columns"]
    di1 = [next(row for row in table["table"]["values"] if re.fullmatch(r"DI1[A-Z]\d\d", row[0])) for table in (theirs, ours)]
    assert [type(cell) for cell in di1[0]] == [type(cell) for cell in di1[1]]


@pytest.mark.parametrize("family", ["DI1", "DAP", "FRC"])
def test_quotes_of_the_day_have_the_recorded_keys_in_their_order(recorded, real, family):
    def orders(answer) -> dict[str, list[str]]:
        """Objects of each name with their keys in order; where some lack keys, the fullest."""
        found: dict[str, list[str]] = {}
        for row in answer["Scty"]:
            for name, held in (("Scty", row), ("SctyQtn", row["SctyQtn"]), ("AsstSummry", row["asset"]["AsstSummry"])):
                found[name] = max(found.get(name, []), list(held), key=len)
        return found

    theirs = orders(json.loads((recorded / "b3" / f"derivatives_intraday_{family}_2026-03-10.json").read_bytes()))
    ours = orders(json.loads(real(f"/b3_intraday/mds/api/v1/DerivativeQuotation/{family}", now="2024-02-29T18:00:00Z").body))
    assert ours == theirs
