"""The book as a run prints it: directions in words, and why an order is less than its target."""

from pipelines.book_report import _lines, _orders, _positions, _targets

LINE = {"contract": "dolf27", "held": -60, "target": -62.7, "sized": -94.1, "limited": -94.1, "end": -70, "why": "a third of the way"}


def test_a_target_in_the_real_says_which_way():
    text = _targets({"nav": 1e8, "targets": [{"leg": "usdbrl", "exposure": 0.11}, {"leg": "di1_252bd", "exposure": -4e-5}]})
    assert "LONG BRL / short USD futures" in text
    assert "11,000,000" in text
    assert "pay fixed" in text
    assert "-11" not in text                                         # the direction is a word, the size has no sign


def test_each_contract_is_followed_from_target_to_order_with_the_reason():
    [row] = [line for line in _lines([LINE]).splitlines() if "dolf27" in line]
    assert row.split()[:6] == ["dolf27", "-60", "-63", "-94", "-94", "-70"]
    assert "a third of the way" in row


def test_what_rounds_to_nothing_is_no_line():
    assert "none" in _lines([LINE | dict.fromkeys(("held", "target", "sized", "limited", "end"), 0.0)])


def test_an_order_that_was_refused_says_by_which_check_and_with_which_value():
    order = {
        "contract": "dolf27", "side": "sell", "quantity": -10, "session": "2026-11-24", "allocation": {"fx_usdbrl_momentum": -10.0},
        "purpose": "rebalance", "state": "rejected", "why": "PRICE_BAND: +3.60% from the settlement of 2026-11-19",
    }  # fmt: skip
    text = _orders([order])
    assert "long BRL, short USD" in text
    assert text.endswith("dolf27 rejected, PRICE_BAND: +3.60% from the settlement of 2026-11-19")


def test_a_position_without_a_rate_has_no_value_of_a_basis_point():
    dollar = {"contract": "dolf27", "marked": "2026-11-23", "grade": "market", "quantity": -60, "price": 3.5355, "value": -1e7, "dv01": 0.0}
    rate = dollar | {"contract": "di1f29", "quantity": 10, "dv01": 130.0}
    rows = [line for line in _positions([dollar, rate]).splitlines() if "2026" in line]
    assert rows[0].rstrip().endswith("-10,000,000")
    assert "receive fixed" in rows[1]
    assert rows[1].rstrip().endswith("-130")
