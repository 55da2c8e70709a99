"""Where each source is reached in a world: the simulated one on loopback, a folder of files, or the sources themselves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings
from pipelines.connectors import Endpoint, connectors


def ready(settings: Settings) -> None:
    """Check that the world's sources can be asked at all, before anything is made.

    Raises:
        ConfigError: the files world without a folder, the live world without a key that a source needs, or a fault plan that
            cannot be read.
    """
    if settings.world == "files" and (settings.history is None or not (settings.history / "IMPORT_MAP.csv").is_file()):
        raise ConfigError(f"the files world needs a folder with IMPORT_MAP.csv: set --history or MACRO_HISTORY, now {settings.history}")
    if settings.world == "live" and settings.fred_api_key is None:
        raise ConfigError("the live world needs a FRED key: set MACRO_FRED_API_KEY (free at fred.stlouisfed.org)")
    if settings.world == "sandbox" and settings.sandbox_faults:
        from pipelines.sandbox.faults import load

        load(settings.sandbox_faults)


@contextmanager
def endpoints(settings: Settings, *, apart: bool = False) -> Iterator[Mapping[str, Endpoint]]:
    """Endpoints by source, for as long as the context lasts (the sandbox serves meanwhile).

    Args:
        apart: the sandbox serves from a process of its own: some seconds later, and on a core of its own.
    Raises:
        ConfigError: see `ready`.
    """
    ready(settings)
    if settings.history is not None and settings.world == "files":
        yield {"files": Endpoint(settings.history.resolve().as_uri())}
        return
    served = [source for source in connectors() if source != "files"]
    if settings.world == "live":
        yield {source: Endpoint(connectors()[source].LIVE_URL, _key(settings, source), _roots(settings, source)) for source in served}
        return
    from pipelines.sandbox.apart import serve_apart
    from pipelines.sandbox.server import serve

    with serve_apart(settings) if apart else serve(settings) as sandbox:
        yield {source: sandbox.endpoint(source) for source in served}


def _key(settings: Settings, source: str) -> str | None:
    return settings.fred_api_key.get_secret_value() if source == "fred" and settings.fred_api_key else None


def _roots(settings: Settings, source: str) -> Mapping[str, str]:
    """Further addresses of a source that has several, the settings' before its own."""
    told = {"siconfi": settings.siconfi_url} if source == "stn" and settings.siconfi_url else {}
    return {**getattr(connectors()[source], "ROOTS", {}), **told}
