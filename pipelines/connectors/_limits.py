"""How a source may be asked: what its host bears, and what an answer may weigh. A connector states it as `HOST`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Host:
    """Limits of a source's host.

    `tries` counts requests for one answer, the first included. `flaky` are words of a refusal that the source is known to give
    by mistake: it is asked again before it is believed.
    """

    per_second: float = 1.0
    parallel: int = 2
    timeout: float = 30.0                  # seconds to the first byte, and between two parts of a body
    deadline: float = 90.0                 # seconds for a whole answer, so that a trickle ends
    tries: int = 4
    max_bytes: int = 64 * 2**20
    flaky: tuple[str, ...] = ()
