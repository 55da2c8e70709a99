"""What a position means to a person: a short dollar future is long the real, a long DI1 receives a fixed rate."""

from models_py.execution.contracts import family

_LONG_SHORT = {
    "dol": ("long USD, short BRL", "long BRL, short USD"),
    "di1": ("receive fixed", "pay fixed"),
    "dap": ("receive real", "pay real"),
    "ddi": ("receive cupom", "pay cupom"),
    "frc": ("receive cupom", "pay cupom"),
}
_LEGS = {"usdbrl": ("LONG BRL / short USD futures", "SHORT BRL / long USD futures"), "di1": ("receive fixed", "pay fixed"),
         "bei": ("long breakeven", "short breakeven")}  # fmt: skip


def of_contract(contract: str, quantity: float) -> str:
    """A signed quantity of a contract, in position sign.

    Raises:
        NoContract: not a listed contract.
    """
    return _of(_LONG_SHORT.get(family(contract), ("long", "short")), quantity)


def of_leg(leg: str, exposure: float) -> str:
    """An exposure to a leg: `usdbrl` is long the real, `di1_…` receives, `bei_…` is long breakeven inflation."""
    return _of(_LEGS.get(leg.partition("_")[0], ("long", "short")), exposure)


def _of(words: tuple[str, str], size: float) -> str:
    return words[0] if size > 0 else words[1] if size < 0 else "flat"
