"""What Home says of decisions: from target to order, agents in words, what is wrong."""

from app.dashboard import home_desk
from models_py.ledger.book import Book
from models_py.ledger.halt import Halt

LINE = {"contract": "dolf27", "held": -60, "target": -62.7, "sized": -94.05, "limited": -94.05, "end": -70, "why": "a third of the way"}
STILL = LINE | dict.fromkeys(("held", "target", "sized", "limited", "end"), 0) | {"contract": "di1f29"}
VIEW = {"agent": "monetary", "asset_class": "rates_br", "score": -0.25, "confidence": 0.89, "status": "OK", "reason": "",
        "evidence": [["i_star", 0.0796], ["path_mean", 0.0763], ["gap_mp", -0.004], ["q_data", 1.0]]}  # fmt: skip


def test_a_contract_is_followed_from_target_to_order_in_words():
    [row] = home_desk.lines_shown(home_desk.lines({"lines": [LINE, STILL]})).to_dicts()
    assert (row["contract"], row["to be"]) == ("DOLF27", "long BRL, short USD")
    assert [row[name] for name in ("held", "target", "after stops and scale", "within limits", "ordered to be")] == [
        "−60", "−63", "−94", "−94", "−70",
    ]  # fmt: skip
    assert row["why not the target"] == "a third of the way"


def test_a_decision_journalled_without_lines_has_none():
    assert len(home_desk.lines({})) == 0


def test_an_agent_speaks_in_words_and_percent():
    [line] = home_desk.agent_lines({"views": [VIEW]})
    assert line == (
        "**Monetary** agent on Brazilian rates: score −0.25, confidence 0.89 · policy rate by the rule 7.96 %, "
        "mean path it implies 7.63 %, market less path −0.40 %"
    )


def test_an_agent_that_is_silent_says_why():
    [line] = home_desk.agent_lines({"views": [VIEW | {"score": None, "status": "STALE", "reason": "x is 36 business days old"}]})
    assert line.endswith("no view, confidence 0.89 · STALE: x is 36 business days old")


def test_a_stop_a_silent_strategy_and_a_refused_order_are_told():
    decision = {"session": "2024-05-02", "views": [], "scores": [{"strategy": "carry", "status": "STALE", "reason": "x is old"}]}
    refusal = {"order_id": "ab12", "at": "", "failed": ["PRICE_BAND"], "why": ["PRICE_BAND: +3.60% from the settlement of 2024-04-30"]}
    book = Book(halt=Halt(True, "fat finger", ("ana",), "2024-05-02"), decisions={"d": decision}, refusals=[refusal])
    assert home_desk.desk_problems(book) == [
        "**Trading is halted**: fat finger",
        "carry: STALE, x is old",
        "order ab12 refused, PRICE_BAND: +3.60% from the settlement of 2024-04-30",
    ]
    assert home_desk.desk_problems(None) == []
