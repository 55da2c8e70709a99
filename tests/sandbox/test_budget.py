"""What an answer costs, in calls of functions and not in seconds: a core makes some 150,000 of them in the 20 ms an answer may take."""

import sys
from collections.abc import Callable
from datetime import date

import pytest

from models_py.kernel.clock import instant
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render import _stn_auctions, _stn_prices
from pipelines.sandbox.service import Service
from pipelines.sandbox.wire import Answer
from pipelines.sandbox.world import World
from tests.sandbox.conftest import (
    AGENT,
    FOCUS,
    aggregates,
    bonds,
    bulletin_file,
    chart,
    curve_form,
    ex_file,
    fred,
    index_form,
    ptax,
    sgs,
    sprd,
    treasury,
)
from tests.sandbox.world.worlds import world

NOW = "2024-03-01T15:00:00Z"
IN_TWENTY_MILLISECONDS, FROM_MEMORY = 150_000, 2_500

Asked = str | tuple[str, bytes]


def form(of: dict) -> Asked:
    return of["target"], of["body"]


def page(skip: int) -> str:
    return f"{FOCUS}?$format=json&$top=1000&$skip={skip}&$orderby=Data,Indicador,Suavizada,baseCalculo"


# Two requests of a kind: the first makes what the kind needs, once.
WARM: dict[str, tuple[Asked, Asked]] = {
    "a series of SGS": (sgs(1, "01/01/2015", "31/12/2023"), sgs(433, "01/01/2010", "31/12/2023")),
    "a series of FRED": (fred("/series/observations", series_id="CPIAUCSL"), fred("/series/observations", series_id="PAYEMS")),
    "a page of Focus": (page(0), page(1000)),
    "a table of SIDRA": (aggregates(7060, "all", "all", ""), aggregates(1737, "all", "all", "")),
    "a year of PTAX": (ptax("USD", "01-01-2023", "12-31-2023"), ptax("EUR", "01-01-2023", "12-31-2023")),
    "a chart": (chart("^GSPC", "2015-01-01", "2023-12-31"), chart("GC=F", "2015-01-01", "2023-12-31")),
    "a price report": (sprd("240227"), sprd("240228")),
    "a year of par yields": (treasury(2022), treasury(2023)),
    "marks of bonds": (bonds("240227"), bonds("240228")),
    "a curve": (form(curve_form("27/02/2024")), form(curve_form("28/02/2024"))),
    "indices of a day": (form(index_form("27/02/2024")), form(index_form("28/02/2024"))),
    "reference rates": (ex_file("TS", "240227"), ex_file("TS", "240228")),
    "premiums": (ex_file("RE", "240227"), ex_file("RE", "240228")),
    "trades of a day": tuple(bulletin_file("TradeInformationConsolidated", f"2024-02-{day}", 1) for day in (27, 28)),
    "quotes of the day": ("/b3_intraday/mds/api/v1/DerivativeQuotation/DI1", "/b3_intraday/mds/api/v1/DerivativeQuotation/DAP"),
    "a year of auctions": tuple(f"/stn{_stn_auctions.RESULTS}?ano={year}" for year in (2022, 2023)),
}  # fmt: skip
WHOLE = {
    "prices of Tesouro Direto": f"/stn{_stn_prices.FILE}", "a year of positions": "/cftc/files/dea/history/fut_disagg_txt_2023.zip",
    "all vintages": fred("/series/observations", series_id="PAYEMS", realtime_start="1776-07-04", realtime_end="9999-12-31"),
}  # fmt: skip


def calls(work: Callable[[], object]) -> int:
    """Calls of functions, Python's and built in, in some work of this thread."""
    count = 0

    def seen(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def service(made: World, now: str = NOW) -> Service:
    return Service(ServedClock(instant(now)), Plan("calm"), lambda until: made)


def ask(of: Service, asked: Asked) -> Answer:
    target, body = (asked, b"") if isinstance(asked, str) else asked
    with of.respond("POST" if body else "GET", target, AGENT, body) as answer:
        assert answer.status == 200, (target, answer.body[:200])
        return answer


@pytest.fixture(scope="module")
def served() -> Service:
    return service(world(1, 2024))


@pytest.mark.parametrize("kind", WARM)
def test_a_further_answer_of_a_kind_takes_no_more_than_twenty_milliseconds_of_calls(served, kind):
    first, second = WARM[kind]
    ask(served, first)
    assert calls(lambda: ask(served, second)) < IN_TWENTY_MILLISECONDS


@pytest.mark.parametrize("kind", WHOLE)
def test_a_whole_file_is_made_once_a_day_of_the_clock_and_then_given_from_memory(served, kind):
    first = ask(served, WHOLE[kind])
    assert calls(lambda: ask(served, WHOLE[kind])) < FROM_MEMORY
    assert ask(served, WHOLE[kind]) == first


@pytest.mark.parametrize(("first", "second"), [
    (bonds("121218"), bonds("121219")), (form(curve_form("18/12/2012")), form(curve_form("19/12/2012"))),
    (form(index_form("18/12/2012")), form(index_form("19/12/2012"))), (ex_file("TS", "121218"), ex_file("TS", "121219")),
    (fred("/series/observations", series_id="CPIAUCSL"), fred("/series/observations", series_id="PAYEMS")),
    (sgs(1, "01/01/2011", "31/12/2011"), sgs(1, "01/01/2012", "30/11/2012")),
], ids=["marks", "curve", "indices", "rates", "fred", "sgs"])  # fmt: skip
def test_an_answer_is_no_dearer_in_a_world_that_goes_on_for_twelve_years_more(first, second):
    costs = []
    for year in (2012, 2024):
        asked = service(world(1, year), "2012-12-20T15:00:00Z")
        ask(asked, first)
        costs.append(calls(lambda asked=asked: ask(asked, second)))
    assert costs[1] <= costs[0] * 1.05 + 50


def test_opening_a_sandbox_makes_no_price_of_any_bond_contract_or_currency():
    made = World(1, date(2024, 6, 30))
    view = service(made).view()
    assert view.keys("fred")
    assert not {"anbima", "retail", "auctions", "b3", "exchange_files", "ptax"} & vars(made).keys()
