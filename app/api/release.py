"""The dependency every data route has: the current release, noted on the request so that its answer can name it."""

from typing import Annotated

from fastapi import Depends, Request

from app.releases import current_release
from models_py.gold import Release


def release_of(request: Request) -> Release:
    """The current release.

    Raises:
        LakeError: nothing is published yet (answered with 503).
    """
    release = current_release(request.app.state.settings)
    request.state.release = release
    return release


CurrentRelease = Annotated[Release, Depends(release_of)]
