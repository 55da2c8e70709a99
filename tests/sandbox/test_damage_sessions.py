"""Damage to files that come by session, and to tables of bonds: ANBIMA's marks, curve and indices, B3's bulletin, the Treasury's prices."""

from collections.abc import Callable

import pytest

from models_py.kernel.clock import instant
from models_py.kernel.errors import PayloadError
from pipelines.connectors import Payload, connectors
from pipelines.sandbox.clock import ServedClock
from pipelines.sandbox.faults import parse as parse_plan
from pipelines.sandbox.render import _stn_auctions, _stn_prices
from pipelines.sandbox.service import Service
from pipelines.sandbox.wire import Answer
from tests.sandbox.conftest import AGENT, INFORMACOES, bonds, bulletin_file, ex_file, index_form
from tests.sandbox.world.worlds import world

NOW = "2024-03-01T15:00:00Z"
MARKS, RATES, TRADES = bonds("240229"), ex_file("TS", "240229"), bulletin_file("TradeInformationConsolidated", "2024-02-29", 1)
# a form may stand in the query
INDICES = f"{index_form('')['target']}?{index_form('29/02/2024')['body'].decode()}"
CURVE = f"{INFORMACOES}/est-termo/CZ-down.asp?Idioma=PT&Dt_Ref=29%2F02%2F2024&saida=csv"
PRICES, AUCTIONS = f"/stn{_stn_prices.FILE}", f"/stn{_stn_auctions.RESULTS}?ano=2023"
KEYS = {MARKS: ("anbima", "ms240229"), INDICES: ("anbima", "ima-sh-down 2024-02-29"), CURVE: ("anbima", "CZ-down 2024-02-29"),
        PRICES: ("stn", "tesouro_direto 2010-01-01..2010-12-31"), AUCTIONS: ("stn", "leiloes 2023-01-01..2023-12-31"),
        RATES: ("b3_files", "TS240229"), TRADES: ("b3_bulletin", "TradeInformationConsolidated file 2024-02-29")}  # fmt: skip
EARLY = {PRICES: "2010-02-10T15:00:00Z"}      # while the file is short


def service(*faults: dict, now: str = NOW) -> Service:
    return Service(ServedClock(instant(now)), parse_plan({"faults": list(faults)}, "test"), lambda until: world(1, 2024))


def ask(of: Service, target: str) -> Answer:
    with of.respond("GET", target, AGENT) as answer:
        return answer


def parsed(target: str, answer: Answer) -> dict[tuple[str, str], float]:
    source, key = KEYS[target]
    found = connectors()[source].parse(
        Payload(source, key, target, answer.body, answer.status, answer.content_type, instant(NOW), "0" * 16, "0" * 64)
    )
    quotes = found.quotes.to_pylist() if hasattr(found.quotes, "to_pylist") else [vars(one) if hasattr(one, "__dict__") else {
        name: getattr(one, name) for name in ("symbol", "field", "value")} for one in found.quotes]  # fmt: skip
    return {(one["symbol"], one["field"]): one["value"] for one in quotes} | {(one.source_key, ""): one.value for one in found.observations}


@pytest.mark.parametrize("target", [MARKS, INDICES, TRADES, PRICES, AUCTIONS])
@pytest.mark.parametrize("kind", [
    "schema_rename", "schema_extra_column", "column_missing", "column_order", "scale_error", "sign_flip", "decimal_comma_swap",
    "date_format_swap", "duplicate_rows", "missing_day", "early_future_row", "outlier", "null_burst", "partial_page", "identity_break",
    "unit_change", "unstable_paging",
])  # fmt: skip
def test_kinds_that_edit_data_reach_tables_of_a_session(kind, target):
    now = EARLY.get(target, NOW)
    damaged, plain = ask(service({"kind": kind}, now=now), target), ask(service(now=now), target)
    assert damaged.body != plain.body
    assert damaged.status == 200


@pytest.mark.parametrize(("kind", "target"), [
    *((kind, target) for target in (MARKS, TRADES) for kind in ("schema_rename", "column_missing", "duplicate_rows")),
    *((kind, target) for target in (MARKS, INDICES, TRADES) for kind in ("date_format_swap", "decimal_comma_swap")),
    ("schema_rename", INDICES), *((kind, target) for target in (PRICES, AUCTIONS) for kind in ("schema_rename", "date_format_swap")),
    ("column_missing", PRICES), ("decimal_comma_swap", PRICES),
])  # fmt: skip
def test_a_table_that_is_spelled_otherwise_is_refused_and_says_of_which_file(kind, target):
    with pytest.raises(PayloadError) as refused:
        parsed(target, ask(service({"kind": kind}, now=EARLY.get(target, NOW)), target))
    assert KEYS[target][1] in str(refused.value)


@pytest.mark.parametrize(("target", "earlier"), [
    (MARKS, bonds("240228")), (RATES, ex_file("TS", "240228")), (INDICES, INDICES.replace("29/02", "28/02")),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["stale_payload", "wrong_series"])
def test_a_stale_file_is_that_of_the_session_before_and_is_refused(kind, target, earlier):
    stale = ask(service({"kind": kind}), target)
    assert stale.body == ask(service(), earlier).body
    with pytest.raises(PayloadError) as refused:
        parsed(target, stale)
    assert KEYS[target][1] in str(refused.value)


def test_a_stale_curve_says_of_which_day_it_is_and_is_taken_for_none():
    stale = ask(service({"kind": "stale_payload"}), CURVE)
    assert stale.body.startswith(b"28/02/2024;")
    assert parsed(CURVE, stale) == {}


def test_a_late_release_holds_back_the_session_s_files_for_its_delay():
    late = {"kind": "late_release", "source": "anbima", "delay": "3h"}
    for target, nothing in ((MARKS, lambda answer: answer.status == 404), (CURVE, lambda answer: not answer.body)):
        check: Callable[[Answer], bool] = nothing
        # out between 19:50 and 20:20 in São Paulo, 22:50 to 23:20 UTC
        assert not check(ask(service(now="2024-02-29T23:30:00Z"), target))
        assert check(ask(service(late, now="2024-02-29T23:30:00Z"), target))
        assert not check(ask(service(late, now="2024-03-01T02:30:00Z"), target))


def test_a_source_that_is_down_for_five_sessions_loses_the_first_of_them():
    down = service({"kind": "source_down", "source": "anbima", "at": "2024-02-22", "for": "6 sessions"}, now="2024-02-22T23:30:00Z")
    assert ask(down, MARKS).delivery.hang_up
    after = service({"kind": "source_down", "source": "anbima", "at": "2024-02-22", "for": "6 sessions"}, now="2024-03-01T03:01:00Z")
    assert [ask(after, bonds(day)).status for day in ("240222", "240223", "240229")] == [404, 200, 200]
