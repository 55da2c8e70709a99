"""The only door to data: releases, decision panels and histories as they were known."""

from models_py.gold.asof import AsOf
from models_py.gold.release import Release, open_release

__all__ = ["AsOf", "Release", "open_release"]
