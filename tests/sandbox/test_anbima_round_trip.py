"""`parse(render(x)) == x` for ANBIMA's forms, whatever the figures."""

from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.quant.svensson import Svensson
from pipelines.connectors import Payload, anbima
from pipelines.connectors._anbima_bonds import FIELDS
from pipelines.connectors._anbima_indices import BONDS, MEMBERS
from pipelines.sandbox.render import _anbima_summary as summary
from pipelines.sandbox.render import _anbima_whole as whole
from pipelines.sandbox.render._anbima_bonds import spell_bonds
from pipelines.sandbox.render._anbima_curve import spell_curve
from pipelines.sandbox.render._anbima_page import spell_unit_values
from pipelines.sandbox.world.anbima import BondLine, UnitValue
from pipelines.sandbox.world.index_figures import Holding, IndexLine
from pipelines.sandbox.world.term_structure import CIRCULAR, Missed, TermStructure

DAY = np.datetime64("2031-03-14")
MATURITIES = [np.datetime64(f"{year}-{month:02d}-15") for year in range(2032, 2060) for month in (1, 5, 8)]
KINDS = ("LTN", "LFT", "NTN-B", "NTN-F")
NAMES = ("IRF-M 1", "IMA-B 5+", "IMA-S", "IMA-GERAL ex-C")
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def number(places, low=-1e4, high=1e7):
    return st.floats(low, high).map(lambda value: round(value, places) + 0.0)


def maybe(figure):
    return st.one_of(st.none(), figure)


def read(body, key):
    parsed = anbima.parse(Payload("anbima", key, "http://127.0.0.1/", body, 200, "text/plain", datetime(2031, 3, 15, tzinfo=UTC), "0" * 16,
                                  sha256(body).hexdigest()))  # fmt: skip
    found = {one.source_key: one.value for one in parsed.observations}
    assert {one.source_date for one in parsed.observations} <= {DAY.item()}
    assert {one.source_date for one in parsed.quotes} <= {DAY.item()}
    return found | {(one.symbol, one.field): one.value for one in parsed.quotes}


def named(kind, maturity):
    return f"{kind} {maturity}"


RATE, PRICE = number(4, -10, 60), number(6, 0, 20_000)
bond = st.builds(
    BondLine, kind=st.sampled_from(KINDS), code=st.just("100000"), issued=st.just(np.datetime64("2000-07-01")),
    maturity=st.sampled_from(MATURITIES), bid=maybe(RATE), ask=maybe(RATE), rate=RATE, price=PRICE, deviation=number(14, 0, 1),
    interval=st.tuples(RATE, RATE), next_interval=st.tuples(RATE, RATE),
)


@given(lines=st.lists(bond, min_size=1, max_size=20, unique_by=lambda one: (one.kind, one.maturity)))
@quick
def test_bonds(lines):
    wanted = {}
    for one in lines:
        figures = (one.bid, one.ask, one.rate, one.price, one.deviation, *one.interval, *one.next_interval)
        wanted |= {(named(one.kind, one.maturity), field): value for field, value in zip(FIELDS.values(), figures, strict=True)
                   if value is not None}  # fmt: skip
    assert read(spell_bonds(DAY, lines), "ms310314") == wanted


digits = st.floats(-5, 5).map(lambda value: float(f"{value:.15g}"))
parameters = st.builds(Svensson, *[digits] * 6)


@given(pre=parameters, real=parameters, rates=st.lists(st.tuples(RATE, maybe(RATE)), min_size=1, max_size=60),
       circular=st.lists(RATE, min_size=len(CIRCULAR), max_size=len(CIRCULAR)),
       missed=st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(MATURITIES), RATE), max_size=9, unique_by=lambda one: one[:2]))
@quick
def test_curve(pre, real, rates, circular, missed):
    vertices = np.arange(126, 126 * len(rates) + 1, 126)
    real_rate = np.array([one for one, _ in rates])
    nominal = np.array([np.nan if other is None else other for _, other in rates])
    curve = TermStructure(DAY, pre, real, vertices, real_rate, nominal, nominal, np.array(circular), [Missed(*one) for one in missed])
    wanted = {f"ETTJ {name} {what}": value for name, of in (("PREFIXADOS", pre), ("IPCA", real))
              for what, value in zip(("Beta 1", "Beta 2", "Beta 3", "Beta 4", "Lambda 1", "Lambda 2"), of, strict=True)}  # fmt: skip
    for vertex, (one, other) in zip(vertices.tolist(), rates, strict=True):
        wanted[f"ETTJ IPCA {vertex}"] = one
        if other is not None:
            wanted |= {f"ETTJ PREF {vertex}": other, f"ETTJ INFLACAO {vertex}": other}
    wanted |= {f"CIRCULAR 3361 {vertex}": rate for vertex, rate in zip(CIRCULAR, circular, strict=True)}
    wanted |= {(named(kind, due), "curve_error_rate"): error for kind, due, error in missed}
    assert read(spell_curve(curve), "CZ-down 2031-03-14") == wanted


def lines_of(long):
    """Lines of indices; `long` gives figures that a script prints."""
    return st.builds(
        IndexLine, name=st.sampled_from(NAMES), level=number(6, 0), changes=st.tuples(*[maybe(number(4))] * 5), weight=number(2, 0, 100),
        duration=number(0, 0), quantity=number(2, 0), value=number(0, 0, 1e13), trades=st.integers(0, 10**6), traded_quantity=number(2, 0),
        traded_value=number(2, 0, 1e11), mean_term=number(0, 0) if long is None else long, convexity=number(4, 0) if long is None else long,
        simple_yield=maybe(number(4, 0, 90) if long is None else long), redemption_yield=maybe(number(4, 0, 90) if long is None else long),
    )


TOTALS = ("Num_Indice", "Var_Diaria", "Var_Mensal", "Var_Anual", "Var_Ult12M", "Var_Ult24M", "Peso", "Duration", "Pi_Qi", "Num_De_Oper",
          "Quant_Negociada", "Valor_Negociado", "PMR", "Convexidade", "Yield", "Rdpt_Yield")  # fmt: skip


def totals(one, start=""):
    figures = (one.level, *one.changes, one.weight, one.duration, one.value, one.trades, one.traded_quantity, one.traded_value,
               one.mean_term, one.convexity, one.simple_yield, one.redemption_yield)  # fmt: skip
    return {f"{start}{one.name} {name}": value for name, value in zip(TOTALS, figures, strict=True)}


@given(lines=st.lists(lines_of(None), min_size=1, max_size=4, unique_by=lambda one: one.name))
@quick
def test_summary_of_indices(lines):
    wanted = {name: value for one in lines for name, value in totals(one).items()}
    assert read(summary.spell_csv(DAY, lines), "ima-sh-down 2031-03-14") == wanted
    assert read(summary.spell_xml(DAY, lines), "ima-sh-down 2031-03-14") == wanted


def test_a_summary_without_indices_is_empty():
    assert read(summary.spell_csv(DAY, []), "ima-sh-down 2031-03-14") == {}


def holdings(long):
    return st.builds(
        Holding, kind=st.sampled_from(KINDS), code=st.just("100000"), maturity=st.sampled_from(MATURITIES), rate=RATE, price=PRICE,
        coupon=PRICE, quantity=number(2, 0), theoretical=number(8, 0, 1e4), value=number(0, 0, 1e12), weight=number(2, 0, 100),
        business_days=st.integers(0, 9000), duration=number(0, 0, 9000), mean_term=long, convexity=long,
        trades=maybe(st.integers(1, 10**5)), traded_quantity=maybe(number(2, 0)), traded_value=maybe(number(2, 0)),
    )  # fmt: skip


def portfolios(long):
    of = st.lists(holdings(long), min_size=1, max_size=6, unique_by=lambda one: (one.kind, one.maturity))
    # a bond says the same in each index, so each index has kinds of its own here
    return st.lists(st.tuples(lines_of(long), of), min_size=1, max_size=4, unique_by=lambda pair: pair[0].name).map(
        lambda found: [(line, [replace(one, kind=KINDS[place]) for one in held]) for place, (line, held) in enumerate(found)]
    ).filter(lambda found: all(len({one.maturity for one in held}) == len(held) for _, held in found))


def check_whole(indices, is_full):
    wanted = {}
    for line, held in indices:
        wanted |= totals(line, "completo ")
        for one in held:
            figures = {"Peso": one.weight, "Quantidade": one.quantity, "Quantidade_Teorica": one.theoretical, "Pi_Qi": one.value}
            wanted |= {f"completo {line.name} {named(one.kind, one.maturity)} {name}": figures[name] for name in MEMBERS}
            figures = (one.rate, one.price, one.coupon, one.business_days, one.duration, one.trades, one.traded_quantity, one.traded_value,
                       one.mean_term, one.convexity)  # fmt: skip
            wanted |= {(named(one.kind, one.maturity), field): value for field, value in zip(BONDS.values(), figures, strict=True)
                       if value is not None}  # fmt: skip
    file = whole.Whole(DAY, indices, is_full)
    assert read(whole.spell_text(file), "ima_completo") == wanted
    extra = {f"completo {line.name} Peso_Carteira": 100.0 for line, _ in indices} | {
        f"completo {line.name} Quantidade": line.quantity for line, _ in indices}  # fmt: skip
    assert read(whole.spell_xml(file), "ima_completo") == wanted | extra


@given(indices=portfolios(st.floats(0, 1e4).map(lambda value: float(f"{value:.15g}"))))
@quick
def test_the_whole_file_of_the_morning(indices):
    check_whole(indices, True)


@given(indices=portfolios(number(4, 0, 1e4)))
@quick
def test_the_whole_file_of_the_evening(indices):
    check_whole(indices, False)


@given(value=number(6, 1e3, 3e4), rate=number(2, -2, 3), floating=number(6, 1e3, 3e4), selic=number(2, 0, 30), projected=st.booleans())
@quick
def test_unit_values(value, rate, floating, selic, projected):
    values = [UnitValue("760199", value, rate, projected, DAY), UnitValue("210100", floating, selic, False, DAY)]
    assert read(spell_unit_values(DAY, values), "vna") == {
        "VNA 760100": value, "VNA 760100 IPCA": rate, "VNA 760199": value, "VNA 760199 IPCA": rate, "VNA 210100": floating,
        "VNA 210100 Selic": selic,
    }  # fmt: skip


def test_days_are_read_in_the_order_of_the_site():
    body = spell_unit_values(np.datetime64("2031-02-01"), [
        UnitValue("760199", 1.0, 0.0, True, DAY), UnitValue("210100", 1.0, 0.0, False, DAY)
    ])  # fmt: skip
    payload = Payload("anbima", "vna", "", body, 200, "text/html", datetime(2031, 3, 15, tzinfo=UTC), "0" * 16, "")
    assert {one.source_date for one in anbima.parse(payload).observations} == {date(2031, 2, 1)}
