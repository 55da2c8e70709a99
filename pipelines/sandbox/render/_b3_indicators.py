"""`Indic.txt`: indicators of two sessions, a record each, with as many implied decimals as it says."""

from collections.abc import Sequence

from pipelines.connectors._b3_masters import INDICATORS
from pipelines.sandbox.render._fixed_width import records, scaled, sign
from pipelines.sandbox.world.exchange_files import Indicator

MEMBER = "Indic.txt"


def spell_indicators(indicators: Sequence[Indicator]) -> bytes:
    """The file of a session: by group and code, the session before first."""
    ordered = sorted(indicators, key=lambda one: (one.group, one.code, one.day))
    rows = [
        {"transaction": f"{place:06d}", "date": str(one.day).replace("-", ""), "group": one.group, "code": one.code,
         "value": sign(one.value) + scaled(one.value, one.decimals, 24), "decimals": f"{one.decimals:02d}"}
        for place, one in enumerate(ordered, start=1)
    ]  # fmt: skip
    return records(INDICATORS, rows, {"complement": "001", "record": "01"})
