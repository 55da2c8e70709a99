"""Prices of Tesouro Direto and results of auctions on the wire: the file in no order, workbooks of a year, JSON by day."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel.clock import instant
from models_py.quant.daycount import calendar
from pipelines.connectors import CatalogueRow, Endpoint, Payload, stn
from pipelines.connectors._sheets import read_workbook
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render._stn_auctions import RESULTS
from pipelines.sandbox.render._stn_prices import FILE, HEADER, TITLES
from pipelines.sandbox.service import Service
from pipelines.sandbox.world import World
from pipelines.sandbox.world.retail import NAMES, Prices
from tests.sandbox.conftest import AGENT
from tests.sandbox.test_recorded_forms import same_form
from tests.sandbox.test_round_trip import parsed

quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
FIGURES = ("rate", "ask_rate", "price", "ask_price", "base_price")
BOOK = "/stn/sistemas-internos/apex/producao/sistemas/sistd/{year}/{bond}_{year}.xls"


@pytest.fixture(scope="module")
def world():
    return World(until=date(2024, 12, 31))


def asked(world, target: str, now: str):
    with Service(ServedClock(instant(now)), Plan("calm"), lambda until: world).respond("GET", target, AGENT) as answer:
        return answer


@pytest.fixture(scope="module")
def ask(world):
    return lambda target, now="2024-03-01T15:00:00Z": asked(world, target, now)


def quotes(answer, first: str, last: str) -> dict[tuple[str, date, str], float]:
    """What the connector reads of the file in a window."""
    table = parsed("stn", f"tesouro_direto {first}..{last}", answer).quotes
    return {(row["symbol"], row["source_date"], row["field"]): row["value"] for row in table.to_pylist()}


def expected(prices: Prices, decimals: int | None = None) -> dict[tuple[str, date, str], float]:
    """Prices as quotes; rates as the file or, without decimals, as a workbook writes them."""
    found = {}
    for n in range(prices.day.size):
        name = f"TD {NAMES[prices.kind[n]]} {prices.maturity[n]}"
        for figure in FIGURES:
            value = float(getattr(prices, figure)[n])
            found[name, prices.day[n].item(), figure] = value if decimals is None else round(value, decimals)
    return found


def some(prices: Prices, chosen) -> Prices:
    return Prices(*(getattr(prices, name)[chosen] for name in Prices.__dataclass_fields__))


# the file


def test_the_file_reads_back_as_the_bonds_were_priced(world, ask):
    prices = world.retail.year(2024).until(np.datetime64("2024-03-01T15:00:00"))
    read = quotes(ask(f"/stn{FILE}"), "2024-01-01", "2024-12-31")
    assert read == pytest.approx(expected(prices), abs=0.005001)                          # spreads over Selic lose two decimals
    assert prices.day.max() == np.datetime64("2024-02-29")


def test_a_session_s_row_comes_at_six_in_the_evening(ask):
    files = [ask(f"/stn{FILE}", f"2024-03-01T{hour}Z").body.decode().splitlines() for hour in ("20:59:59", "21:00:00")]
    assert ["01/03/2024" in {line.split(";")[2] for line in lines} for lines in files] == [False, True]


def test_the_file_is_written_anew_at_half_past_nine_and_at_six(ask):
    written = [dict(ask(f"/stn{FILE}", now).headers)["Last-Modified"] for now in (
        "2024-03-01T12:29:59Z", "2024-03-01T12:30:00Z", "2024-03-01T22:00:00Z", "2024-03-03T15:00:00Z",
    )]  # fmt: skip
    assert written == ["Thu, 29 Feb 2024 21:00:00 GMT", "Fri, 01 Mar 2024 12:30:00 GMT", *["Fri, 01 Mar 2024 21:00:00 GMT"] * 2]


def test_the_same_file_has_the_same_tag_and_another_another(ask):
    tags = [dict(ask(f"/stn{FILE}", f"2024-03-01T{hour}:00:00Z").headers)["ETag"] for hour in (15, 16, 21)]
    assert tags[0] == tags[1] != tags[2]


def test_rows_are_in_no_order_and_the_query_is_not_looked_at(ask):
    body = ask(f"/stn{FILE}").body
    days = [datetime.strptime(line.split(";")[2], "%d/%m/%Y").replace(tzinfo=UTC) for line in body.decode().splitlines()[1:2000]]
    ahead = sum(one < other for one, other in pairwise(days))
    assert 0.4 < ahead / len(days) < 0.6
    assert ask(f"/stn{FILE}?until=2023-12-31").body == body


SECONDS = st.integers(int(instant("2010-01-05T00:00:00Z").timestamp()), int(instant("2012-12-30T00:00:00Z").timestamp()))


@given(seconds=SECONDS, later=st.integers(1, 400))
@settings(quick, max_examples=8)
def test_what_was_in_the_file_stays_in_its_place_and_nothing_is_early(ask, seconds, later):
    now = datetime.fromtimestamp(seconds, UTC)
    before = ask(f"/stn{FILE}", now.isoformat()).body.decode().splitlines()
    after = ask(f"/stn{FILE}", (now + timedelta(days=later)).isoformat()).body.decode().splitlines()
    known = set(before)
    assert before == [line for line in after if line in known]
    newest = max((datetime.strptime(line.split(";")[2], "%d/%m/%Y").replace(hour=20, tzinfo=UTC) for line in before[1:]), default=now)
    assert newest <= now


@given(st.data())
@quick
def test_any_prices_read_back_through_the_file_and_the_workbook(data):
    size = data.draw(st.integers(1, 40))
    cents = st.lists(st.integers(-2_000, 2_000_000), min_size=size, max_size=size).map(lambda found: np.array(found) / 100)
    kinds = np.array(data.draw(st.lists(st.integers(0, len(NAMES) - 1), min_size=size, max_size=size)))
    days = np.busday_offset("2023-01-02", np.arange(size))
    maturity = np.datetime64("2030-05-15") + 100 * (np.arange(size) % 3)
    out = np.full(size, np.datetime64("2023-12-31T00:00:00"))
    held = Prices(kinds, maturity, days, out, *(data.draw(cents) for _ in FIGURES), np.linspace(0, 1, size))
    nothing = some(held, np.zeros(size, bool))
    made = SimpleNamespace(seed=7, until=date(2024, 12, 31), truth=None, b3=None, keys=lambda source: (),
                           retail=SimpleNamespace(year=lambda year: held if year == 2023 else nothing))  # fmt: skip
    assert quotes(asked(made, f"/stn{FILE}", "2024-03-01T15:00:00Z"), "2023-01-01", "2023-12-31") == expected(held)
    for place in np.unique(kinds):
        bond = NAMES[place]
        answer = asked(made, BOOK.format(year=2023, bond=bond.replace(" ", "_")), "2024-03-01T15:00:00Z")
        read = parsed("stn", f"tesouro_direto_ano {bond} 2023", answer).quotes
        assert {(one.symbol, one.source_date, one.field): one.value for one in read} == expected(some(held, kinds == place))


@pytest.mark.recorded
@pytest.mark.parametrize("file", ["precotaxatesourodireto_head_2010-03.csv", "precotaxatesourodireto_2012-12-05.csv"])
def test_the_file_has_the_recorded_columns_titles_and_decimals(recorded, ask, file):
    theirs, ours = (recorded / "stn" / file).read_text().splitlines(), ask(f"/stn{FILE}").body.decode().splitlines()
    assert ours[0] == theirs[0] == HEADER
    shape = {line.split(";")[0]: [len(cell.split(",")[1]) for cell in line.split(";")[3:]] for line in theirs[1:]}
    for title in shape.keys() & set(TITLES.values()):
        line = next(line for line in ours if line.startswith(f"{title};"))
        assert [len(cell.split(",")[1]) for cell in line.split(";")[3:]] == shape[title], title


@pytest.mark.recorded
def test_recorded_prices_follow_from_their_rates_as_the_simulated_ones_do(recorded):
    body = (recorded / "stn" / "precotaxatesourodireto_head_2010-03.csv").read_text()
    rows = [line.replace(",", ".").split(";") for line in body.splitlines() if line.startswith("Tesouro Prefixado;")]
    assert rows
    for _, due, day, *cells in rows:
        maturity, base = (np.datetime64("-".join(reversed(text.split("/")))) for text in (due, day))
        check_discounted(1000.0, base, maturity, *map(float, cells))


def check_discounted(face: float, day, maturity, rate: float, ask_rate: float, price: float, ask_price: float, base: float) -> None:
    """face / (1 + rate)^(days/252), to the next business day; the base price to the day itself."""
    br = calendar("br")
    ahead = int(br.business_days(br.shift(np.array([day]), 1), np.array([maturity]))[0])
    for percent, days, worth in ((rate, ahead, price), (ask_rate, ahead, ask_price), (ask_rate, ahead + 1, base)):
        assert worth == pytest.approx(face / (1 + percent / 100) ** (days / 252), abs=0.011)


def test_a_bill_is_worth_its_face_discounted_at_its_rate(world):
    prices = world.retail.year(2023)
    for n in np.flatnonzero(prices.kind == NAMES.index("LTN"))[::97]:
        check_discounted(1000.0, prices.day[n], prices.maturity[n], *(float(getattr(prices, name)[n]) for name in FIGURES))


def test_the_public_buys_dearer_than_it_redeems(world):
    for year in (2010, 2016, 2024):
        prices = world.retail.year(year)
        assert (prices.rate < prices.ask_rate).all()
        far = prices.maturity > prices.day + 30
        assert (prices.price >= prices.ask_price).all()
        assert (prices.price > prices.ask_price)[far].all()
        assert ((prices.ask_price >= prices.base_price) == (prices.ask_rate >= 0))[far].all()
        assert set(prices.kind) == set(range(len(NAMES)))


# workbooks


@pytest.mark.parametrize("bond", NAMES)
def test_a_year_s_workbook_reads_back_up_to_the_last_session(world, ask, bond):
    answer = ask(BOOK.format(year=2024, bond=bond.replace(" ", "_")))
    prices = world.retail.year(2024).until(np.datetime64("2024-03-01T15:00:00"))
    read = parsed("stn", f"tesouro_direto_ano {bond} 2024", answer).quotes
    assert {(one.symbol, one.source_date, one.field): one.value for one in read} == expected(some(prices, prices.kind == NAMES.index(bond)))


@pytest.mark.recorded
def test_a_workbook_has_the_recorded_form(recorded, ask):
    def cells(body):
        book = read_workbook(Payload("stn", "book", "", body, 200, "", instant("2024-03-01T15:00:00Z"), "0", "f"))
        name = next(name for name in book if name == "LFT 010327")
        top = {place: cell for place, cell in book[name].items() if place[0] < 3}
        return {place: cell if isinstance(cell, str) and "/" not in cell else type(cell) for place, cell in top.items()}

    theirs, ours = (recorded / "stn" / "LFT_2022.xls").read_bytes(), ask(BOOK.format(year=2022, bond="LFT")).body
    assert cells(ours) == cells(theirs)


@pytest.mark.parametrize("target", [
    BOOK.format(year=2025, bond="LFT"), BOOK.format(year=2009, bond="LFT"), BOOK.format(year=2022, bond="NTN-C"),
    BOOK.format(year=2022, bond="LFT").replace("LFT_2022", "LFT_2021"),
])  # fmt: skip
def test_a_workbook_that_is_not_there_is_not_found(ask, target):
    assert ask(target).status == 404


# auctions


def rows_of(ask, query: str, now: str = "2024-03-01T15:00:00Z"):
    return json.loads(ask(f"/stn{RESULTS}?{query}", now).body)


def test_a_thursday_has_bills_and_notes_and_a_tuesday_the_indexed(ask):
    thursday, tuesday = rows_of(ask, "dataleilao=22/02/2024"), rows_of(ask, "dataleilao=27/02/2024")
    assert [{row["titulo"] for row in rows} for rows in (thursday, tuesday)] == [{"LTN", "NTN-F"}, {"NTN-B", "LFT"}]
    assert {row["liquidacao"] for row in thursday} == {"23/02/2024"}
    assert {row["liquidacao_segunda_volta"] for row in thursday} == {"26/02/2024"}


def test_the_second_round_is_there_once_it_was_held(ask):
    held = [[("oferta_segunda_volta" in row) for row in rows_of(ask, "dataleilao=29/02/2024", f"2024-{now}:00Z")]
            for now in ("02-29T15:14", "02-29T15:15", "03-01T17:44", "03-01T17:45")]
    assert [len(one) for one in held] == [0, 5, 5, 5]
    assert [any(one) for one in held] == [False, False, False, True]


def test_what_is_accepted_is_offered_and_paid_at_the_average_price(ask):
    for year in range(2010, 2025):
        for row in rows_of(ask, f"ano={year}"):
            assert 0 < row["quantidade_aceita"] <= row["oferta"]
            assert row["financeiro_aceito"] == pytest.approx(row["quantidade_aceita"] * row["pu_medio"], abs=0.006)
            assert row.get("quantidade_aceita_segunda_volta", 0) <= row.get("oferta_segunda_volta", 0) <= row["quantidade_aceita"] / 4
            assert row["taxa_media"] <= row["taxa_maxima"]
            assert row["pu_minimo"] <= row["pu_medio"]


def test_results_are_cut_by_bond_and_unreadable_days_have_none(ask):
    assert {row["titulo"] for row in rows_of(ask, "ano=2023&titulo=LFT")} == {"LFT"}
    assert rows_of(ask, "") == rows_of(ask, "ano=2024")
    for query in ("dataleilao=2024-02-29", "ano=now", "ano=2025", "ano=1999", "dataleilao=25/02/2024", "ano=2024&titulo=NTN-C"):
        assert rows_of(ask, query) == []


@pytest.mark.parametrize("year", [2010, 2017, 2024])
def test_a_year_of_auctions_reads_back(world, ask, year):
    read = parsed("stn", f"leiloes {year}-01-01..{year}-12-31", ask(f"/stn{RESULTS}?ano={year}"))
    found = {(one.source_key, one.source_date, one.symbol, one.field): one.value for one in read.quotes}
    now = np.datetime64("2024-03-01T15:00:00")
    for one in world.auctions.year(year):
        name = (f"leilao {one.notice}", one.day.item(), f"{one.kind} {one.maturity}")
        assert found.get((*name, "auction_average_rate")) == (one.average_rate if one.at <= now else None)
        second = (name[0], one.day.item() if one.kind in ("NTN-B", "LFT") else one.settles.item(), name[2], "auction_second_accepted")
        assert found.get(second) == (one.second_accepted if one.second_at <= now else None)


@given(st.data())
@quick
def test_any_result_reads_back(world, data):
    first = world.auctions.year(2023)[data.draw(st.integers(0, 300))]
    amount, rate = st.integers(0, 10**8), st.integers(-50_000, 400_000).map(lambda n: n / 10_000)
    changed = {"offered": data.draw(amount), "accepted": data.draw(amount), "average_rate": data.draw(rate), "cut_rate": data.draw(rate),
               "average_price": data.draw(st.integers(1, 10**10)) / 10**6, "second_offered": data.draw(amount),
               "second_accepted": data.draw(amount)}  # fmt: skip
    held = type(first)(**{**first.__dict__, **changed})
    made = SimpleNamespace(seed=7, until=date(2024, 12, 31), truth=None, b3=None, keys=lambda source: (),
                           auctions=SimpleNamespace(year=lambda year: [held]))  # fmt: skip
    read = parsed("stn", "leiloes 2023-01-01..2023-12-31", asked(made, f"/stn{RESULTS}?ano=2023", "2024-03-01T15:00:00Z"))
    found = {one.field.removeprefix("auction_"): one.value for one in read.quotes}
    wanted = {name: value for name, value in changed.items() if held.second_offered or not name.startswith("second")}
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-9)
    assert found["amount"] == pytest.approx(held.accepted * held.average_price, abs=0.006)


@pytest.mark.recorded
def test_results_have_the_recorded_form(recorded, ask):
    theirs, ours = (recorded / "stn" / "leiloes_2025-10-23.json").read_bytes(), ask(f"/stn{RESULTS}?dataleilao=22/02/2024").body
    numbers = ("percentual_corte", "taxa_", "pu_", "financeiro_aceito")                     # whole or not as it happens

    def form(body: bytes) -> bytes:
        rows = [{name: 1.5 if name.startswith(numbers) else value for name, value in row.items()} for row in json.loads(body)]
        return json.dumps(rows).encode()

    same_form(form(ours), form(theirs))


# the connector against the sandbox


def test_what_the_connector_plans_of_bonds_the_sandbox_answers(ask):
    row = CatalogueRow("rtn/x", "stn", "rtn/x", "monthly", revisable=True)
    now = "2024-03-01T22:00:00Z"
    planned = stn.plan([row], date(2023, 1, 1), date(2024, 3, 1), Endpoint("/stn"))
    planned = [one for one in planned if one.key.startswith(("tesouro", "leil"))]
    assert len(planned) == 5
    days: set[date] = set()
    for request in planned:
        answer = ask(request.url, now)
        rows = stn.parse(Payload("stn", request.key, request.url, answer.body, answer.status, answer.content_type, instant(now), "0", "f"))
        if request.key.startswith("tesouro"):
            days |= set(rows.quotes["source_date"].to_pylist())
        else:
            assert rows.quotes
            assert {one.source_key for one in rows.observations} >= {"leiloes/LTN/sale", "leiloes/NTN-B/sale/second"}
    assert (min(days), max(days)) == (date(2023, 1, 2), date(2024, 3, 1))
