"""One seed gives one world: equal bytes from two processes, from a longer world, and never from another seed."""

import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest

from models_py.kernel.clock import instant
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, load
from pipelines.sandbox.render import _stn_auctions, _stn_prices, stn
from pipelines.sandbox.render._sidra_tables import TABLES
from pipelines.sandbox.service import Service
from pipelines.sandbox.wire import Call
from pipelines.sandbox.world import World, meetings
from pipelines.sandbox.world.bulletins import TYPES
from pipelines.sandbox.world.quotes_table import BY_SYMBOL
from tests.sandbox.conftest import (
    AGENT,
    AGGREGATES,
    DISAGG,
    FOCUS,
    INFORMACOES,
    LEGACY,
    SHOW,
    SICONFI,
    TFF,
    XML,
    aggregates,
    bonds,
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

NOW = "2018-11-30T15:00:00Z"
# the target is a rule of the calendar; the other two had no event, or no first day, in either world by then
ALIKE = (
    "sgs.13521/", "series_id=USREC", "series_id=IORB",
    "/7060/", "/7062/", "resource_show", "extrato_entregas",       # tables that begin later, and days of release, which most share
    "monetarypolicy/fomccalendars", "monetarypolicy/fomchistorical", "copom/atas?",      # who meets when, and what minutes are called
)  # fmt: skip
EVERY = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}


def targets(view):
    """A call to each series, and files of some sessions; forms as target and body."""
    yield from (sgs(code, "01/01/2010", "31/12/2018") for code in view.keys("bcb_sgs"))
    yield from (fred("/series/observations", series_id=name) for name in view.keys("fred"))
    yield from (fred("/series/observations", series_id=name, **EVERY) for name in view.keys("fred"))
    yield from (fred("/series", series_id=name) for name in view.keys("fred"))
    yield from (treasury(year) for year in (2010, 2018))
    yield f"{XML}&field_tdr_date_value=2017"
    yield f"{FOCUS}?$format=json&$top=4000&$orderby=Data,Indicador,Suavizada,baseCalculo"
    yield from (sprd(day) for day in ("180102", "180530", "181031", "181129"))
    yield sprd("180530", "PR")
    files = (("TS", "181129"), ("RE", "181128"), ("SV", "150630"), ("ID", "110103"), ("BF", "171106"))
    yield from (ex_file(kind, day) for kind, day in files)
    yield "/b3_intraday/mds/api/v1/DerivativeQuotation/DI1"
    yield "/b3_bulletin/bdi/table/ConsolidatedTradesDerivatives/2018-11-29/2018-11-29/1/1000", b"{}"
    yield from (f"{resource}?$limit=3000" for resource in (TFF, DISAGG, LEGACY))
    yield "/cftc/files/dea/history/fut_disagg_txt_2017.zip"
    yield from sidra_targets()
    yield from stn_targets(view)
    yield from (ptax(currency, "01-01-2010", "12-31-2018") for currency in TYPES)
    yield from (bonds("181129"), f"{INFORMACOES}/vna/vna.asp")
    yield from ((form["target"], form["body"]) for form in (curve_form("28/11/2018"), index_form("30/06/2011")))
    yield from (chart(symbol, "2010-01-01", "2018-12-31") for symbol in BY_SYMBOL)
    yield from document_targets()


def document_targets():
    """Lists of documents, and every document of two years; the first list may time out."""
    copom, fomc = "/copom/api/servico/sitebcb/copom", "/fomc/monetarypolicy"
    yield from (f"{copom}/{name}?quantidade=1000" for name in ("comunicados", "atas"))
    yield from (f"{copom}/{name}_detalhes?nro_reuniao={number}" for name in ("comunicados", "atas") for number in range(190, 206))
    yield from (f"{fomc}/fomccalendars.htm", f"{fomc}/fomchistorical2012.htm")
    for day in meetings.fomc()[(meetings.fomc() > np.datetime64("2014-01-01")) & (meetings.fomc() < np.datetime64("2016-01-01"))].tolist():
        yield f"{fomc}/fomcminutes{day:%Y%m%d}.htm"
        yield f"/fomc/newsevents/pressreleases/monetary{day:%Y%m%d}a.htm"


def sidra_targets():
    """Every table of SIDRA, in both its forms, and its periods."""
    for table, about in TABLES.items():
        chosen = f"{about.classification[0]}[all]" if about.classification else ""
        yield aggregates(table, "all", "all", chosen)
        yield f"/ibge_sidra/values/t/{table}/n1/all/v/all/p/all" + (f"/c{about.classification[0]}/all" if about.classification else "")
        yield f"{AGGREGATES}/{table}/periodos"


def stn_targets(view):
    """What CKAN says, the workbook, prices and auctions of bonds, a log of deliveries and a report."""
    yield SHOW
    found = json.loads(stn.answer(Call("stn", SHOW.removeprefix("/stn").split("?")[0], SHOW.split("?")[1], view.now, view.seed), view).body)
    yield found["result"]["url"].replace("https://www.tesourotransparente.gov.br", "/stn")
    yield f"/stn{_stn_prices.FILE}"
    yield "/stn/sistemas-internos/apex/producao/sistemas/sistd/2017/NTN-B_2017.xls"
    yield f"/stn{_stn_auctions.RESULTS}?ano=2018"
    yield f"{SICONFI}/extrato_entregas?id_ente=1&an_referencia=2017"
    yield f"{SICONFI}/rreo?an_exercicio=2017&nr_periodo=4&co_tipo_demonstrativo=RREO&id_ente=1"


def digests(seed=20100104, until=None, plan=None):
    """Target and form → status and hash of the body."""
    service = Service(ServedClock(instant(NOW)), plan or Plan("calm"), lambda horizon: World(seed, until=until or horizon))
    found = {}
    for asked in targets(service.view()):
        target, body = (asked, b"") if isinstance(asked, str) else asked
        with service.respond("POST" if body else "GET", target, AGENT, body) as answer:
            found[f"{target} {body.decode()}".strip()] = [answer.status, hashlib.sha256(answer.body).hexdigest()]
    return found


@pytest.fixture(scope="module")
def here():
    return digests()


@pytest.mark.parametrize("plan", ["calm", "monday"])
def test_two_processes_serve_the_same_bytes(plan, here):
    code = f"import json; from tests.sandbox import test_processes as t; print(json.dumps(t.digests(plan=t.load({plan!r}))))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == (here if plan == "calm" else digests(plan=load(plan)))


def test_a_longer_world_serves_the_same_past(here):
    assert digests(until=instant("2026-12-31T00:00:00Z").date()) == here


def test_another_seed_differs_in_every_series(here):
    other = digests(seed=1)
    same = {target for target, found in here.items() if found[0] == 200 and found == other.get(target)}
    assert {target for target in same if not any(name in f"{target}/" for name in ALIKE) and not target.endswith("/periodos")} == set()
