"""What a request asks for that its source drops after some sessions."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Perishing:
    """A kind of thing, and the session that is asked for; None where the answer is always of the last session, and kept until the next.

    `is_it` says that an answer with data is the thing, and not something that leads to it.
    """

    kind: str
    session: date | None
    is_it: bool = True
