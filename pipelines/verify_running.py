"""What `verify` asks of what runs: the services that are configured, and the API over the release."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import polars as pl

from models_py.gold import Release
from models_py.gold.latest import latest
from models_py.kernel.lake import Lake
from models_py.kernel.settings import Settings
from models_py.ledger.journal_sql import open_journal
from pipelines.serving import serving

SECONDS = 30.0
ASKED = 50                      # series whose latest reading is asked for
Service = Callable[[Settings, Lake], tuple[bool, str]]


def services(settings: Settings) -> Mapping[str, Service]:
    """The services there are, and how each is asked whether it answers: the lake always, the others where they are configured."""
    found: dict[str, Service] = {"service: lake": _lake}
    if settings.journal is not None:
        found["service: journal"] = _journal
    if os.environ.get("PREFECT_API_URL"):
        found["service: Prefect"] = _prefect
    return found


def _lake(settings: Settings, lake: Lake) -> tuple[bool, str]:
    if lake.is_local:
        folder = Path(lake.root)
        return folder.is_dir() and os.access(folder, os.R_OK | os.W_OK), f"folder {folder}"
    try:
        lake.glob("gold/CURRENT")
    except (OSError, httpx.HTTPError) as error:
        return False, f"{lake.uri('')}: {str(error) or type(error).__name__}"
    return True, lake.uri("")


def _journal(settings: Settings, lake: Lake) -> tuple[bool, str]:
    journal = open_journal(settings, lake)
    try:
        head = journal.head
    finally:
        journal.close()
    parts = urlsplit(settings.journal or "")
    return True, f"{parts.scheme} at {parts.hostname or parts.path.removeprefix('/')}, {'empty' if head is None else f'{head.seq} events'}"


def _prefect(settings: Settings, lake: Lake) -> tuple[bool, str]:
    address = os.environ["PREFECT_API_URL"].rstrip("/")
    shown = urlsplit(address)._replace(netloc=urlsplit(address).netloc.rpartition("@")[2]).geturl()
    try:
        answer = httpx.get(f"{address}/health", timeout=SECONDS)
    except httpx.HTTPError as error:
        return False, f"{shown}: {error}"
    return answer.is_success, f"{shown} answers {answer.status_code}"


def api(release: Release) -> tuple[bool, str]:
    """A server of our own over the lake says of the release what the release says itself."""
    ids = sorted(release.catalogue)[:ASKED]
    with serving(release.settings) as served, httpx.Client(base_url=served.url, timeout=SECONDS) as client:
        try:
            health, answer = client.get("/health"), client.get("/latest", params={"ids": ",".join(ids)})
        except httpx.HTTPError as error:
            return False, f"{served.url}: {error}"
    for path, found in (("/health", health), ("/latest", answer)):
        if found.status_code != 200 or found.headers.get("X-Release") != release.id:
            return False, f"{path} answered {found.status_code} of release {found.headers.get('X-Release')}: {found.text[:200]}"
    wanted = latest(release.as_of(release.manifest.published_at), ids).frame()
    told = pl.DataFrame(answer.json()["items"], schema_overrides={"value": pl.Float64}).with_columns(
        pl.col("reference_date", "known_on").cast(pl.String).str.to_date()
    )
    if told["value"].to_list() != wanted["value"].to_list() or told["reference_date"].to_list() != wanted["reference_date"].to_list():
        return False, "/latest says other values than the release"
    return True, f"/health and /latest of {len(ids)} series"
