"""Answers of the exchange's search by session: a zip that stores the files asked for, each a zip itself; without files, nothing in it."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from pipelines.sandbox.view import SAO_PAULO
from pipelines.sandbox.wire import Answer

_LEVEL = 1                               # of compression: a file is asked for once, and its text repeats itself


@dataclass(frozen=True)
class File:
    """An inner zip as it lies on the site, and when it was put there."""

    content: bytes
    stamped_at: datetime


def download(files: Sequence[tuple[str, File | None]]) -> Answer:
    """The answer with the files that are there."""
    body = packed([(name, found.content, found.stamped_at) for name, found in files if found is not None], stored=True)
    return Answer(body, "application/zip", headers=(("Content-Disposition", 'attachment; filename="pesquisa-pregao.zip"'),))


def packed(members: Sequence[tuple[str, bytes, datetime]], *, stored: bool) -> bytes:
    """A zip of members with the times at which they were put in."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content, at in members:
            local = at.astimezone(SAO_PAULO)
            entry = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
            entry.external_attr = 0o755 << 16
            entry.create_system = 3
            archive.writestr(entry, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED, _LEVEL)
    return file.getvalue()


def day_of(text: str) -> np.datetime64 | None:
    """The session in a file's name, yymmdd; None where that is no date."""
    try:
        return np.datetime64(date(2000 + int(text[:2]), int(text[2:4]), int(text[4:])), "D")
    except ValueError:
        return None
