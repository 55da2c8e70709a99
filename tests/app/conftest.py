"""The small release of the gold tests, for the application."""

from tests.gold.conftest import publish

__all__ = ["publish"]
