"""The wire layer over a double of the world: a service without a socket, and calls to it."""

from collections.abc import Callable

import pytest

from models_py.kernel.clock import instant
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan, load
from pipelines.sandbox.faults import parse as parse_plan
from pipelines.sandbox.render.b3_bulletin import token_of as b3_token
from pipelines.sandbox.service import Service
from pipelines.sandbox.wire import Answer
from tests.sandbox.double import Double
from tests.sandbox.world.worlds import world

NOW = "2024-03-01T15:00:00Z"
AGENT = {"user-agent": "Mozilla/5.0 (tests)"}
KEY = "0123456789abcdef0123456789abcdef"

Get = Callable[..., Answer]


@pytest.fixture(scope="session")
def worlds() -> Callable:
    """Doubles by horizon, each made once."""
    made: dict = {}
    return lambda until: made.setdefault(until, Double(until))


@pytest.fixture
def make(worlds) -> Callable[..., Service]:
    """A service at an instant, with a plan (name, mapping of faults, or none)."""

    def build(now: str = NOW, faults: object = None, pace: float = 0.0) -> Service:
        plan = load(faults) if isinstance(faults, str) else parse_plan({"faults": faults}, "test") if faults else Plan("calm")
        return Service(ServedClock(instant(now)), plan, worlds, pace=pace)

    return build


@pytest.fixture
def get(make) -> Get:
    """GET of a path at an instant; attempts are counted within a test."""
    services: dict = {}

    def call(target: str, now: str = NOW, headers: dict | None = None, method: str = "GET", body: bytes = b"") -> Answer:
        service = services.setdefault(now, make(now))
        with service.respond(method, target, AGENT if headers is None else headers, body) as answer:
            return answer

    return call


@pytest.fixture(scope="session")
def real() -> Get:
    """A path at an instant from a real world (seed 1), by GET unless told otherwise; attempts are counted over the session."""
    services: dict[str, Service] = {}

    def call(target: str, now: str = NOW, headers: dict | None = None, method: str = "GET", body: bytes = b"") -> Answer:
        if now not in services:
            services[now] = Service(ServedClock(instant(now)), Plan("calm"), lambda until: world(1, until.year))
        with services[now].respond(method, target, AGENT if headers is None else headers, body) as answer:
            return answer

    return call


def fred(path: str, **params: object) -> str:
    """A FRED address with key and type."""
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return f"/fred/fred{path}?{query}&api_key={KEY}&file_type=json"


def sgs(code: int | str, first: str = "01/01/2020", until: str = "31/12/2023", form: str = "json") -> str:
    return f"/bcb_sgs/dados/serie/bcdata.sgs.{code}/dados?formato={form}&dataInicial={first}&dataFinal={until}"


OLINDA = "/bcb_focus/olinda/servico/Expectativas/versao/v1/odata/"
FOCUS = f"{OLINDA}ExpectativasMercadoInflacao12Meses"
CSV = "/us_treasury/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
XML = "/us_treasury/resource-center/data-chart-center/interest-rates/pages/xml?data=daily_treasury_yield_curve"


PTAX = "/bcb_ptax/olinda/servico/PTAX/versao/v1/odata/"


def ptax(currency: str, first: str, last: str, options: str = "&$format=json") -> str:
    """Bulletins of a currency in a period, dates as MM-DD-YYYY."""
    function = "CotacaoMoedaPeriodo(moeda=@moeda,dataInicial=@dataInicial,dataFinalCotacao=@dataFinalCotacao)"
    return f"{PTAX}{function}?@moeda='{currency}'&@dataInicial='{first}'&@dataFinalCotacao='{last}'{options}"


AGGREGATES = "/ibge_sidra/api/v3/agregados"


def aggregates(table: int, variables: str, periods: str, classification: str = "") -> str:
    """Values of a table by variable, category and period."""
    chosen = f"&classificacao={classification}" if classification else ""
    return f"{AGGREGATES}/{table}/periodos/{periods}/variaveis/{variables}?localidades=N1[all]{chosen}"


SHOW = "/stn/ckan/api/3/action/resource_show?id=527ccdb1-3059-42f3-bf23-b5e3ab4c6dc6"
SICONFI = "/stn/ords/cdwhprd/siconfi/tt"


def treasury(year: int | str) -> str:
    return f"{CSV}/{year}/all?type=daily_treasury_yield_curve&field_tdr_date_value={year}&page&_format=csv"


TFF, DISAGG, LEGACY = ("/cftc/resource/" + name + ".json" for name in ("gpe5-46if", "72hh-3qpy", "6dca-aqww"))


def chart(symbol: str, first: str, last: str, interval: str = "1d", events: str = "div|split|capitalGains") -> str:
    """A chart of the days from the first to the last, in UTC."""
    start, end = (int(instant(f"{day}T00:00:00Z").timestamp()) for day in (first, last))
    events = events.replace("|", "%7C")
    return f"/yahoo/v8/finance/chart/{symbol}?period1={start}&period2={end + 86400}&interval={interval}&events={events}"


def sprd(yymmdd: str, kind: str = "SPRD") -> str:
    return f"/b3/pesquisapregao/download?filelist={kind}{yymmdd}.zip"


INFORMACOES = "/anbima/informacoes"


def bonds(yymmdd: str) -> str:
    return f"{INFORMACOES}/merc-sec/arqs/ms{yymmdd}.txt"


def curve_form(day: str) -> dict:
    """The form for ANBIMA's curve of a day, dd/mm/yyyy."""
    return {"target": f"{INFORMACOES}/est-termo/CZ-down.asp", "method": "POST", "body": f"Idioma=PT&Dt_Ref={day}&saida=csv".encode()}


def index_form(day: str, form: str = "csv") -> dict:
    """The form for ANBIMA's indices of a day, dd/mm/yyyy."""
    body = f"Pai=ima&Tipo=&DataRef=&Idioma=PT&saida={form}&escolha=2&Dt_Ref={day}&Dt_Ref_Ver=20000101".encode()
    return {"target": f"{INFORMACOES}/ima/ima-sh-down.asp", "method": "POST", "body": body}


def ex_file(kind: str, yymmdd: str) -> str:
    """A file of B3's search by session beside the price report."""
    return f"/b3_files/pesquisapregao/download?filelist={kind}{yymmdd}.ex_"


def bulletin_file(name: str, day: str, seed: int) -> str:
    """The download of a file of B3's bulletin; its token is made for a world's seed."""
    return f"/b3_bulletin/api/download/?token={b3_token(seed, name, day)}"
