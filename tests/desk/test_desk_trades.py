"""From what is held and wanted to trades: band, thirds, lots, rolls, forced cuts, shares of signals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.desk.trades import moves, roll, traded
from models_py.portfolio.buffer import worth_trading

LOTS = {"di1f27": 5, "di1f26": 5, "dolh26": 5, "dolg26": 5, "dapk27": 1}


def worth(_contract: str, start: float, target: float) -> bool:
    return worth_trading(start, target)


def trade(held, wanted, into=None, forced=(), no_increase=False, largest=lambda _: None):
    return {move.contract: move.trade for move in moved(held, wanted, into, forced, no_increase, largest) if move.trade}


def moved(held, wanted, into=None, forced=(), no_increase=False, largest=lambda _: None):
    positions = {contract: round(sum(by.values())) for contract, by in held.items()}
    return moves(
        positions, held, wanted, into or {}, lots=LOTS, forced=forced, no_increase=no_increase, worth=worth, largest=largest
    )


def test_a_third_of_the_way_in_whole_lots():
    assert trade({}, {"di1f27": {"carry": 100.0}})["di1f27"].quantity == 30


def test_nothing_is_traded_within_a_quarter_of_the_target():
    assert trade({"di1f27": {"carry": 80.0}}, {"di1f27": {"carry": 100.0}}) == {}


def test_a_forced_cut_is_whole():
    made = trade({"di1f27": {"carry": 100.0}}, {"di1f27": {"carry": 50.0}}, forced={"di1f27"})
    assert (made["di1f27"].quantity, made["di1f27"].purpose) == (-50, "reduce")


def test_a_forced_change_of_side_closes_first():
    assert trade({"di1f27": {"carry": 100.0}}, {"di1f27": {"carry": -40.0}}, forced={"di1f27"})["di1f27"].quantity == -100


def test_what_nobody_wants_is_closed_by_thirds_to_the_end():
    held, steps = 100.0, 0
    while held:
        made = trade({"di1f27": {"carry": held}}, {})
        held, steps = held + made["di1f27"].quantity, steps + 1
        assert steps < 20
    assert steps > 3


def test_a_roll_is_whole_and_keeps_the_exposure():
    into = {"dolg26": ("dolh26", 0.98)}
    made = trade({"dolg26": {"trend": -50.0}}, {"dolh26": {"trend": -50.0}}, into)
    assert made["dolg26"].quantity == 50
    assert made["dolh26"].quantity == -50                     # 49 to the nearest lot
    assert {t.purpose for t in made.values()} == {"roll"}
    assert made["dolg26"].allocation == {"trend": 50.0}


def test_a_signal_that_wants_nothing_is_closed_at_the_roll_instead_of_rolled():
    held = {"di1f26": {"carry": 30.0, "hedge": -10.0}}
    rolled = roll(held, {"di1f26": ("di1f27", 1.0)}, {"di1f27": {"carry": 30.0, "hedge": 0.0}})
    assert rolled == {"di1f27": {"carry": 30.0}}


def test_each_signal_goes_the_same_share_of_its_own_way():
    held = {"di1f27": {"carry": 60.0, "hedge": -30.0}}
    made = trade(held, {"di1f27": {"carry": 120.0, "hedge": 0.0}})["di1f27"]
    # from 30 to 120: a third is 30; carry wants 60 of the 90, hedge 30 of them
    assert made.quantity == 30
    assert made.allocation == pytest.approx({"carry": 20.0, "hedge": 10.0})


def test_a_breaker_lets_risk_shrink_and_not_grow():
    assert trade({}, {"di1f27": {"carry": 100.0}}, no_increase=True) == {}
    assert trade({"di1f27": {"carry": 100.0}}, {"di1f27": {"carry": 10.0}}, no_increase=True)["di1f27"].quantity == -30


def test_what_shrinks_goes_first():
    made = traded(moved({"di1f27": {"carry": 100.0}}, {"dapk27": {"gap": 30.0}, "di1f27": {"carry": 10.0}}))
    assert [t.contract for t in made] == ["di1f27", "dapk27"]


@pytest.mark.parametrize(
    ("held", "wanted", "rules", "end", "why"),
    [
        (0.0, 100.0, {}, 30, "a third of the way a session"),
        (80.0, 100.0, {}, 80, "inside the no-trade band"),
        (0.0, 3.0, {}, 0, "less than a lot of 5"),
        (0.0, 5.0, {}, 5, ""),
        (100.0, 50.0, {"forced": {"di1f27"}}, 50, "cut at once"),
        (100.0, -40.0, {"forced": {"di1f27"}}, 0, "closed first, the other side waits a session"),
        (0.0, 100.0, {"no_increase": True}, 0, "no new risk"),
        (0.0, 300.0, {"largest": lambda _: 40}, 40, "no order of more than 40"),
        (50.0, 50.0, {}, 50, ""),
    ],
)
def test_a_move_that_is_not_all_of_the_way_says_why(held, wanted, rules, end, why):
    [move] = moved({"di1f27": {"carry": held}}, {"di1f27": {"carry": wanted}}, **rules)
    assert (move.end, move.why) == (end, why)


def test_a_roll_says_into_what():
    first, _ = moved({"dolg26": {"trend": -50.0}}, {"dolh26": {"trend": -50.0}}, {"dolg26": ("dolh26", 1.0)})
    assert (first.contract, first.end, first.why) == ("dolg26", 0, "rolled into dolh26")


def test_an_order_larger_than_the_fat_finger_check_allows_takes_sessions():
    assert trade({}, {"di1f27": {"carry": 300.0}}, largest=lambda _: 40)["di1f27"].quantity == 40
    assert trade({"di1f27": {"carry": 300.0}}, {}, forced={"di1f27"}, largest=lambda _: 40)["di1f27"].quantity == -300


def test_lots_that_no_signal_asked_for_are_spread_by_size_and_not_given_to_the_first_name():
    # a roll of 33 at a ratio of 0.95 is 31.35, to the nearest lot 30; nobody else holds anything
    into = {"di1f26": ("di1f27", 0.95)}
    held = {"di1f26": {"carry": 22.0, "momentum": 11.0}}
    wanted = {"di1f27": {"agent_monetary_rates_br": 0.0, "carry": 20.9, "momentum": 10.45}}
    made = trade(held, wanted, into)
    assert made["di1f27"].quantity == 30
    assert made["di1f27"].allocation == {"carry": 20.0, "momentum": 10.0}
    assert made["di1f26"].allocation == {"carry": -22.0, "momentum": -11.0}


def test_a_signal_that_moves_by_less_than_rounding_gets_no_part():
    held = {"di1f27": {"carry": 50.0}}
    made = trade(held, {"di1f27": {"agent_monetary_rates_br": 1e-12, "carry": 110.0}})["di1f27"]
    assert made.allocation == {"carry": 20.0}


def test_holdings_of_signals_add_to_the_position_after_a_thousand_trades():
    random = np.random.default_rng(3)
    names, held, position = ("agent", "carry", "hedge"), {}, 0
    for _ in range(1000):
        wanted = dict(zip(names, random.normal(0, 200, 3), strict=True))
        made = trade({"di1f27": held}, {"di1f27": wanted}, forced={"di1f27"} if random.random() < 0.3 else ())
        for one in made.values():
            position += one.quantity
            held = {who: held.get(who, 0.0) + one.allocation.get(who, 0.0) for who in names}
        assert sum(held.values()) == position


quantities = st.floats(-300, 300).map(lambda x: round(x, 2))


@settings(max_examples=200)
@given(
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(-40, 40).map(lambda n: 5.0 * n), min_size=1),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), quantities),
    st.booleans(), st.booleans(),
)  # fmt: skip
def test_allocations_add_up_and_positions_stay_in_lots(held, wanted, forced, no_increase):
    made = trade({"di1f27": held}, {"di1f27": wanted}, forced={"di1f27"} if forced else (), no_increase=no_increase)
    start, target = sum(held.values()), sum(wanted.values())
    for one in made.values():
        assert sum(one.allocation.values()) == one.quantity
        assert set(one.allocation) <= {*held, *wanted}
        end = start + one.quantity
        assert one.quantity != 0
        assert end % 5 == 0
        # never past the target but for the nearest lot of a cut, and never more risk under a breaker
        assert min(start, target) - 2.5 <= end <= max(start, target) + 2.5
        if no_increase:
            assert abs(end) <= abs(start)
