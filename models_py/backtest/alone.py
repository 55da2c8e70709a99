"""The policies of a research run: the desk as it is, and each of its strategies by itself."""

from models_py.desk.policy import POLICY, Policy
from models_py.desk.speakers import unbuilt
from models_py.gold import Release
from models_py.kernel.registry import strategies

DESK = "desk"


def policies(release: Release) -> dict[str, Policy]:
    """The desk's policy, and one for each strategy that can trade on the release, alone and unheard of agents."""
    silent = unbuilt(POLICY, release.catalogue)
    trading = (name for name, one in strategies().items() if one.enabled and name not in silent)
    return {DESK: POLICY, **{name: Policy(strategies=frozenset({name}), agents=frozenset()) for name in trading}}
