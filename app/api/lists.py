"""Lists of what moves without a release (releases, runs, events): newest first, a page at a time, a cursor that names the last one shown.

What is added later stands before the page, so nothing is shown twice and nothing is left out.
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from pydantic.json_schema import SkipJsonSchema

from app.api.problems import BadCursor

Few = Annotated[int, Query(ge=1, le=500, description="entries at most", examples=[50])]
After = Annotated[str | SkipJsonSchema[None], Query(alias="cursor", description="`next` of the page before", max_length=100)]


def newest_first(names: Sequence[str], limit: int, after: str | None) -> tuple[list[str], str | None]:
    """The page of names that follows one of them, and the cursor of the next page.

    Args:
        names: in order, oldest first.
    Raises:
        BadCursor: the cursor is no name of the list.
    """
    begin = len(names)
    if after is not None:
        if after not in names:
            raise BadCursor(f"the cursor {after[:80]!r} names nothing of this list")
        begin = names.index(after)
    shown = list(names[max(begin - limit, 0) : begin])[::-1]
    return shown, shown[-1] if begin > limit else None
