"""SIDRA: bytes of both services, splits and refusals; what the connector reads is what the world printed."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models_py.kernel import seeds
from models_py.kernel.clock import instant
from pipelines.connectors import CatalogueRow, Endpoint, Request, ibge_sidra
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import Plan
from pipelines.sandbox.render._sidra_tables import TABLES, period_name
from pipelines.sandbox.service import Service
from pipelines.sandbox.world import World
from pipelines.sandbox.world.prints import assemble
from pipelines.sandbox.world.sidra import BASKETS, GROUPS, KEYS, group_weights
from tests.sandbox.conftest import AGENT, AGGREGATES, NOW, aggregates
from tests.sandbox.test_recorded_forms import is_compact, same_form
from tests.sandbox.test_round_trip import parsed

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def flat(path: str) -> str:
    return f"/ibge_sidra/values{path}"


def body(answer) -> list:
    return json.loads(answer.body)


def test_values_come_under_a_row_of_labels(get):
    assert body(get(flat("/t/1737/n1/all/v/63/p/202401"))) == [
        {"NC": "Nível Territorial (Código)", "NN": "Nível Territorial", "MC": "Unidade de Medida (Código)", "MN": "Unidade de Medida",
         "V": "Valor", "D1C": "Brasil (Código)", "D1N": "Brasil", "D2C": "Variável (Código)", "D2N": "Variável", "D3C": "Mês (Código)",
         "D3N": "Mês"},
        {"NC": "1", "NN": "Brasil", "MC": "2", "MN": "%", "V": "0.17", "D1C": "1", "D1N": "Brasil", "D2C": "63",
         "D2N": "IPCA - Variação mensal", "D3C": "202401", "D3N": "janeiro 2024"},
    ]  # fmt: skip


def test_the_order_of_dimensions_differs_by_table(get):
    head = body(get(flat("/t/6381/n1/all/v/4099/p/last")))[0]
    assert (head["D2N"], head["D3N"]) == ("Trimestre Móvel", "Variável")


def test_the_row_of_labels_and_half_of_the_columns_can_be_left_out(get):
    rows = body(get(flat("/t/1737/n1/all/v/63/p/last/h/n/f/c")))
    assert rows == [{"NC": "1", "MC": "2", "V": "0.17", "D1C": "1", "D2C": "63", "D3C": "202401"}]


@pytest.mark.parametrize(("periods", "codes"), [
    ("202310-202312", ["202310", "202311", "202312"]), ("202312,202310", ["202312", "202310"]), ("last%202", ["202312", "202401"]),
    ("first%202", ["202001", "202002"]), ("203101-203112", []),
])  # fmt: skip
def test_periods_are_named_in_the_ways_of_the_service(get, periods, codes):
    assert [row["D3C"] for row in body(get(flat(f"/t/1737/n1/all/v/63/p/{periods}")))[1:]] == codes


def test_aggregates_nest_categories_in_variables_and_indices_have_thirteen_decimals(get):
    found = body(get(aggregates(7060, "63|66", "-1", "315[7169,7170]")))
    assert [one["id"] for one in found] == ["63", "66"]
    kind = {"id": "315", "nome": "Geral, grupo, subgrupo, item e subitem", "categoria": {"7170": "1.Alimentação e bebidas"}}
    assert found[1]["resultados"][1] == {
        "classificacoes": [kind],
        "series": [{"localidade": {"id": "1", "nivel": {"id": "N1", "nome": "Brasil"}, "nome": "Brasil"}, "serie": {"202401": "21.5000"}}],
    }
    (index,) = body(get(aggregates(1737, "2266", "202401")))
    assert index["resultados"][0]["series"][0]["serie"] == {"202401": "5480.0000000000000"}


def test_a_wrong_category_is_silent_and_a_period_before_a_series_began_does_not_apply(get):
    (wrong,) = body(get(aggregates(7060, "63", "202401", "315[9999]")))
    assert wrong["resultados"][0]["classificacoes"][0]["categoria"] == {"9999": ""}
    assert wrong["resultados"][0]["series"][0]["serie"] == {"202401": "..."}
    assert body(get(flat("/t/1737/n1/all/v/2265/p/202001-202002/h/n")))[0]["V"] == ".."
    with pytest.raises(Exception, match="category 9999 has no name"):
        parsed("ibge_sidra", "t7060 monthly v63/c315/9999 202401..202401", get(aggregates(7060, "63", "202401", "315[9999]")))


def test_periods_say_when_they_were_last_modified(get):
    found = {one["id"]: one for one in body(get(f"{AGGREGATES}/8888/periodos"))}
    # December is out on 4 February and revised in March; November was revised in February
    assert found["202312"] == {"id": "202312", "literals": ["dezembro 2023", "dez 2023"], "modificacao": "04/02/2024"}
    assert found["202311"]["modificacao"] == "03/02/2024"


def test_quarters_and_moving_quarters_are_named_as_the_service_names_them():
    assert [period_name("202401", kind) for kind in ("Mês", "Trimestre", "Trimestre Móvel")] == [
        "janeiro 2024", "1º trimestre 2024", "nov-dez-jan 2024",
    ]


def test_a_description_says_that_it_is_simulated_and_lists_variables_and_categories(get):
    found = body(get(f"{AGGREGATES}/7060/metadados"))
    assert found["nome"].startswith("SIMULADO")
    assert [one["id"] for one in found["variaveis"]] == [63, 66]
    assert [one["id"] for one in found["classificacoes"][0]["categorias"]][:2] == [7169, 7170]


@pytest.mark.parametrize(
    ("target", "status", "words"),
    [
        (flat(f"/t/7060/n1/all/v/all/p/all/c315/{','.join(map(str, range(1, 1000)))}"), 400, "excedeu o limite: 50000"),
        (aggregates(7060, "63|66", "all", f"315[{','.join(map(str, range(1, 1000)))}]"), 400, "excedeu o limite: 50000"),
        (flat("/t/99/n1/all/v/all/p/all"), 400, "tabela inexistente"), (flat("/t/1737/n1/all/v/1/p/all"), 400, "variável 1 inexistente"),
        (flat("/t/1737/n1/all/v/63/p/all/c315/7169"), 400, "C315"), (flat("/t/1737/n6/all/v/63/p/all"), 400, "nível territorial"),
        (aggregates(1737, "63", "190001"), 500, "Internal Server Error"),
        (aggregates(1737, "63", "-1").replace("N1[all]", "N6[all]"), 400, "nível territorial"),
        ("/ibge_sidra/api/v3/malhas", 404, "nearest"),
    ],
)
def test_refusals_are_plain_text(get, target, status, words):
    answer = get(target)
    assert answer.status == status
    assert words in answer.body.decode()


def test_the_number_of_values_refused_is_that_of_variables_categories_and_periods(get):
    # 2 variables x 600 categories x 49 months from January 2020 to January 2024
    answer = get(flat(f"/t/7060/n1/all/v/63,66/p/all/c315/{','.join(map(str, range(1, 601)))}"))
    assert answer.body == b"Quantidade de valores solicitados: 58800 excedeu o limite: 50000"


def test_one_line_in_twenty_is_cut_and_two_in_five_on_the_morning_of_the_ipca(make):
    def cut(now: str) -> int:
        service = make(now)
        count = 0
        for number in range(1, 401):
            with service.respond("GET", aggregates(1737, "63", f"-{number}"), AGENT) as answer:
                count += answer.delivery.reset
        return count

    assert 8 <= cut("2024-02-10T15:00:00Z") <= 40
    assert 120 <= cut("2024-02-10T12:15:00Z") <= 200                # 09:15 in Brasília; the double's IPCA is out at nine


@pytest.mark.recorded
@pytest.mark.parametrize(("file", "target"), [
    ("agregados_1737_v2266_2024_2025.json", aggregates(1737, "2266", "202301-202312")),
    ("agregados_7060_ipca_grupos_2026-05.json", aggregates(7060, "63|66", "-1", "315[7169,7170,7445,7486,7558,7625,7660,7712,7766,7786]")),
    ("values_1737_v2265_last1.json", flat("/t/1737/n1/all/v/2265/p/last%201")),
    ("values_pib_5932.json", flat("/t/5932/n1/all/v/6561/p/202301/c11255/90707")),
    ("values_prod_industrial_8888.json", flat("/t/8888/n1/all/v/12607/p/202301/c544/129314")),
])  # fmt: skip
def test_answers_have_the_recorded_form(recorded, file, target):
    theirs, service = (recorded / "ibge_sidra" / file).read_bytes(), Service(
        ServedClock(instant(NOW)), Plan("calm"), lambda until: World(until=until),
    )  # fmt: skip
    with service.respond("GET", target, AGENT) as answer:
        ours = answer.body
    blind = [json.loads(text) for text in (ours, theirs)]
    if "7060" in file:
        for one in blind:
            for variable in one:
                for result in variable["resultados"]:
                    result["series"][0]["serie"] = dict.fromkeys(("x",), next(iter(result["series"][0]["serie"].values())))
    elif "1737_v2266" in file:
        for one in blind:
            one[0]["resultados"][0]["series"][0]["serie"] = {"x": "1.0000000000000"}
    same_form(json.dumps(blind[0]).encode(), json.dumps(blind[1]).encode())
    assert is_compact(ours)


@pytest.mark.recorded
def test_the_refusal_of_too_many_values_has_the_recorded_words(recorded, get):
    theirs = (recorded / "ibge_sidra" / "error_400_over_50000.txt").read_text().strip()
    ours = get(flat(f"/t/7060/n1/all/v/63,66/p/all/c315/{','.join(map(str, range(1, 601)))}")).body.decode()
    assert ours.replace("58800", "83550") == theirs


def served(prints, target: str, now: str = NOW):
    held = {one.key: one for one in prints}
    world = SimpleNamespace(seed=7, until=date(2024, 12, 31), truth=None, b3=None, prints=lambda source, key: held[key],
                            keys=lambda source: tuple(sorted(held)) if source == "ibge_sidra" else ())  # fmt: skip
    with Service(ServedClock(instant(now)), Plan("calm"), lambda until: world).respond("GET", target, AGENT) as answer:
        return answer


VALUES = st.lists(st.floats(-1e6, 1e9, allow_nan=False).map(lambda x: round(x, 2) + 0.0), min_size=1, max_size=30)


@given(VALUES, VALUES, st.booleans())
@quick
def test_a_table_reads_back_as_it_was_printed_in_both_forms(first, second, is_flat):
    months = np.arange("2020-01", "2024-01", dtype="datetime64[M]").astype("datetime64[D]")
    at = np.full(months.size, np.datetime64("2024-02-01", "us"))
    prints = [
        assemble("ibge_sidra", f"t7060/v63/c315/{code}", months[: len(values)], at[: len(values)], np.array(values), decimals=2)
        for code, values in ((7169, first), (7170, second))
    ]
    target = flat("/t/7060/n1/all/v/63/p/all/c315/7169,7170") if is_flat else aggregates(7060, "63", "all", "315[7169,7170]")
    read = parsed("ibge_sidra", "t7060 monthly v63/c315/7169,7170 202001..202312", served(prints, target)).observations
    longest = max(len(first), len(second))
    wanted = {
        (one.key, day.item()): one.value[n] if n < len(one) else None for one in prints for n, day in enumerate(months[:longest])
    }
    assert {(one.source_key, one.source_date): one.value for one in read} == wanted


def follow_all(get, rows, since: date, until: date, now: str):
    """Every answer that a plan leads to."""
    endpoint = Endpoint("/ibge_sidra")
    queue: list[Request] = ibge_sidra.plan(rows, since, until, endpoint)
    while queue:
        request = queue.pop(0)
        answer = get(request.url, now=now)
        payload = SimpleNamespace(source="ibge_sidra", key=request.key, body=answer.body, status=answer.status)
        queue += ibge_sidra.follow(request, payload)
        yield request, answer


def test_what_the_connector_plans_the_sandbox_answers_and_asks_no_more_until_modified(get):
    keys = ("t7060/v63/c315/7169", "t7060/v66/c315/7170", "t1737/v2266")
    rows = [CatalogueRow(key, "ibge_sidra", key, "monthly", revisable=False) for key in keys]
    found = list(follow_all(get, rows, date(2020, 1, 1), date(2024, 3, 1), "2024-03-01T15:00:00Z"))
    read = [one for request, answer in found for one in parsed("ibge_sidra", request.key, answer).observations]
    assert {one.source_key for one in read} >= set(keys)
    assert max(one.source_date for one in read) == date(2024, 1, 1)
    windows = [request for request, _ in found if "modified" in request.key]
    assert all(ibge_sidra.settled(request, instant("2024-03-01T15:00:00Z")) for request in windows)
    later = [request for request, _ in follow_all(get, rows, date(2020, 1, 1), date(2024, 3, 12), "2024-03-12T15:00:00Z")]
    before = instant("2024-03-01T15:00:00Z")
    changed = [request.key for request in later if "modified" in request.key and not ibge_sidra.settled(request, before)]
    assert changed == [key for key in (request.key for request in later) if "202401..202402" in key]
    assert len(changed) == 2


SECONDS = st.integers(int(instant("2021-01-03T00:00:00Z").timestamp()), int(instant("2025-06-30T00:00:00Z").timestamp()))


@given(seconds=SECONDS, later=st.integers(1, 700))
@quick
def test_values_are_served_from_their_instant_on_and_unrevised_ones_never_change(make, seconds, later):
    now = datetime.fromtimestamp(seconds, UTC)
    service = make("2021-01-03T00:00:00Z")

    def ask(at: datetime, periods: str) -> dict[str, str]:
        service.moved(at, None)
        with service.respond("GET", aggregates(1737, "63", periods), AGENT) as answer:
            return json.loads(answer.body)[0]["resultados"][0]["series"][0]["serie"]

    found, prints = ask(now, "all"), service.view().archive.prints("ibge_sidra", "t1737/v63")
    out = prints.published_at <= np.datetime64(now.replace(tzinfo=None), "us")
    assert list(found.values()) == [f"{value:.2f}" for value in prints.value[out]]
    assert ask(now + timedelta(days=later), f"{min(found)}-{max(found)}") == found


@pytest.fixture(scope="module", params=[20100104, 1])
def world(request):
    return World(request.param, until=date(2023, 12, 31))


def printed(world, key):
    found = world.prints("ibge_sidra", key).latest()
    return dict(zip(found.source_date.tolist(), found.value.tolist(), strict=True))


def test_group_weights_sum_to_a_hundred_and_weighted_groups_give_the_headline(world):
    for table in BASKETS:
        headline = printed(world, f"t{table}/v63/c315/7169")
        change, weight = ([printed(world, f"t{table}/v{variable}/c315/{code}") for code in GROUPS] for variable in (63, 66))
        for day, value in headline.items():
            assert round(sum(one[day] for one in weight), 4) == 100
            assert sum(w[day] * c[day] / 100 for w, c in zip(weight, change, strict=True)) == pytest.approx(value, abs=0.0125)


@given(st.lists(st.floats(0.01, 50), min_size=9, max_size=9))
def test_rounded_weights_sum_to_a_hundred_and_lie_within_a_last_digit(weights):
    exact = np.array([weights]) / sum(weights) * 100
    rounded = group_weights(exact)
    assert round(float(rounded.sum()), 4) == 100
    assert np.abs(rounded - exact).max() <= 1e-4 + 1e-9


def test_the_index_grows_by_the_printed_change_and_years_compound_it(world):
    index, change, year, since = (printed(world, f"t1737/v{code}") for code in (2266, 63, 2265, 69))
    days = sorted(index)
    for before, day in pairwise(days):
        assert round((index[day] / index[before] - 1) * 100, 2) == pytest.approx(change[day], abs=1e-9)
    for place, day in enumerate(days):
        if day in year:
            assert round((index[day] / index[days[place - 12]] - 1) * 100, 2) == pytest.approx(year[day], abs=1e-9)
            assert round((index[day] / index[days[place - day.month]] - 1) * 100, 2) == pytest.approx(since[day], abs=1e-9)


def test_sgs_copies_what_ibge_printed_minutes_to_hours_later(world):
    copies = {"433": "t1737/v63", "13522": "t1737/v2265", "188": "t1736/v44", "7478": "t3065/v355", "1635": "t7060/v63/c315/7170",
              "24369": "t6381/v4099", "24379": "t6318/v1641/c629/32387"}
    for code, key in copies.items():
        ours, theirs = printed(world, key), world.prints("bcb_sgs", code).latest()
        copied = dict(zip(theirs.source_date.tolist(), theirs.value.tolist(), strict=True))
        assert {day: copied[day] for day in ours} == ours, code
    first, copy = world.prints("ibge_sidra", "t1737/v63").first(), world.prints("bcb_sgs", "433").first()
    size = min(len(first), len(copy))
    wait = copy.published_at[:size] - first.published_at[:size]
    assert (wait >= np.timedelta64(10, "m")).all()
    assert (wait <= np.timedelta64(180, "m")).all()


def test_growth_of_gdp_is_that_of_the_published_volumes_of_each_day(world):
    growth, level = (world.prints("ibge_sidra", f"t{key}/c11255/90707") for key in ("5932/v6561", "1620/v583"))
    for now in ("2015-06-01", "2019-12-15", "2023-04-01"):
        known = {one: dict(zip((found := prints.latest(np.datetime64(now))).source_date.tolist(), found.value.tolist(), strict=True))
                 for one, prints in (("growth", growth), ("level", level))}
        for day, value in known["growth"].items():
            before = known["level"][day.replace(year=day.year - 1)]
            assert value == pytest.approx((known["level"][day] / before - 1) * 100, abs=0.0501)


def test_the_wage_bill_is_income_of_all_the_employed(world):
    bill, employed, income = (printed(world, key) for key in ("t6392/v6293", "t6318/v1641/c629/32387", "t6390/v5933"))
    assert all(abs(value - employed[day] * income[day] / 1000) <= 0.5 for day, value in bill.items())


def test_every_series_of_a_table_is_a_series_of_the_world_and_every_table_a_table_of_it():
    named = {
        f"t{table}/v{variable}" + (f"/c{about.classification[0]}/{category}" if about.classification else "")
        for table, about in TABLES.items() for variable in about.variables for category in (about.categories or {"": ""})
    }
    assert named >= set(KEYS)


def test_the_catalogue_s_series_of_sidra_are_simulated():
    rows = seeds.read("series")
    wanted = set(rows.filter(rows["source"] == "ibge_sidra")["source_key"])
    assert wanted <= set(KEYS)
    assert len(wanted) > 40


def test_a_longer_world_has_the_same_past(world):
    longer = World(world.seed, until=date(2025, 12, 31))
    for key in KEYS:
        ours = world.prints("ibge_sidra", key)
        theirs = longer.prints("ibge_sidra", key).known(np.datetime64("2023-12-31T23:59:59"))
        assert (ours.published_at == theirs.published_at).all(), key
        assert np.array_equal(ours.value, theirs.value), key
