"""What the sets of Olinda have in common: the server's refusals, and the order of rows that a request leaves open.

A query that has `$` or `@` percent-encoded, or `+` for a space, gets the web server's 500; a malformed one a 400 whose JSON is
inside a comment. Rows that `$orderby` leaves equal change places from one page's request to the next.
"""

import re

import numpy as np
from numpy.typing import NDArray

from pipelines.sandbox.wire import Answer, Call, pick

JSON = "application/json;charset=UTF-8;odata.metadata=minimal"

_MISSPELLED = re.compile(r"%(?:24|40)|\+")
_MALFORMED = b'/*{\n  "codigo" : 400,\n  "mensagem" : "The URI is malformed."\n}*/'
_INTERNAL = b"""<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>500 Internal Server Error</title>
</head><body>
<h1>Internal Server Error</h1>
<p>The server encountered an internal error or
misconfiguration and was unable to complete
your request.</p>
<p>Please contact the server administrator,
 suporte.ti@bcb.gov.br and inform them of the time the error occurred,
and anything you might have done that may have
caused the error.</p>
<p>More information about this error may be available
in the server error log.</p>
</body></html>
"""


def is_misspelled(query: str) -> bool:
    """Whether the web server in front of Olinda falls over the query."""
    return _MISSPELLED.search(query) is not None


def internal_error() -> Answer:
    """The 500 page of the web server in front of Olinda."""
    return Answer(_INTERNAL, "text/html; charset=iso-8859-1", 500)


def malformed() -> Answer:
    """The 400 of a query that cannot be read."""
    return Answer(_MALFORMED, "text/plain;charset=UTF-8", 400)


def ties(call: Call, stream: str, size: int, top: int | None, skip: int) -> NDArray[np.int64]:
    """Order of rows that `$orderby` leaves equal: the table's own for a whole answer, the request's for a page."""
    if top is None and not skip:
        return np.arange(size)
    seed = pick(call.seed, stream, 2**63, call.identity, call.attempt)
    return np.random.Generator(np.random.Philox(key=seed)).permutation(size)
