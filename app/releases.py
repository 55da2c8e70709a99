"""The release the application reads: CURRENT is asked at each request, the objects are opened once a release."""

import os
import time
from functools import lru_cache
from threading import Lock

from models_py.gold import Release, open_release
from models_py.gold.manifest import current_id
from models_py.kernel.errors import LakeDown, LakeError, LakeRefused
from models_py.kernel.ids import ReleaseId
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.log import get_logger
from models_py.kernel.settings import Settings

REMOTE_SECONDS = 1.0                        # how long an answer of a lake that is not on disk is taken to hold
SILENT_SECONDS = 15.0                       # and how long one that does not answer is left alone
_lock = Lock()
_log = get_logger(__name__)


@lru_cache(maxsize=4)
def lake_of(settings: Settings) -> Lake:
    """The lake of the settings, looked at and not made."""
    return open_lake(settings, make=False)


def current_release(settings: Settings) -> Release:
    """The current release, opened once and shared by threads (each query has a cursor of its own).

    Raises:
        LakeError: nothing is published yet.
    """
    release_id = current_id_of(settings)
    if release_id is None:
        raise LakeError(f"nothing is published in {settings.lake}: run `macro run` first")
    return named_release(settings, release_id)


def current_id_of(settings: Settings) -> ReleaseId | None:
    """The id that CURRENT names, asked at each call; None before the first release."""
    return _current(lake_of(settings))


def named_release(settings: Settings, release_id: str) -> Release:
    """A release by its id, opened once; the last few stay open.

    Raises:
        LakeError: there is no such release, or it is of another world.
    """
    with _lock:
        return _opened(settings, release_id)


@lru_cache(maxsize=4)
def _opened(settings: Settings, release_id: str) -> Release:
    return open_release(settings, release_id)


def _current(lake: Lake) -> ReleaseId | None:
    """The id that CURRENT names; read again once the file is another, on S3 once a second."""
    if not lake.is_local:
        return _remote(lake)
    try:
        found = os.stat(lake.path("gold/CURRENT"))  # noqa: PTH116 - asked at each request: a Path costs more than the question
    except FileNotFoundError:
        return None
    return _read(lake.root, lake, (found.st_ino, found.st_mtime_ns))


_told: dict[str, tuple[float, ReleaseId | None]] = {}


def _remote(lake: Lake) -> ReleaseId | None:
    """What a server said last, asked again when that is due; while it does not answer, what it said before."""
    due, known = _told.get(lake.root, (0.0, None))
    if time.monotonic() < due:
        return known
    if known is not None:
        _told[lake.root] = time.monotonic() + REMOTE_SECONDS, known          # others need not wait for the answer
    try:
        found = current_id(lake)
    except (LakeDown, LakeRefused) as error:
        if known is None:
            raise
        _log.warning("the lake is not heard, the release that stood is served", release=known, reason=str(error))
        _told[lake.root] = time.monotonic() + SILENT_SECONDS, known
        return known
    _told[lake.root] = time.monotonic() + REMOTE_SECONDS, found
    return found


_last: dict[str, tuple[object, ReleaseId | None]] = {}


def _read(root: str, lake: Lake, state: object) -> ReleaseId | None:
    seen, release_id = _last.get(root, (None, None))
    if seen != state:
        release_id = current_id(lake)
        _last[root] = state, release_id
    return release_id
