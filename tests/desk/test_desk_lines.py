"""From target to order in words: every cut on the way is told with its size."""

from models_py.desk.decision import Stop
from models_py.desk.lines import Line, lines
from models_py.desk.trades import Move

CARRY = Stop("carry", trade=0.5, strategy=0.5, event=1.0, suspended=None, drawdown=0.13)
FACTORS = {"volatility target": 1.2, "regime": 1.0, "breaker": 1.0}


def line(move: Move, *, stop: Stop = CARRY, size: float | None = None, factors=FACTORS, halted=False, target=400.0) -> Line:
    size = stop.size if size is None else size
    scale = factors["volatility target"] * factors["regime"] * factors["breaker"]
    [made] = lines(
        (move,), {"di1f27": {"carry": target}}, {"di1f27": {"carry": target * size * scale}},
        sizes={"carry": size}, stops={"carry": stop}, factors=factors, halted=halted,
    )  # fmt: skip
    return made


def test_a_line_tells_stops_scale_limits_and_the_move_in_order():
    # 400 at a quarter is 100, times 1.2 is 120; limits leave 90; a third of it is 30
    told = line(Move("di1f27", 0, 90.0, 30, "a third of the way a session", None))
    assert (told.target, told.sized, told.limited, told.held, told.end) == (400.0, 120.0, 90.0, 0, 30)
    assert told.why == "carry at 25 % (trade stop, strategy stop); volatility target × 1.20; limits × 0.75; a third of the way a session"


def test_what_does_not_cut_is_not_told():
    whole = Stop("carry", trade=1.0, strategy=1.0, event=1.0, suspended=None, drawdown=0.0)
    told = line(Move("di1f27", 400, 400.0, 400, "", None), stop=whole, factors=FACTORS | {"volatility target": 1.0})
    assert told.why == ""


def test_a_suspended_signal_and_a_breaker_are_told_by_name():
    stop = Stop("carry", trade=1.0, strategy=0.5, event=1.0, suspended="2024-05-02", drawdown=0.21)
    told = line(Move("di1f27", 0, 0.0, 0, "", None), stop=stop, size=0.0, factors=FACTORS | {"breaker": 0.75})
    assert told.why == "carry at 0 % (suspended)"
    told = line(Move("di1f27", 0, 180.0, 0, "", None), stop=stop, factors=FACTORS | {"breaker": 0.75, "volatility target": 1.2})
    assert told.why == "carry at 50 % (strategy stop); volatility target × 1.20; breaker × 0.75"


def test_a_desk_that_is_stopped_keeps_what_it_holds_and_says_so():
    told = line(Move("di1f27", 10, 120.0, 45, "a third of the way a session", None), halted=True)
    assert told.end == 10
    assert told.why.endswith("the desk is stopped")


def test_a_contract_that_nobody_wants_any_more_is_a_line_too():
    move = Move("di1f27", 30, 0.0, 20, "a third of the way a session", None)
    [told] = lines((move,), {}, {}, sizes={}, stops={}, factors=FACTORS, halted=False)
    assert (told.held, told.target, told.end, told.why) == (30, 0, 20, "a third of the way a session")


def test_targets_are_journalled_to_a_hundredth_of_a_contract():
    payload = Line("di1f27", 0, 1 / 3, 2 / 3, 2 / 3, 0, "").payload()
    assert (payload["target"], payload["sized"], payload["limited"]) == (0.33, 0.67, 0.67)
