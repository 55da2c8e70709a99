"""Payment dates of trades, by market and date."""

import pytest

from models_py.quant.errors import BadTerm
from models_py.quant.settlement import ndf_fixing, settlement


@pytest.mark.parametrize(
    ("market", "trade", "paid"),
    [
        ("b3_future", "2025-02-28", "2025-03-05"),          # carnival Monday and Tuesday
        ("usdbrl_spot", "2025-07-02", "2025-07-07"),        # 4 July is closed in New York
        ("usdbrl_spot", "2025-11-18", "2025-11-21"),        # 20 November is closed in Brazil
        ("usdbrl_spot", "2023-11-17", "2023-11-21"),        # and was not in 2023
        ("federal_bond", "2025-02-03", "2025-02-03"),
        ("federal_bond_auction", "2025-02-06", "2025-02-07"),
        ("b3_stock", "2019-05-24", "2019-05-29"),
        ("b3_stock", "2019-05-27", "2019-05-29"),
        ("us_stock", "2024-05-24", "2024-05-29"),           # two days, over Memorial Day
        ("us_stock", "2024-05-28", "2024-05-29"),
        ("ust", "2025-07-03", "2025-07-07"),
        ("cds_upfront", "2025-03-20", "2025-03-25"),
    ],
)
def test_a_trade_is_paid_on(market, trade, paid):
    assert str(settlement(market, trade)) == paid


def test_a_forward_is_fixed_two_business_days_of_both_centres_before_it_settles():
    assert ndf_fixing(["2025-04-01", "2025-07-07"]).astype(str).tolist() == ["2025-03-28", "2025-07-02"]


def test_a_market_without_a_rule_is_refused():
    with pytest.raises(BadTerm, match="bitcoin"):
        settlement("bitcoin", "2025-02-03")
