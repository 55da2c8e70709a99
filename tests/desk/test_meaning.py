"""Signs in words a trader could dispute."""

import pytest

from models_py.execution.contracts import NoContract
from models_py.execution.meaning import of_contract, of_leg


@pytest.mark.parametrize(
    ("contract", "quantity", "words"),
    [
        ("dolf27", -60, "long BRL, short USD"),
        ("dolf27", 5, "long USD, short BRL"),
        ("di1f29", 10, "receive fixed"),
        ("di1f29", -10, "pay fixed"),
        ("dapk27", 1, "receive real"),
        ("ddif27", -1, "pay cupom"),
        ("dolf27", 0, "flat"),
    ],
)
def test_a_position_is_told_by_what_it_gains_from(contract, quantity, words):
    assert of_contract(contract, quantity) == words


@pytest.mark.parametrize(
    ("leg", "exposure", "words"),
    [
        ("usdbrl", 1e6, "LONG BRL / short USD futures"),
        ("usdbrl", -1e6, "SHORT BRL / long USD futures"),
        ("di1_252bd", -4000.0, "pay fixed"),
        ("bei_252bd", 10.0, "long breakeven"),
        ("bei_252bd", 0.0, "flat"),
    ],
)
def test_a_target_is_told_by_what_it_gains_from(leg, exposure, words):
    assert of_leg(leg, exposure) == words


def test_a_code_of_no_family_is_refused():
    with pytest.raises(NoContract, match="xyzf27"):
        of_contract("xyzf27", 1)
