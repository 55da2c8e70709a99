"""The simulated Brazil and United States: truth, and what sources publish of it. SIMULATED data, never evidence about markets."""

from pipelines.sandbox.world.b3 import B3
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.world import DEFAULT_SEED, DEFAULT_UNTIL, ON_REQUEST, SOURCES, Truth, World

__all__ = ["B3", "DEFAULT_SEED", "DEFAULT_UNTIL", "ON_REQUEST", "SOURCES", "Prints", "Truth", "World"]
