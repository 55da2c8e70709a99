"""Structured logs to standard error: one line an event, JSON where no person is looking."""

import logging
import sys
from typing import Any

import structlog

SECRET_KEYS = ("api_key", "password", "secret", "token", "authorization")


def _redact(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {key: "***" if any(word in key.lower() for word in SECRET_KEYS) else value for key, value in event.items()}


def configure(level: str = "WARNING") -> None:
    """Set up logging for a process. People get text, machines get JSON."""
    renderer: Any = structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def get_logger(name: str) -> Any:
    """A logger that carries the module's name."""
    return structlog.get_logger(module=name)
