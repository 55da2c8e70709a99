"""S3 as the lake sees it: how to reach the server, and its failures as errors of the desk.

Any server that speaks S3 will do. Credentials come from the settings alone and are written nowhere. Three tries are made of a
request that fails for the server's sake, each at most `s3_seconds` long; what a server refuses is not tried again.
Nothing here counts on conditional writes (`If-None-Match`): some servers take the header and overwrite all the same.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from models_py.kernel.errors import ConfigError, LakeDown, LakeRefused
from models_py.kernel.settings import Settings

TRIES = 3


def storage_options(settings: Settings, where: str) -> dict[str, Any]:
    """fsspec options of the filesystem behind an address; empty unless it is on S3.

    Raises:
        ConfigError: the extra that speaks S3 is not installed, or the settings hold no key.
    """
    if not where.startswith("s3://"):
        return {}
    try:
        from s3fs import S3FileSystem
    except ImportError as error:
        raise ConfigError(f"{where} needs the extra s3: pip install 'macro-desk[s3]'") from error
    S3FileSystem.retries = 1                  # botocore tries again by itself, as `configuration` says
    key, secret, token = credentials(settings, where)
    return {
        "key": key,
        "secret": secret,
        "token": token,
        "client_kwargs": client(settings),
        "config_kwargs": configuration(settings),
        "use_listings_cache": False,          # dlt and other machines write what is listed here
    }


def credentials(settings: Settings, where: str) -> tuple[str, str, str | None]:
    """Key, secret and session token.

    Raises:
        ConfigError: the settings hold no key.
    """
    if settings.s3_key is None or settings.s3_secret is None:
        raise ConfigError(f"{where} needs credentials: set MACRO_S3_KEY and MACRO_S3_SECRET (and MACRO_S3_TOKEN for temporary ones)")
    token = settings.s3_token.get_secret_value() if settings.s3_token else None
    return settings.s3_key.get_secret_value(), settings.s3_secret.get_secret_value(), token


def client(settings: Settings) -> dict[str, Any]:
    """What botocore needs to find the server."""
    if settings.s3_endpoint is None:
        return {"region_name": settings.s3_region}
    # S3 servers other than AWS refuse the newer checksum headers
    os.environ.setdefault("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required")
    os.environ.setdefault("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required")
    return {"region_name": settings.s3_region, "endpoint_url": settings.s3_endpoint}


def configuration(settings: Settings) -> dict[str, Any]:
    """How long botocore waits, and how often it tries."""
    return {
        "connect_timeout": min(10.0, settings.s3_seconds),
        "read_timeout": settings.s3_seconds,
        "retries": {"mode": "standard", "total_max_attempts": TRIES},
    }


def duckdb_environment(settings: Settings, where: str) -> Mapping[str, str]:
    """The variables that `profiles.yml` makes DuckDB's secret of.

    Raises:
        ConfigError: the settings hold no key.
    """
    key, secret, token = credentials(settings, where)
    return {
        "MACRO_S3_ENDPOINT": settings.s3_endpoint or f"https://s3.{settings.s3_region}.amazonaws.com",
        "MACRO_S3_REGION": settings.s3_region,
        "MACRO_S3_KEY": key,
        "MACRO_S3_SECRET": secret,
        "MACRO_S3_TOKEN": token or "",
        "MACRO_S3_SECONDS": str(max(1, round(settings.s3_seconds))),
    }


def duckdb_secret(settings: Settings, where: str) -> str:
    """The statement that gives a connection of our own the key of a bucket.

    Raises:
        ConfigError: the settings hold no key.
    """
    told = duckdb_environment(settings, where)
    scheme, host = told["MACRO_S3_ENDPOINT"].split("://", 1)
    values = {
        "key_id": told["MACRO_S3_KEY"], "secret": told["MACRO_S3_SECRET"], "session_token": told["MACRO_S3_TOKEN"],
        "region": told["MACRO_S3_REGION"], "endpoint": host.rstrip("/"), "url_style": "path",
    }  # fmt: skip
    given = ", ".join("{} '{}'".format(name, value.replace("'", "''")) for name, value in values.items())
    return f"create secret (type s3, {given}, use_ssl {str(scheme == 'https').lower()})"


@contextmanager
def told(what: str) -> Iterator[None]:
    """Failures of a server as errors of the desk. That an object is not there is the caller's to judge.

    Raises:
        LakeRefused: the server refuses the key, or the key may not do this.
        LakeDown: it cannot be reached, is too slow, breaks off, or answers with an error of its own.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except PermissionError as error:
        raise LakeRefused(f"{what}: refused: {error}; look at MACRO_S3_KEY, MACRO_S3_SECRET and the bucket's policy") from error
    except _failures() as error:
        raise LakeDown(f"{what}: {type(error).__name__}: {error}") from error


def _failures() -> tuple[type[Exception], ...]:
    """What the client raises; the errors of botocore and aiohttp are no OSError."""
    try:
        from aiohttp import ClientError
        from botocore.exceptions import BotoCoreError
    except ImportError:
        return (OSError,)
    return OSError, BotoCoreError, ClientError
