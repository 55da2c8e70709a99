"""The 45 ways in which an answer can be wrong, each a function of a hit: a call, the fault that meets it, and what is known.

A kind edits the answer's bytes or its delivery, or asks the renderer again at another instant or for another series; it never
reaches the world's truth. Kinds register under the number and name of the plan format, with the options they read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from models_py.kernel.errors import ConfigError
from models_py.kernel.registry import modules
from pipelines.sandbox.view import View
from pipelines.sandbox.wire import Answer, Call, draw


@dataclass(frozen=True)
class Hit:
    """A call that a fault meets. `render` is the undamaged service, at any instant and for any call."""

    call: Call
    view: View
    options: Mapping[str, Any]
    index: int
    seed: int
    render: Callable[[Call, View], Answer]

    def option(self, name: str, default: Any) -> Any:
        return self.options.get(name, default)

    def answer(self) -> Answer:
        """The undamaged answer."""
        return self.render(self.call, self.view)

    def draw(self, *parts: object) -> float:
        """Uniform on [0, 1), fixed by seed, fault and request."""
        return draw(self.seed, "fault", self.index, self.call.identity, *parts)

    @property
    def wait(self) -> float:
        """Share of real waiting times: that of the throttles, and a fiftieth where those are off."""
        return self.call.pace or 0.02


@dataclass(frozen=True)
class Kind:
    number: int
    name: str
    damage: Callable[[Hit], Answer]
    options: frozenset[str]


_KINDS: dict[str, Kind] = {}


def kind(number: int, name: str, *options: str) -> Callable[[Callable[[Hit], Answer]], Callable[[Hit], Answer]]:
    """Register a kind and the options it reads."""

    def register(damage: Callable[[Hit], Answer]) -> Callable[[Hit], Answer]:
        _KINDS[name] = Kind(number, name, damage, frozenset(options))
        return damage

    return register


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by name, in the order of their numbers."""
    for _ in modules("pipelines.sandbox.damage"):
        pass
    return {found.name: found for found in sorted(_KINDS.values(), key=lambda found: found.number)}


def duration(text: object) -> float:
    """Seconds of `90s`, `15m`, `26h`, `2d`, or of a bare number.

    Raises:
        ConfigError: neither.
    """
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    spelled = str(text).strip()
    number, unit = (spelled[:-1], units[spelled[-1]]) if spelled[-1:] in units else (spelled, 1)
    try:
        return float(number) * unit
    except ValueError as error:
        raise ConfigError(f"not a duration: {text!r}; write for example 26h") from error
