"""Files of the exchange's search by session (`pesquisapregao/download?filelist=`): how they are named, wrapped and missing.

A file is a zip, at times in another zip; those that end in `.ex_` are zips too, at times behind the stub of a program that unpacks
itself. A date without session, or whose file is not out, answers 200 with a zip that holds nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from models_py.kernel.errors import PayloadError
from pipelines.connectors import Payload
from pipelines.connectors._answers import check_data, check_status
from pipelines.connectors._archive import is_zip

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOTHING = 1024                             # bytes below which a zip holds no file
PATH = "/pesquisapregao/download?filelist="


def check_container(payload: Payload, starts: Sequence[bytes], forms: str) -> None:
    """Refuse what is neither a zip nor starts as the file itself would; `forms` names them.

    Raises:
        SourceDown: a server error, or a maintenance page.
        PayloadError: a page, no bytes, or anything else.
    """
    check_status(payload)
    check_data(payload, "a zip")
    if not is_zip(payload.body) and not payload.body.lstrip(b"\xef\xbb\xbf").startswith(tuple(starts)):
        raise PayloadError(payload.source, payload.key, f"neither zip, {forms}: {payload.body[:40]!r}")


def holds_nothing(payload: Payload) -> bool:
    """Whether the answer is the zip without a file that stands for no session."""
    return is_zip(payload.body) and len(payload.body) < NOTHING


def session_of(key: str) -> date:
    """The session in a file's name: `TS190910.ex_` is of 10 September 2019."""
    digits = key.split(".", 1)[0][-6:]
    if not digits.isdigit():
        raise ValueError(f"no session in {key!r}")
    return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))


def out_at(key: str, local: time) -> datetime:
    """When the file of a session should be out."""
    return datetime.combine(session_of(key), local, SAO_PAULO)
