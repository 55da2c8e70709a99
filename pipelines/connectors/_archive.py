"""Zip files as received: opened with limits, since a few kilobytes can claim to be gigabytes.

A zip may hold zips. Every fault of a container is a PayloadError of the payload that carried it.
"""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from models_py.kernel.errors import PayloadError
from pipelines.connectors import Payload

MAX_UNPACKED = 256 * 2**20                 # bytes of one payload unpacked; a full price report is some 50 MB
MAX_MEMBERS = 64
MAX_DEPTH = 3

# what the standard library raises on damaged containers; OSError and ValueError for offsets that lead nowhere
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, OverflowError)


def members(payload: Payload, most: int = MAX_MEMBERS) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files in a payload, zips inside zips opened; gzip and plain bytes are one file.

    Raises:
        PayloadError: not what it claims to be, corrupt, encrypted, nested too deep or too large unpacked.
    """
    allowance = [MAX_UNPACKED]
    yield from _unpacked(payload, payload.key, payload.body, allowance, most, 0)


def is_zip(body: bytes) -> bool:
    """Whether bytes are a zip, or a program that carries one and unpacks itself."""
    return body[:2] == b"PK" or (body[:2] == b"MZ" and b"PK\x03\x04" in body)


def _unpacked(payload: Payload, name: str, body: bytes, allowance: list[int], most: int, depth: int) -> Iterator[tuple[str, bytes]]:
    if body[:2] == b"\x1f\x8b":
        yield name, _gunzipped(payload, body, allowance)
    elif not is_zip(body):
        yield name, body
    elif depth == MAX_DEPTH:
        raise PayloadError(payload.source, payload.key, f"zips nested deeper than {MAX_DEPTH}")
    else:
        for inner, content in _entries(payload, body, allowance, most):
            yield from _unpacked(payload, inner, content, allowance, most, depth + 1)


def _entries(payload: Payload, body: bytes, allowance: list[int], most: int) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > most:
                raise PayloadError(payload.source, payload.key, f"zip with {len(entries)} files, at most {most} are read")
            for entry in entries:
                with archive.open(entry) as file:
                    yield entry.filename, _read(payload, file, allowance)
    except (*_DAMAGE, NotImplementedError, RuntimeError) as error:
        raise PayloadError(payload.source, payload.key, f"corrupt zip: {error}") from error


def _gunzipped(payload: Payload, body: bytes, allowance: list[int]) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            return _read(payload, file, allowance)
    except _DAMAGE as error:
        raise PayloadError(payload.source, payload.key, f"corrupt gzip: {error}") from error


def _read(payload: Payload, file: IO[bytes] | gzip.GzipFile, allowance: list[int]) -> bytes:
    content = file.read(allowance[0] + 1)
    if len(content) > allowance[0]:
        raise PayloadError(payload.source, payload.key, f"more than {MAX_UNPACKED} bytes unpacked from {len(payload.body)}")
    allowance[0] -= len(content)
    return content
